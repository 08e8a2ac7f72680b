-- setup
CREATE TABLE prices (a numeric(10), b numeric(10, 0), c numeric(10), d numeric(12, 2), at timestamp, seen timestamptz, t time, took interval);
-- file
ALTER TABLE prices ALTER COLUMN a TYPE numeric(12, 0), ALTER COLUMN b TYPE numeric(12), ALTER COLUMN c TYPE decimal(10, 0);
ALTER TABLE prices ALTER COLUMN at TYPE timestamp(6), ALTER COLUMN seen TYPE timestamptz(6), ALTER COLUMN t TYPE time(6), ALTER COLUMN took TYPE interval(6);
-- file
ALTER TABLE prices ALTER COLUMN a TYPE numeric(12, 2);
-- file
ALTER TABLE prices ALTER COLUMN d TYPE numeric(12);
-- file
ALTER TABLE prices ALTER COLUMN at TYPE timestamp(5);
