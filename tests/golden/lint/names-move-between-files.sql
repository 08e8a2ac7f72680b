-- setup
CREATE SCHEMA app;
CREATE TABLE app.orders (id bigint PRIMARY KEY, at timestamp);
CREATE TABLE a (id bigint PRIMARY KEY);
CREATE TABLE app.a (id bigint PRIMARY KEY);
-- file
ALTER TABLE a ADD COLUMN x int;
ALTER TABLE a RENAME TO b;
ALTER TABLE app.orders ADD COLUMN x int;
-- file
ALTER TABLE b ADD COLUMN v float8 DEFAULT random();
-- file
ALTER SCHEMA app RENAME TO shop;
-- file
ALTER TABLE shop.orders ADD COLUMN v float8 DEFAULT random();
-- file
INSERT INTO b (id) SELECT 1 WHERE set_config('search_path', 'shop', true) IS NULL;
ALTER TABLE a ADD COLUMN v float8 DEFAULT random();
-- file
CREATE TABLE made (id bigint PRIMARY KEY);
SELECT set_config('search_path', 'shop', true);
CREATE INDEX ON orders (x);
