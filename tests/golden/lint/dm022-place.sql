-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
ALTER TABLE orders ADD payer bigint REFERENCES customers (id);
ALTER TABLE orders ADD "Taker" bigint REFERENCES customers (id);
