-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
CREATE SCHEMA app;
-- file
CREATE TABLE app.orders (id bigint PRIMARY KEY, qty int);
CREATE INDEX ON app.orders (qty);
CREATE INDEX ON public.orders (qty);
