-- Extended statistics.
SELECT s.tableoid AS classid, s.oid AS objid, c.tableoid AS parent_classid, c.oid AS parent_objid,
       n.nspname AS schema, s.stxname AS name,
       format('%I.%I', n.nspname, s.stxname) AS key,
       pg_get_userbyid(s.stxowner) AS owner,
       pg_get_statisticsobjdef(s.oid) AS definition,
       nullif(s.stxstattarget::int, -1) AS statistics
  FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace
       JOIN pg_class c ON c.oid = s.stxrelid
 WHERE s.oid >= 16384 AND n.nspname !~ '^pg_'
