-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
CREATE TYPE mood AS ENUM ('sad');
ALTER TABLE orders ADD COLUMN m mood;
-- file
ALTER TYPE mood ADD VALUE 'ok';
UPDATE orders SET m = 'ok' WHERE id = 1;
