CREATE TABLE b (id integer, CONSTRAINT a UNIQUE (id));
CREATE VIEW c AS SELECT 1 AS x;
CREATE TABLE e (x integer, y integer);
CREATE INDEX d ON e (x);
CREATE TYPE h AS ENUM ('ok');
CREATE TABLE g (m h);
