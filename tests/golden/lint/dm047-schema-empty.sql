-- setup
CREATE SCHEMA app;
CREATE SCHEMA old;
CREATE TABLE old.orders (id bigint PRIMARY KEY);
-- file
DROP SCHEMA app;
-- file
DROP SCHEMA old CASCADE;
