CREATE SCHEMA one;
CREATE SCHEMA two;
CREATE SCHEMA three;
CREATE TABLE one.t (id integer);
CREATE TABLE two.t (id integer);
CREATE TABLE two.next (n integer);
CREATE VIEW three.next AS SELECT 1 AS x;
