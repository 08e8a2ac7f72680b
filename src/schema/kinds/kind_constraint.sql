-- Constraints of tables: primary keys, unique, exclusion, check and foreign keys, with what is set on
-- the index of the first three. Those that a partition or child has from its parent are left out, but
-- for check constraints of partitions, which must be there before the partition is attached.
SELECT k.tableoid AS classid, k.oid AS objid, c.tableoid AS parent_classid, c.oid AS parent_objid,
       k.conname AS name, quote_ident(k.conname) || ' ON ' AS key,
       k.contype AS type,
       CASE WHEN k.convalidated THEN pg_get_constraintdef(k.oid)
            ELSE regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', '') END AS definition,
       k.convalidated AS validated,
       k.contype = 'c' AND NOT k.conislocal AS inherited,
       CASE WHEN ic.reloptions IS NOT NULL THEN
           (SELECT string_agg(split_part(o, '=', 1) || '=' || quote_literal(substr(o, strpos(o, '=') + 1)), E'\n' ORDER BY r)
              FROM unnest(ic.reloptions) WITH ORDINALITY AS u(o, r)) END AS options,
       quote_ident(ts.spcname) AS tablespace,
       i.indisclustered AS clustered, i.indisreplident AS replica_identity,
       CASE WHEN i.indexprs IS NOT NULL THEN
           (SELECT string_agg(a.attnum || ' ' || a.attstattarget, E'\n' ORDER BY a.attnum)
              FROM pg_attribute a WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0) END AS statistics, NULL AS index_comment
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
       LEFT JOIN pg_index i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
       LEFT JOIN pg_class ic ON ic.oid = i.indexrelid
       LEFT JOIN pg_tablespace ts ON ts.oid = ic.reltablespace
 WHERE k.oid >= 16384 AND c.relpersistence <> 't'
   AND (k.contype IN ('p', 'u', 'x') OR k.contype = 'f' AND k.conparentid = 0
        OR k.contype = 'c' AND (k.conislocal OR c.relispartition))
