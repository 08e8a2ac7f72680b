-- Schemas in publications (since 15).
SELECT r.tableoid AS classid, r.oid AS objid, p.tableoid AS parent_classid, p.oid AS parent_objid, -- since 15
       NULL AS schema, n.nspname AS name, -- since 15
       format('%I SCHEMA %I', p.pubname, n.nspname) AS key, quote_ident(n.nspname) AS published, -- since 15
       concat_ws('/', n.tableoid, n.oid, 0) AS needs -- since 15
  FROM pg_publication_namespace r JOIN pg_publication p ON p.oid = r.pnpubid -- since 15
       JOIN pg_namespace n ON n.oid = r.pnnspid -- since 15
-- before 15: SELECT 0 AS classid, 0 AS objid, 0 AS parent_classid, 0 AS parent_objid, NULL AS schema,
-- before 15:        NULL AS name, NULL AS key, NULL AS published, NULL AS needs WHERE false
