-- options: --static
-- setup
CREATE TABLE orders (id bigint PRIMARY KEY);
-- file
ALTER TABLE orders ADD COLUMN place geometry(Point,4326) NOT NULL;
