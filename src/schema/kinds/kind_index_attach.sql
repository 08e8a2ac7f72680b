-- Indexes of partitions that are attached to an index of the partitioned table, constraints' too.
SELECT h.tableoid AS classid, h.inhrelid AS objid, h.inhseqno AS objsubid,
       coalesce(k.tableoid, c.tableoid) AS parent_classid, coalesce(k.oid, c.oid) AS parent_objid,
       n.nspname AS schema, c.relname AS name,
       format('%I.%I', n.nspname, c.relname) AS key,
       format('%I.%I', pn.nspname, p.relname) AS parent_index,
       concat_ws('/', p.tableoid, p.oid, 0) AS needs
  FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid AND c.relkind IN ('i', 'I')
       JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_class p ON p.oid = h.inhparent
       JOIN pg_namespace pn ON pn.oid = p.relnamespace
       JOIN pg_index i ON i.indexrelid = c.oid
       LEFT JOIN pg_constraint k ON k.conindid = c.oid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x')
