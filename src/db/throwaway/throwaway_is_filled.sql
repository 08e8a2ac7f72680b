-- True when there is more in this database than initdb puts there. 16384 is FirstNormalObjectId.
SELECT EXISTS (SELECT FROM pg_catalog.pg_extension WHERE oid >= 16384)
    OR EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE oid >= 16384 AND nspname !~ '^pg_')
    OR EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid >= 16384)
    OR EXISTS (SELECT FROM pg_catalog.pg_proc WHERE oid >= 16384)
    OR EXISTS (SELECT FROM pg_catalog.pg_type WHERE oid >= 16384)
    OR EXISTS (SELECT FROM pg_catalog.pg_db_role_setting WHERE setdatabase <> 0)
