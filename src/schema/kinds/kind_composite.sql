-- Composite types, without their attributes.
SELECT t.tableoid AS classid, t.oid AS objid, n.nspname AS schema, t.typname AS name,
       format('%I.%I', n.nspname, t.typname) AS key,
       pg_get_userbyid(t.typowner) AS owner, t.typacl AS acl, acldefault('T', t.typowner) AS acl_default
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
       JOIN pg_class c ON c.oid = t.typrelid
 WHERE c.relkind = 'c' AND t.oid >= 16384 AND n.nspname !~ '^pg_'
