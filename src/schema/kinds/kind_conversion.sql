-- Conversions between encodings.
SELECT c.tableoid AS classid, c.oid AS objid, n.nspname AS schema, c.conname AS name,
       format('%I.%I', n.nspname, c.conname) AS key, pg_get_userbyid(c.conowner) AS owner,
       format('CREATE%s CONVERSION %I.%I FOR %L TO %L FROM %s', CASE WHEN c.condefault THEN ' DEFAULT' END,
              n.nspname, c.conname, pg_encoding_to_char(c.conforencoding), pg_encoding_to_char(c.contoencoding),
              c.conproc) AS definition
  FROM pg_conversion c JOIN pg_namespace n ON n.oid = c.connamespace
 WHERE c.oid >= 16384 AND n.nspname !~ '^pg_'
