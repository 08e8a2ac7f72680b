-- setup
CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE SCHEMA app;
CREATE TABLE app.orders (id bigint PRIMARY KEY);
-- file
ALTER TABLE orders ADD COLUMN parent_id bigint REFERENCES orders;
-- file
ALTER TABLE orders ADD COLUMN other_id bigint REFERENCES app.orders;
