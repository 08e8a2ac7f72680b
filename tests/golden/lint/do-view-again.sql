-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
CREATE VIEW names AS SELECT name FROM customers;
-- file
DO $$
DECLARE definition text;
BEGIN
    IF EXISTS (SELECT FROM pg_views WHERE viewname = 'names') THEN
        SELECT pg_get_viewdef('names'::regclass) INTO definition;
        DROP VIEW names;
        ALTER TABLE customers ADD COLUMN memo text;
        EXECUTE format('CREATE VIEW names AS %s', definition);
    END IF;
END $$;
