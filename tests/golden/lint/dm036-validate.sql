-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
CREATE INDEX orders_customer ON orders (customer_id);
ALTER TABLE orders ADD CONSTRAINT orders_f FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;
ALTER TABLE orders ADD CONSTRAINT orders_c CHECK (qty > 0) NOT VALID;
-- file
ALTER TABLE customers ADD COLUMN x int;
ALTER TABLE orders VALIDATE CONSTRAINT orders_f;
-- file
ALTER TABLE orders ADD COLUMN x int;
ALTER TABLE orders VALIDATE CONSTRAINT orders_c;
