-- The indexes of a table (or of an index's table), with what tells whether one is a leftover.
-- REINDEX TABLE rebuilds the index of its TOAST table, too: of those, the invalid ones.
-- $1: the table's or index's name as written; NULL: all tables.
SELECT i.indexrelid,
       pg_catalog.format('%I.%I', n.nspname, c.relname),
       c.relname,
       i.indisvalid AND i.indisready AND i.indislive,
       i.indisunique,
       (SELECT p.pid FROM pg_catalog.pg_stat_progress_create_index p
        WHERE p.index_relid = i.indexrelid LIMIT 1)
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE $1::text IS NULL
   OR i.indrelid = pg_catalog.to_regclass($1::text)
   OR i.indrelid = (SELECT x.indrelid FROM pg_catalog.pg_index x
                    WHERE x.indexrelid = pg_catalog.to_regclass($1::text))
   OR (NOT i.indisvalid AND i.indrelid = (SELECT t.reltoastrelid FROM pg_catalog.pg_class t
                                          WHERE t.oid = pg_catalog.to_regclass($1::text)
                                            AND t.reltoastrelid <> 0))
ORDER BY i.indexrelid
