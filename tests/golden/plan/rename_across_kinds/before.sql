CREATE TABLE a (id integer, CONSTRAINT k UNIQUE (id));
CREATE VIEW b AS SELECT 1 AS x;
CREATE TABLE d (x integer, y integer);
CREATE INDEX e ON d (x);
CREATE TYPE g AS ENUM ('ok');
CREATE TABLE h (m g);
