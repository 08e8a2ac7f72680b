-- Columns of views and materialized views: what can be set on them beside the query.
SELECT c.tableoid AS classid, c.oid AS objid, a.attnum AS objsubid,
       c.tableoid AS parent_classid, c.oid AS parent_objid,
       n.nspname AS schema, a.attname AS name,
       format('%I.%I.%I', n.nspname, c.relname, a.attname) AS key,
       a.attacl AS acl, '{}' AS acl_default,
       format_type(a.atttypid, a.atttypmod) AS type,
       CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END AS collation,
       CASE WHEN c.relkind = 'm' AND a.attstorage <> t.typstorage
            THEN CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL'
                                   WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END AS storage,
       CASE t.typstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN'
                         ELSE 'EXTENDED' END AS default_storage,
       CASE WHEN c.relkind = 'm' THEN -- since 14
           CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END END AS compression, -- since 14
-- before 14: NULL AS compression,
       CASE WHEN c.relkind = 'm' THEN nullif(a.attstattarget::int, -1) END AS statistics,
       (SELECT string_agg(split_part(o, '=', 1) || '=' || quote_literal(substr(o, strpos(o, '=') + 1)), E'\n' ORDER BY o)
          FROM unnest(a.attoptions) WITH ORDINALITY AS u(o, r) WHERE o !~ '^pg_attver=') AS options
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       JOIN pg_type t ON t.oid = a.atttypid
 WHERE c.relkind IN ('v', 'm') AND c.oid >= 16384 AND n.nspname !~ '^pg_' AND c.relpersistence <> 't'
