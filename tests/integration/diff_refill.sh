#!/usr/bin/env bash
# Tables that are made anew keep their rows whatever happens beside the plan: others write meanwhile, policies
# hide rows, the plan is longer than a transaction of the script may be. (What is printed: diff_plan.sh.)
. "$(dirname "$0")/../lib/tap.sh"
. "$ROOT/tests/lib/servers.sh"
server_start refill
url=${SERVER_URL[refill]}
base=${url%/*}
cd "$SANDBOX" || exit 2

psql_db() { "$PSQL" -XqAt -v ON_ERROR_STOP=1 -d "$base/$1" "${@:2}" 2>&1; }
fresh() { # DATABASE [OWNER]: a new one, filled from stdin
    psql_db postgres -c "DROP DATABASE IF EXISTS \"$1\"" -c "CREATE DATABASE \"$1\" TEMPLATE template0 ${2:+OWNER $2}"
    psql_db "$1" -f - || echo "Bail out! $1 does not load"
}
plan() { # DATABASE [WORDS]: the plan to after.sql, into plan.sql
    run "$DBMIG" diff --from "$base/$1" --to after.sql --dev-url "$url" "${@:2}"
    printf '%s\n' "$out" >plan.sql
}
waits_for() { # DATABASE SQL: until the query says t
    local try
    for try in $(seq 200); do
        [ "$(psql_db "$1" -c "$2")" = t ] && return
        sleep 0.05
    done
    return 1
}

# ---- others write while the plan runs ----
cat >after.sql <<'SQL'
CREATE TABLE t (id integer, x text) PARTITION BY RANGE (id);
CREATE TABLE t_all PARTITION OF t DEFAULT;
CREATE TABLE n (id integer GENERATED ALWAYS AS IDENTITY, x text);
SQL
fresh busy <<'SQL'
CREATE TABLE t (id integer, x text);
CREATE TABLE n (id serial, x text);
INSERT INTO t VALUES (1, 'before');
INSERT INTO n (x) VALUES ('before');
SQL
plan busy
is "a plan is made while nobody writes" "$code" 0
# The writer has not committed when the plan begins; the plan waits for it and takes its row along.
psql_db busy -c "BEGIN" -c "INSERT INTO t VALUES (99, 'meanwhile')" -c "SELECT pg_sleep(2)" -c "COMMIT" >writer.log 2>&1 &
writer=$!
waits_for busy "SELECT count(*) > 0 FROM pg_locks WHERE relation = 't'::regclass AND mode = 'RowExclusiveLock'"
psql_db busy -f plan.sql >plan.log
is "the plan runs behind one who writes" $? 0
wait "$writer"
is "the row that was committed meanwhile is there" "$(psql_db busy -c 'SELECT count(*), max(id) FROM t')" '2|99'

fresh busy <<'SQL'
CREATE TABLE t (id integer, x text);
CREATE TABLE n (id serial, x text);
INSERT INTO n (x) VALUES ('before');
SQL
sed '/^COMMIT;$/i SELECT pg_sleep(2);' plan.sql >slow.sql
psql_db busy -f slow.sql >plan.log &
runner=$!
waits_for busy "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
# Asked for by itself, as object-relational mappers do. The old sequence may be gone when it is free.
given=$(psql_db busy -c "SELECT nextval('n_id_seq')")
wait "$runner"
is "the plan runs beside one who asks for numbers" $? 0
psql_db busy -c "INSERT INTO n (x) VALUES ('after')" >/dev/null
unlike "no number is given twice" "$(psql_db busy -c 'SELECT max(id) FROM n')" "^${given}\$"

# A transaction that cannot see what is committed meanwhile.
fresh busy <<'SQL'
CREATE TABLE t (id integer, x text);
CREATE TABLE n (id serial, x text);
INSERT INTO t VALUES (1, 'before');
SQL
out=$({ echo "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1;"; sed '/^BEGIN;$/d' plan.sql; } | psql_db busy -f -)
like "a transaction with an old view of the rows is refused" "$out" 'ERROR: .*transaction.isolation|ERROR: .*ISOLATION'
is "and nothing has happened" "$(psql_db busy -c 'SELECT count(*) FROM t')" 1

# ---- row security ----
psql_db postgres -c "CREATE ROLE owner LOGIN" >/dev/null
cat >after.sql <<'SQL'
CREATE TABLE t (id integer, who text) PARTITION BY RANGE (id);
CREATE TABLE t_all PARTITION OF t DEFAULT;
CREATE POLICY p ON t USING (who = 'me');
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
ALTER TABLE t FORCE ROW LEVEL SECURITY;
SQL
load_secured() {
    fresh secured owner <<'SQL'
ALTER SCHEMA public OWNER TO owner;
SET ROLE owner;
CREATE TABLE t (id integer, who text);
INSERT INTO t VALUES (1, 'me'), (2, 'you');
CREATE POLICY p ON t USING (who = 'me');
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
ALTER TABLE t FORCE ROW LEVEL SECURITY;
SQL
}
load_secured
plan secured --no-verify
sed 's/^BEGIN;$/BEGIN; SET LOCAL ROLE owner;/' plan.sql >as_owner.sql
psql_db secured -f as_owner.sql >plan.log
is "the plan runs as an owner whom policies bind" $? 0 || sed 's/^/# /' plan.log
is "with all rows" "$(psql_db secured -c 'SELECT count(*) FROM t')" 2
is "and policies bind as before" "$(psql_db secured -c 'SET ROLE owner' -c 'SELECT id FROM t')" 1
is "which the plan says" \
    "$(psql_db secured -c "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = 't'")" 't|t'
load_secured
# The plan was made where nothing was forced.
sed '/NO FORCE/d' as_owner.sql >unaware.sql
out=$(psql_db secured -f unaware.sql)
like "rows that policies hide are an error" "$out" 'row-level security'
is "and nothing has happened" "$(psql_db secured -c 'SELECT count(*) FROM t')" 2

# ---- a plan longer than a transaction of the script ----
{
    echo "CREATE TABLE t (id integer, x text);"
    echo "INSERT INTO t SELECT n, 'row' FROM generate_series(0, 6999) AS n;"
} | fresh long
{
    echo "CREATE TABLE t (id integer, x text) PARTITION BY RANGE (id);"
    seq 0 699 | sed 's/.*/CREATE TABLE t_& PARTITION OF t FOR VALUES FROM (&0) TO (&9);/; s/TO (\(.*\)9)/TO (\19 + 1)/'
} >after.sql
plan long --no-verify
is "a plan with 700 partitions" "$code" 0
# Nothing may be committed from where the rows are read to where they are back.
is "does not part the rows from their table" \
    "$(sed -n '/^CREATE TEMPORARY TABLE t__rows/,/^INSERT INTO public.t /p' plan.sql | grep -c '^COMMIT')" 0
