-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
CREATE TABLE t (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
ALTER TABLE t ADD COLUMN x int;
INSERT INTO t (id) SELECT id FROM orders;
