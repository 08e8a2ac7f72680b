-- setup
CREATE TABLE ddl_log (id bigserial PRIMARY KEY, tag text);
CREATE FUNCTION log_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO ddl_log (tag) VALUES (tg_tag);
END $$;
CREATE EVENT TRIGGER log_ddl ON ddl_command_end EXECUTE FUNCTION log_ddl();
-- file
DO $$ BEGIN
    IF EXISTS (SELECT FROM ddl_log) THEN
        RAISE EXCEPTION 'there is %', (SELECT string_agg(tag, ', ') FROM ddl_log);
    END IF;
END $$;
