-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
SET TimeZone = 'UTC';
ALTER TABLE orders ALTER COLUMN at TYPE timestamptz;
-- file
SET TIME ZONE 'Europe/Berlin';
ALTER TABLE orders ALTER COLUMN at TYPE timestamp;
