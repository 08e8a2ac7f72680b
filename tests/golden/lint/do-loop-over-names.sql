-- setup
CREATE TABLE orders (id bigint PRIMARY KEY, qty int);
-- file
DO $$
DECLARE r record;
BEGIN
    FOR r IN SELECT relname FROM pg_class WHERE relname LIKE 'tenant_%' LOOP
        EXECUTE format('ALTER TABLE %I ADD COLUMN note text NOT NULL', r.relname);
        EXECUTE 'DROP TABLE ' || quote_ident(r.relname || '_old');
    END LOOP;
END $$;
