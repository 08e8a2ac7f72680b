CREATE TYPE mood AS ENUM ('ok');
CREATE TYPE pair AS (a bigint, more text);
CREATE TABLE t (id bigint, name text, m mood DEFAULT 'ok');
CREATE VIEW v AS SELECT id, name FROM t;
CREATE FUNCTION f(x v) RETURNS integer LANGUAGE sql AS 'SELECT 2';
CREATE TABLE pairs (p pair);
