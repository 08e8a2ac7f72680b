-- Memberships between roles that the history made, as SQL.
SELECT pg_catalog.format('GRANT %I TO %I%s', g.rolname, r.rolname,
                         CASE WHEN m.admin_option THEN ' WITH ADMIN OPTION' END)
  FROM pg_catalog.pg_auth_members AS m
       JOIN pg_catalog.pg_roles AS g ON g.oid = m.roleid
       JOIN pg_catalog.pg_roles AS r ON r.oid = m.member
 WHERE r.oid >= 16384
 GROUP BY g.rolname, r.rolname, m.admin_option
 ORDER BY 1
