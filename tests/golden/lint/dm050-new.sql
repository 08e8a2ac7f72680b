-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
CREATE TYPE mood AS ENUM ('sad');
ALTER TABLE orders ADD COLUMN m mood;
-- file
CREATE TYPE mood2 AS ENUM ('x', 'y');
CREATE TABLE u (id bigint PRIMARY KEY, m mood2 DEFAULT 'y');
