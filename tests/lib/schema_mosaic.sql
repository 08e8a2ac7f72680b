-- Pieces of schemas, for schema_mosaic.py. "--- NAME" opens a piece, "-- NUMBER…" one of the ways it can look;
-- behind the number: needs TAG…, gives TAG…, since MAJOR. A piece gives its own name.
--- s1
-- 1
CREATE SCHEMA s1;
-- 2
CREATE SCHEMA s1; COMMENT ON SCHEMA s1 IS 'one'; GRANT USAGE ON SCHEMA s1 TO mosaic_reader;
-- 3
CREATE SCHEMA s1 AUTHORIZATION mosaic_owner; GRANT USAGE, CREATE ON SCHEMA s1 TO mosaic_reader WITH GRANT OPTION;
--- s2
-- 1
CREATE SCHEMA "S 2";
--- default_acl_tables
-- 1 needs s1
ALTER DEFAULT PRIVILEGES IN SCHEMA s1 GRANT SELECT ON TABLES TO mosaic_reader;
-- 2
ALTER DEFAULT PRIVILEGES FOR ROLE mosaic_owner GRANT SELECT, INSERT ON TABLES TO mosaic_reader WITH GRANT OPTION;
--- ext_or_default_acl
-- 1
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
-- 2
ALTER DEFAULT PRIVILEGES GRANT USAGE ON TYPES TO mosaic_reader; ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO mosaic_reader;
-- 3
CREATE EXTENSION citext;
-- 4
CREATE EXTENSION btree_gist;
-- 5 needs s1
CREATE EXTENSION btree_gist SCHEMA s1; CREATE EXTENSION hstore;
--- e1
-- 1
CREATE TYPE e1 AS ENUM ('a', 'b');
-- 2
CREATE TYPE e1 AS ENUM ('a', 'b', 'c'); COMMENT ON TYPE e1 IS 'three';
-- 3
CREATE TYPE e1 AS ENUM ('z', 'a', 'it''s', 'b'); GRANT USAGE ON TYPE e1 TO mosaic_reader;
-- 4
CREATE TYPE e1 AS ENUM ('b', 'a'); ALTER TYPE e1 OWNER TO mosaic_owner;
--- d1
-- 1
CREATE DOMAIN d1 AS integer CONSTRAINT d1_pos CHECK (VALUE > 0);
-- 2
CREATE DOMAIN d1 AS integer DEFAULT 4 CONSTRAINT d1_pos CHECK (VALUE > 1) CONSTRAINT d1_top CHECK (VALUE < 1000); COMMENT ON CONSTRAINT d1_top ON DOMAIN d1 IS 'top'; COMMENT ON DOMAIN d1 IS 'd';
-- 3
CREATE DOMAIN d1 AS integer NOT NULL CONSTRAINT d1_renamed CHECK (VALUE > 0); REVOKE USAGE ON TYPE d1 FROM PUBLIC;
-- 4
CREATE DOMAIN d1 AS integer; ALTER DOMAIN d1 ADD CONSTRAINT d1_pos CHECK (VALUE > 0) NOT VALID;
-- 5
CREATE DOMAIN d1 AS integer; ALTER DOMAIN d1 ADD CONSTRAINT late CHECK (VALUE <> 3) NOT VALID;
--- d2
-- 1 needs d1
CREATE DOMAIN d2 AS d1 CHECK (VALUE <> 7);
-- 2
CREATE DOMAIN d2 AS text COLLATE "C" DEFAULT 'x';
-- 3 needs e1
CREATE DOMAIN d2 AS e1 CHECK (VALUE <> 'a');
--- c1
-- 1
CREATE TYPE c1 AS (a integer, b text);
-- 2
CREATE TYPE c1 AS (a integer, b text COLLATE "C", c numeric(6,2)); COMMENT ON COLUMN c1.c IS 'amount'; COMMENT ON TYPE c1 IS 'comp';
-- 3 needs e1
CREATE TYPE c1 AS (a bigint, b text, f e1[]);
-- 4 needs d1
CREATE TYPE c1 AS (a integer, b text, d d1);
--- c2
-- 1 needs c1
CREATE TYPE c2 AS (inner_one c1, many c1[]);
-- 2
CREATE TYPE c2 AS (inner_one integer);
--- r1
-- 1
CREATE TYPE r1 AS RANGE (SUBTYPE = float8);
-- 2
CREATE TYPE r1 AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float8mi);
-- 3
CREATE TYPE r1 AS RANGE (SUBTYPE = text, COLLATION = "C"); COMMENT ON TYPE r1 IS 'r';
--- col1
-- 1
CREATE COLLATION col1 (LC_COLLATE = 'C', LC_CTYPE = 'C');
-- 2
CREATE COLLATION col1 (LOCALE = 'POSIX'); COMMENT ON COLLATION col1 IS 'posix';
--- sq1
-- 1
CREATE SEQUENCE sq1;
-- 2
CREATE SEQUENCE sq1 AS integer START 5 INCREMENT 2 MAXVALUE 900 CYCLE; GRANT USAGE, SELECT ON SEQUENCE sq1 TO mosaic_reader;
-- 3
CREATE SEQUENCE sq1 INCREMENT -1 CACHE 7; COMMENT ON SEQUENCE sq1 IS 'down'; ALTER SEQUENCE sq1 OWNER TO mosaic_owner;
--- f1
-- 1
CREATE FUNCTION f1(a integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT a + 1';
-- 2
CREATE FUNCTION f1(a integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 7 AS $$ BEGIN RETURN a + 2; END $$; COMMENT ON FUNCTION f1(integer) IS 'plus';
-- 3
CREATE FUNCTION f1(renamed integer) RETURNS integer LANGUAGE sql IMMUTABLE SECURITY DEFINER SET search_path = pg_catalog AS 'SELECT renamed + 1'; REVOKE ALL ON FUNCTION f1(integer) FROM PUBLIC; GRANT EXECUTE ON FUNCTION f1(integer) TO mosaic_reader;
-- 4
CREATE FUNCTION f1(a integer DEFAULT 3) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT a + 1'; ALTER FUNCTION f1(integer) OWNER TO mosaic_owner;
-- 5 since 14
CREATE FUNCTION f1(a integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN a + 5;
--- f2
-- 1 needs f1 since 14
CREATE FUNCTION f2(a integer) RETURNS integer LANGUAGE sql IMMUTABLE BEGIN ATOMIC; SELECT public.f1(a) * 2; END;
-- 2 needs f1
CREATE FUNCTION f2(a integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT public.f1(a) * 2';
-- 3
CREATE FUNCTION f2(a integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT a * 2';
-- 4
CREATE FUNCTION f2(a integer, OUT x integer, OUT y text) LANGUAGE sql AS 'SELECT a, ''y''';
--- f3
-- 1 needs e1
CREATE FUNCTION f3(x e1 DEFAULT 'a', VARIADIC rest integer[] DEFAULT '{}') RETURNS SETOF e1 LANGUAGE sql STABLE ROWS 5 AS 'SELECT x';
-- 2 needs c1
CREATE FUNCTION f3(x c1) RETURNS c1[] LANGUAGE sql AS 'SELECT ARRAY[x]';
-- 3
CREATE FUNCTION f3(x anyelement) RETURNS TABLE (one anyelement, two text) LANGUAGE sql AS 'SELECT x, ''''';
--- p1
-- 1
CREATE PROCEDURE p1(INOUT a integer) LANGUAGE plpgsql AS $$ BEGIN a := 1; END $$;
-- 2
CREATE PROCEDURE p1(a integer, b text DEFAULT 'q') LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$; COMMENT ON PROCEDURE p1(integer, text) IS 'p'; GRANT EXECUTE ON PROCEDURE p1(integer, text) TO mosaic_reader;
--- ag1
-- 1
CREATE AGGREGATE ag1(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0');
-- 2 needs f_state
CREATE AGGREGATE ag1(integer) (SFUNC = f_state, STYPE = integer, INITCOND = '1', PARALLEL = SAFE); COMMENT ON AGGREGATE ag1(integer) IS 'agg';
--- f_state
-- 1
CREATE FUNCTION f_state(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
-- 2
CREATE FUNCTION f_state(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE STRICT AS 'SELECT $1 * $2';
--- op1
-- 1 needs f_state
CREATE OPERATOR |+| (FUNCTION = f_state, LEFTARG = integer, RIGHTARG = integer, COMMUTATOR = |+|);
-- 2 needs f_state
CREATE OPERATOR |+| (FUNCTION = f_state, LEFTARG = integer, RIGHTARG = integer); COMMENT ON OPERATOR |+| (integer, integer) IS 'op';
-- 3
CREATE OPERATOR |+| (FUNCTION = int4pl, LEFTARG = integer, RIGHTARG = integer);
--- cl1
-- 1
CREATE OPERATOR CLASS cl1 FOR TYPE integer USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(integer, integer);
-- 2
CREATE OPERATOR FAMILY cl1fam USING btree; CREATE OPERATOR CLASS cl1 FOR TYPE integer USING btree FAMILY cl1fam AS OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 btint4cmp(integer, integer);
--- cast1
-- 1 needs c1
CREATE FUNCTION c1_text(c1) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1.b'; CREATE CAST (c1 AS text) WITH FUNCTION c1_text(c1) AS ASSIGNMENT;
-- 2 needs e1
CREATE CAST (integer AS e1) WITH INOUT AS IMPLICIT; COMMENT ON CAST (integer AS e1) IS 'cast';
--- ts1
-- 1
CREATE TEXT SEARCH DICTIONARY td1 (TEMPLATE = simple, ACCEPT = false); CREATE TEXT SEARCH CONFIGURATION tc1 (PARSER = "default"); ALTER TEXT SEARCH CONFIGURATION tc1 ADD MAPPING FOR asciiword, word WITH td1, simple;
-- 2
CREATE TEXT SEARCH DICTIONARY td1 (TEMPLATE = simple); CREATE TEXT SEARCH CONFIGURATION tc1 (PARSER = "default"); ALTER TEXT SEARCH CONFIGURATION tc1 ADD MAPPING FOR asciiword WITH td1; COMMENT ON TEXT SEARCH CONFIGURATION tc1 IS 'ts';
-- 3
CREATE TEXT SEARCH CONFIGURATION tc1 (COPY = pg_catalog.english);
--- am1
-- 1
CREATE ACCESS METHOD am1 TYPE TABLE HANDLER heap_tableam_handler;
--- fdw1
-- 1
CREATE FOREIGN DATA WRAPPER fdw1 OPTIONS (debug 'true'); CREATE SERVER sv1 FOREIGN DATA WRAPPER fdw1 OPTIONS (host 'h1', port '1');
-- 2
CREATE FOREIGN DATA WRAPPER fdw1; CREATE SERVER sv1 TYPE 't' VERSION '2' FOREIGN DATA WRAPPER fdw1 OPTIONS (host 'h2'); COMMENT ON SERVER sv1 IS 'srv'; GRANT USAGE ON FOREIGN SERVER sv1 TO mosaic_reader;
-- 3
CREATE FOREIGN DATA WRAPPER fdw1; CREATE SERVER sv1 FOREIGN DATA WRAPPER fdw1; CREATE USER MAPPING FOR mosaic_reader SERVER sv1 OPTIONS ("user" 'u'); GRANT USAGE ON FOREIGN DATA WRAPPER fdw1 TO mosaic_reader;
--- ft1
-- 1 needs fdw1
CREATE FOREIGN TABLE ft1 (id integer OPTIONS (column_name 'ID') NOT NULL, txt text) SERVER sv1 OPTIONS (table_name 'x');
-- 2 needs fdw1
CREATE FOREIGN TABLE ft1 (id integer, txt varchar(30) COLLATE "C", CONSTRAINT ft1_ck CHECK (id > 0)) SERVER sv1; GRANT SELECT ON ft1 TO mosaic_reader; COMMENT ON FOREIGN TABLE ft1 IS 'foreign';
--- t1
-- 1 gives t1.n t1.txt t1.rng t1.j
CREATE TABLE t1 (id integer PRIMARY KEY, n integer, txt text, rng int4range, j jsonb);
-- 2 gives t1.n t1.txt t1.rng t1.j
CREATE TABLE t1 (id bigint PRIMARY KEY, n bigint NOT NULL DEFAULT 4, txt varchar(40) COLLATE "C", rng int4range, j jsonb DEFAULT '{}'); COMMENT ON TABLE t1 IS 'tee'; COMMENT ON COLUMN t1.n IS 'en';
-- 3 gives t1.n t1.txt
CREATE TABLE t1 (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n smallint, txt text, extra numeric(8,3) DEFAULT 1.5); ALTER TABLE t1 ALTER txt SET STORAGE EXTERNAL, ALTER n SET STATISTICS 77, ALTER n SET (n_distinct = 5); GRANT SELECT (id, n), UPDATE (txt) ON t1 TO mosaic_reader;
-- 4 needs f1 gives t1.n t1.txt t1.rng t1.gen
CREATE TABLE t1 (id serial PRIMARY KEY, n integer DEFAULT f1(2), txt text, rng int4range, gen integer GENERATED ALWAYS AS (f1(n)) STORED) WITH (fillfactor = 70); ALTER TABLE t1 OWNER TO mosaic_owner;
-- 5 needs e1 gives t1.n t1.txt t1.e
CREATE TABLE t1 (id bigint GENERATED BY DEFAULT AS IDENTITY (START 10 INCREMENT 5) CONSTRAINT t1_key PRIMARY KEY, n integer, txt text, e e1 DEFAULT 'a', es e1[]); GRANT ALL ON t1 TO mosaic_reader WITH GRANT OPTION;
-- 6 needs d1 c1 gives t1.n t1.txt t1.d
CREATE TABLE t1 (id integer PRIMARY KEY, n d1, txt text NOT NULL DEFAULT 'it''s', comp c1, comps c1[], ds d1[]) WITH (autovacuum_enabled = false, toast.autovacuum_enabled = false);
-- 7 needs e1 gives t1.n t1.txt t1.e
CREATE TABLE t1 (id integer PRIMARY KEY, n integer, txt text, e text DEFAULT 'a', es text[]);
-- 8 needs sq1 gives t1.n t1.txt t1.j t1.rng
CREATE TABLE t1 (id integer DEFAULT nextval('sq1') PRIMARY KEY, n integer, txt char(12), j json, rng int4range);
-- 9 needs sq1 gives t1.n t1.txt
CREATE TABLE t1 (id bigint PRIMARY KEY, n numeric DEFAULT nextval('sq1'), txt text); ALTER SEQUENCE sq1 OWNED BY NONE; ALTER TABLE t1 OWNER TO mosaic_owner;
--- t2
-- 1 needs t1
CREATE TABLE t2 (id integer PRIMARY KEY, t1_id bigint REFERENCES t1 ON DELETE CASCADE, note text);
-- 2 needs t1
CREATE TABLE t2 (id integer PRIMARY KEY, t1_id integer, note text, CONSTRAINT t2_fk FOREIGN KEY (t1_id) REFERENCES t1 (id) DEFERRABLE INITIALLY DEFERRED); COMMENT ON CONSTRAINT t2_fk ON t2 IS 'fk';
-- 3
CREATE TABLE t2 (id integer PRIMARY KEY, note varchar(20)); ALTER TABLE t2 ENABLE ROW LEVEL SECURITY;
-- 4 needs t1
CREATE TABLE t2 (id integer PRIMARY KEY, t1_id integer NOT NULL, note text); ALTER TABLE t2 ADD CONSTRAINT t2_fk FOREIGN KEY (t1_id) REFERENCES t1 NOT VALID;
--- t1_t2_cycle
-- 1 needs t1 t2
ALTER TABLE t1 ADD t2_id integer CONSTRAINT t1_t2_fk REFERENCES t2 ON UPDATE SET NULL;
--- t1_check
-- 1 needs t1.n
ALTER TABLE t1 ADD CONSTRAINT t1_ck CHECK (n > 0);
-- 2 needs t1.n
ALTER TABLE t1 ADD CONSTRAINT t1_ck CHECK (n > 0 AND length(txt) < 9) NO INHERIT; COMMENT ON CONSTRAINT t1_ck ON t1 IS 'check';
-- 3 needs f1 t1.n
ALTER TABLE t1 ADD CONSTRAINT t1_ck CHECK (f1(n::integer) > 0) NOT VALID;
--- t1_unique
-- 1 needs t1
ALTER TABLE t1 ADD CONSTRAINT t1_uq UNIQUE (txt, n);
-- 2 needs t1
ALTER TABLE t1 ADD CONSTRAINT t1_uq UNIQUE (txt) INCLUDE (n) DEFERRABLE; COMMENT ON CONSTRAINT t1_uq ON t1 IS 'u';
-- 3 needs t1 since 15
ALTER TABLE t1 ADD CONSTRAINT t1_uq UNIQUE NULLS NOT DISTINCT (txt, n);
-- 4 needs t1
CREATE UNIQUE INDEX t1_uq ON t1 (txt, n); ALTER TABLE t1 REPLICA IDENTITY FULL;
-- 5 needs t1
ALTER TABLE t1 ALTER n SET NOT NULL; CREATE UNIQUE INDEX t1_uq ON t1 (n); ALTER TABLE t1 REPLICA IDENTITY USING INDEX t1_uq;
--- t1_exclude
-- 1 needs t1.rng
ALTER TABLE t1 ADD CONSTRAINT t1_ex EXCLUDE USING gist (rng WITH &&);
-- 2 needs t1.rng
ALTER TABLE t1 ADD CONSTRAINT t1_ex EXCLUDE USING gist (rng WITH &&) WHERE (n > 3) DEFERRABLE INITIALLY DEFERRED;
--- t1_index
-- 1 needs t1
CREATE INDEX t1_ix ON t1 (n);
-- 2 needs t1
CREATE INDEX t1_ix ON t1 (lower(txt::text) DESC NULLS LAST, n) WHERE n > 2; COMMENT ON INDEX t1_ix IS 'ix';
-- 3 needs f1 t1
CREATE INDEX t1_ix ON t1 (f1(n::integer), txt) WITH (fillfactor = 60); ALTER INDEX t1_ix ALTER COLUMN 1 SET STATISTICS 99;
-- 4 needs t1
CREATE INDEX t1_ix ON t1 USING brin (n) WITH (pages_per_range = 8);
-- 5 needs t1
CREATE INDEX t1_ix ON t1 (txt COLLATE "POSIX"); ALTER TABLE t1 CLUSTER ON t1_ix;
-- 6 needs t1 col1
CREATE INDEX t1_ix ON t1 (txt COLLATE col1) INCLUDE (n);
--- t1_statistics
-- 1 needs t1
CREATE STATISTICS st1 (ndistinct) ON n, txt FROM t1;
-- 2 needs t1
CREATE STATISTICS st1 ON n, txt FROM t1; ALTER STATISTICS st1 SET STATISTICS 50; COMMENT ON STATISTICS st1 IS 'st';
-- 3 needs t1 since 14
CREATE STATISTICS st1 ON (n + 1), txt FROM t1;
--- sq1_owned
-- 1 needs sq1 t2
ALTER SEQUENCE sq1 OWNER TO postgres; ALTER SEQUENCE sq1 OWNED BY t2.id;
--- trg_f
-- 1
CREATE FUNCTION trg_f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
-- 2
CREATE FUNCTION trg_f() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN RETURN OLD; END $$;
--- t1_trigger
-- 1 needs t1 trg_f
CREATE TRIGGER trg BEFORE INSERT OR UPDATE OF n ON t1 FOR EACH ROW WHEN (NEW.n > 0) EXECUTE FUNCTION trg_f();
-- 2 needs t1 trg_f
CREATE TRIGGER trg AFTER UPDATE ON t1 REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION trg_f('arg'); COMMENT ON TRIGGER trg ON t1 IS 'trg';
-- 3 needs t1 trg_f
CREATE CONSTRAINT TRIGGER trg AFTER DELETE ON t1 DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION trg_f();
-- 4 needs t1 trg_f
CREATE TRIGGER trg BEFORE INSERT OR UPDATE OF n ON t1 FOR EACH ROW WHEN (NEW.n > 0) EXECUTE FUNCTION trg_f(); ALTER TABLE t1 ENABLE ALWAYS TRIGGER trg;
-- 5 needs t1 trg_f
CREATE TRIGGER trg AFTER INSERT ON t1 FOR EACH ROW EXECUTE FUNCTION trg_f(); ALTER TABLE t1 DISABLE TRIGGER trg;
--- t1_rule
-- 1 needs t1
CREATE RULE rul AS ON DELETE TO t1 WHERE OLD.n > 3 DO ALSO UPDATE t1 SET txt = '';
-- 2 needs t1 t2
CREATE RULE rul AS ON DELETE TO t1 DO INSTEAD DELETE FROM t2 WHERE t2.id = OLD.id; COMMENT ON RULE rul ON t1 IS 'rule'; ALTER TABLE t1 DISABLE RULE rul;
--- t1_policy
-- 1 needs t1
ALTER TABLE t1 ENABLE ROW LEVEL SECURITY; CREATE POLICY pol ON t1 USING (n > 0);
-- 2 needs t1 f1
ALTER TABLE t1 ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY pol ON t1 AS RESTRICTIVE FOR UPDATE TO mosaic_reader USING (f1(n::integer) > 0) WITH CHECK (txt <> ''); COMMENT ON POLICY pol ON t1 IS 'pol';
-- 3 needs t1 t2
CREATE POLICY pol ON t1 FOR SELECT TO mosaic_reader, mosaic_owner USING (EXISTS (SELECT 1 FROM t2 WHERE t2.id = t1.id));
--- row_functions
-- 1 needs t1
CREATE FUNCTION row_f(t1) RETURNS text LANGUAGE sql STABLE AS 'SELECT $1.txt::text'; CREATE FUNCTION rows_f() RETURNS SETOF t1 LANGUAGE sql STABLE AS 'SELECT * FROM public.t1';
-- 2 needs t1 since 14
CREATE FUNCTION row_f(t1) RETURNS text LANGUAGE sql STABLE RETURN ($1).txt::text; CREATE FUNCTION rows_f() RETURNS SETOF t1 LANGUAGE sql STABLE BEGIN ATOMIC; SELECT * FROM t1; END;
-- 3 needs t2 since 14
CREATE FUNCTION rows_f() RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC; SELECT count(*) FROM t2 WHERE note <> ''; END;
--- v1
-- 1 needs t1 gives v1.n
CREATE VIEW v1 AS SELECT id, n, txt FROM t1;
-- 2 needs t1 gives v1.n
CREATE VIEW v1 WITH (security_barrier = true) AS SELECT id, n, txt, n::bigint + 1 AS more FROM t1 WHERE n > 0; GRANT SELECT ON v1 TO mosaic_reader; COMMENT ON VIEW v1 IS 'vee'; COMMENT ON COLUMN v1.more IS 'more';
-- 3 needs t1 f1 gives v1.n
CREATE VIEW v1 AS SELECT id, f1(n::integer) AS n, txt FROM t1; ALTER VIEW v1 OWNER TO mosaic_owner;
-- 4 needs t1 gives v1.n
CREATE VIEW v1 AS SELECT id, n FROM t1 WITH LOCAL CHECK OPTION; ALTER VIEW v1 ALTER n SET DEFAULT 7; GRANT UPDATE (n) ON v1 TO mosaic_reader;
-- 5 needs t1 gives v1.n
CREATE VIEW v1 AS SELECT n, count(*) AS id FROM t1 GROUP BY n;
-- 6 needs t1 gives v1.n
CREATE VIEW v1 AS SELECT id, txt, max(n) AS n FROM t1 GROUP BY id;
-- 7 needs t2 gives v1.n
CREATE RECURSIVE VIEW v1 (n, id) AS SELECT 1, 1 UNION ALL SELECT n + 1, id FROM v1 WHERE n < 5;
--- v2
-- 1 needs v1
CREATE VIEW v2 AS SELECT v1.n, v1.id FROM v1;
-- 2 needs v1 t2
CREATE VIEW v2 AS SELECT v1.*, t2.note FROM v1 JOIN t2 ON t2.id = v1.id; COMMENT ON VIEW v2 IS 'two';
-- 3 needs v1
CREATE MATERIALIZED VIEW v2 AS SELECT n, id FROM v1; CREATE INDEX v2_ix ON v2 (id);
--- v1_instead
-- 1 needs v1 trg_f
CREATE TRIGGER v1_trg INSTEAD OF INSERT ON v1 FOR EACH ROW EXECUTE FUNCTION trg_f();
-- 2 needs v1
CREATE RULE v1_rule AS ON INSERT TO v1 DO INSTEAD NOTHING;
--- mv1
-- 1 needs t1 gives mv1.full
CREATE MATERIALIZED VIEW mv1 AS SELECT id, n FROM t1; CREATE INDEX mv1_ix ON mv1 (n); COMMENT ON INDEX mv1_ix IS 'mix';
-- 2 needs t1
CREATE MATERIALIZED VIEW mv1 WITH (fillfactor = 50) AS SELECT id, n, txt FROM t1 WHERE n > 1 WITH NO DATA; CREATE UNIQUE INDEX mv1_ix ON mv1 (id); ALTER MATERIALIZED VIEW mv1 CLUSTER ON mv1_ix; GRANT SELECT ON mv1 TO mosaic_reader; ALTER MATERIALIZED VIEW mv1 ALTER COLUMN n SET STATISTICS 5;
-- 3 needs v1 gives mv1.full
CREATE MATERIALIZED VIEW mv1 AS SELECT id, n FROM v1; COMMENT ON MATERIALIZED VIEW mv1 IS 'mat'; ALTER MATERIALIZED VIEW mv1 OWNER TO mosaic_owner;
--- mv2
-- 1 needs mv1.full
CREATE MATERIALIZED VIEW mv2 AS SELECT count(*) AS c FROM mv1; CREATE VIEW mv2_v AS SELECT c FROM mv2;
--- view_function
-- 1 needs v1
CREATE FUNCTION of_view() RETURNS SETOF v1 LANGUAGE sql STABLE AS 'SELECT * FROM public.v1';
-- 2 needs v1 since 14
CREATE FUNCTION of_view() RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC; SELECT count(v1.n) FROM v1; END; CREATE VIEW uses_of_view AS SELECT of_view() AS x;
--- part
-- 1 gives part.range part.k
CREATE TABLE part (k integer NOT NULL, day date NOT NULL, txt text) PARTITION BY RANGE (k);
-- 2 gives part.range part.k part.pk
CREATE TABLE part (k integer NOT NULL, day date NOT NULL, txt varchar(30) DEFAULT 'p', PRIMARY KEY (k, day)) PARTITION BY RANGE (k); GRANT SELECT ON part TO mosaic_reader; COMMENT ON TABLE part IS 'parts';
-- 3 gives part.list part.k
CREATE TABLE part (k integer NOT NULL, day date, txt text) PARTITION BY LIST (k);
-- 4 gives part.range part.k part.pk part.id
CREATE TABLE part (k bigint NOT NULL, day date, txt text, CONSTRAINT part_key PRIMARY KEY (k)) PARTITION BY RANGE (k);
--- part_a
-- 1 needs part.range
CREATE TABLE part_a PARTITION OF part FOR VALUES FROM (0) TO (10);
-- 2 needs part.range
CREATE TABLE part_a PARTITION OF part (txt DEFAULT 'mine', CONSTRAINT part_a_ck CHECK (day > '2000-01-01')) FOR VALUES FROM (0) TO (5); COMMENT ON TABLE part_a IS 'a';
-- 3 needs part.list
CREATE TABLE part_a PARTITION OF part FOR VALUES IN (1, 2);
-- 4 needs part
CREATE TABLE part_a (k integer NOT NULL, day date NOT NULL, txt text);
-- 5 needs part.range
CREATE TABLE part_a PARTITION OF part FOR VALUES FROM (0) TO (10) PARTITION BY HASH (k); CREATE TABLE part_a_0 PARTITION OF part_a FOR VALUES WITH (MODULUS 2, REMAINDER 0); CREATE TABLE part_a_1 PARTITION OF part_a FOR VALUES WITH (MODULUS 2, REMAINDER 1);
--- part_b
-- 1 needs part s1
CREATE TABLE s1.part_b PARTITION OF part DEFAULT;
-- 2 needs part.range
CREATE TABLE part_b PARTITION OF part FOR VALUES FROM (20) TO (MAXVALUE) WITH (fillfactor = 80); GRANT INSERT ON part_b TO mosaic_reader; CREATE INDEX part_b_own ON part_b (day);
--- part_index
-- 1 needs part
CREATE INDEX part_ix ON part (day);
-- 2 needs part
CREATE INDEX part_ix ON part (txt, day DESC); COMMENT ON INDEX part_ix IS 'pix';
-- 3 needs part
CREATE INDEX part_ix ON ONLY part (day);
-- 4 needs part
CREATE UNIQUE INDEX part_ix ON part (k) INCLUDE (txt);
--- part_constraints
-- 1 needs part
ALTER TABLE part ADD CONSTRAINT part_ck CHECK (k >= 0);
-- 2 needs part t2
ALTER TABLE part ADD ref integer, ADD CONSTRAINT part_fk FOREIGN KEY (ref) REFERENCES t2 (id) ON DELETE CASCADE;
-- 3 needs part
ALTER TABLE part ADD CONSTRAINT part_uq UNIQUE (k, txt);
--- part_trigger
-- 1 needs part trg_f
CREATE TRIGGER part_trg AFTER INSERT ON part FOR EACH ROW EXECUTE FUNCTION trg_f();
-- 2 needs part trg_f part_a
CREATE TRIGGER part_trg AFTER UPDATE ON part FOR EACH ROW EXECUTE FUNCTION trg_f(); ALTER TABLE part_a DISABLE TRIGGER USER;
--- part_referenced
-- 1 needs part.id
CREATE TABLE refers (id integer, k bigint CONSTRAINT refers_fk REFERENCES part (k));
--- part_view
-- 1 needs part
CREATE VIEW part_v AS SELECT k, txt FROM part;
--- base
-- 1 gives base.text
CREATE TABLE base (id integer, label text DEFAULT 'b', CONSTRAINT base_ck CHECK (id > 0));
-- 2
CREATE TABLE base (id integer NOT NULL, label varchar(50), added date, CONSTRAINT base_ck CHECK (id > 1));
-- 3 gives base.text
CREATE TABLE base (id bigint, label text, CONSTRAINT base_own CHECK (id > 0) NO INHERIT);
--- kid
-- 1 needs base
CREATE TABLE kid (own integer) INHERITS (base);
-- 2 needs base.text
CREATE TABLE kid (own integer) INHERITS (base); ALTER TABLE kid ALTER id SET NOT NULL, ALTER label SET DEFAULT 'kid'; COMMENT ON COLUMN kid.id IS 'mine';
-- 4 needs base t2
CREATE TABLE kid () INHERITS (base); CREATE INDEX kid_ix ON kid (id); ALTER TABLE kid ADD CONSTRAINT kid_fk FOREIGN KEY (id) REFERENCES t2;
--- grandkid
-- 1 needs kid
CREATE TABLE grandkid (third text) INHERITS (kid);
--- typed
-- 1 needs c1
CREATE TABLE typed OF c1 (PRIMARY KEY (a));
-- 2 needs c1
CREATE TABLE typed OF c1 (a WITH OPTIONS NOT NULL DEFAULT 5); COMMENT ON COLUMN typed.b IS 'bee';
--- conv
-- 1
CREATE CONVERSION conv1 FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
-- 2
CREATE DEFAULT CONVERSION conv1 FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8; COMMENT ON CONVERSION conv1 IS 'conv';
--- pub
-- 1
CREATE PUBLICATION pub FOR ALL TABLES;
-- 2 needs t1
CREATE PUBLICATION pub FOR TABLE t1 WITH (publish = 'insert, update');
-- 3 needs t1 t2 since 15
CREATE PUBLICATION pub FOR TABLE t1 WHERE (id > 5), t2 (id, note);
-- 4 needs s1 t2 since 15
CREATE PUBLICATION pub FOR TABLES IN SCHEMA s1, TABLE t2; COMMENT ON PUBLICATION pub IS 'pub';
-- 5 needs part
CREATE PUBLICATION pub FOR TABLE part WITH (publish_via_partition_root = true);
--- evt
-- 1
CREATE FUNCTION evt_f() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$; CREATE EVENT TRIGGER evt ON ddl_command_end WHEN TAG IN ('CREATE SEQUENCE', 'DROP SEQUENCE') EXECUTE FUNCTION evt_f();
-- 2
CREATE FUNCTION evt_f() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN NULL; END $$; CREATE EVENT TRIGGER evt ON sql_drop EXECUTE FUNCTION evt_f(); ALTER EVENT TRIGGER evt DISABLE; COMMENT ON EVENT TRIGGER evt IS 'evt';
--- quoted
-- 1
CREATE TABLE "Weird ""name"" $1" ("select" integer PRIMARY KEY, "a.b" text, "%s" text DEFAULT '%d', "Ü" text);
-- 2
CREATE TABLE "Weird ""name"" $1" ("select" bigint PRIMARY KEY, "a.b" varchar(9), "%s" text DEFAULT E'\\n''', "Ü" text NOT NULL CHECK ("Ü" <> '%')); CREATE INDEX "I.x%" ON "Weird ""name"" $1" ("a.b"); COMMENT ON COLUMN "Weird ""name"" $1"."a.b" IS 'c%s';
--- far_view
-- 1 needs s2 t1
CREATE VIEW "S 2".far AS SELECT t1.n FROM public.t1; CREATE FUNCTION "S 2".f(x public.t1) RETURNS integer LANGUAGE sql AS 'SELECT 1';
-- 2 needs s2 v1
CREATE VIEW "S 2".far AS SELECT v1.n FROM public.v1;
--- json_identity
-- 1
CREATE TABLE ident (id integer GENERATED BY DEFAULT AS IDENTITY, other integer GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME public.other_numbers)); GRANT USAGE ON SEQUENCE ident_id_seq TO mosaic_reader;
-- 2
CREATE TABLE ident (id bigint GENERATED ALWAYS AS IDENTITY, other integer); COMMENT ON SEQUENCE ident_id_seq IS 'numbers';
-- 3
CREATE TABLE ident (id serial, other integer GENERATED ALWAYS AS IDENTITY); GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO mosaic_reader;
-- 4
CREATE TABLE ident (id integer DEFAULT 5, other serial); ALTER SEQUENCE ident_other_seq RENAME TO other_seq;
--- unlogged
-- 1
CREATE UNLOGGED TABLE fleeting (id integer PRIMARY KEY, n integer);
-- 2
CREATE TABLE fleeting (id integer PRIMARY KEY, n integer);
-- 3 needs am1
CREATE TABLE fleeting (id integer PRIMARY KEY, n text) USING am1;
