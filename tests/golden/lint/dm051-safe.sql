-- options: --rule DM051=warning
-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
CREATE TABLE u (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a text, b varchar, c timestamptz, d jsonb, e numeric);
