-- setup
CREATE SCHEMA audit;
CREATE TABLE audit.orders (id int PRIMARY KEY);
CREATE TABLE customers (id bigint PRIMARY KEY, qty int);
-- file
ALTER TABLE audit.orders ADD COLUMN note text;
CREATE TABLE orders (id bigint PRIMARY KEY, qty int);
ALTER TABLE orders ADD CONSTRAINT positive CHECK (qty > 0);
DROP TABLE orders;
-- file
CREATE TEMP TABLE customers AS SELECT * FROM public.customers;
CREATE INDEX customers_qty ON customers (qty);
ALTER TABLE customers ADD CHECK (qty > 0);
DROP TABLE customers;
-- file
CREATE TEMP TABLE customers (x int);
ALTER TABLE public.customers ALTER COLUMN qty TYPE bigint;
DROP TABLE public.customers;
