-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
DO $$
DECLARE r record;
BEGIN
    FOR r IN SELECT id FROM customers LOOP
        EXECUTE format('CREATE INDEX %I ON orders (qty)', 'i' || r.id);
    END LOOP;
    IF EXISTS (SELECT FROM customers) THEN
        ALTER TABLE orders ALTER COLUMN note SET NOT NULL;
    END IF;
END $$;
