-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
CREATE SCHEMA app;
CREATE DOMAIN app.token AS text;
CREATE FUNCTION app.fresh(int, text) RETURNS text LANGUAGE sql VOLATILE AS 'SELECT random()::text';
-- file
ALTER TABLE orders ADD COLUMN token app.token NOT NULL DEFAULT app.fresh(1, 'a,b')::app.token CHECK (token <> ''),
    ADD COLUMN span interval(3) DEFAULT random() * interval '1 s';
