-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
ALTER TABLE orders ADD COLUMN other varchar(50);
ALTER TABLE orders ADD CONSTRAINT note_check CHECK (length(note) > 0);
-- file
ALTER TABLE orders ALTER COLUMN other TYPE varchar(100);
