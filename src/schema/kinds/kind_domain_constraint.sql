-- Check constraints of domains. (NOT NULL is an attribute of the domain.)
SELECT c.tableoid AS classid, c.oid AS objid, t.tableoid AS parent_classid, t.oid AS parent_objid,
       n.nspname AS schema, c.conname AS name,
       format('%I ON DOMAIN %I.%I', c.conname, n.nspname, t.typname) AS key,
       CASE WHEN c.convalidated THEN pg_get_constraintdef(c.oid)
            ELSE regexp_replace(pg_get_constraintdef(c.oid), ' NOT VALID$', '') END AS definition,
       c.convalidated AS validated
  FROM pg_constraint c JOIN pg_type t ON t.oid = c.contypid
       JOIN pg_namespace n ON n.oid = t.typnamespace
 WHERE c.contype = 'c' AND c.oid >= 16384 AND n.nspname !~ '^pg_'
