-- setup
CREATE TABLE orders (id bigint PRIMARY KEY, tags varchar(10)[], prices numeric(10,2)[], names text[]);
-- file
ALTER TABLE orders ALTER COLUMN tags TYPE varchar(20)[];
-- file
ALTER TABLE orders ALTER COLUMN prices TYPE numeric(12,2)[];
-- file
ALTER TABLE orders ALTER COLUMN names TYPE text[];
-- file
ALTER TABLE orders ALTER COLUMN tags TYPE text[];
