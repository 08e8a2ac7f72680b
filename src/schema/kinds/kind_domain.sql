-- Domains, without their check constraints.
SELECT t.tableoid AS classid, t.oid AS objid, n.nspname AS schema, t.typname AS name,
       format('%I.%I', n.nspname, t.typname) AS key,
       pg_get_userbyid(t.typowner) AS owner, t.typacl AS acl, acldefault('T', t.typowner) AS acl_default,
       format_type(t.typbasetype, t.typtypmod) AS base_type,
       CASE WHEN t.typcollation <> b.typcollation THEN format('%I.%I', cn.nspname, c.collname) END AS collation,
       coalesce(pg_get_expr(t.typdefaultbin, 0), quote_literal(t.typdefault)) AS "default",
       t.typnotnull AS not_null,
       (SELECT quote_ident(k.conname) FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'n' -- since 17
                                                             AND t.typnotnull) AS not_null_name -- since 17
-- before 17: NULL AS not_null_name
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
       JOIN pg_type b ON b.oid = t.typbasetype
       LEFT JOIN pg_collation c ON c.oid = t.typcollation
       LEFT JOIN pg_namespace cn ON cn.oid = c.collnamespace
 WHERE t.typtype = 'd' AND t.oid >= 16384 AND n.nspname !~ '^pg_'
