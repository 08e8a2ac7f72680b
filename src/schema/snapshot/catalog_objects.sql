-- Every object of this database that is not built in, as "oid oid ..." for each catalog; what a snapshot
-- has not read of it is named as left out. Not here are parts that go without saying: toast and
-- temporary relations, array types, triggers and constraints that the server made for others (copies in partitions and
-- children, NOT NULL as a constraint, constraint triggers), default values.
SELECT 'pg_class'::regclass::oid AS classid, string_agg(c.oid::text, ' ') AS objids
  FROM pg_class c
 WHERE c.oid >= 16384 AND c.relkind <> 't' AND c.relpersistence <> 't'
   AND c.relnamespace NOT IN (SELECT n.oid FROM pg_namespace n WHERE n.nspname ~ '^pg_(toast|temp)')
UNION ALL
SELECT 'pg_type'::regclass, string_agg(t.oid::text, ' ')
  FROM pg_type t
 WHERE t.oid >= 16384
   AND NOT (t.typelem <> 0 AND t.typlen = -1 AND t.typtype = 'b' AND t.typcategory = 'A')
   AND t.typnamespace NOT IN (SELECT n.oid FROM pg_namespace n WHERE n.nspname ~ '^pg_(toast|temp)')
UNION ALL
SELECT 'pg_proc'::regclass, string_agg(p.oid::text, ' ')
  FROM pg_proc p
 WHERE p.oid >= 16384
   AND p.pronamespace NOT IN (SELECT n.oid FROM pg_namespace n WHERE n.nspname ~ '^pg_(toast|temp)')
UNION ALL
SELECT 'pg_constraint'::regclass, string_agg(k.oid::text, ' ')
  FROM pg_constraint k
 WHERE k.oid >= 16384 AND k.contype NOT IN ('n', 't')
   AND NOT (k.contype = 'c' AND k.conrelid <> 0 AND NOT k.conislocal)
   AND k.connamespace NOT IN (SELECT n.oid FROM pg_namespace n WHERE n.nspname ~ '^pg_(toast|temp)')
UNION ALL
SELECT 'pg_trigger'::regclass, string_agg(t.oid::text, ' ')
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
 WHERE t.oid >= 16384 AND NOT t.tgisinternal AND t.tgparentid = 0 AND c.relpersistence <> 't'
UNION ALL
SELECT 'pg_rewrite'::regclass, string_agg(r.oid::text, ' ')
  FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
 WHERE r.oid >= 16384 AND c.relpersistence <> 't'
UNION ALL
SELECT 'pg_policy'::regclass, string_agg(oid::text, ' ') FROM pg_policy WHERE oid >= 16384
UNION ALL
SELECT 'pg_statistic_ext'::regclass, string_agg(s.oid::text, ' ')
  FROM pg_statistic_ext s JOIN pg_class c ON c.oid = s.stxrelid
 WHERE s.oid >= 16384 AND c.relpersistence <> 't'
UNION ALL
SELECT 'pg_cast'::regclass, string_agg(oid::text, ' ') FROM pg_cast WHERE oid >= 16384
UNION ALL
SELECT 'pg_operator'::regclass, string_agg(oid::text, ' ') FROM pg_operator WHERE oid >= 16384
UNION ALL
SELECT 'pg_opclass'::regclass, string_agg(oid::text, ' ') FROM pg_opclass WHERE oid >= 16384
UNION ALL
SELECT 'pg_opfamily'::regclass, string_agg(oid::text, ' ') FROM pg_opfamily WHERE oid >= 16384
UNION ALL
SELECT 'pg_amop'::regclass, string_agg(oid::text, ' ') FROM pg_amop WHERE oid >= 16384
UNION ALL
SELECT 'pg_amproc'::regclass, string_agg(oid::text, ' ') FROM pg_amproc WHERE oid >= 16384
UNION ALL
SELECT 'pg_am'::regclass, string_agg(oid::text, ' ') FROM pg_am WHERE oid >= 16384
UNION ALL
SELECT 'pg_language'::regclass, string_agg(oid::text, ' ') FROM pg_language WHERE oid >= 16384
UNION ALL
SELECT 'pg_namespace'::regclass, string_agg(oid::text, ' ')
  FROM pg_namespace WHERE oid >= 16384 AND nspname !~ '^pg_(toast|temp)'
UNION ALL
SELECT 'pg_extension'::regclass, string_agg(oid::text, ' ') FROM pg_extension WHERE oid >= 16384
UNION ALL
SELECT 'pg_conversion'::regclass, string_agg(oid::text, ' ') FROM pg_conversion WHERE oid >= 16384
UNION ALL
SELECT 'pg_collation'::regclass, string_agg(oid::text, ' ') FROM pg_collation WHERE oid >= 16384
UNION ALL
SELECT 'pg_ts_config'::regclass, string_agg(oid::text, ' ') FROM pg_ts_config WHERE oid >= 16384
UNION ALL
SELECT 'pg_ts_dict'::regclass, string_agg(oid::text, ' ') FROM pg_ts_dict WHERE oid >= 16384
UNION ALL
SELECT 'pg_ts_parser'::regclass, string_agg(oid::text, ' ') FROM pg_ts_parser WHERE oid >= 16384
UNION ALL
SELECT 'pg_ts_template'::regclass, string_agg(oid::text, ' ') FROM pg_ts_template WHERE oid >= 16384
UNION ALL
SELECT 'pg_transform'::regclass, string_agg(oid::text, ' ') FROM pg_transform WHERE oid >= 16384
UNION ALL
SELECT 'pg_foreign_data_wrapper'::regclass, string_agg(oid::text, ' ') FROM pg_foreign_data_wrapper WHERE oid >= 16384
UNION ALL
SELECT 'pg_foreign_server'::regclass, string_agg(oid::text, ' ') FROM pg_foreign_server WHERE oid >= 16384
UNION ALL
SELECT 'pg_user_mapping'::regclass, string_agg(umid::text, ' ') FROM pg_user_mappings WHERE umid >= 16384
UNION ALL
SELECT 'pg_publication'::regclass, string_agg(oid::text, ' ') FROM pg_publication WHERE oid >= 16384
UNION ALL
SELECT 'pg_publication_rel'::regclass, string_agg(oid::text, ' ') FROM pg_publication_rel WHERE oid >= 16384
UNION ALL -- since 15
SELECT 'pg_publication_namespace'::regclass, string_agg(oid::text, ' ') FROM pg_publication_namespace -- since 15
UNION ALL
SELECT 'pg_subscription'::regclass, string_agg(s.oid::text, ' ')
  FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid
 WHERE d.datname = current_database()
UNION ALL
SELECT 'pg_event_trigger'::regclass, string_agg(oid::text, ' ') FROM pg_event_trigger WHERE oid >= 16384
UNION ALL
SELECT 'pg_default_acl'::regclass, string_agg(oid::text, ' ') FROM pg_default_acl
