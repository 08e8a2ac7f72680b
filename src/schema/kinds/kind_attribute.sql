-- Attributes of composite types.
SELECT c.tableoid AS classid, c.oid AS objid, a.attnum AS objsubid,
       t.tableoid AS parent_classid, t.oid AS parent_objid,
       n.nspname AS schema, a.attname AS name,
       format('%I.%I.%I', n.nspname, t.typname, a.attname) AS key,
       format_type(a.atttypid, a.atttypmod) AS type,
       CASE WHEN a.attcollation <> at.typcollation THEN format('%I.%I', cn.nspname, co.collname) END AS collation,
       row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum) AS position
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
       JOIN pg_type t ON t.oid = c.reltype
       JOIN pg_namespace n ON n.oid = t.typnamespace
       JOIN pg_type at ON at.oid = a.atttypid
       LEFT JOIN pg_collation co ON co.oid = a.attcollation
       LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
 WHERE c.relkind = 'c' AND a.attnum > 0 AND NOT a.attisdropped AND c.oid >= 16384 AND n.nspname !~ '^pg_'
