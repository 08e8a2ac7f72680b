-- setup
CREATE SCHEMA app;
CREATE TABLE app.orders (id bigint PRIMARY KEY, status text);
-- file
CREATE TABLE orders (id bigint PRIMARY KEY, status text);
CREATE INDEX orders_status ON orders (status);
SET search_path = app, public;
CREATE INDEX orders_status ON orders (status);
-- file
CREATE TABLE orders_new (id bigint PRIMARY KEY, status text);
DROP TABLE public.orders;
ALTER TABLE orders_new RENAME TO orders;
SET search_path = app, public;
ALTER TABLE orders ADD CONSTRAINT orders_status_key UNIQUE (status);
