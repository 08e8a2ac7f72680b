-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
ALTER TABLE orders ADD UNIQUE (qty);
-- file
ALTER TABLE orders ADD CONSTRAINT orders_note UNIQUE (note, at) INCLUDE (qty) DEFERRABLE INITIALLY DEFERRED;
-- file
ALTER TABLE orders DROP CONSTRAINT orders_qty_key, ADD CONSTRAINT orders_qty_key UNIQUE (qty, at);
