-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
CREATE SCHEMA app;
CREATE TYPE mood AS ENUM ('a');
-- file
CREATE TABLE t (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
ALTER TABLE t RENAME TO u;
ALTER TABLE u RENAME COLUMN qty TO q;
