-- Indexes that are no constraint's. Storage options are taken out of the definition: they can be
-- altered alone. Where "definition" is NULL, it is made of the other columns (snapshot_define.c): the
-- server takes longer for it than for all the rest. An index is where its table is, and as persistent.
SELECT ic.tableoid AS classid, ic.oid AS objid, ic.tableoid AS parent_classid, i.indrelid AS parent_objid,
       n.nspname AS schema, ic.relname AS name,
       format('%I.%I', n.nspname, ic.relname) AS key,
       CASE WHEN i.indexprs IS NOT NULL OR i.indpred IS NOT NULL
                 OR ic.relam NOT IN (403, 405) -- btree, hash: their classes take no options
            THEN replace(pg_get_indexdef(i.indexrelid), coalesce(' WITH (' ||
                     (SELECT string_agg(quote_ident(split_part(o, '=', 1)) || '=' ||
                                        CASE WHEN quote_ident(substr(o, strpos(o, '=') + 1)) = substr(o, strpos(o, '=') + 1)
                                             THEN substr(o, strpos(o, '=') + 1)
                                             ELSE quote_literal(substr(o, strpos(o, '=') + 1)) END, ', ' ORDER BY r)
                        FROM unnest(ic.reloptions) WITH ORDINALITY AS u(o, r)) || ')', ''), '') END AS definition,
       format('CREATE %sINDEX %I ON %s', CASE WHEN i.indisunique THEN 'UNIQUE ' END, ic.relname,
              CASE WHEN ic.relkind = 'I' THEN 'ONLY ' END) AS head,
       ' USING ' || am.amname || ' ' AS using, i.indnkeyatts AS keys, i.indkey AS columns, i.indclass AS classes,
       i.indcollation AS collations, i.indoption AS orders,
       CASE WHEN i.indnullsnotdistinct THEN ' NULLS NOT DISTINCT' ELSE '' END AS tail, -- since 15
-- before 15: '' AS tail,
       CASE WHEN ic.reloptions IS NOT NULL THEN
           (SELECT string_agg(split_part(o, '=', 1) || '=' || quote_literal(substr(o, strpos(o, '=') + 1)), E'\n' ORDER BY o)
              FROM unnest(ic.reloptions) WITH ORDINALITY AS u(o, r)) END AS options,
       quote_ident(ts.spcname) AS tablespace,
       i.indisclustered AS clustered, i.indisreplident AS replica_identity,
       CASE WHEN i.indexprs IS NOT NULL THEN
           (SELECT string_agg(a.attnum || ' ' || a.attstattarget, E'\n' ORDER BY a.attnum)
              FROM pg_attribute a WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0) END AS statistics,
       NOT i.indisvalid AND ic.relkind = 'i' AS invalid
  FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid
       JOIN pg_namespace n ON n.oid = ic.relnamespace
       JOIN pg_am am ON am.oid = ic.relam
       LEFT JOIN pg_tablespace ts ON ts.oid = ic.reltablespace
 WHERE ic.oid >= 16384 AND n.nspname !~ '^pg_' AND ic.relpersistence <> 't'
   AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
