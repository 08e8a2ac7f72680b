-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
ALTER TABLE orders ALTER COLUMN note TYPE bytea USING decode(note, 'escape') /* , */, ALTER qty SET DEFAULT 1;
ALTER TABLE orders ALTER COLUMN at TYPE timestamptz USING at AT TIME ZONE 'UTC';