psql_db long -f plan.sql >plan.log
is "and runs" $? 0 || sed 's/^/# /' plan.log
is "with all rows" "$(psql_db long -c 'SELECT count(*), count(DISTINCT tableoid) FROM t')" '7000|700'

# ---- columns that the plan does not know ----
fresh patched <<'SQL'
CREATE TABLE t ("a'b" integer, x text);
INSERT INTO t VALUES (1, 'one');
SQL
cat >after.sql <<'SQL'
CREATE TABLE t ("a'b" integer, x text) PARTITION BY LIST ("a'b");
CREATE TABLE t_all PARTITION OF t DEFAULT;
SQL
plan patched
psql_db patched -c "ALTER TABLE t ADD COLUMN \"by hand\" integer DEFAULT 7"
out=$(psql_db patched -f plan.sql)
like "a column that was added since stops the plan, by name" "$out" \
    'ERROR: .*public\.t has columns that are not known here and would be lost: by hand'
is "and its values are there" "$(psql_db patched -c 'SELECT "by hand" FROM t')" 7
psql_db patched -c 'ALTER TABLE t DROP COLUMN "by hand"'
psql_db patched -f plan.sql >plan.log
is "without it the plan runs" "$?,$(psql_db patched -c 'SELECT x FROM t_all')" 0,one

# ---- partitions that the plan does not know ----
fresh grown <<'SQL'
CREATE TABLE p (id integer, x text) PARTITION BY RANGE (id);
CREATE TABLE p_one PARTITION OF p FOR VALUES FROM (0) TO (10);
INSERT INTO p VALUES (1, 'one');
SQL
cat >after.sql <<'SQL'
CREATE TABLE p (id bigint, x text) PARTITION BY RANGE (id);
CREATE TABLE p_one PARTITION OF p FOR VALUES FROM (0) TO (10);
SQL
plan grown
psql_db grown -c "CREATE TABLE p_two PARTITION OF p FOR VALUES FROM (10) TO (20)" -c "INSERT INTO p VALUES (11, 'two')"
out=$(psql_db grown -f plan.sql)
like "a partition that was made since stops the plan, by name" "$out" \
    'ERROR: .*public\.p has partitions that are not known here and would be lost: p_two'
is "and no row is gone" "$(psql_db grown -c 'SELECT string_agg(x, $$,$$ ORDER BY id) FROM p')" one,two
psql_db grown -c "DROP TABLE p_two"
psql_db grown -f plan.sql >plan.log
is "without it the plan runs" "$?,$(psql_db grown -c 'SELECT string_agg(x, $$,$$ ORDER BY id) FROM p')" 0,one
