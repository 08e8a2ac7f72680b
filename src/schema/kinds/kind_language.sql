-- Procedural languages that are no extension's.
SELECT l.tableoid AS classid, l.oid AS objid, NULL AS schema, l.lanname AS name, quote_ident(l.lanname) AS key,
       pg_get_userbyid(l.lanowner) AS owner, l.lanacl AS acl, acldefault('l', l.lanowner) AS acl_default,
       concat_ws(' ', 'CREATE', CASE WHEN l.lanpltrusted THEN 'TRUSTED' END, 'LANGUAGE', quote_ident(l.lanname),
                 CASE WHEN l.lanplcallfoid <> 0 THEN 'HANDLER ' || l.lanplcallfoid::regproc END,
                 CASE WHEN l.laninline <> 0 THEN 'INLINE ' || l.laninline::regproc END,
                 CASE WHEN l.lanvalidator <> 0 THEN 'VALIDATOR ' || l.lanvalidator::regproc END) AS definition
  FROM pg_language l
 WHERE l.lanispl AND l.oid >= 16384
