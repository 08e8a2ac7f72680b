-- setup
CREATE TABLE orders (id bigint PRIMARY KEY, note text);
CREATE TYPE state AS ENUM ('a');
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
-- file
ALTER TABLE orders DROP COLUMN IF EXISTS gone, DROP COLUMN IF EXISTS note;
DROP TYPE IF EXISTS missing, state;
DROP FUNCTION IF EXISTS f(int), g(int);
