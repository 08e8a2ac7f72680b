-- setup
CREATE TABLE orders (id bigint PRIMARY KEY, qty int, note varchar(10));
CREATE TYPE state AS ENUM ('a');
-- file
DO $$
DECLARE n int;
BEGIN
    BEGIN
        CREATE TYPE state AS ENUM ('a');
    EXCEPTION WHEN duplicate_object THEN
        NULL;
    END;
    n := CASE WHEN true THEN 1 ELSE 2 END;
    ALTER TABLE orders ALTER COLUMN note TYPE text;
END $$;
-- file
DO $$
BEGIN
    CREATE TYPE state AS ENUM ('a');
EXCEPTION WHEN unique_violation THEN
    ALTER TABLE orders ALTER COLUMN qty TYPE bigint;
WHEN duplicate_object THEN
    IF false THEN
        ALTER TABLE orders ADD CHECK (qty > 0);
    END IF;
END $$;
