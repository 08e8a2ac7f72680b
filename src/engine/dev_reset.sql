-- What makes a database like the present one, and what is set for it. $1: the new one's name. Columns:
-- CREATE DATABASE; what is set and granted for it, as one script (NULL: nothing).
WITH d AS (
    SELECT b.*, pg_catalog.to_jsonb(b) AS j
    FROM pg_catalog.pg_database b WHERE b.datname = pg_catalog.current_database()
), t AS (
    SELECT pg_catalog.to_jsonb(b) AS j FROM pg_catalog.pg_database b WHERE b.datname = 'template1'
)
SELECT pg_catalog.format('CREATE DATABASE %I OWNER %I TEMPLATE %s ENCODING %L LC_COLLATE %L LC_CTYPE %L',
           $1::text, pg_catalog.pg_get_userbyid(d.datdba),
           -- What the server's template has is in the old one too, unless it was made from template0.
           CASE WHEN d.encoding = (t.j ->> 'encoding')::int AND d.datcollate = t.j ->> 'datcollate'
                     AND d.datctype = t.j ->> 'datctype'
                     AND coalesce(d.j ->> 'datlocprovider', '') = coalesce(t.j ->> 'datlocprovider', '')
                     AND coalesce(d.j ->> 'datlocale', d.j ->> 'daticulocale', '')
                         = coalesce(t.j ->> 'datlocale', t.j ->> 'daticulocale', '')
                THEN 'template1' ELSE 'template0' END,
           pg_catalog.pg_encoding_to_char(d.encoding), d.datcollate, d.datctype)
       || CASE d.j ->> 'datlocprovider'
              WHEN 'i' THEN pg_catalog.format(' LOCALE_PROVIDER icu ICU_LOCALE %L',
                                              coalesce(d.j ->> 'datlocale', d.j ->> 'daticulocale'))
              WHEN 'b' THEN pg_catalog.format(' LOCALE_PROVIDER builtin BUILTIN_LOCALE %L', d.j ->> 'datlocale')
              ELSE '' END
       || coalesce((SELECT pg_catalog.format(' TABLESPACE %I', s.spcname) FROM pg_catalog.pg_tablespace s
                    WHERE s.oid = d.dattablespace AND s.spcname <> 'pg_default'), '')
       || CASE WHEN d.datconnlimit >= 0 THEN pg_catalog.format(' CONNECTION LIMIT %s', d.datconnlimit) ELSE '' END,
       (SELECT pg_catalog.string_agg(x.line, E';\n') FROM (
            SELECT pg_catalog.format('ALTER %s SET %I = %s',
                       CASE WHEN s.setrole = 0 THEN pg_catalog.format('DATABASE %I', $1::text)
                            ELSE pg_catalog.format('ROLE %I IN DATABASE %I', pg_catalog.pg_get_userbyid(s.setrole),
                                                   $1::text) END,
                       pg_catalog.split_part(c, '=', 1),
                       -- Lists are kept as they are written in SET; anything else is one literal.
                       CASE WHEN pg_catalog.lower(pg_catalog.split_part(c, '=', 1)) IN ('search_path',
                                'session_preload_libraries', 'local_preload_libraries', 'temp_tablespaces', 'datestyle')
                            THEN pg_catalog.substr(c, pg_catalog.strpos(c, '=') + 1)
                            ELSE pg_catalog.quote_literal(pg_catalog.substr(c, pg_catalog.strpos(c, '=') + 1)) END)
                AS line
            FROM pg_catalog.pg_db_role_setting s, pg_catalog.unnest(s.setconfig) c WHERE s.setdatabase = d.oid
            UNION ALL
            SELECT 'REVOKE ALL ON DATABASE ' || pg_catalog.quote_ident($1::text) || ' FROM PUBLIC'
            WHERE d.datacl IS NOT NULL
            UNION ALL
            SELECT pg_catalog.format('GRANT %s ON DATABASE %I TO %s', a.privilege_type, $1::text,
                       CASE WHEN a.grantee = 0 THEN 'PUBLIC'
                            ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END)
                || CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
            FROM pg_catalog.aclexplode(d.datacl) a
       ) x)
  FROM d, t
