-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
CREATE SCHEMA app;
CREATE TYPE mood AS ENUM ('a');
-- file
ALTER TABLE orders RENAME COLUMN qty TO amount;
ALTER TABLE customers RENAME TO clients;
ALTER TABLE orders SET SCHEMA app;
ALTER TYPE mood RENAME VALUE 'a' TO 'b';
ALTER SCHEMA app RENAME TO app2;
