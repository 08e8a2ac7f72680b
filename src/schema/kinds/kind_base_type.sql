-- Base types, and types that are only declared (CREATE TYPE name). Array types are their elements'.
SELECT t.tableoid AS classid, t.oid AS objid, n.nspname AS schema, t.typname AS name,
       format('%I.%I', n.nspname, t.typname) AS key,
       pg_get_userbyid(t.typowner) AS owner, t.typacl AS acl, acldefault('T', t.typowner) AS acl_default,
       CASE WHEN t.typisdefined THEN concat_ws(E',\n    ',
           'INPUT = ' || t.typinput::regproc,
           'OUTPUT = ' || t.typoutput::regproc,
           CASE WHEN t.typreceive <> 0 THEN 'RECEIVE = ' || t.typreceive::regproc END,
           CASE WHEN t.typsend <> 0 THEN 'SEND = ' || t.typsend::regproc END,
           CASE WHEN t.typmodin <> 0 THEN 'TYPMOD_IN = ' || t.typmodin::regproc END,
           CASE WHEN t.typmodout <> 0 THEN 'TYPMOD_OUT = ' || t.typmodout::regproc END,
           CASE WHEN t.typanalyze <> 0 THEN 'ANALYZE = ' || t.typanalyze::regproc END,
           CASE WHEN t.typsubscript <> 0 AND t.typsubscript::regproc::text <> 'raw_array_subscript_handler' -- since 14
                THEN 'SUBSCRIPT = ' || t.typsubscript::regproc END, -- since 14
           'INTERNALLENGTH = ' || CASE WHEN t.typlen = -1 THEN 'VARIABLE' ELSE t.typlen::text END,
           CASE WHEN t.typbyval THEN 'PASSEDBYVALUE' END,
           'ALIGNMENT = ' || CASE t.typalign WHEN 'c' THEN 'char' WHEN 's' THEN 'int2' WHEN 'i' THEN 'int4'
                                             ELSE 'double' END,
           'STORAGE = ' || CASE t.typstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external'
                                             WHEN 'm' THEN 'main' ELSE 'extended' END,
           CASE WHEN t.typcategory <> 'U' THEN 'CATEGORY = ' || quote_literal(t.typcategory::text) END,
           CASE WHEN t.typispreferred THEN 'PREFERRED = true' END,
           CASE WHEN t.typdefault IS NOT NULL THEN 'DEFAULT = ' || quote_literal(t.typdefault) END,
           CASE WHEN t.typelem <> 0 THEN 'ELEMENT = ' || format_type(t.typelem, NULL) END,
           CASE WHEN t.typdelim <> ',' THEN 'DELIMITER = ' || quote_literal(t.typdelim::text) END,
           CASE WHEN t.typcollation <> 0 THEN 'COLLATABLE = true' END) END AS options
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
 WHERE (t.typtype = 'b' AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)
        OR t.typtype = 'p' AND NOT t.typisdefined)
   AND t.oid >= 16384 AND n.nspname !~ '^pg_'
