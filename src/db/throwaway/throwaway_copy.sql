-- What belongs to a database and is not in it, from one ($1) to its copy ($2): settings, of roles in it
-- too, and rights. As rows, for a setting that is a list could not be written again from its text.
WITH ends AS (
    SELECT s.oid AS source, t.oid AS target
    FROM pg_catalog.pg_database s, pg_catalog.pg_database t
    WHERE s.datname = $1 AND t.datname = $2
), settings AS (
    INSERT INTO pg_catalog.pg_db_role_setting (setdatabase, setrole, setconfig)
    SELECT ends.target, c.setrole, c.setconfig
    FROM ends JOIN pg_catalog.pg_db_role_setting c ON c.setdatabase = ends.source
    RETURNING 1
), rights AS (
    UPDATE pg_catalog.pg_database t SET datacl = s.datacl
    FROM ends, pg_catalog.pg_database s
    WHERE t.oid = ends.target AND s.oid = ends.source AND s.datacl IS NOT NULL
    RETURNING 1
)
SELECT (SELECT count(*) FROM settings) + (SELECT count(*) FROM rights)
