-- Operators. (One without a function is only a name that another operator mentioned.)
SELECT o.tableoid AS classid, o.oid AS objid, n.nspname AS schema, o.oprname AS name,
       format('%I.%s (%s, %s)', n.nspname, o.oprname,
              CASE WHEN o.oprleft = 0 THEN 'NONE' ELSE format_type(o.oprleft, NULL) END,
              CASE WHEN o.oprright = 0 THEN 'NONE' ELSE format_type(o.oprright, NULL) END) AS key,
       pg_get_userbyid(o.oprowner) AS owner,
       format(E'CREATE OPERATOR %I.%s (\n    %s\n)', n.nspname, o.oprname, concat_ws(E',\n    ',
           'FUNCTION = ' || o.oprcode,
           CASE WHEN o.oprleft <> 0 THEN 'LEFTARG = ' || format_type(o.oprleft, NULL) END,
           CASE WHEN o.oprright <> 0 THEN 'RIGHTARG = ' || format_type(o.oprright, NULL) END,
           (SELECT format('COMMUTATOR = OPERATOR(%I.%s)', xn.nspname, x.oprname)
              FROM pg_operator x JOIN pg_namespace xn ON xn.oid = x.oprnamespace WHERE x.oid = o.oprcom),
           (SELECT format('NEGATOR = OPERATOR(%I.%s)', xn.nspname, x.oprname)
              FROM pg_operator x JOIN pg_namespace xn ON xn.oid = x.oprnamespace WHERE x.oid = o.oprnegate),
           CASE WHEN o.oprcanmerge THEN 'MERGES' END,
           CASE WHEN o.oprcanhash THEN 'HASHES' END,
           CASE WHEN o.oprrest <> 0 THEN 'RESTRICT = ' || o.oprrest END,
           CASE WHEN o.oprjoin <> 0 THEN 'JOIN = ' || o.oprjoin END)) AS definition
  FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace
 WHERE o.oid >= 16384 AND o.oprcode <> 0 AND n.nspname !~ '^pg_'
