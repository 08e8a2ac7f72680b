-- Where the history table is and what it looks like. $1: schema or NULL, $2: table, $3: side table,
-- $4: NULL, or the search_path that the session could not keep.
SELECT place.name,
       n.oid IS NOT NULL,
       c.relkind,
       (SELECT pg_catalog.string_agg(a.attname, E'\n' ORDER BY a.attnum)
          FROM pg_catalog.pg_attribute a
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
       (SELECT pg_catalog.string_agg(a.attname, E'\n' ORDER BY a.attnum)
          FROM pg_catalog.pg_attribute a
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
           AND a.attnotnull AND NOT a.atthasdef AND a.attidentity = ''),
       EXISTS (SELECT FROM pg_catalog.pg_class p
                WHERE p.relnamespace = n.oid AND p.relname = $3::pg_catalog.text),
       current_user,
       c.relrowsecurity
           AND (c.relforcerowsecurity OR NOT pg_catalog.pg_has_role(c.relowner, 'USAGE'))
           AND NOT (SELECT r.rolsuper OR r.rolbypassrls FROM pg_catalog.pg_roles r
                     WHERE r.rolname = current_user)
  FROM (SELECT coalesce($1::pg_catalog.text,
                        CASE WHEN $4::pg_catalog.text IS NULL
                               OR pg_catalog.set_config('search_path', $4, true) IS NOT NULL
                             THEN pg_catalog.current_schema()::pg_catalog.text END) AS name) place
  LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = place.name
  LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = $2::pg_catalog.text
