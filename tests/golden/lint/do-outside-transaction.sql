-- setup
CREATE TABLE orders (id bigint PRIMARY KEY, status text);
CREATE PROCEDURE close_orders() LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'ALTER TABLE orders ADD CHECK (id > 0)';
    COMMIT;
END $$;
CREATE PROCEDURE index_orders() LANGUAGE plpgsql AS $$
BEGIN
    CREATE INDEX ON orders (status);
END $$;
-- file
-- dbmig:txmode none
SET lock_timeout = 0;
DO $$ BEGIN EXECUTE 'ALTER TABLE orders ADD COLUMN stamp uuid DEFAULT gen_random_uuid()'; END $$;
-- file
-- dbmig:txmode none
SET lock_timeout = 0;
CALL index_orders();
-- file
-- dbmig:txmode none
SET lock_timeout = 0;
CALL close_orders();
