-- Sequences of identity columns: what is granted on them, and their comments. All else is the column's own.
SELECT c.tableoid AS classid, c.oid AS objid,
       c.tableoid AS parent_classid, d.refobjid AS parent_objid, d.refobjsubid AS parent_objsubid,
       c.relname AS name, '' AS key, c.relacl AS acl, acldefault('s', c.relowner) AS acl_default,
       format('%I.%I', n.nspname, c.relname) AS sequence,
       CASE WHEN c.relpersistence <> (SELECT o.relpersistence FROM pg_class o WHERE o.oid = d.refobjid) -- since 15
            THEN c.relpersistence END AS persistence -- since 15
-- before 15: NULL AS persistence
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_depend d ON d.classid = c.tableoid AND d.objid = c.oid AND d.deptype = 'i'
                       AND d.refclassid = c.tableoid AND d.refobjsubid <> 0
 WHERE c.relkind = 'S' AND c.oid >= 16384 AND c.relpersistence <> 't'
