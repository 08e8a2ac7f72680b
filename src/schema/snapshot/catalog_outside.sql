-- What a database has beside objects that a snapshot could read: topic and name.
SELECT 'large objects' AS topic, l.count::text AS name
  FROM (SELECT count(*) FROM pg_largeobject_metadata) AS l WHERE l.count > 0
UNION ALL
-- Only their names: values can be secret.
SELECT 'settings of the database (ALTER DATABASE, ALTER ROLE ... IN DATABASE)',
       concat_ws(' ', split_part(o, '=', 1), 'for ' || quote_ident(r.rolname))
  FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
       LEFT JOIN pg_roles r ON r.oid = s.setrole
       CROSS JOIN LATERAL unnest(s.setconfig) AS u(o)
 WHERE d.datname = current_database()
UNION ALL
-- pg_dump writes these. The same grants may stand in another order. (What initdb grants in information_schema is
-- not in pg_init_privs.)
SELECT CASE WHEN g.member THEN 'grants on objects of extensions' ELSE 'grants on built-in objects' END,
       i.type || ' ' || i.identity
  FROM (SELECT a.*, d.objid IS NOT NULL AS member
          FROM (SELECT p.tableoid AS classid, p.oid AS objid, 0 AS objsubid, p.proacl AS acl, p.pronamespace AS space
                  FROM pg_proc p WHERE p.proacl IS NOT NULL
                UNION ALL
                SELECT c.tableoid, c.oid, 0, c.relacl, c.relnamespace FROM pg_class c WHERE c.relacl IS NOT NULL
                UNION ALL
                SELECT c.tableoid, c.oid, t.attnum, t.attacl, c.relnamespace
                  FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid
                 WHERE t.attacl IS NOT NULL AND t.attrelid < 16384
                UNION ALL
                SELECT c.tableoid, c.oid, t.attnum, t.attacl, c.relnamespace
                  FROM pg_depend m JOIN pg_class c ON c.oid = m.objid JOIN pg_attribute t ON t.attrelid = c.oid
                 WHERE t.attacl IS NOT NULL AND c.oid >= 16384
                   AND m.classid = 'pg_class'::regclass AND m.refclassid = 'pg_extension'::regclass AND m.deptype = 'e'
                UNION ALL
                SELECT n.tableoid, n.oid, 0, n.nspacl, n.oid FROM pg_namespace n
                 WHERE n.nspacl IS NOT NULL AND n.nspname <> 'public'
                UNION ALL
                SELECT t.tableoid, t.oid, 0, t.typacl, t.typnamespace FROM pg_type t WHERE t.typacl IS NOT NULL
                UNION ALL
                SELECT l.tableoid, l.oid, 0, l.lanacl, 0 FROM pg_language l WHERE l.lanacl IS NOT NULL) AS a
               LEFT JOIN pg_depend d ON d.classid = a.classid AND d.objid = a.objid AND d.deptype = 'e'
         WHERE (a.objid < 16384 OR d.objid IS NOT NULL) AND a.space <> 'information_schema'::regnamespace) AS g
       LEFT JOIN pg_init_privs p ON p.classoid = g.classid AND p.objoid = g.objid AND p.objsubid = g.objsubid
       CROSS JOIN LATERAL pg_identify_object(g.classid, g.objid, g.objsubid) AS i
 WHERE (SELECT array_agg(x::text ORDER BY x::text) FROM unnest(g.acl) AS x) IS DISTINCT FROM
       (SELECT array_agg(x::text ORDER BY x::text) FROM unnest(p.initprivs) AS x)
UNION ALL
SELECT 'row security policies on tables of extensions', i.identity
  FROM pg_policy p JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = p.polrelid AND d.deptype = 'e'
       CROSS JOIN LATERAL pg_identify_object(p.tableoid, p.oid, 0) AS i
UNION ALL
-- Of servers newer than this program: catalogs that have something and that it does not know.
SELECT 'catalogs that this dbmig does not know', c.relname::text
  FROM pg_class c
 WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r' AND c.oid < 16384
   AND c.relname <> ALL ('{pg_aggregate,pg_am,pg_amop,pg_amproc,pg_attrdef,pg_attribute,pg_auth_members,pg_authid,pg_cast,pg_class,pg_collation,pg_constraint,pg_conversion,pg_database,pg_db_role_setting,pg_default_acl,pg_depend,pg_description,pg_enum,pg_event_trigger,pg_extension,pg_foreign_data_wrapper,pg_foreign_server,pg_foreign_table,pg_index,pg_inherits,pg_init_privs,pg_language,pg_largeobject,pg_largeobject_metadata,pg_namespace,pg_opclass,pg_operator,pg_opfamily,pg_parameter_acl,pg_partitioned_table,pg_policy,pg_proc,pg_publication,pg_publication_namespace,pg_publication_rel,pg_range,pg_replication_origin,pg_rewrite,pg_seclabel,pg_sequence,pg_shdepend,pg_shdescription,pg_shseclabel,pg_statistic,pg_statistic_ext,pg_statistic_ext_data,pg_subscription,pg_subscription_rel,pg_tablespace,pg_transform,pg_trigger,pg_ts_config,pg_ts_config_map,pg_ts_dict,pg_ts_parser,pg_ts_template,pg_type,pg_user_mapping}'::text[])
   AND pg_relation_size(c.oid) > 0
ORDER BY 1, 2
