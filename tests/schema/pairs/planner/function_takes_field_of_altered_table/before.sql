CREATE TYPE e AS ENUM ('a');
CREATE TABLE t (id integer, txt text);
CREATE FUNCTION field(t) RETURNS text LANGUAGE sql RETURN ($1).txt;
CREATE TABLE u (id integer, txt text);
CREATE FUNCTION field(u) RETURNS text LANGUAGE sql RETURN ($1).txt;
CREATE TABLE w (id integer, txt text);
CREATE FUNCTION field(w) RETURNS text LANGUAGE sql AS 'SELECT $1.txt';
