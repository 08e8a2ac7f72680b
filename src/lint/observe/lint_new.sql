-- First row: what is there beyond an oid ($1): the greatest oid given out; whether there is a new relation; then whether the
-- rules on the catalogs may find something, which is looked at in full by lint_catalog_*.sql: a foreign key, an integer primary
-- key, two indexes on the same columns, a table without a key; whether there are event triggers and functions but for those
-- of lint_watch.sql; last, what changes with the names of schemas. Then, in the columns of lint_relations.sql, the relations
-- beyond another oid ($2), and those in $3.
SELECT greatest($1, c.oid, o.oid, (SELECT max(oid) FROM pg_catalog.pg_proc), (SELECT max(oid) FROM pg_catalog.pg_type),
        (SELECT max(oid) FROM pg_catalog.pg_attrdef))::text,
    (c.oid IS NOT NULL)::text, o.fk::text, o.pk::text, c.twin::text, c.bare::text,
    (EXISTS (SELECT FROM pg_catalog.pg_event_trigger WHERE evtname NOT LIKE 'dbmig\_lint\_%'))::text,
    (EXISTS (SELECT FROM pg_catalog.pg_proc WHERE oid >= 16384
        AND pronamespace IS DISTINCT FROM (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'dbmig_lint')))::text,
    (SELECT string_agg(xmin::text, ',') FROM pg_catalog.pg_namespace)
FROM (
    SELECT max(n.oid) AS oid,
        bool_or(n.relkind IN ('i', 'I') AND EXISTS (SELECT FROM pg_catalog.pg_index x, pg_catalog.pg_index y
            WHERE x.indexrelid = n.oid AND y.indrelid = x.indrelid AND y.indexrelid <> x.indexrelid AND y.indkey = x.indkey)) AS twin,
        bool_or(n.relkind IN ('r', 'p') AND NOT EXISTS (SELECT FROM pg_catalog.pg_index x WHERE x.indrelid = n.oid AND x.indisprimary)) AS bare
    FROM pg_catalog.pg_class n WHERE n.oid > $1
) c, (
    SELECT max(k.oid) AS oid, bool_or(k.contype = 'f') AS fk,
        bool_or(k.contype = 'p' AND cardinality(k.conkey) = 1 AND EXISTS (SELECT FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = k.conrelid AND a.attnum = k.conkey[1] AND a.atttypid IN ('int4'::regtype, 'int2'::regtype))) AS pk
    FROM pg_catalog.pg_constraint k WHERE k.oid > $1
) o
UNION ALL
SELECT c.oid::text, n.nspname::text, c.relname::text, c.relkind::text, c.relispartition::text, coalesce(i.inhparent, x.indrelid)::text, NULL, NULL, NULL
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_inherits i ON i.inhrelid = c.oid AND i.inhseqno = 1 AND c.relkind IN ('r', 'p', 'f')
LEFT JOIN pg_catalog.pg_index x ON x.indexrelid = c.oid
WHERE c.oid > $2 OR c.oid = ANY ($3)
