-- Enum types; "values" are quoted literals in order, one a line.
SELECT t.tableoid AS classid, t.oid AS objid, n.nspname AS schema, t.typname AS name,
       format('%I.%I', n.nspname, t.typname) AS key,
       pg_get_userbyid(t.typowner) AS owner, t.typacl AS acl, acldefault('T', t.typowner) AS acl_default,
       (SELECT string_agg(quote_literal(e.enumlabel), E'\n' ORDER BY e.enumsortorder)
          FROM pg_enum e WHERE e.enumtypid = t.oid) AS values
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
 WHERE t.typtype = 'e' AND t.oid >= 16384 AND n.nspname !~ '^pg_'
