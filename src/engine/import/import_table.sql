-- Where another tool keeps its history: $1 the table, $2 its schema or NULL. The one that the search_path finds
-- comes first; the second column is true for it.
SELECT pg_catalog.quote_ident(n.nspname) OPERATOR(pg_catalog.||) '.' OPERATOR(pg_catalog.||) pg_catalog.quote_ident(c.relname),
       pg_catalog.pg_table_is_visible(c.oid)
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE c.relname OPERATOR(pg_catalog.=) $1::pg_catalog.name
  AND c.relkind IN ('r', 'p')
  AND n.nspname OPERATOR(pg_catalog.!~) '^pg_'
  AND ($2::pg_catalog.text IS NULL OR n.nspname OPERATOR(pg_catalog.=) $2::pg_catalog.name)
ORDER BY 2 DESC, 1
