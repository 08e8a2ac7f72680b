-- What a database holds, a JSON line each: ["c", table, column, type, generated], ["r", table, row],
-- ["p", partition, its parent], ["s", table, column, position of its sequence, its limits].
SET client_min_messages = error;
SET search_path = '';
SET extra_float_digits = 1;
CREATE TEMP VIEW tables AS
    SELECT c.oid, format('%I.%I', s.nspname, c.relname) AS name, c.relkind AS kind
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND s.nspname !~ '^pg_' AND s.nspname <> 'information_schema'
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass
                                                            AND d.objid = c.oid AND d.deptype = 'e');
CREATE FUNCTION pg_temp.rows_of() RETURNS SETOF jsonb LANGUAGE plpgsql AS $$
DECLARE
    t record;
BEGIN
    FOR t IN SELECT * FROM pg_temp.tables LOOP
        RETURN QUERY EXECUTE pg_catalog.format('SELECT jsonb_build_array(''r'', %L, to_jsonb(dbmig__row)) FROM %s %s dbmig__row', t.name,
                                               CASE t.kind WHEN 'r' THEN 'ONLY' ELSE '' END, t.name);
    END LOOP;
END $$;
CREATE FUNCTION pg_temp.positions() RETURNS SETOF jsonb LANGUAGE plpgsql AS $$
DECLARE
    t record;
BEGIN
    FOR t IN SELECT s.name, a.attname, pg_catalog.pg_get_serial_sequence(s.name, a.attname) AS sequence
               FROM pg_temp.tables s JOIN pg_catalog.pg_attribute a ON a.attrelid = s.oid AND a.attnum > 0
                AND NOT a.attisdropped AND (a.attidentity <> '' OR a.atthasdef) LOOP
        CONTINUE WHEN t.sequence IS NULL;
        RETURN QUERY SELECT jsonb_build_array('s', t.name, t.attname, pg_sequence_last_value(seqrelid), seqmin, seqmax)
                       FROM pg_catalog.pg_sequence WHERE seqrelid = t.sequence::regclass;
    END LOOP;
END $$;
SELECT jsonb_build_array('c', s.name, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attgenerated <> '', s.kind)
  FROM pg_temp.tables s JOIN pg_catalog.pg_attribute a ON a.attrelid = s.oid AND a.attnum > 0 AND NOT a.attisdropped
 ORDER BY 1;
SELECT jsonb_build_array('p', s.name, p.name)
  FROM pg_catalog.pg_inherits i JOIN pg_temp.tables s ON s.oid = i.inhrelid
       JOIN pg_temp.tables p ON p.oid = i.inhparent AND p.kind = 'p' ORDER BY 1;
SELECT pg_temp.positions();
SELECT pg_temp.rows_of();
