CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TYPE pair AS (a integer);
CREATE TABLE t (id integer, name text, m mood DEFAULT 'ok');
CREATE VIEW v AS SELECT id FROM t;
CREATE FUNCTION f(x v) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE TABLE pairs (p pair);
