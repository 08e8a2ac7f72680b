-- Row security policies. "roles" is a list as in TO ..., NULL for PUBLIC.
SELECT p.tableoid AS classid, p.oid AS objid, c.tableoid AS parent_classid, c.oid AS parent_objid,
       n.nspname AS schema, p.polname AS name,
       format('%I ON %I.%I', p.polname, n.nspname, c.relname) AS key,
       p.polpermissive AS permissive,
       CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
                     WHEN 'd' THEN 'DELETE' ELSE 'ALL' END AS command,
       (SELECT string_agg(quote_ident(r.rolname), ', ' ORDER BY r.rolname)
          FROM pg_roles r WHERE r.oid = ANY (p.polroles)) AS roles,
       pg_get_expr(p.polqual, p.polrelid) AS "using",
       pg_get_expr(p.polwithcheck, p.polrelid) AS "check"
  FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
       JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE p.oid >= 16384 AND n.nspname !~ '^pg_'
