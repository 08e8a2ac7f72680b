-- Operator classes. Functions are named with their types unless those are the class's own.
SELECT c.tableoid AS classid, c.oid AS objid, n.nspname AS schema, c.opcname AS name,
       format('%I.%I USING %I', n.nspname, c.opcname, m.amname) AS key,
       pg_get_userbyid(c.opcowner) AS owner,
       format(E'CREATE OPERATOR CLASS %I.%I%s FOR TYPE %s USING %I FAMILY %I.%I AS\n    %s', n.nspname, c.opcname,
              CASE WHEN c.opcdefault THEN ' DEFAULT' END, format_type(c.opcintype, NULL), m.amname,
              fn.nspname, f.opfname, concat_ws(E',\n    ',
                  CASE WHEN c.opckeytype <> 0 THEN 'STORAGE ' || format_type(c.opckeytype, NULL) END,
                  x.members,
                  CASE WHEN c.opckeytype = 0 AND x.members IS NULL
                       THEN 'STORAGE ' || format_type(c.opcintype, NULL) END)) AS definition
  FROM pg_opclass c JOIN pg_namespace n ON n.oid = c.opcnamespace
       JOIN pg_am m ON m.oid = c.opcmethod
       JOIN pg_opfamily f ON f.oid = c.opcfamily
       JOIN pg_namespace fn ON fn.oid = f.opfnamespace
       CROSS JOIN LATERAL (
           SELECT string_agg(y.member, E',\n    ' ORDER BY y.sort, y.number, y.member) AS members FROM (
               SELECT 1 AS sort, o.amopstrategy AS number,
                      format('OPERATOR %s %s%s', o.amopstrategy,
                             (SELECT format('%I.%s(%s,%s)', pn.nspname, p.oprname,
                                            format_type(o.amoplefttype, NULL), format_type(o.amoprighttype, NULL))
                                FROM pg_operator p JOIN pg_namespace pn ON pn.oid = p.oprnamespace
                               WHERE p.oid = o.amopopr),
                             (SELECT format(' FOR ORDER BY %I.%I', sn.nspname, s.opfname)
                                FROM pg_opfamily s JOIN pg_namespace sn ON sn.oid = s.opfnamespace
                               WHERE s.oid = o.amopsortfamily)) AS member
                 FROM pg_amop o JOIN pg_depend d ON d.classid = o.tableoid AND d.objid = o.oid
                WHERE d.refclassid = c.tableoid AND d.refobjid = c.oid
               UNION ALL
               SELECT 2, a.amprocnum,
                      format('FUNCTION %s (%s, %s) %s', a.amprocnum, format_type(a.amproclefttype, NULL),
                             format_type(a.amprocrighttype, NULL), a.amproc::regprocedure)
                 FROM pg_amproc a JOIN pg_depend d ON d.classid = a.tableoid AND d.objid = a.oid
                WHERE d.refclassid = c.tableoid AND d.refobjid = c.oid) AS y) AS x
 WHERE c.oid >= 16384 AND n.nspname !~ '^pg_'
