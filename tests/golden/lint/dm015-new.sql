-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (customer_id) REFERENCES customers;
ALTER TABLE orders ADD CONSTRAINT qty_check CHECK (qty > 0);
-- file
CREATE TABLE t (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
CREATE TABLE p (id bigint PRIMARY KEY);
ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (customer_id) REFERENCES p;
ALTER TABLE t DROP CONSTRAINT f;
