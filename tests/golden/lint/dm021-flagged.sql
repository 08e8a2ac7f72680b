-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE DOMAIN plain AS int;
ALTER TABLE orders ADD COLUMN p positive;
-- file
ALTER DOMAIN positive ADD CONSTRAINT small CHECK (VALUE < 100);
-- file
ALTER DOMAIN positive SET NOT NULL;
