-- Raw dependencies of what is not built in. Membership of extensions ('e') included; row types and
-- array types, which go without saying, left out, and so are the triggers that a constraint is made of.
SELECT d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid, d.refobjsubid, d.deptype
  FROM pg_depend d
 WHERE d.objid >= 16384 AND (d.refobjid >= 16384 OR d.refobjid = 2200)
   AND NOT (d.classid = d.refclassid AND d.objid = d.refobjid)
   AND NOT (d.classid = 'pg_type'::regclass AND d.deptype = 'i'
            AND d.refclassid IN ('pg_class'::regclass, 'pg_type'::regclass))
   AND NOT (d.classid = 'pg_trigger'::regclass AND d.deptype = 'i' AND d.refclassid = 'pg_constraint'::regclass)
   AND NOT (d.classid = 'pg_attrdef'::regclass AND d.deptype = 'a' AND d.refclassid = 'pg_class'::regclass)
   AND NOT (d.classid = 'pg_class'::regclass AND d.deptype = 'i'
            AND (d.refclassid = 'pg_constraint'::regclass OR d.refclassid = 'pg_class'::regclass AND d.refobjsubid = 0))
   AND NOT (d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'a'
            AND d.refobjid IN (SELECT c.oid FROM pg_class c WHERE c.relkind = 't'))
