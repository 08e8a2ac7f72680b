-- What a role may need to work in this database: statements, in order. $1 is the role. For one that no
-- migration knows, and whose grants therefore no migration can have given.
SELECT pg_catalog.format(what.grant_text, n.nspname, $1::text)
FROM pg_catalog.pg_namespace n,
     (VALUES (1, 'GRANT USAGE, CREATE ON SCHEMA %1$I TO %2$I'),
             (2, 'GRANT ALL ON ALL TABLES IN SCHEMA %1$I TO %2$I'),
             (3, 'GRANT ALL ON ALL SEQUENCES IN SCHEMA %1$I TO %2$I'),
             (4, 'GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA %1$I TO %2$I')) AS what (ordinal, grant_text)
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
UNION ALL
SELECT pg_catalog.format('GRANT ALL ON DATABASE %I TO %I', pg_catalog.current_database(), $1::text)
