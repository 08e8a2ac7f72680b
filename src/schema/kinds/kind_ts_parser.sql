-- Text search parsers.
SELECT p.tableoid AS classid, p.oid AS objid, n.nspname AS schema, p.prsname AS name,
       format('%I.%I', n.nspname, p.prsname) AS key,
       format('CREATE TEXT SEARCH PARSER %I.%I (%s)', n.nspname, p.prsname, concat_ws(', ',
           'START = ' || p.prsstart, 'GETTOKEN = ' || p.prstoken, 'END = ' || p.prsend,
           CASE WHEN p.prsheadline <> 0 THEN 'HEADLINE = ' || p.prsheadline END,
           'LEXTYPES = ' || p.prslextype)) AS definition
  FROM pg_ts_parser p JOIN pg_namespace n ON n.oid = p.prsnamespace
 WHERE p.oid >= 16384 AND n.nspname !~ '^pg_'
