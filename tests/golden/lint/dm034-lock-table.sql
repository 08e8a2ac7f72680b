-- options: --ddl-lock-timeout 0
-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
LOCK TABLE orders IN SHARE ROW EXCLUSIVE MODE;
-- file
LOCK TABLE orders IN ROW EXCLUSIVE MODE;
-- file
LOCK TABLE orders IN EXCLUSIVE MODE NOWAIT;
