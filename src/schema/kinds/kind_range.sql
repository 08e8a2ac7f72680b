-- Range types. "options" is the list inside CREATE TYPE ... AS RANGE (...).
SELECT t.tableoid AS classid, t.oid AS objid, n.nspname AS schema, t.typname AS name,
       format('%I.%I', n.nspname, t.typname) AS key,
       pg_get_userbyid(t.typowner) AS owner, t.typacl AS acl, acldefault('T', t.typowner) AS acl_default,
       concat_ws(E',\n    ',
           'subtype = ' || format_type(r.rngsubtype, NULL),
           (SELECT format('multirange_type_name = %I.%I', mn.nspname, m.typname) -- since 14
              FROM pg_type m JOIN pg_namespace mn ON mn.oid = m.typnamespace -- since 14
             WHERE m.oid = r.rngmultitypid), -- since 14
           CASE WHEN NOT o.opcdefault THEN format('subtype_opclass = %I.%I', opn.nspname, o.opcname) END,
           CASE WHEN r.rngcollation <> s.typcollation
                THEN format('collation = %I.%I', cn.nspname, c.collname) END,
           CASE WHEN r.rngcanonical <> 0 THEN 'canonical = ' || r.rngcanonical::regproc END,
           CASE WHEN r.rngsubdiff <> 0 THEN 'subtype_diff = ' || r.rngsubdiff::regproc END) AS options
  FROM pg_range r JOIN pg_type t ON t.oid = r.rngtypid
       JOIN pg_namespace n ON n.oid = t.typnamespace
       JOIN pg_type s ON s.oid = r.rngsubtype
       JOIN pg_opclass o ON o.oid = r.rngsubopc
       JOIN pg_namespace opn ON opn.oid = o.opcnamespace
       LEFT JOIN pg_collation c ON c.oid = r.rngcollation
       LEFT JOIN pg_namespace cn ON cn.oid = c.collnamespace
 WHERE t.oid >= 16384 AND n.nspname !~ '^pg_'
