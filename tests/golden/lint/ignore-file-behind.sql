-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
DROP TABLE customers;
CREATE INDEX orders_note ON orders (note);
-- squawk-ignore-file ban-drop-table
SELECT 1;
