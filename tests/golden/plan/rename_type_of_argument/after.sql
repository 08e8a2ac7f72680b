CREATE SCHEMA fresh;
CREATE TYPE feel AS ENUM ('ok');
CREATE TYPE plain AS ENUM ('ok');
CREATE TABLE fresh.human (id integer);
CREATE FUNCTION g(feel, plain[], integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION fresh.moved(p fresh.human, m feel) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE q(feel) LANGUAGE sql AS 'SELECT 1';
