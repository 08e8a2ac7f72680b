-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
ALTER TABLE orders
    -- squawk-ignore ban-drop-column
    DROP COLUMN qty,
    DROP COLUMN note,
    ALTER COLUMN at DROP DEFAULT; -- squawk-ignore ban-drop-table
DROP TABLE customers;
