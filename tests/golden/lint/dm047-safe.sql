-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
CREATE VIEW seen AS SELECT id FROM orders;
CREATE SCHEMA app;
CREATE TABLE app.x (id bigint PRIMARY KEY);
CREATE TYPE mood AS ENUM ('a');
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
-- file
DROP FUNCTION f();
DROP TABLE IF EXISTS nothing;
