CREATE TYPE e AS ENUM ('a');
CREATE TABLE t (id bigint, txt text);
CREATE FUNCTION field(t) RETURNS text LANGUAGE sql RETURN ($1).txt;
CREATE TABLE u (id integer, txt text, v e DEFAULT 'a', w double precision DEFAULT random());
CREATE FUNCTION field(u) RETURNS text LANGUAGE sql RETURN ($1).txt;
CREATE TABLE w (id bigint, txt text, v numeric DEFAULT random());
CREATE FUNCTION field(w) RETURNS text LANGUAGE sql RETURN ($1).txt;
