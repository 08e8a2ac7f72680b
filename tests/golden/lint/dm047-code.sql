-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
CREATE FUNCTION price(int, int) RETURNS int LANGUAGE sql AS 'SELECT $1 * $2';
CREATE FUNCTION tax(int) RETURNS int LANGUAGE sql AS 'SELECT $1 / 5';
CREATE PROCEDURE tidy() LANGUAGE sql AS 'DELETE FROM orders WHERE qty = 0';
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER stamp BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION stamp();
CREATE TYPE address AS (street text, town text);
CREATE EXTENSION hstore;
-- file
DROP FUNCTION price(int, int);
DROP PROCEDURE IF EXISTS tidy();
DROP EXTENSION hstore;
ALTER TYPE address DROP ATTRIBUTE town;
-- file
DROP FUNCTION tax(int);
CREATE FUNCTION tax(amount numeric) RETURNS numeric LANGUAGE sql AS 'SELECT amount / 5';
DROP TRIGGER stamp ON orders;
DROP FUNCTION stamp();
CREATE OR REPLACE FUNCTION helper() RETURNS void LANGUAGE sql AS 'SELECT';
SELECT helper();
DROP FUNCTION helper();
DROP FUNCTION IF EXISTS never_there(int);
