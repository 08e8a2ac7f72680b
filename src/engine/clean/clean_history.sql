-- Which of the tables $2 and $3 of schema $1 are there, as SQL writes them.
SELECT pg_catalog.format('%I.%I', s.nspname, c.relname)
  FROM pg_catalog.pg_class AS c
       JOIN pg_catalog.pg_namespace AS s ON s.oid = c.relnamespace
 WHERE s.nspname = $1 AND c.relname IN ($2, $3) AND c.relkind IN ('r', 'p')
 ORDER BY 1
