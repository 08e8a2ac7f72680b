-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
-- pgfence: ignore drop-table
DROP TABLE customers;
CREATE INDEX orders_qty ON orders (qty);
-- file
-- pgfence-ignore: create-index-not-concurrent
CREATE INDEX orders_note ON orders (note);
-- file
-- pgfence-ignore
DROP TABLE orders;
