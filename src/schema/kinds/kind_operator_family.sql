-- Operator families, with the members that belong to no operator class: "OPERATOR 1 ..." or "FUNCTION 1 ..."
-- as in ALTER OPERATOR FAMILY ... ADD, one a line.
SELECT f.tableoid AS classid, f.oid AS objid, n.nspname AS schema, f.opfname AS name,
       format('%I.%I USING %I', n.nspname, f.opfname, m.amname) AS key,
       pg_get_userbyid(f.opfowner) AS owner,
       (SELECT string_agg(x.member, E'\n' ORDER BY x.member) FROM (
            SELECT format('OPERATOR %s %s%s', o.amopstrategy,
                          (SELECT format('%I.%s(%s,%s)', pn.nspname, p.oprname, format_type(o.amoplefttype, NULL),
                                         format_type(o.amoprighttype, NULL))
                             FROM pg_operator p JOIN pg_namespace pn ON pn.oid = p.oprnamespace
                            WHERE p.oid = o.amopopr),
                          (SELECT format(' FOR ORDER BY %I.%I', sn.nspname, s.opfname)
                             FROM pg_opfamily s JOIN pg_namespace sn ON sn.oid = s.opfnamespace
                            WHERE s.oid = o.amopsortfamily)) AS member
              FROM pg_amop o JOIN pg_depend d ON d.classid = o.tableoid AND d.objid = o.oid
             WHERE o.amopfamily = f.oid AND d.refclassid = f.tableoid AND d.refobjid = f.oid
            UNION ALL
            SELECT format('FUNCTION %s (%s, %s) %s', a.amprocnum, format_type(a.amproclefttype, NULL),
                          format_type(a.amprocrighttype, NULL), a.amproc::regprocedure)
              FROM pg_amproc a JOIN pg_depend d ON d.classid = a.tableoid AND d.objid = a.oid
             WHERE a.amprocfamily = f.oid AND d.refclassid = f.tableoid AND d.refobjid = f.oid) AS x) AS members
  FROM pg_opfamily f JOIN pg_namespace n ON n.oid = f.opfnamespace
       JOIN pg_am m ON m.oid = f.opfmethod
 WHERE f.oid >= 16384 AND n.nspname !~ '^pg_'
