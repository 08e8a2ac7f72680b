-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint CONSTRAINT orders_customer REFERENCES customers (id));
-- file
ALTER TABLE orders DROP CONSTRAINT orders_customer, DROP COLUMN customer_id;
