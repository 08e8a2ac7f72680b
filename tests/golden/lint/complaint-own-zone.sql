-- setup
CREATE TABLE orders (id bigint PRIMARY KEY, at timestamp);
-- file
SET TimeZone = 'UTC';
ALTER TABLE orders ALTER COLUMN at TYPE timestamptz;
