-- A column: its type as SQL writes it, and whether it is NOT NULL. $1: its table, $2: its name.
SELECT pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull
FROM pg_catalog.pg_attribute a WHERE a.attrelid = $1::oid AND a.attname = $2 AND a.attnum > 0 AND NOT a.attisdropped
