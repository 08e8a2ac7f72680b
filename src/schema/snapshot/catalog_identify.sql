-- Names for the addresses "class/object/sub" in $1, as far as they are objects still; first the place in $1.
SELECT u.place - 1, i.type, i.identity, i.schema, i.name
  FROM unnest($1::text[]) WITH ORDINALITY AS u(address, place)
       CROSS JOIN LATERAL pg_identify_object(split_part(u.address, '/', 1)::oid, split_part(u.address, '/', 2)::oid,
                                             split_part(u.address, '/', 3)::int) AS i
 WHERE i.identity IS NOT NULL
 ORDER BY 2, 3
