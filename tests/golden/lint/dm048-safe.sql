-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
ALTER TABLE orders ALTER COLUMN qty SET NOT NULL;
-- file
ALTER TABLE orders ALTER COLUMN qty SET DEFAULT 0;
