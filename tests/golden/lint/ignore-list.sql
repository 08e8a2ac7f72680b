-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
-- squawk-ignore prefer-something-new, ban-drop-table,another-one -- on purpose
DROP TABLE customers;
-- squawk-ignore no-such-rule
DROP TABLE orders;
