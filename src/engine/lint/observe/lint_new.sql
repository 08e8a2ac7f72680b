-- What is there beyond an oid ($1): the greatest oid given out; whether there is a new relation; then whether the rules on the
-- catalogs may find something, which is looked at in full by lint_catalog_*.sql: a foreign key, an integer primary key, two
-- indexes on the same columns, a table without a key; last, whether the files made event triggers.
SELECT greatest($1, c.oid, o.oid, (SELECT max(oid) FROM pg_catalog.pg_proc), (SELECT max(oid) FROM pg_catalog.pg_type),
        (SELECT max(oid) FROM pg_catalog.pg_attrdef)),
    c.oid IS NOT NULL, o.fk, o.pk, c.twin, c.bare,
    EXISTS (SELECT FROM pg_catalog.pg_event_trigger WHERE evtname NOT LIKE 'dbmig\_lint\_%')
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
