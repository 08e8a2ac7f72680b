CREATE SCHEMA old;
CREATE TYPE mood AS ENUM ('ok');
CREATE TYPE "odd (x, y" AS ENUM ('ok');
CREATE TABLE old.person (id integer);
CREATE FUNCTION f(mood, "odd (x, y"[], integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION moved(p old.person, m mood) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE p(mood) LANGUAGE sql AS 'SELECT 1';
