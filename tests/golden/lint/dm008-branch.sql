-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
DO $$
BEGIN
    IF EXISTS (SELECT FROM customers) THEN
        ALTER TABLE orders ALTER COLUMN note TYPE text;
        ALTER TABLE customers ALTER COLUMN name SET NOT NULL;
    ELSE
        ALTER TABLE orders ALTER COLUMN note TYPE varchar(80);
        ALTER TABLE customers ALTER COLUMN id SET NOT NULL;
    END IF;
END $$;
-- file
DO $$
BEGIN
    IF EXISTS (SELECT FROM customers) THEN
        ALTER TABLE orders ALTER COLUMN qty TYPE bigint;
    END IF;
END $$;
