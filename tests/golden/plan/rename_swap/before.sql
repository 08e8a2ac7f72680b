CREATE SCHEMA old;
CREATE TABLE old.a (x integer, y integer);
CREATE TABLE old.b (x integer, y integer);
CREATE TABLE mover (id integer PRIMARY KEY);
