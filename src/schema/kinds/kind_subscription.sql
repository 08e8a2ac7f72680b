-- Subscriptions of this database. Only a superuser may read connection strings: query_to_xml() is asked
-- then and not otherwise. A password in one is left out on the server: a snapshot never has it, "secrets" tells which there are. The string
-- is an address, or pairs "name = 'value'" whose values may hold all that means something in an address.
SELECT 'pg_subscription'::regclass::oid AS classid, s.oid AS objid, NULL AS schema, s.subname AS name,
       quote_ident(s.subname) AS key, pg_get_userbyid(s.subowner) AS owner,
       quote_literal(CASE WHEN raw.conninfo ~ '^postgres(ql)?://' THEN
           regexp_replace(regexp_replace(regexp_replace(regexp_replace(raw.conninfo,
               '([?&])[^=&?]*(password|secret|scram_\w+_key|%)[^=&]*=[^&]*', '\1', 'gi'),
               '([?&])&+', '\1', 'g'), '[?&]+$', ''), '(://[^:@/]*):[^@/]*@', '\1@')
       WHEN raw.conninfo IS NOT NULL THEN
           coalesce((SELECT string_agg(format('%s=%s', pair[1], pair[2]), ' ' ORDER BY n)
                       FROM regexp_matches(raw.conninfo,
                                           '(\w+)\s*=\s*(''(?:[^''\\]|\\.)*''|(?:[^\s\\]|\\.)*)', 'g')
                            WITH ORDINALITY AS parts(pair, n)
                      WHERE pair[1] !~* 'password|secret|^scram_\w+_key$'), '')
       END) AS connection,
       CASE WHEN raw.conninfo ~ '^postgres(ql)?://' THEN
           CASE WHEN raw.conninfo ~ '://[^:@/]*:[^@/]*@' OR raw.conninfo ~* '[?&][^=&?]*(password|secret|scram_\w+_key)'
                THEN 'password' END
       ELSE (SELECT string_agg(pair[1], E'\n' ORDER BY pair[1])
               FROM regexp_matches(raw.conninfo, '(\w+)\s*=\s*(''(?:[^''\\]|\\.)*''|(?:[^\s\\]|\\.)*)', 'g') AS parts(pair)
              WHERE pair[1] ~* 'password|secret|^scram_\w+_key$') END AS secrets,
       (SELECT string_agg(quote_ident(p), ', ' ORDER BY p) FROM unnest(s.subpublications) p) AS publications,
       quote_literal(s.subslotname) AS slot_name, s.subenabled AS enabled,
       concat_ws(', ',
           'synchronous_commit = ' || quote_literal(s.subsynccommit),
           'binary = ' || s.subbinary, -- since 14
           'streaming = ' || CASE s.substream WHEN 't' THEN 'on' WHEN 'p' THEN 'parallel' ELSE 'off' END, -- since 16
-- before 16: 'streaming = ' || s.substream, -- since 14
           'disable_on_error = ' || s.subdisableonerr, -- since 15
           'password_required = ' || s.subpasswordrequired, -- since 16
           'run_as_owner = ' || s.subrunasowner, -- since 16
           'origin = ' || s.suborigin) AS options, -- since 16
-- before 16: NULL) AS options,
       s.subtwophasestate <> 'd' AS two_phase, -- since 15
-- before 15: false AS two_phase,
       s.subfailover AS failover -- since 17
-- before 17: false AS failover
  FROM pg_subscription s
       CROSS JOIN LATERAL (SELECT CASE WHEN has_column_privilege('pg_subscription', 'subconninfo', 'SELECT') THEN
           replace(replace(replace(substring(query_to_xml(
               format('SELECT subconninfo AS c FROM pg_catalog.pg_subscription WHERE oid = %s', s.oid),
               false, true, '')::text FROM '<c>(.*)</c>'), '&lt;', '<'), '&gt;', '>'), '&amp;', '&')
           END AS conninfo OFFSET 0) AS raw
 WHERE s.subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
