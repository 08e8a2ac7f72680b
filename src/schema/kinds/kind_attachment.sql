-- Partitions: which table a partition belongs to, its bounds, and the names of the foreign keys that it has from there.
SELECT i.tableoid AS classid, i.inhrelid AS objid, i.inhseqno AS objsubid,
       c.tableoid AS parent_classid, c.oid AS parent_objid,
       n.nspname AS schema, c.relname AS name,
       format('%I.%I', n.nspname, c.relname) AS key,
       format('%I.%I', pn.nspname, p.relname) AS partition_of,
       pg_get_expr(c.relpartbound, c.oid) AS bounds,
       (SELECT string_agg(quote_ident(k.conname), E'\n' ORDER BY k.conname)
          FROM pg_constraint k JOIN pg_constraint origin ON origin.oid = k.conparentid
         WHERE k.conrelid = c.oid AND k.contype = 'f' AND origin.conrelid <> k.conrelid) AS foreign_keys,
       concat_ws('/', p.tableoid, p.oid, 0) AS needs
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
       JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_class p ON p.oid = i.inhparent
       JOIN pg_namespace pn ON pn.oid = p.relnamespace
 WHERE c.relkind IN ('r', 'p', 'f') AND c.relispartition
