-- Columns of tables and foreign tables. An identity column tells its sequence (a partition has none of
-- its own); "inherited" ones have no definition of their own in their table; the expression of a generated one
-- comes with the defaults. Some builds of PostgreSQL
-- 15 keep pg_attver in attoptions, which is no option.
SELECT c.tableoid AS classid, c.oid AS objid, a.attnum AS objsubid,
       c.tableoid AS parent_classid, c.oid AS parent_objid,
       a.attname AS name, '.' || quote_ident(a.attname) AS key,
       a.attacl AS acl, '{}' AS acl_default,
       format_type(a.atttypid, a.atttypmod) AS type,
       CASE WHEN a.attcollation <> t.typcollation THEN
           (SELECT format('%I.%I', cn.nspname, co.collname)
              FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace
             WHERE co.oid = a.attcollation) END AS collation,
       a.attnotnull AS not_null,
       nn.definition AS not_null_constraint, -- since 18
       coalesce(nn.inherited, false) AS not_null_inherited, -- since 18
-- before 18: NULL AS not_null_constraint, NULL AS not_null_inherited,
       CASE WHEN s.sequence IS NOT NULL
            THEN CASE a.attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END END AS identity,
       s.sequence AS identity_sequence, s.options AS identity_options,
       CASE a.attgenerated WHEN 's' THEN 'STORED' WHEN 'v' THEN 'VIRTUAL' END AS generated,
       NULL AS expression,
       CASE WHEN a.attstorage <> t.typstorage
            THEN CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL'
                                   WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END AS storage,
       CASE t.typstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN'
                         ELSE 'EXTENDED' END AS default_storage,
       CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END AS compression, -- since 14
-- before 14: NULL AS compression,
       nullif(a.attstattarget::int, -1) AS statistics,
       CASE WHEN a.attoptions[1] NOT LIKE 'pg\_attver=%' OR a.attoptions[2] IS NOT NULL THEN
           (SELECT string_agg(split_part(o, '=', 1) || '=' || quote_literal(substr(o, strpos(o, '=') + 1)), E'\n' ORDER BY o)
              FROM unnest(a.attoptions) WITH ORDINALITY AS u(o, r) WHERE o !~ '^pg_attver=') END AS options,
       CASE WHEN a.attfdwoptions IS NOT NULL THEN
           (SELECT string_agg(quote_ident(option_name) || ' ' || quote_literal(option_value), E'\n' ORDER BY option_name)
              FROM pg_options_to_table(a.attfdwoptions)) END AS fdw_options,
       NOT a.attislocal AS inherited, NULL AS position, a.atttypid AS type_oid, a.attcollation AS collation_oid
  FROM pg_class c
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       JOIN pg_type t ON t.oid = a.atttypid
       LEFT JOIN (SELECT d.refobjid, d.refobjsubid, format('%I.%I', sn.nspname, sc.relname) AS sequence,
                         concat_ws(E'\n',
                             'START WITH ' || q.seqstart, 'INCREMENT BY ' || q.seqincrement,
                             'MINVALUE ' || q.seqmin, 'MAXVALUE ' || q.seqmax, 'CACHE ' || q.seqcache,
                             CASE WHEN q.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END) AS options
                    FROM pg_depend d JOIN pg_class sc ON sc.oid = d.objid
                         JOIN pg_namespace sn ON sn.oid = sc.relnamespace
                         JOIN pg_sequence q ON q.seqrelid = sc.oid
                   WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
                     AND d.deptype = 'i' AND d.refobjsubid <> 0) AS s
              ON s.refobjid = a.attrelid AND s.refobjsubid = a.attnum AND a.attidentity <> ''
       LEFT JOIN LATERAL (SELECT concat_ws(' ', -- since 18
                             CASE WHEN k.conname <> c.relname || '_' || a.attname || '_not_null' -- since 18
                                  THEN 'CONSTRAINT ' || quote_ident(k.conname) END, 'NOT NULL', -- since 18
                             CASE WHEN k.connoinherit THEN 'NO INHERIT' END, -- since 18
                             CASE WHEN NOT k.convalidated THEN 'NOT VALID' END) AS definition, -- since 18
                                 NOT k.conislocal AS inherited -- since 18
                            FROM pg_constraint k -- since 18
                           WHERE k.conrelid = a.attrelid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum] -- since 18
                             AND a.attnotnull) AS nn ON true -- since 18
 WHERE c.relkind IN ('r', 'p', 'f') AND c.oid >= 16384 AND c.relpersistence <> 't'
