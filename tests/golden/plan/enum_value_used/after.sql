CREATE TYPE mood AS ENUM ('sad', 'fine', 'ok');
CREATE TABLE person (id integer PRIMARY KEY, m mood DEFAULT 'fine', note text);
CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1';
