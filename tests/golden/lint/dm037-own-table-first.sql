-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
CREATE TABLE parts (id bigint PRIMARY KEY, order_id bigint REFERENCES orders (id));
CREATE TABLE notes (id bigint PRIMARY KEY, order_id bigint REFERENCES orders (id));
CREATE INDEX ON parts (order_id);
CREATE INDEX ON notes (order_id);
-- file
ALTER TABLE parts DROP COLUMN order_id;
ALTER TABLE notes DROP COLUMN order_id;
