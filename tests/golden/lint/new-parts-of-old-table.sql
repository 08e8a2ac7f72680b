-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
ALTER TABLE orders ADD COLUMN a int NOT NULL DEFAULT 1, ADD COLUMN b int;
ALTER TABLE orders ALTER COLUMN a DROP NOT NULL;
ALTER TABLE orders RENAME COLUMN b TO c;
ALTER TABLE orders DROP COLUMN c;
ALTER TABLE orders ADD CONSTRAINT positive CHECK (qty > 0) NOT VALID;
ALTER TABLE orders DROP CONSTRAINT positive;
CREATE SEQUENCE numbers;
DROP SEQUENCE numbers;
-- file
ALTER TABLE orders ADD COLUMN IF NOT EXISTS qty int;
ALTER TABLE orders RENAME COLUMN qty TO amount;
ALTER TABLE orders DROP COLUMN amount;
