-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
ALTER TABLE orders ADD COLUMN k bigint;
CREATE SEQUENCE s OWNED BY orders.k;
ALTER TABLE orders ALTER COLUMN k SET DEFAULT nextval('s');
