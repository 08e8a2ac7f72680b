-- Objects of users in the database: how many, the first of them, and the history table of another tool if
-- there is one. Extensions' members, and what hosting providers bring along, do not count.
-- $1: NULL, or the schemas to look at, separated by commas. $2: the start of names of our own tables.
WITH spaces AS (
    SELECT n.oid, n.nspname
    FROM pg_catalog.pg_namespace n
    JOIN pg_catalog.pg_roles o ON o.oid = n.nspowner
    WHERE n.nspname !~ '^pg_'
      AND n.nspname <> 'information_schema'
      AND n.nspname <> ALL (ARRAY[
          'auth', 'storage', 'realtime', '_realtime', '_analytics', 'vault', 'graphql', 'graphql_public',
          'extensions', 'pgbouncer', 'pgsodium', 'pgsodium_masks', 'supabase_functions', 'net', 'cron',
          'rds_tools', 'aws_commons', 'aws_s3', 'aws_lambda', 'apg_plan_mgmt', 'google_vacuum_mgmt',
          'google_ml', 'azure', 'neon', 'neon_auth', '_heroku', 'heroku_ext'])
      AND o.rolname <> ALL (ARRAY['cloudsqladmin', 'rdsadmin', 'azuresu', 'alloydbadmin'])
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                      WHERE d.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
                        AND d.objid = n.oid AND d.deptype = 'e')
      AND ($1::text IS NULL OR n.nspname = ANY (pg_catalog.string_to_array($1::text, ',')))
), objects AS (
    SELECT 'pg_catalog.pg_class'::pg_catalog.regclass AS class, c.oid, c.relowner AS owner, s.nspname,
           c.relname AS name,
           CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table'
                WHEN 'S' THEN 'sequence' ELSE 'table' END AS kind
    FROM pg_catalog.pg_class c JOIN spaces s ON s.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
       OR (c.relkind = 'S'
           AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d -- a column's sequence is part of its table
                           WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                             AND d.objid = c.oid AND d.deptype IN ('a', 'i')))
    UNION ALL
    SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, p.proowner, s.nspname, p.proname, 'function'
    FROM pg_catalog.pg_proc p JOIN spaces s ON s.oid = p.pronamespace
    UNION ALL
    SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, t.typowner, s.nspname, t.typname, 'type'
    FROM pg_catalog.pg_type t JOIN spaces s ON s.oid = t.typnamespace
    WHERE t.typtype IN ('e', 'd', 'r')
), own AS (
    SELECT o.*
    FROM objects o JOIN pg_catalog.pg_roles r ON r.oid = o.owner
    WHERE r.rolname <> ALL (ARRAY['cloudsqladmin', 'rdsadmin', 'azuresu', 'alloydbadmin'])
      AND pg_catalog.left(o.name, 6) <> 'dbmig_'
      AND pg_catalog.left(o.name, pg_catalog.length($2::text)) <> $2::text
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                      WHERE d.classid = o.class AND d.objid = o.oid AND d.deptype = 'e')
), foreign_history AS (
    -- Flyway's columns tell its table, and ours, under any name.
    SELECT n.nspname, c.relname,
           (SELECT pg_catalog.count(*) = 5 FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = c.oid AND NOT a.attisdropped
              AND a.attname IN ('installed_rank', 'script', 'checksum', 'installed_on', 'success')) AS ours
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p')
      AND n.nspname NOT IN ('auth', 'storage', 'realtime', '_realtime')
), best_history AS (
    SELECT nspname, relname, ours FROM foreign_history
    WHERE ours OR relname IN ('flyway_schema_history', 'schema_history', 'atlas_schema_revisions', 'schema_migrations',
          'goose_db_version', '_sqlx_migrations', '__diesel_schema_migrations', 'databasechangelog',
          'pgmigrations', '_prisma_migrations', 'refinery_schema_history', 'schema_version',
          'alembic_version', 'django_migrations', 'knex_migrations', 'sequelizemeta', 'SequelizeMeta')
    ORDER BY ours DESC, relname = 'flyway_schema_history' DESC, relname = 'schema_history' DESC, 1, 2
    LIMIT 1
)
SELECT (SELECT pg_catalog.count(*) FROM own),
       (SELECT pg_catalog.string_agg(f.kind || ' ' || f.nspname || '.' || f.name, ', ')
        FROM (SELECT * FROM own ORDER BY kind <> 'table', nspname, name LIMIT 5) f),
       (SELECT nspname FROM best_history),
       (SELECT relname FROM best_history),
       (SELECT ours FROM best_history)
