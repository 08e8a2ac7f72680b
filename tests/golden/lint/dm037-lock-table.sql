-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
LOCK TABLE orders IN ACCESS EXCLUSIVE MODE;
ALTER TABLE customers ADD COLUMN x int;
-- file
LOCK TABLE orders;
UPDATE customers SET name = 'x' WHERE id > 5;
-- file
LOCK TABLE orders IN ACCESS SHARE MODE;
UPDATE customers SET name = 'x' WHERE id > 5;
