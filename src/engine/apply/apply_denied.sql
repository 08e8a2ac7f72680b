-- Who owns what a message names without its schema: kind and owner. $1: the name, $2: the message's
-- word for its kind. Several rows, or none: it cannot be told.
SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname),
       pg_catalog.pg_get_userbyid(c.relowner)
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relname = $1::text
   AND $2::text IN ('table', 'view', 'materialized view', 'foreign table', 'index', 'sequence', 'relation')
   AND n.nspname NOT IN ('pg_catalog', 'information_schema')
UNION ALL
SELECT pg_catalog.quote_ident(n.nspname), pg_catalog.pg_get_userbyid(n.nspowner)
  FROM pg_catalog.pg_namespace n WHERE n.nspname = $1::text AND $2::text = 'schema'
UNION ALL
SELECT p.oid::pg_catalog.regprocedure::text, pg_catalog.pg_get_userbyid(p.proowner)
  FROM pg_catalog.pg_proc p
 WHERE p.proname = $1::text AND $2::text IN ('function', 'procedure', 'routine', 'aggregate')
UNION ALL
SELECT pg_catalog.format_type(t.oid, NULL), pg_catalog.pg_get_userbyid(t.typowner)
  FROM pg_catalog.pg_type t WHERE t.typname = $1::text AND $2::text IN ('type', 'domain')
UNION ALL
SELECT pg_catalog.quote_ident(e.extname), pg_catalog.pg_get_userbyid(e.extowner)
  FROM pg_catalog.pg_extension e WHERE e.extname = $1::text AND $2::text = 'extension'
UNION ALL
SELECT pg_catalog.quote_ident(d.datname), pg_catalog.pg_get_userbyid(d.datdba)
  FROM pg_catalog.pg_database d WHERE d.datname = $1::text AND $2::text = 'database'
