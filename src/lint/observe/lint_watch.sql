-- Event triggers that say through notices what happened, also inside DO and functions. INFO comes through whatever
-- client_min_messages is; what that is there is said last, as the server's own DEBUG1 notices may be kept back by it.
-- They write nothing, and fire in replica mode too. All names are qualified: setting a search_path takes longer than the rest.
-- The files' own event triggers are not to see how these are made.
SET session_replication_role = replica;
CREATE SCHEMA dbmig_lint;
CREATE FUNCTION dbmig_lint.on_rewrite() RETURNS event_trigger LANGUAGE plpgsql AS $f$
BEGIN
    RAISE INFO 'dbmig-lint%', pg_catalog.json_build_array('rewrite',
        pg_catalog.pg_event_trigger_table_rewrite_oid()::pg_catalog.text,
        pg_catalog.pg_event_trigger_table_rewrite_reason()::pg_catalog.text,
        pg_catalog.current_setting('client_min_messages'));
END $f$;
CREATE FUNCTION dbmig_lint.on_end() RETURNS event_trigger LANGUAGE plpgsql AS $f$
BEGIN
    RAISE INFO 'dbmig-lint%', (SELECT pg_catalog.json_build_array('commands',
            pg_catalog.json_agg(pg_catalog.json_build_array(command_tag, object_type, object_identity)),
            pg_catalog.current_setting('client_min_messages'))
        FROM pg_catalog.pg_event_trigger_ddl_commands() WHERE NOT in_extension);
END $f$;
CREATE FUNCTION dbmig_lint.on_drop() RETURNS event_trigger LANGUAGE plpgsql AS $f$
BEGIN
    RAISE INFO 'dbmig-lint%', (SELECT pg_catalog.json_build_array('drops', pg_catalog.json_agg(
            pg_catalog.json_build_array(object_type, object_identity, original::pg_catalog.text, normal::pg_catalog.text)),
            pg_catalog.current_setting('client_min_messages'))
        FROM pg_catalog.pg_event_trigger_dropped_objects() WHERE NOT is_temporary);
END $f$;
CREATE EVENT TRIGGER dbmig_lint_rewrite ON table_rewrite EXECUTE FUNCTION dbmig_lint.on_rewrite();
CREATE EVENT TRIGGER dbmig_lint_end ON ddl_command_end
    WHEN TAG IN ('ALTER TABLE', 'CREATE FUNCTION', 'CREATE INDEX', 'CREATE MATERIALIZED VIEW', 'CREATE POLICY', 'CREATE TABLE',
        'CREATE TABLE AS', 'CREATE VIEW', 'SELECT INTO', 'CREATE SCHEMA') EXECUTE FUNCTION dbmig_lint.on_end();
CREATE EVENT TRIGGER dbmig_lint_drop ON sql_drop EXECUTE FUNCTION dbmig_lint.on_drop();
ALTER EVENT TRIGGER dbmig_lint_rewrite ENABLE ALWAYS;
ALTER EVENT TRIGGER dbmig_lint_end DISABLE; -- until a statement needs it
ALTER EVENT TRIGGER dbmig_lint_drop ENABLE ALWAYS;
RESET session_replication_role;
