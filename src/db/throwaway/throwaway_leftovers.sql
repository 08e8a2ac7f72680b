-- Temporary databases on this server that are the user's own, with the comment of their owner.
SELECT d.datname, pg_catalog.shobj_description(d.oid, 'pg_database')
FROM pg_catalog.pg_database d
WHERE d.datname LIKE 'dbmig\_%'
  AND d.datdba = (SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname = current_user)
  AND pg_catalog.shobj_description(d.oid, 'pg_database') IS NOT NULL
ORDER BY 1
