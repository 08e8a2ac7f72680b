-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
ALTER TABLE orders ADD COLUMN other varchar(50);
ALTER TABLE orders ADD CONSTRAINT note_check CHECK (length(note) > 0);
-- file
CREATE TABLE t (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
ALTER TABLE t ADD CHECK (length(note) > 0);
ALTER TABLE t ALTER COLUMN note TYPE varchar(100);
