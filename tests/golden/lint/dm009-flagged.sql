-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
CREATE INDEX orders_note ON orders (note);
-- file
ALTER TABLE orders ALTER COLUMN note TYPE varchar(40) USING note::varchar(40);
ALTER TABLE orders ALTER COLUMN note TYPE text COLLATE "C";
