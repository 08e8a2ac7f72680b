-- setup
CREATE TABLE orders (id bigint PRIMARY KEY, qty int, note varchar(10));
CREATE TABLE customers (id bigint PRIMARY KEY);
-- file
DO $$ BEGIN
    SET LOCAL client_min_messages = warning;
    ALTER TABLE orders ALTER COLUMN qty TYPE bigint;
    ALTER TABLE orders ADD CONSTRAINT positive CHECK (qty > 0);
END $$;
-- file
CREATE FUNCTION upgrade() RETURNS void LANGUAGE plpgsql SET client_min_messages = error AS $$ BEGIN
    ALTER TABLE orders ALTER COLUMN qty TYPE numeric;
    DROP TABLE customers;
END $$;
SELECT upgrade();
