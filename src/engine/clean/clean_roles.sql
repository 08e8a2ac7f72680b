-- The roles whose objects the user may drop.
SELECT rolname FROM pg_catalog.pg_roles
 WHERE pg_catalog.pg_has_role(oid, 'USAGE')
