-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
CREATE VIEW seen AS SELECT id FROM orders;
CREATE SCHEMA app;
CREATE TABLE app.x (id bigint PRIMARY KEY);
CREATE TYPE mood AS ENUM ('a');
-- file
DROP FUNCTION IF EXISTS nothing();
DROP TABLE IF EXISTS nothing;
