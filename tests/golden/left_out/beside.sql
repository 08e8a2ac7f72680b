-- What a database can have beside the objects of the model: each must be named.
CREATE ROLE beside;
SELECT lo_create(0), lo_create(0);
REVOKE EXECUTE ON FUNCTION pg_sleep(double precision) FROM PUBLIC;
GRANT SELECT ON pg_catalog.pg_proc TO beside;
CREATE EXTENSION citext;
GRANT EXECUTE ON FUNCTION citext(boolean) TO beside;
DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET search_path = secret_schema', current_database());
    EXECUTE format('ALTER ROLE beside IN DATABASE %I SET work_mem = ''8MB''', current_database());
END $$;
ALTER OPERATOR FAMILY pg_catalog.bool_ops USING btree ADD OPERATOR 1 pg_catalog.< (integer, bigint);
