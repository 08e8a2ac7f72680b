-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
SET lock_timeout = 0;
CREATE INDEX CONCURRENTLY orders_qty ON orders (qty);
