-- Collations.
SELECT c.tableoid AS classid, c.oid AS objid, n.nspname AS schema, c.collname AS name,
       format('%I.%I', n.nspname, c.collname) AS key, pg_get_userbyid(c.collowner) AS owner,
       format('CREATE COLLATION %I.%I (%s)', n.nspname, c.collname, concat_ws(', ',
           'provider = ' || CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'c' THEN 'libc'
                                                WHEN 'b' THEN 'builtin' ELSE 'default' END,
           CASE WHEN NOT c.collisdeterministic THEN 'deterministic = false' END,
           'locale = ' || quote_literal(c.colllocale), -- since 17
-- before 17: CASE WHEN c.collprovider = 'i' THEN 'locale = ' || quote_literal(to_jsonb(c) ->> 'colliculocale') END,
-- before 15: CASE WHEN c.collprovider = 'i' THEN 'locale = ' || quote_literal(c.collcollate) END,
           'rules = ' || quote_literal(c.collicurules), -- since 16
           CASE WHEN c.collprovider = 'c' AND c.collcollate = c.collctype
                THEN 'locale = ' || quote_literal(c.collcollate) END,
           CASE WHEN c.collprovider = 'c' AND c.collcollate <> c.collctype
                THEN format('lc_collate = %L, lc_ctype = %L', c.collcollate, c.collctype) END)) AS definition
  FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
 WHERE c.oid >= 16384 AND n.nspname !~ '^pg_'
