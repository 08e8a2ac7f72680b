-- options: --rule DM051=warning
-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
CREATE TABLE u (id serial PRIMARY KEY, a char(3), b varchar(20), c timestamp, d json, e money);
ALTER TABLE orders ADD COLUMN z timestamp;
