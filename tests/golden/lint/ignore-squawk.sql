-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX a ON orders (qty);
-- squawk-ignore ban-drop-column, renaming-column
ALTER TABLE orders DROP COLUMN note;
