-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
-- atlas:nolint concurrent_index

CREATE INDEX a ON orders (qty);
CREATE INDEX b ON orders (note);
