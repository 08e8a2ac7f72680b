# shellcheck shell=bash
# A history of everything that apply treats in a way of its own, where each effect can be counted: for
# the crash tests. mixed_history FOLDER writes and hashes it, mixed_state URL prints what it leaves.

mixed_history() {
    local d=$1
    mkdir -p "$d"
    cat >"$d/V1__tables.sql" <<'SQL'
CREATE TABLE effect (what text NOT NULL, at text DEFAULT current_setting('search_path'));
CREATE SEQUENCE steps;
CREATE TABLE item (id int PRIMARY KEY, name text, price int);
INSERT INTO item SELECT i, 'item ' || i, i % 7 FROM generate_series(1, 200) i;
INSERT INTO effect (what) VALUES ('V1');
SQL
    cat >"$d/V2__own_transaction.sql" <<'SQL'
BEGIN;
SET search_path = pg_catalog, public;
SET lock_timeout = '1s';
INSERT INTO public.effect (what) VALUES ('V2');
SELECT nextval('public.steps');
COMMIT;
SQL
    cat >"$d/V3__after_set.sql" <<'SQL'
INSERT INTO effect (what) VALUES ('V3');
CREATE TABLE part (id int, at date) PARTITION BY RANGE (id);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (100);
CREATE TABLE part_2 PARTITION OF part FOR VALUES FROM (100) TO (200);
SQL
    cat >"$d/V4__concurrently.sql" <<'SQL'
INSERT INTO effect (what) VALUES ('V4 before');
CREATE INDEX CONCURRENTLY item_name ON item (name);
INSERT INTO effect (what) VALUES ('V4 between');
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS item_both ON public.item (id, name);
CREATE INDEX CONCURRENTLY ON item (price);
INSERT INTO effect (what) VALUES ('V4 after');
SQL
    cat >"$d/V5__session_state.sql" <<'SQL'
-- dbmig:txmode none
CREATE SCHEMA other;
SET search_path = other, public;
CREATE TABLE here (id int);
PREPARE add(text) AS INSERT INTO public.effect (what) VALUES ($1);
EXECUTE add('V5 first');
VACUUM here;
INSERT INTO here VALUES (1);
EXECUTE add('V5 second');
DROP INDEX CONCURRENTLY public.item_name;
INSERT INTO here VALUES (2);
SQL
    printf '%s\n' "COPY item (id, name, price) FROM STDIN;" $'1001\tcopied one\t1' $'1002\tcopied two\t2' '\.' \
        "INSERT INTO effect (what) VALUES ('V6');" >"$d/V6__copy.sql"
    cat >"$d/V7__more.sql" <<'SQL'
ALTER TABLE part DETACH PARTITION part_2 CONCURRENTLY;
REINDEX INDEX CONCURRENTLY item_both;
INSERT INTO effect (what) VALUES ('V7');
REINDEX TABLE CONCURRENTLY item;
SQL
    printf '%s\n' '-- dbmig:txmode none' 'COPY item (id, name, price) FROM STDIN;' $'2001\tlate\t1' '\.' \
        "INSERT INTO effect (what) VALUES ('V8');" >"$d/V8__copy_without.sql"
    local i
    for i in 9 10 11 12 13 14; do
        echo "INSERT INTO effect (what) VALUES ('V$i'); ALTER TABLE item ADD COLUMN c$i int;" >"$d/V${i}__more.sql"
    done
    echo 'CREATE OR REPLACE VIEW counted AS SELECT what, count(*) AS times FROM effect GROUP BY what;' >"$d/R__counted.sql"
    "$DBMIG" hash -q --dir "$d" >/dev/null
}

mixed_state() {
    "$PSQL" -qXAt -d "$1" 2>&1 <<'SQL'
SELECT what, at, count(*) FROM public.effect GROUP BY 1, 2 ORDER BY 1, 2;
SELECT id, count(*) FROM other.here GROUP BY 1 ORDER BY 1;
SELECT count(*), sum(id), max(id) FROM public.item;
SELECT c.relname, i.indisvalid, i.indisunique FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
 WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1;
SELECT relname, relkind, relispartition FROM pg_class WHERE relnamespace IN ('public'::regnamespace, 'other'::regnamespace)
   AND relkind IN ('r', 'p', 'v', 'S') ORDER BY 1;
SELECT installed_rank, version, script, checksum, success, statements_total, statements_applied, applied_sha256,
       started_statement, error FROM public.schema_history ORDER BY installed_rank;
SQL
}
