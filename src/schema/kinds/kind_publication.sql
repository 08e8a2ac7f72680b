-- Publications, without the tables and schemas in them.
SELECT p.tableoid AS classid, p.oid AS objid, NULL AS schema, p.pubname AS name, quote_ident(p.pubname) AS key,
       pg_get_userbyid(p.pubowner) AS owner, p.puballtables AS all_tables,
       concat_ws(', ',
           'publish = ' || quote_literal(concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END,
               CASE WHEN p.pubupdate THEN 'update' END, CASE WHEN p.pubdelete THEN 'delete' END,
               CASE WHEN p.pubtruncate THEN 'truncate' END)),
           CASE p.pubgencols WHEN 's' THEN 'publish_generated_columns = stored' -- since 18
                             ELSE 'publish_generated_columns = none' END, -- since 18
           'publish_via_partition_root = ' || p.pubviaroot) AS options
  FROM pg_publication p
 WHERE p.oid >= 16384
