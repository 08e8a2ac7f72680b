-- The digest of a file's text ($1) as its tool keeps it: $2 is the number of bits.
SELECT pg_catalog.encode(CASE $2::pg_catalog.text WHEN '384' THEN pg_catalog.sha384(pg_catalog.convert_to($1, 'UTF8'))
    ELSE pg_catalog.sha256(pg_catalog.convert_to($1, 'UTF8')) END, 'hex')
