-- setup
CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE TABLE parts (id bigint PRIMARY KEY, order_id bigint);
CREATE INDEX ON parts (order_id);
-- file
ALTER TABLE orders ADD COLUMN note text;
CREATE TABLE notes (id bigint PRIMARY KEY, order_id bigint);
ALTER TABLE notes ADD FOREIGN KEY (order_id) REFERENCES orders;
ALTER TABLE notes ADD CHECK (order_id > 0);
ALTER TABLE notes ALTER COLUMN order_id TYPE int;
-- file
ALTER TABLE orders ADD COLUMN other text;
ALTER TABLE parts ADD FOREIGN KEY (order_id) REFERENCES orders;
