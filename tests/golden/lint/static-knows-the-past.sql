-- setup
CREATE TABLE customers (id serial, name varchar(40) NOT NULL, email varchar, born date, PRIMARY KEY (id));
CREATE TABLE orders (id bigint PRIMARY KEY, note varchar(50), price numeric(8, 2), at timestamp(0), host cidr,
    bits varbit(4), took interval(2), tags text[], small int);
ALTER TABLE orders ADD CONSTRAINT at_known CHECK (at IS NOT NULL) NOT VALID;
ALTER TABLE orders ADD COLUMN state text;
ALTER TABLE orders RENAME COLUMN small TO amount;
ALTER TABLE customers RENAME TO buyers;
-- file
ALTER TABLE orders ALTER COLUMN note TYPE varchar(60), ALTER COLUMN price TYPE numeric(10, 2);
ALTER TABLE orders ALTER COLUMN at TYPE timestamp(3), ALTER COLUMN took TYPE interval, ALTER COLUMN host TYPE inet;
ALTER TABLE orders ALTER COLUMN bits TYPE varbit(8), ALTER COLUMN tags TYPE text[], ALTER COLUMN state TYPE varchar;
ALTER TABLE orders ALTER COLUMN note TYPE text;
-- file
ALTER TABLE buyers ALTER COLUMN name SET NOT NULL, ALTER COLUMN id SET NOT NULL;
-- file
ALTER TABLE orders VALIDATE CONSTRAINT at_known;
ALTER TABLE orders ALTER COLUMN at SET NOT NULL;
ALTER TABLE orders DROP CONSTRAINT at_known;
-- file
ALTER TABLE orders ALTER COLUMN note TYPE varchar(20);
-- file
ALTER TABLE orders ALTER COLUMN price TYPE numeric(12, 4);
-- file
ALTER TABLE orders ALTER COLUMN amount TYPE bigint;
-- file
ALTER TABLE buyers ALTER COLUMN name TYPE varchar(30);
-- file
ALTER TABLE buyers ALTER COLUMN email SET NOT NULL;
-- file
ALTER TABLE buyers ALTER COLUMN name DROP NOT NULL;
-- file
ALTER TABLE buyers ALTER COLUMN name SET NOT NULL;
-- file
DROP TABLE buyers;
CREATE TABLE later (name varchar(100));
-- file
ALTER TABLE later RENAME TO buyers;
-- file
ALTER TABLE buyers ALTER COLUMN name TYPE varchar(60);
