-- What 15 brought; after zoo_since_14.sql.
CREATE TABLE zoo.nulls (a integer, b integer, UNIQUE NULLS NOT DISTINCT (a, b));
CREATE UNIQUE INDEX nulls_b ON zoo.nulls (b) NULLS NOT DISTINCT WHERE a IS NULL;
CREATE VIEW zoo.invoker WITH (security_invoker = true) AS SELECT * FROM zoo.nulls;
CREATE UNLOGGED SEQUENCE zoo.unlogged_numbers;
CREATE PUBLICATION zoo_filtered FOR TABLE zoo.base (a, b) WHERE (a > 5);
CREATE PUBLICATION zoo_schema FOR TABLES IN SCHEMA zoo;
CREATE TABLE zoo.pair (b integer, c integer, PRIMARY KEY (b, c));
CREATE TABLE zoo.partly (a integer, b integer, c integer, FOREIGN KEY (b, c) REFERENCES zoo.pair (b, c) ON DELETE SET NULL (c));
