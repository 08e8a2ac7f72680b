-- The roles that the history made on a server that had none but its own, as SQL that makes each where it is
-- missing, its name, and whether it has a password.
SELECT pg_catalog.format(
           'DO $dbmig$ BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = %L) THEN CREATE ROLE %I%s%s%s%s%s%s%s%s; END IF; END $dbmig$',
           r.rolname, r.rolname,
           CASE WHEN r.rolcanlogin THEN ' LOGIN' ELSE ' NOLOGIN' END,
           CASE WHEN r.rolsuper THEN ' SUPERUSER' END,
           CASE WHEN NOT r.rolinherit THEN ' NOINHERIT' END,
           CASE WHEN r.rolcreaterole THEN ' CREATEROLE' END,
           CASE WHEN r.rolcreatedb THEN ' CREATEDB' END,
           CASE WHEN r.rolreplication THEN ' REPLICATION' END,
           CASE WHEN r.rolbypassrls THEN ' BYPASSRLS' END,
           CASE WHEN r.rolconnlimit >= 0 THEN ' CONNECTION LIMIT ' || r.rolconnlimit END),
       r.rolname,
       r.rolpassword IS NOT NULL
  FROM pg_catalog.pg_authid AS r
 WHERE r.rolname !~ '^pg_' AND r.rolname <> current_user
   AND r.oid >= 16384
 ORDER BY r.oid
