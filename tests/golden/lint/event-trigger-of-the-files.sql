-- setup
CREATE TABLE orders (id bigint PRIMARY KEY, status text);
CREATE FUNCTION index_orders() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    IF tg_tag = 'CREATE TABLE' THEN
        EXECUTE 'CREATE INDEX ON orders (status)';
    END IF;
END $$;
CREATE EVENT TRIGGER index_orders ON ddl_command_end EXECUTE FUNCTION index_orders();
-- file
SET lock_timeout = 0;
CREATE TABLE other (id bigint PRIMARY KEY);
