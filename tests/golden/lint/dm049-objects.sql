-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
CREATE SCHEMA app;
CREATE FUNCTION price(int) RETURNS int LANGUAGE sql AS 'SELECT $1';
CREATE TYPE address AS (street text, town text);
CREATE TYPE shade AS ENUM ('light', 'dark');
CREATE DOMAIN code AS text;
-- file
ALTER FUNCTION price(int) RENAME TO cost;
ALTER FUNCTION cost(int) SET SCHEMA app;
ALTER TYPE address RENAME ATTRIBUTE town TO city;
ALTER DOMAIN code RENAME TO short_code;
ALTER TYPE shade SET SCHEMA app;
CREATE FUNCTION fresh() RETURNS int LANGUAGE sql AS 'SELECT 1';
ALTER FUNCTION fresh() RENAME TO ripe;
ALTER INDEX orders_pkey RENAME TO orders_key;
