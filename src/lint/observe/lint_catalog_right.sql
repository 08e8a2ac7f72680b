-- What has an oid beyond $1 and gives away rights.
WITH made AS (
    SELECT c.oid, c.relkind, c.relispartition, c.relrowsecurity, c.reloptions, n.nspname, c.relname, n.nspname || '.' || c.relname AS shown
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid > $1 AND c.relpersistence <> 't' AND n.nspname NOT IN ('pg_toast', 'dbmig_lint')
        AND (SELECT d.objid FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e' LIMIT 1) IS NULL
)
SELECT 'rls-off', m.shown, m.relname::text, NULL, NULL FROM made m
WHERE m.relkind IN ('r', 'p') AND m.nspname = 'public' AND NOT m.relrowsecurity
UNION ALL
SELECT 'policy-no-rls', n.nspname || '.' || c.relname, p.polname::text, NULL, NULL
FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE p.oid > $1 AND NOT c.relrowsecurity
UNION ALL
SELECT 'definer-view', m.shown, m.relname::text, NULL, NULL FROM made m
WHERE m.relkind = 'v' AND NOT coalesce(m.reloptions::text, '') ~* 'security_invoker=(true|on|1|yes)'
UNION ALL
SELECT 'search-path', n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', p.proname::text, NULL, NULL
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE p.oid > $1 AND n.nspname <> 'dbmig_lint' AND p.prosecdef AND NOT coalesce(p.proconfig::text, '') ~ 'search_path='
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
