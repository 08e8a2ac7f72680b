-- Constraints of tables: primary keys, unique, exclusion, check and foreign keys, with what is set on
-- the index of the first three. Foreign keys that a partition has from its parent are left out; check
-- constraints of partitions and children are there, since they must be before the table is tied to its parent.
-- Where "definition" is NULL, it is made of the other columns (snapshot_define.c).
SELECT k.tableoid AS classid, k.oid AS objid,
       'pg_class'::regclass::oid AS parent_classid, k.conrelid AS parent_objid,
       k.conname AS name, quote_ident(k.conname) || ' ON ' AS key,
       k.contype AS type,
       CASE WHEN NOT plain.is THEN regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', '') END AS definition,
       CASE k.contype WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE' ELSE 'FOREIGN KEY' END AS head,
       k.conkey AS columns,
       CASE WHEN k.contype = 'f' THEN k.confrelid END AS other_objid, k.confkey AS other_columns,
       concat(CASE k.confupdtype WHEN 'r' THEN ' ON UPDATE RESTRICT' WHEN 'c' THEN ' ON UPDATE CASCADE'
                                 WHEN 'n' THEN ' ON UPDATE SET NULL' WHEN 'd' THEN ' ON UPDATE SET DEFAULT' END,
              CASE k.confdeltype WHEN 'r' THEN ' ON DELETE RESTRICT' WHEN 'c' THEN ' ON DELETE CASCADE'
                                 WHEN 'n' THEN ' ON DELETE SET NULL' WHEN 'd' THEN ' ON DELETE SET DEFAULT' END) AS tail,
       k.convalidated AS validated,
       k.contype = 'c' AND NOT k.conislocal AS inherited,
       CASE WHEN ic.reloptions IS NOT NULL THEN
           (SELECT string_agg(split_part(o, '=', 1) || '=' || quote_literal(substr(o, strpos(o, '=') + 1)), E'\n' ORDER BY o)
              FROM unnest(ic.reloptions) WITH ORDINALITY AS u(o, r)) END AS options,
       quote_ident(ts.spcname) AS tablespace,
       i.indisclustered AS clustered, i.indisreplident AS replica_identity,
       CASE WHEN i.indexprs IS NOT NULL THEN
           (SELECT string_agg(a.attnum || ' ' || a.attstattarget, E'\n' ORDER BY a.attnum)
              FROM pg_attribute a WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0) END AS statistics, NULL AS index_comment
  FROM pg_constraint k
       LEFT JOIN pg_index i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
       LEFT JOIN pg_class ic ON ic.oid = i.indexrelid
       LEFT JOIN pg_tablespace ts ON ts.oid = ic.reltablespace
       CROSS JOIN LATERAL (SELECT NOT k.condeferrable AND CASE k.contype
           WHEN 'f' THEN k.confmatchtype = 's'
                         AND NOT k.conperiod AND k.conenforced -- since 18
                         AND k.confdelsetcols IS NULL -- since 15
           WHEN 'p' THEN i.indnatts = i.indnkeyatts
                         AND NOT k.conperiod -- since 18
           WHEN 'u' THEN i.indnatts = i.indnkeyatts
                         AND NOT k.conperiod -- since 18
                         AND NOT i.indnullsnotdistinct -- since 15
           ELSE false END) AS plain("is")
 WHERE k.oid >= 16384 AND k.conrelid <> 0
   AND k.connamespace NOT IN (SELECT n.oid FROM pg_namespace n WHERE n.nspname ~ '^pg_temp')
   AND (k.contype IN ('p', 'u', 'x', 'c') OR k.contype = 'f' AND k.conparentid = 0)
