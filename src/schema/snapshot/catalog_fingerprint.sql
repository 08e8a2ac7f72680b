-- What the pg_get_...def() functions and format_type() see of each object: these see later states than the transaction's
-- snapshot. What a snapshot reads by itself (grants, comments, pg_depend, pg_inherits, pg_sequence, pg_publication ...) is of
-- one moment anyway, and does not count; nor do rows of temporary objects. Columns: catalog, object, and a mark that changes
-- with what is seen: the row's xmin, which also tells what was changed and changed back. But TRUNCATE, REINDEX, REFRESH,
-- GRANT and the switching of triggers write rows of pg_class, pg_index and pg_trigger all the time without changing what is
-- seen: these have a hash of it. A table's row type is renamed along with it, and not written by any of those.
WITH temp AS (
    SELECT oid FROM pg_namespace WHERE nspname ~ '^pg_(toast_)?temp_'
), rel AS (
    SELECT c.* FROM pg_class c WHERE c.relkind <> 't' AND c.relpersistence <> 't' AND c.oid >= 16384
), typ AS (
    SELECT t.oid, t.xmin FROM pg_type t WHERE t.typnamespace NOT IN (SELECT oid FROM temp) AND t.oid >= 16384
), seen (catalog, oid, text) AS (
    SELECT 'pg_class', oid, concat_ws(' ', relnamespace, relkind, relam, reloftype, reloptions::text, relname) FROM rel
    UNION ALL
    SELECT 'pg_index', i.indexrelid,
           concat_ws(' ', i.indrelid, i.indnkeyatts, i.indisunique, i.indkey::text, i.indcollation::text, i.indclass::text,
                     i.indnullsnotdistinct, -- since 15
                     i.indoption::text, i.indexprs::text, i.indpred::text)
      FROM pg_index i JOIN rel ON rel.oid = i.indexrelid
    UNION ALL
    SELECT 'pg_trigger', t.oid,
           concat_ws(' ', t.tgrelid, t.tgfoid, t.tgtype, t.tgconstrrelid, t.tgdeferrable, t.tginitdeferred, t.tgattr::text,
                     encode(t.tgargs, 'hex'), t.tgqual::text, t.tgoldtable, t.tgnewtable, t.tgname)
      FROM pg_trigger t JOIN rel ON rel.oid = t.tgrelid
)
SELECT catalog, oid, hashtextextended(text, 0)::text AS mark FROM seen
UNION ALL SELECT 'pg_attribute', a.attrelid, sum(a.xmin::text::bigint)::text FROM pg_attribute a JOIN rel ON rel.oid = a.attrelid GROUP BY a.attrelid
UNION ALL SELECT 'pg_type', oid, xmin::text FROM typ
UNION ALL SELECT 'pg_namespace', oid, xmin::text FROM pg_namespace WHERE oid NOT IN (SELECT oid FROM temp)
UNION ALL SELECT 'pg_constraint', oid, xmin::text FROM pg_constraint WHERE connamespace NOT IN (SELECT oid FROM temp)
UNION ALL SELECT 'pg_proc', oid, xmin::text FROM pg_proc WHERE pronamespace NOT IN (SELECT oid FROM temp)
UNION ALL SELECT 'pg_partitioned_table', p.partrelid, p.xmin::text FROM pg_partitioned_table p JOIN rel ON rel.oid = p.partrelid
UNION ALL SELECT 'pg_rewrite', r.oid, r.xmin::text FROM pg_rewrite r JOIN rel ON rel.oid = r.ev_class
UNION ALL SELECT 'pg_enum', e.oid, e.xmin::text FROM pg_enum e JOIN typ ON typ.oid = e.enumtypid
UNION ALL SELECT 'pg_range', r.rngtypid, r.xmin::text FROM pg_range r JOIN typ ON typ.oid = r.rngtypid
UNION ALL SELECT 'pg_policy', p.oid, p.xmin::text FROM pg_policy p JOIN rel ON rel.oid = p.polrelid
UNION ALL SELECT 'pg_statistic_ext', oid, xmin::text FROM pg_statistic_ext WHERE stxnamespace NOT IN (SELECT oid FROM temp)
UNION ALL SELECT 'pg_aggregate', aggfnoid::oid, xmin::text FROM pg_aggregate
UNION ALL SELECT 'pg_cast', oid, xmin::text FROM pg_cast
UNION ALL SELECT 'pg_collation', oid, xmin::text FROM pg_collation
UNION ALL SELECT 'pg_operator', oid, xmin::text FROM pg_operator
UNION ALL SELECT 'pg_opclass', oid, xmin::text FROM pg_opclass
UNION ALL SELECT 'pg_opfamily', oid, xmin::text FROM pg_opfamily
UNION ALL SELECT 'pg_am', oid, xmin::text FROM pg_am
UNION ALL SELECT 'pg_language', oid, xmin::text FROM pg_language
UNION ALL SELECT 'pg_transform', oid, xmin::text FROM pg_transform
UNION ALL SELECT 'pg_ts_config', oid, xmin::text FROM pg_ts_config
UNION ALL SELECT 'pg_ts_dict', oid, xmin::text FROM pg_ts_dict
