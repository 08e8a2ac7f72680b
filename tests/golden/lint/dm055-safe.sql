-- options: --rule DM055=warning
-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
CREATE TABLE u (id bigint PRIMARY KEY);
ALTER TABLE u ENABLE ROW LEVEL SECURITY;
CREATE VIEW v WITH (security_invoker = true) AS SELECT id FROM u;
CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = '' AS 'SELECT 1';
