-- Extensions. Which version is installed is the server's affair, not the schema's.
SELECT e.tableoid AS classid, e.oid AS objid, NULL AS schema, e.extname AS name,
       quote_ident(e.extname) AS key, quote_ident(n.nspname) AS in_schema, e.extversion AS version,
       e.extrelocatable AS relocatable
  FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
 WHERE e.oid >= 16384
