-- Puts rows into every table of a database (as many as the setting dbmig.rows says), as far as its types,
-- checks, keys and triggers let it: a row that is refused is tried again with other values. Deterministic
-- (setseed).
SET client_min_messages = error;
SELECT setseed(0.5);

-- An SQL expression of that type, or NULL; n makes it different from others.
CREATE FUNCTION pg_temp.value_of(type oid, modifier int, n int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    t pg_type;
    word text;
    parts text;
    len int;
BEGIN
    SELECT * INTO t FROM pg_type WHERE oid = type;
    IF t.typtype = 'd' THEN
        word := pg_temp.value_of(t.typbasetype, coalesce(nullif(t.typtypmod, -1), modifier), n);
        RETURN CASE WHEN word IS NOT NULL THEN format('(%s)::%s', word, format_type(type, NULL)) END;
    ELSIF t.typcategory = 'A' AND t.typelem <> 0 THEN
        word := pg_temp.value_of(t.typelem, modifier, n);
        RETURN CASE WHEN word IS NOT NULL THEN format('ARRAY[%s]::%s', word, format_type(type, NULL)) END;
    ELSIF t.typtype = 'e' THEN
        SELECT quote_literal(enumlabel) INTO word FROM pg_enum WHERE enumtypid = type ORDER BY random() LIMIT 1;
        RETURN word || '::' || format_type(type, NULL);
    ELSIF t.typtype = 'c' THEN
        SELECT string_agg(coalesce(pg_temp.value_of(atttypid, atttypmod, n), 'NULL'), ', ' ORDER BY attnum) INTO parts
          FROM pg_attribute WHERE attrelid = t.typrelid AND attnum > 0 AND NOT attisdropped;
        RETURN format('ROW(%s)::%s', parts, format_type(type, NULL));
    END IF;
    len := CASE WHEN t.typname IN ('varchar', 'bpchar') AND modifier > 4 THEN modifier - 4
                WHEN t.typname IN ('bit', 'varbit') AND modifier > 0 THEN modifier ELSE 60 END;
    word := CASE t.typname
        WHEN 'bool' THEN (n % 2 = 0)::text
        WHEN 'int2' THEN (n % 100 + 1)::text
        WHEN 'int4' THEN n::text
        WHEN 'int8' THEN n::text
        WHEN 'oid' THEN n::text
        WHEN 'float4' THEN (n % 90 + 0.5)::text
        WHEN 'float8' THEN (n % 90 + 0.25)::text
        WHEN 'money' THEN (n % 90)::text
        WHEN 'numeric' THEN CASE WHEN modifier > 4 AND ((modifier - 4) >> 16) - ((modifier - 4) & 65535) < 3
                                 THEN (n % 9)::text ELSE (n % 90 + 0.5)::text END
        WHEN 'text' THEN 'v' || n
        WHEN 'citext' THEN 'v' || n
        WHEN 'varchar' THEN left(n || 'v', len)
        WHEN 'bpchar' THEN left(n || 'vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv', least(len, 3))
        WHEN 'name' THEN 'v' || n
        WHEN 'char' THEN chr(97 + n % 26)
        WHEN 'bytea' THEN '\x' || lpad(to_hex(n), 8, '0')
        WHEN 'date' THEN (date '2024-01-01' + n % 300)::text
        WHEN 'timestamp' THEN (timestamp '2024-01-01' + n * interval '1 hour')::text
        WHEN 'timestamptz' THEN (timestamp '2024-01-01' + n * interval '1 hour')::text
        WHEN 'time' THEN (time '00:00' + (n % 1400) * interval '1 minute')::text
        WHEN 'timetz' THEN (time '00:00' + (n % 1400) * interval '1 minute')::text
        WHEN 'interval' THEN n % 100 || ' minutes'
        WHEN 'uuid' THEN md5(n::text)
        WHEN 'json' THEN format('{"a": %s}', n)
        WHEN 'jsonb' THEN format('{"a": %s}', n)
        WHEN 'xml' THEN format('<a>%s</a>', n)
        WHEN 'inet' THEN format('10.0.%s.%s', n / 250 % 250, n % 250)
        WHEN 'cidr' THEN format('10.%s.%s.0/24', n / 250 % 250, n % 250)
        WHEN 'macaddr' THEN '08:00:2b:01:02:' || lpad(to_hex(n % 256), 2, '0')
        WHEN 'macaddr8' THEN '08:00:2b:01:02:03:04:' || lpad(to_hex(n % 256), 2, '0')
        WHEN 'bit' THEN lpad((n % 2)::text, CASE WHEN len = 60 THEN 1 ELSE len END, '0')
        WHEN 'varbit' THEN lpad((n % 2)::text, least(len, 4), '0')
        WHEN 'point' THEN format('(%s,1)', n)
        WHEN 'line' THEN format('{%s,1,1}', n)
        WHEN 'lseg' THEN format('[(%s,1),(2,2)]', n)
        WHEN 'box' THEN format('((%s,1),(0,0))', n)
        WHEN 'path' THEN format('[(%s,1),(2,2)]', n)
        WHEN 'polygon' THEN format('((%s,1),(2,2),(0,3))', n)
        WHEN 'circle' THEN format('<(%s,1),2>', n)
        WHEN 'tsvector' THEN 'v' || n
        WHEN 'tsquery' THEN 'v' || n
        WHEN 'jsonpath' THEN '$.a'
        WHEN 'pg_lsn' THEN '0/' || to_hex(n)
        WHEN 'regclass' THEN 'pg_class'
        WHEN 'regtype' THEN 'integer'
        WHEN 'hstore' THEN format('a=>%s', n)
        WHEN 'ltree' THEN 'a.v' || n
        WHEN 'int4range' THEN format('[%s,%s)', n * 10, n * 10 + 5)
        WHEN 'int8range' THEN format('[%s,%s)', n * 10, n * 10 + 5)
        WHEN 'numrange' THEN format('[%s,%s)', n * 10, n * 10 + 5)
        WHEN 'daterange' THEN format('[%s,%s)', date '2024-01-01' + n * 3, date '2024-01-02' + n * 3)
        WHEN 'tsrange' THEN format('[%s,%s)', date '2024-01-01' + n * 3, date '2024-01-02' + n * 3)
        WHEN 'tstzrange' THEN format('[%s,%s)', date '2024-01-01' + n * 3, date '2024-01-02' + n * 3)
    END;
    RETURN CASE WHEN word IS NOT NULL THEN quote_literal(word) || '::' || format_type(type, modifier) END;
END $$;

-- The literals in a table's checks and bounds: what it takes, most likely.
CREATE FUNCTION pg_temp.hints(tab oid) RETURNS text[] LANGUAGE sql AS $$
    SELECT array_agg(DISTINCT m[1]) FROM (
        SELECT pg_get_constraintdef(oid) AS d FROM pg_constraint WHERE conrelid = tab AND contype = 'c'
        UNION ALL SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE oid = tab
        UNION ALL SELECT pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_attribute a ON a.atttypid = k.contypid
         WHERE a.attrelid = tab) AS s,
        regexp_matches(d, '''([^'']+)''|(?:[ (])([0-9]+)', 'g') AS r, LATERAL (SELECT ARRAY[coalesce(r[1], r[2])] AS m) AS x
$$;

-- Column -> expression, for the columns of its foreign keys: values that a parent row has.
CREATE FUNCTION pg_temp.references_of(tab oid) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    k record;
    found jsonb;
    result jsonb := '{}';
BEGIN
    FOR k IN SELECT c.confrelid, (SELECT string_agg(format('%L, quote_nullable(%I::text)', a.attname, p.attname), ', ' ORDER BY o)
                      FROM unnest(c.conkey, c.confkey) WITH ORDINALITY AS u(x, y, o)
                           JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = x
                           JOIN pg_attribute p ON p.attrelid = c.confrelid AND p.attnum = y) AS pairs
               FROM pg_constraint c WHERE c.conrelid = tab AND c.contype = 'f' LOOP
        EXECUTE format('SELECT jsonb_build_object(%s) FROM %s ORDER BY random() LIMIT 1', k.pairs, k.confrelid::regclass)
           INTO found;
        result := result || coalesce(found, '{}');
    END LOOP;
    RETURN result;
END $$;

CREATE FUNCTION pg_temp.try_row(tab oid, n int, hints text[]) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    c record;
    refs jsonb := pg_temp.references_of(tab);
    names text := '';
    vals text := '';
    word text;
BEGIN
    FOR c IN SELECT a.*, quote_ident(attname) AS name FROM pg_attribute a
              WHERE attrelid = tab AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum LOOP
        CONTINUE WHEN c.attidentity <> '' OR (c.atthasdef AND random() < 0.4);
        IF refs ? c.attname THEN
            word := (refs->>c.attname) || '::' || format_type(c.atttypid, c.atttypmod);
        ELSIF hints IS NOT NULL AND random() < 0.5 THEN
            word := quote_literal(hints[1 + floor(random() * array_length(hints, 1))]) || '::' ||
                    format_type(c.atttypid, c.atttypmod);
        ELSIF NOT c.attnotnull AND random() < 0.1 THEN
            word := 'NULL';
        ELSE
            word := coalesce(pg_temp.value_of(c.atttypid, c.atttypmod, n), 'NULL');
        END IF;
        names := names || ', ' || c.name;
        vals := vals || ', ' || word;
    END LOOP;
    IF names = '' THEN
        EXECUTE format('INSERT INTO %s DEFAULT VALUES', tab::regclass);
    ELSE
        EXECUTE format('INSERT INTO %s (%s) VALUES (%s)', tab::regclass, substr(names, 3), substr(vals, 3));
    END IF;
    RETURN true;
EXCEPTION WHEN OTHERS THEN
    RETURN false;
END $$;

DO $$
DECLARE
    t record;
    have int;
    n int := 0;
    wanted int := current_setting('dbmig.rows')::int;
    hints text[];
BEGIN
    FOR pass IN 1 .. 3 LOOP
        -- Triggers that refuse rows are not the point: the last time round without them.
        IF pass = 3 THEN
            BEGIN
                SET session_replication_role = replica;
            EXCEPTION WHEN insufficient_privilege THEN
                EXIT;
            END;
        END IF;
        FOR t IN SELECT c.oid FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
                  WHERE c.relkind = 'r' AND s.nspname !~ '^pg_' AND s.nspname <> 'information_schema'
                    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                                                              AND d.deptype = 'e')
                  ORDER BY c.oid LOOP
            EXECUTE format('SELECT count(*) FROM ONLY %s', t.oid::regclass) INTO have;
            hints := pg_temp.hints(t.oid);
            FOR attempt IN 1 .. 13 + 3 * wanted LOOP
                EXIT WHEN have >= wanted;
                n := n + 1;
                IF pg_temp.try_row(t.oid, n % greatest(900, 2 * wanted) + 1, CASE WHEN attempt > 4 THEN hints END) THEN
                    have := have + 1;
                END IF;
            END LOOP;
        END LOOP;
    END LOOP;
    RESET session_replication_role;
    FOR t IN SELECT c.oid FROM pg_class c WHERE c.relkind = 'm' AND c.oid >= 16384 LOOP
        BEGIN
            EXECUTE format('REFRESH MATERIALIZED VIEW %s', t.oid::regclass);
        EXCEPTION WHEN OTHERS THEN
            NULL;
        END;
    END LOOP;
END $$;
