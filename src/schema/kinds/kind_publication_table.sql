-- Tables in publications.
SELECT r.tableoid AS classid, r.oid AS objid, p.tableoid AS parent_classid, p.oid AS parent_objid,
       n.nspname AS schema, c.relname AS name,
       format('%I TABLE %I.%I', p.pubname, n.nspname, c.relname) AS key,
       format('%I.%I', n.nspname, c.relname) AS "table",
       (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) -- since 15
          FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY (r.prattrs)) AS columns, -- since 15
       pg_get_expr(r.prqual, r.prrelid) AS filter, -- since 15
-- before 15: NULL AS columns, NULL AS filter,
       concat_ws('/', c.tableoid, c.oid, 0) AS needs
  FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
       JOIN pg_class c ON c.oid = r.prrelid
       JOIN pg_namespace n ON n.oid = c.relnamespace
