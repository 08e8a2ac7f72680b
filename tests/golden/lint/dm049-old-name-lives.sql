-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
ALTER TABLE customers RENAME TO buyers;
CREATE VIEW customers AS SELECT * FROM buyers;
ALTER TABLE orders RENAME COLUMN note TO remark;
ALTER TABLE orders RENAME COLUMN qty TO amount;
ALTER TABLE orders ADD COLUMN note varchar(50);
