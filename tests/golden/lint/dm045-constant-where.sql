-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
DELETE FROM orders WHERE 2 > 1;
UPDATE customers SET email = NULL WHERE NOT false;
DELETE FROM orders WHERE NULL IS NOT NULL;
DELETE FROM orders WHERE qty = 0 AND true;
DELETE FROM orders WHERE EXISTS (SELECT 1 FROM customers);
