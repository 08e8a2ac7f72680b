-- Default privileges. The ACL of one that is bound to a schema adds to the global one. The key names
-- the role unless it is who reads: ALTER DEFAULT PRIVILEGES means that role then, whatever its name.
SELECT d.tableoid AS classid, d.oid AS objid, n.nspname AS schema,
       concat_ws(' ', r.rolname, n.nspname, d.defaclobjtype::text) AS name,
       concat_ws(' ', CASE WHEN r.rolname <> session_user THEN 'FOR ROLE ' || quote_ident(r.rolname) END,
                 'IN SCHEMA ' || quote_ident(n.nspname), 'ON ' || t.target) AS key,
       t.target AS target,
       r.rolname AS role,
       CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype::text END AS object_type,
       d.defaclacl AS privileges,
       CASE WHEN d.defaclnamespace = 0
            THEN acldefault((CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype::text END)::"char", d.defaclrole)
            ELSE '{}' END AS base,
       concat_ws('/', 'pg_namespace'::regclass::oid, n.oid, 0) AS needs
  FROM pg_default_acl d JOIN pg_roles r ON r.oid = d.defaclrole
       LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
       CROSS JOIN LATERAL (SELECT CASE d.defaclobjtype
           WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES'
           WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END) AS t(target)
