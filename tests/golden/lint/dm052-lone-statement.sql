-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
SET lock_timeout = 0;
CREATE UNIQUE INDEX CONCURRENTLY orders_note ON orders (note);
-- file
DROP INDEX CONCURRENTLY orders_note;
-- file
CREATE UNIQUE INDEX CONCURRENTLY orders_customer ON orders (customer_id);
ALTER TABLE orders ADD CONSTRAINT one_order UNIQUE USING INDEX orders_customer;
-- file
CREATE INDEX CONCURRENTLY customers_email ON customers (email);
ALTER TABLE customers ADD CONSTRAINT named CHECK (name <> '') NOT VALID;
DROP INDEX CONCURRENTLY customers_email;
