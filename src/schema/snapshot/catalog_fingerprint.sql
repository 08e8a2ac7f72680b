-- Changes whenever DDL was committed in between that the pg_get_…def() functions and format_type() see: these
-- see later states than the transaction's snapshot. It is the count and the sum of the rows' xmin of each
-- catalog that they read. What a snapshot reads by itself (pg_depend, pg_user_mapping, pg_subscription,
-- pg_init_privs, pg_db_role_setting) is of one moment anyway. Rows of temporary objects come and go all the time and do not count. A row that
-- is written gets an xmin that is above all others, so that no two changes cancel each other out.
WITH temp AS (
    SELECT oid FROM pg_namespace WHERE nspname ~ '^pg_(toast_)?temp_'
), rel AS (
    SELECT oid, xmin FROM pg_class WHERE relkind <> 't' AND relpersistence <> 't'
), typ AS (
    SELECT oid, xmin FROM pg_type WHERE typnamespace NOT IN (SELECT oid FROM temp)
), rows (catalog, xmin) AS (
    SELECT 'class', xmin FROM rel
    UNION ALL SELECT 'type', xmin FROM typ
    UNION ALL SELECT 'namespace', xmin FROM pg_namespace WHERE oid NOT IN (SELECT oid FROM temp)
    UNION ALL SELECT 'attribute', a.xmin FROM pg_attribute a JOIN rel ON rel.oid = a.attrelid
    UNION ALL SELECT 'attrdef', d.xmin FROM pg_attrdef d JOIN rel ON rel.oid = d.adrelid
    UNION ALL SELECT 'constraint', xmin FROM pg_constraint WHERE connamespace NOT IN (SELECT oid FROM temp)
    UNION ALL SELECT 'index', i.xmin FROM pg_index i JOIN rel ON rel.oid = i.indexrelid
    UNION ALL SELECT 'inherits', i.xmin FROM pg_inherits i JOIN rel ON rel.oid = i.inhrelid
    UNION ALL SELECT 'partition', p.xmin FROM pg_partitioned_table p JOIN rel ON rel.oid = p.partrelid
    UNION ALL SELECT 'sequence', s.xmin FROM pg_sequence s JOIN rel ON rel.oid = s.seqrelid
    UNION ALL SELECT 'rewrite', r.xmin FROM pg_rewrite r JOIN rel ON rel.oid = r.ev_class
    UNION ALL SELECT 'trigger', t.xmin FROM pg_trigger t JOIN rel ON rel.oid = t.tgrelid
    UNION ALL SELECT 'policy', p.xmin FROM pg_policy p JOIN rel ON rel.oid = p.polrelid
    UNION ALL SELECT 'proc', xmin FROM pg_proc WHERE pronamespace NOT IN (SELECT oid FROM temp)
    UNION ALL SELECT 'enum', e.xmin FROM pg_enum e JOIN typ ON typ.oid = e.enumtypid
    UNION ALL SELECT 'range', r.xmin FROM pg_range r JOIN typ ON typ.oid = r.rngtypid
    UNION ALL SELECT 'statistic', xmin FROM pg_statistic_ext WHERE stxnamespace NOT IN (SELECT oid FROM temp)
    UNION ALL SELECT 'aggregate', xmin FROM pg_aggregate
    UNION ALL SELECT 'cast', xmin FROM pg_cast
    UNION ALL SELECT 'collation', xmin FROM pg_collation
    UNION ALL SELECT 'conversion', xmin FROM pg_conversion
    UNION ALL SELECT 'operator', xmin FROM pg_operator
    UNION ALL SELECT 'opclass', xmin FROM pg_opclass
    UNION ALL SELECT 'opfamily', xmin FROM pg_opfamily
    UNION ALL SELECT 'amop', xmin FROM pg_amop
    UNION ALL SELECT 'amproc', xmin FROM pg_amproc
    UNION ALL SELECT 'am', xmin FROM pg_am
    UNION ALL SELECT 'language', xmin FROM pg_language
    UNION ALL SELECT 'transform', xmin FROM pg_transform
    UNION ALL SELECT 'extension', xmin FROM pg_extension
    UNION ALL SELECT 'ts_config', xmin FROM pg_ts_config
    UNION ALL SELECT 'ts_config_map', xmin FROM pg_ts_config_map
    UNION ALL SELECT 'ts_dict', xmin FROM pg_ts_dict
    UNION ALL SELECT 'ts_parser', xmin FROM pg_ts_parser
    UNION ALL SELECT 'ts_template', xmin FROM pg_ts_template
    UNION ALL SELECT 'fdw', xmin FROM pg_foreign_data_wrapper
    UNION ALL SELECT 'server', xmin FROM pg_foreign_server
    UNION ALL SELECT 'foreign_table', xmin FROM pg_foreign_table
    UNION ALL SELECT 'publication', xmin FROM pg_publication
    UNION ALL SELECT 'publication_rel', xmin FROM pg_publication_rel
    UNION ALL SELECT 'publication_schema', xmin FROM pg_publication_namespace -- since 15
    UNION ALL SELECT 'event_trigger', xmin FROM pg_event_trigger
    UNION ALL SELECT 'default_acl', xmin FROM pg_default_acl
    UNION ALL SELECT 'seclabel', xmin FROM pg_seclabel
    UNION ALL SELECT 'description', d.xmin FROM pg_description d WHERE objoid >= 16384
)
SELECT string_agg(catalog || ' ' || n || ' ' || total, ',' ORDER BY catalog COLLATE "C")
  FROM (SELECT catalog, count(*) AS n, sum(xmin::text::bigint) AS total FROM rows GROUP BY catalog) t
