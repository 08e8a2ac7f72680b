-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
ALTER TABLE orders ADD CONSTRAINT a CHECK (qty > 0) NOT VALID;
-- file
ALTER TABLE orders ADD CONSTRAINT b CHECK (qty < 9) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT a;
