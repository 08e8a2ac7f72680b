CREATE SCHEMA one;
CREATE SCHEMA two;
CREATE TABLE one.t (id integer);
CREATE TABLE two.t (id integer);
CREATE TABLE one.next (n integer);
CREATE VIEW two.next AS SELECT 1 AS x;
