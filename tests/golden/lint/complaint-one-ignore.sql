-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
-- dbmig:nolint DM024 small table
CREATE INDEX a ON orders (qty);
CREATE INDEX b ON orders (note);
