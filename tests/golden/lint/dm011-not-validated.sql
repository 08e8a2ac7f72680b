-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
ALTER TABLE orders ADD CONSTRAINT qty_known CHECK (qty IS NOT NULL) NOT VALID;
ALTER TABLE orders ALTER COLUMN qty SET NOT NULL;
-- file
ALTER TABLE orders ADD CONSTRAINT at_known CHECK (at IS NOT NULL) NOT VALID;
-- file
ALTER TABLE orders VALIDATE CONSTRAINT at_known;
-- file
ALTER TABLE orders ALTER COLUMN at SET NOT NULL;
