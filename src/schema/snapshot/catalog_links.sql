-- Addresses in pg_depend that mean another object of the model: an array type is its element, a row
-- type its relation, a composite type's relation the type, a multirange its range, a view's _RETURN
-- rule the view, a member of an operator class the class, a constraint's index the constraint, a
-- foreign key's copies for partitions the key, an identity sequence its column. (class, object, sub) -> (class, object, sub).
SELECT t.tableoid, t.oid, 0, t.tableoid, t.typelem, 0
  FROM pg_type t
 WHERE t.typelem <> 0 AND t.typlen = -1 AND t.typtype = 'b' AND t.typcategory = 'A' AND t.oid >= 16384
UNION ALL
SELECT t.tableoid, t.oid, 0, 'pg_class'::regclass, t.typrelid, 0
  FROM pg_type t
 WHERE t.typrelid NOT IN (SELECT c.oid FROM pg_class c WHERE c.relkind = 'c') AND t.typrelid <> 0 AND t.oid >= 16384
UNION ALL
SELECT c.tableoid, c.oid, 0, t.tableoid, t.oid, 0
  FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid
 WHERE c.relkind = 'c' AND t.oid >= 16384
UNION ALL -- since 14
SELECT t.tableoid, r.rngmultitypid, 0, t.tableoid, r.rngtypid, 0 -- since 14
  FROM pg_range r JOIN pg_type t ON t.oid = r.rngtypid -- since 14
 WHERE r.rngtypid >= 16384 -- since 14
UNION ALL
SELECT r.tableoid, r.oid, 0, c.tableoid, c.oid, 0
  FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
 WHERE r.rulename = '_RETURN' AND r.oid >= 16384
UNION ALL
SELECT 'pg_class'::regclass, c.conindid, 0, c.tableoid, c.oid, 0
  FROM pg_constraint c
 WHERE c.contype IN ('p', 'u', 'x') AND c.conindid <> 0
UNION ALL
SELECT d.classid, d.objid, 0, d.refclassid, d.refobjid, 0
  FROM pg_depend d
 WHERE d.classid IN ('pg_amop'::regclass, 'pg_amproc'::regclass) AND d.objid >= 16384
   AND d.refclassid IN ('pg_opclass'::regclass, 'pg_opfamily'::regclass) AND d.deptype IN ('i', 'a')
UNION ALL
SELECT c.tableoid, c.oid, 0, c.tableoid, c.conparentid, 0
  FROM pg_constraint c
 WHERE c.contype = 'f' AND c.conparentid <> 0
UNION ALL
SELECT d.classid, d.objid, 0, d.refclassid, d.refobjid, d.refobjsubid
  FROM pg_depend d JOIN pg_sequence s ON s.seqrelid = d.objid
 WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
   AND d.deptype = 'i' AND d.refobjsubid <> 0
