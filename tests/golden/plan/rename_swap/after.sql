CREATE SCHEMA fresh;
CREATE SCHEMA other;
CREATE TABLE fresh.b (y integer, x integer);
CREATE TABLE fresh.a (x integer, y integer);
CREATE TABLE other.moved (id integer PRIMARY KEY);
