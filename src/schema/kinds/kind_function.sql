-- Functions, window functions and procedures.
SELECT p.tableoid AS classid, p.oid AS objid, n.nspname AS schema, p.proname AS name,
       format('%I.%I(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)) AS key,
       pg_get_userbyid(p.proowner) AS owner, p.proacl AS acl, acldefault('f', p.proowner) AS acl_default,
       CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END AS noun,
       p.prokind AS prokind, l.lanname AS language,
       pg_get_function_identity_arguments(p.oid) || coalesce(' RETURNS ' || pg_get_function_result(p.oid), '')
           AS signature,
       p.pronargdefaults AS defaults,
       rtrim(pg_get_functiondef(p.oid), E'\n') AS definition
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
       JOIN pg_language l ON l.oid = p.prolang
 WHERE p.prokind <> 'a' AND p.oid >= 16384 AND n.nspname !~ '^pg_'
