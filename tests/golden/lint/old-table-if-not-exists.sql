-- setup
CREATE TABLE orders (id bigint PRIMARY KEY, status text);
-- file
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, status text);
CREATE INDEX orders_status ON orders (status);
