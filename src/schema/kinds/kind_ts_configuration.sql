-- Text search configurations; "mappings" has a token type and its dictionaries a line.
SELECT c.tableoid AS classid, c.oid AS objid, n.nspname AS schema, c.cfgname AS name,
       format('%I.%I', n.nspname, c.cfgname) AS key, pg_get_userbyid(c.cfgowner) AS owner,
       format('%I.%I', pn.nspname, p.prsname) AS parser,
       (SELECT string_agg(quote_ident(k.alias) || ' ' || x.dictionaries, E'\n' ORDER BY x.token)
          FROM (SELECT m.maptokentype AS token,
                       string_agg(format('%I.%I', dn.nspname, d.dictname), ', ' ORDER BY m.mapseqno) AS dictionaries
                  FROM pg_ts_config_map m JOIN pg_ts_dict d ON d.oid = m.mapdict
                       JOIN pg_namespace dn ON dn.oid = d.dictnamespace
                 WHERE m.mapcfg = c.oid GROUP BY 1) AS x
               JOIN ts_token_type(c.cfgparser) AS k ON k.tokid = x.token) AS mappings
  FROM pg_ts_config c JOIN pg_namespace n ON n.oid = c.cfgnamespace
       JOIN pg_ts_parser p ON p.oid = c.cfgparser
       JOIN pg_namespace pn ON pn.oid = p.prsnamespace
 WHERE c.oid >= 16384 AND n.nspname !~ '^pg_'
