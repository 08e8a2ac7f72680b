-- Definitions as the server writes them, of the constraints and the indexes with these oids. Storage options and
-- NOT VALID are taken out.
SELECT k.tableoid, k.oid, regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', '')
  FROM pg_constraint k
 WHERE k.oid = ANY ($1::oid[])
UNION ALL
SELECT c.tableoid, c.oid, replace(pg_get_indexdef(c.oid), coalesce(' WITH (' || o.flat || ')', ''), '')
  FROM pg_class c
       LEFT JOIN LATERAL (
           SELECT string_agg(quote_ident(split_part(x, '=', 1)) || '=' ||
                             CASE WHEN quote_ident(substr(x, strpos(x, '=') + 1)) = substr(x, strpos(x, '=') + 1)
                                  THEN substr(x, strpos(x, '=') + 1)
                                  ELSE quote_literal(substr(x, strpos(x, '=') + 1)) END, ', ' ORDER BY r) AS flat
             FROM unnest(c.reloptions) WITH ORDINALITY AS u(x, r)) AS o ON c.reloptions IS NOT NULL
 WHERE c.oid = ANY ($1::oid[]) AND c.relkind IN ('i', 'I')
