-- What 14 brought; after zoo.sql.
CREATE TYPE zoo.span2 AS RANGE (subtype = integer, multirange_type_name = zoo.spans2);
CREATE TABLE zoo.squeezed (t text COMPRESSION pglz, m zoo.spans2);
CREATE TABLE zoo.facts (a integer, b integer);
CREATE FUNCTION zoo.standard(x integer) RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM zoo.facts f WHERE f.a = x; END;
CREATE PROCEDURE zoo.standard_work(OUT n integer) BEGIN ATOMIC SELECT 1; END;
CREATE STATISTICS zoo.on_expression ON (a + b) FROM zoo.facts;
