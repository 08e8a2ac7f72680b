-- Aggregates. "definition" is the whole CREATE AGGREGATE.
SELECT p.tableoid AS classid, p.oid AS objid, n.nspname AS schema, p.proname AS name,
       format('%I.%I(%s)', n.nspname, p.proname,
              CASE WHEN pg_get_function_identity_arguments(p.oid) = '' THEN '*'
                   ELSE pg_get_function_identity_arguments(p.oid) END) AS key,
       pg_get_userbyid(p.proowner) AS owner, p.proacl AS acl, acldefault('f', p.proowner) AS acl_default,
       format('%I.%I(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)) AS routine,
       format(E'CREATE AGGREGATE %I.%I(%s) (\n    ', n.nspname, p.proname,
              CASE WHEN pg_get_function_arguments(p.oid) = '' THEN '*'
                   ELSE pg_get_function_arguments(p.oid) END) ||
       concat_ws(E',\n    ',
           'SFUNC = ' || a.aggtransfn::regproc,
           'STYPE = ' || format_type(a.aggtranstype, NULL),
           CASE WHEN a.aggtransspace <> 0 THEN 'SSPACE = ' || a.aggtransspace END,
           CASE WHEN a.aggfinalfn <> 0 THEN 'FINALFUNC = ' || a.aggfinalfn::regproc END,
           CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
           CASE WHEN a.aggfinalmodify <> CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END
                THEN 'FINALFUNC_MODIFY = ' || CASE a.aggfinalmodify WHEN 'r' THEN 'READ_ONLY'
                     WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
           CASE WHEN a.aggcombinefn <> 0 THEN 'COMBINEFUNC = ' || a.aggcombinefn::regproc END,
           CASE WHEN a.aggserialfn <> 0 THEN 'SERIALFUNC = ' || a.aggserialfn::regproc END,
           CASE WHEN a.aggdeserialfn <> 0 THEN 'DESERIALFUNC = ' || a.aggdeserialfn::regproc END,
           'INITCOND = ' || quote_literal(a.agginitval),
           CASE WHEN a.aggmtransfn <> 0 THEN 'MSFUNC = ' || a.aggmtransfn::regproc END,
           CASE WHEN a.aggminvtransfn <> 0 THEN 'MINVFUNC = ' || a.aggminvtransfn::regproc END,
           CASE WHEN a.aggmtranstype <> 0 THEN 'MSTYPE = ' || format_type(a.aggmtranstype, NULL) END,
           CASE WHEN a.aggmtransspace <> 0 THEN 'MSSPACE = ' || a.aggmtransspace END,
           CASE WHEN a.aggmfinalfn <> 0 THEN 'MFINALFUNC = ' || a.aggmfinalfn::regproc END,
           CASE WHEN a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
           CASE WHEN a.aggmfinalfn <> 0 AND a.aggmfinalmodify <> CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END
                THEN 'MFINALFUNC_MODIFY = ' || CASE a.aggmfinalmodify WHEN 'r' THEN 'READ_ONLY'
                     WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
           'MINITCOND = ' || quote_literal(a.aggminitval),
           CASE WHEN a.aggsortop <> 0 THEN (SELECT format('SORTOP = OPERATOR(%I.%s)', so.nspname, s.oprname)
                FROM pg_operator s JOIN pg_namespace so ON so.oid = s.oprnamespace WHERE s.oid = a.aggsortop) END,
           CASE WHEN p.proparallel <> 'u' THEN 'PARALLEL = ' ||
                CASE p.proparallel WHEN 's' THEN 'SAFE' ELSE 'RESTRICTED' END END,
           CASE WHEN a.aggkind = 'h' THEN 'HYPOTHETICAL' END) || E'\n)' AS definition
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
       JOIN pg_aggregate a ON a.aggfnoid = p.oid
 WHERE p.oid >= 16384 AND n.nspname !~ '^pg_'
