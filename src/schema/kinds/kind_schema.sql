-- Schemas that are not the server's own.
SELECT n.tableoid AS classid, n.oid AS objid, NULL AS schema, n.nspname AS name,
       quote_ident(n.nspname) AS key,
       pg_get_userbyid(n.nspowner) AS owner, n.nspacl AS acl, acldefault('n', n.nspowner) AS acl_default
  FROM pg_namespace n
 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
