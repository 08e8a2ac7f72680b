-- setup
CREATE TABLE orders (id bigint PRIMARY KEY, qty int);
CREATE PROCEDURE upgrade() LANGUAGE plpgsql AS $$ BEGIN
    ALTER TABLE orders ALTER COLUMN qty TYPE bigint;
    COMMIT;
END $$;
-- file
-- dbmig:txmode none
CALL upgrade();
