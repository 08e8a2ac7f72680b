#!/usr/bin/env bash
# A full dry run is what apply sends: for every kind of file and lock, the statements in the server's log are
# those of the script; psql runs it to the same schema and history; where it is stopped, apply goes on, and so
# does another dry run. The short one has the files' statements alone, secrets masked.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/servers.sh
. "$ROOT/tests/lib/servers.sh"

server_start main
sql() { "$PSQL" -qXAt -v ON_ERROR_STOP=1 -d "$url" -c "$1" 2>&1; }
"$PSQL" -qX -d "${SERVER_URL[main]}" -c "ALTER SYSTEM SET log_statement = 'all'" \
    -c "ALTER SYSTEM SET log_line_prefix = '%p %d '" -c 'SELECT pg_reload_conf()' -c 'CREATE ROLE other' >/dev/null
log=${SERVER_DATA[main]}/../log
put() { mkdir -p "$d" && printf '%s\n' "$2" >"$d/$1"; }
hashed() { "$DBMIG" hash -q --dir "$d" >/dev/null; }
databases=0
another() {
    databases=$((databases + 1))
    url=$(server_database main "d$databases")
}
# The schema and the history, but for what times and places differ.
state() {
    "$PG_DUMP" -d "$url" --schema-only --no-comments 2>/dev/null | grep -vE '^(--|\\(un)?restrict|SET |SELECT pg_catalog.set_config|$)'
    sql "SELECT to_jsonb(h) - 'installed_on' - 'execution_time' FROM $history h ORDER BY installed_rank"
    [ "$history" = schema_history ] || sql "SELECT to_jsonb(p) FROM dbmig_progress p" | grep -v 'does not exist'
    sql "SELECT * FROM a ORDER BY 1"
}
script() { "$DBMIG" apply --dir "$d" -u "$url" --dry-run=full -o "$SANDBOX/script.sql" "$@" >/dev/null; }
psql_runs() { "$PSQL" -qX -o /dev/null -d "$url" -f "${1:-$SANDBOX/script.sql}"; }

# kind NAME OPTION…: the folder $d on databases of its own.
kind() {
    local name=$1 wanted lines n step
    shift
    [[ "$name" =~ ${ONLY:-} ]] || return
    history=schema_history lease=schema_history_lease
    case " $* " in *flyway_schema_history*) history=flyway_schema_history lease=dbmig_lease ;; esac
    hashed
    another
    rm -f "$SANDBOX"/{script,whole}.sql
    exits "$name: the script" 0 script "$@"
    exits "$name: apply" 0 "$DBMIG" apply -q --dir "$d" -u "$url" "$@"
    tests/lib/sent_statements.py log "$log" "d$databases" >"$SANDBOX/sent" &&
        tests/lib/sent_statements.py script "$SANDBOX/script.sql" >"$SANDBOX/printed"
    ok "$name: statements were logged" test "$(wc -l <"$SANDBOX/sent")" -gt 5
    is "$name: what was sent is what was printed" "$(diff "$SANDBOX/printed" "$SANDBOX/sent" | cut -c 1-300 | head -n 8)" ""
    wanted=$(state)
    another
    script "$@"
    exits "$name: psql runs it" 0 psql_runs
    is "$name: to the same end" "$(diff <(state) <(echo "$wanted") | cut -c 1-300)" ""
    exits "$name: and nothing is left to apply" 0 "$DBMIG" status --dir "$d" -u "$url" --exit-code --history-table "$history"
    cp "$SANDBOX/script.sql" "$SANDBOX/whole.sql"
    lines=$(wc -l <"$SANDBOX/whole.sql")
    step=$((lines / ${STOPS:-4} + 1))
    for ((n = 5; n < lines; n += step)); do
        another
        head -n "$n" "$SANDBOX/whole.sql" >"$SANDBOX/part.sql"
        psql_runs "$SANDBOX/part.sql" 2>/dev/null
        case " $* " in *\ lease\ *) sql "UPDATE $lease SET expires_at = '-infinity'" >/dev/null ;; esac
        if [ $((n / step % 2)) -eq 0 ]; then
            "$DBMIG" apply -q --dir "$d" -u "$url" "$@" >/dev/null 2>"$SANDBOX/e" || sed 's/^/# /' "$SANDBOX/e"
        elif "$DBMIG" apply --dir "$d" -u "$url" --dry-run=full "$@" >"$SANDBOX/rest.sql" 2>"$SANDBOX/e"; then
            psql_runs "$SANDBOX/rest.sql" 2>&1 | sed 's/^/# /'
        else
            sed 's/^/# /' "$SANDBOX/e"
        fi
        is "$name: stopped at line $n of $lines, it goes on" "$(diff <(state) <(echo "$wanted") | cut -c 1-300)" ""
    done
}

a="CREATE TABLE a (id int PRIMARY KEY, b int CONSTRAINT ref REFERENCES a DEFERRABLE INITIALLY DEFERRED);"
d=$SANDBOX/windows
put V1__a.sql "$a"
put V2__b.sql $'BEGIN ISOLATION LEVEL SERIALIZABLE;\nSET search_path = pg_catalog;\nINSERT INTO public.a VALUES (1) -- one\n;\nCOMMIT;'
put V3__c.sql $'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;\nSET ROLE other;\nRESET ROLE;\nCREATE TEMP TABLE t (id int);'
put V4__d.sql '-- nothing'
put R__v.sql $'/* a view; of a */ CREATE OR REPLACE VIEW v AS\nSELECT id, $$;--$$::text AS "x--" FROM a;'
kind "files in windows"
kind "files in windows, Flyway's table" --history-table flyway_schema_history
kind "files in windows, lease" --lock lease
kind "files in windows, lease, Flyway's table" --lock lease --history-table flyway_schema_history
for n in 5 6 7 8 9 10; do put "V${n}__more.sql" "INSERT INTO a VALUES ($n);"; done
STOPS=3 kind "windows with prepared frames"
rm "$d"/V3__c.sql "$d"/V[5-9]*
kind "all in one transaction" --tx-mode all

d=$SANDBOX/stream
put V1__a.sql "$a"
put V2__copy.sql $'COPY a (id) FROM STDIN;\n1\n2\n\\.\nPREPARE p AS SELECT 1;\nINSERT INTO a VALUES (3);'
put V3__empty.sql $'COPY a (id) FROM STDIN;\n\\.'
kind "files in a stream"
kind "files in a stream, lease" --lock lease
kind "a stream in one transaction" --tx-mode all

d=$SANDBOX/outside
put V1__a.sql "$a"
put V2__b.sql "CREATE TYPE mood AS ENUM ('a');
ALTER TYPE mood ADD VALUE 'b';
SET search_path = public;
SET ROLE other;
RESET ROLE;
PREPARE one AS SELECT 1;
CREATE INDEX CONCURRENTLY a_b ON a (b);
COPY a (id) FROM STDIN;
1
\\.
REINDEX INDEX CONCURRENTLY a_b;
EXECUTE one;
DISCARD ALL;
VACUUM a;
DROP INDEX CONCURRENTLY a_b;
CREATE INDEX CONCURRENTLY a_b ON a (b) -- end"
put V3__c.sql 'INSERT INTO a VALUES (2);'
STOPS=8 kind "files outside a transaction"
STOPS=8 kind "files outside a transaction, Flyway's table" --history-table flyway_schema_history
kind "files outside a transaction, with a role" --role postgres --ddl-lock-timeout 7s

# ---- the short form ----
another
hashed
exits "the short form" 0 "$DBMIG" apply --dir "$d" -u "$url" --dry-run
ok "has nothing but the files" test -z "$(grep -E 'dbmig|installed_rank|BEGIN|COMMIT|lock' <<<"$out")"
like "and how each runs" "$out" '-- V2__b.sql: no transaction: statement by statement, each recorded \(line 7: CREATE INDEX CONCURRENTLY'
d=$SANDBOX/secrets
put V1__a.sql $'CREATE ROLE ${name} PASSWORD \'${app_password}\';\nSELECT \'${api_key}\', \'${plain}\';\nCREATE ROLE r2 PASSWORD \'lit3ral\';'
hashed
values=(--placeholder name=app --placeholder app_password=s3cret --placeholder api_key=k3y --placeholder plain=shown)
exits "with placeholders" 0 "$DBMIG" apply --dir "$d" -u "$url" --dry-run "${values[@]}"
unlike "no password" "$out" 's3cret|k3y|lit3ral'
like "the others" "$out" "CREATE ROLE app"
like "the others" "$out" "'\*\*\*', 'shown'"
export DBMIG_PLACEHOLDER='name=app,app_password=s3cret,api_key=k3y,plain=hidden'
exits "from the environment" 0 "$DBMIG" apply --dir "$d" -u "$url" --dry-run
unlike "none is shown" "$out" 's3cret|k3y|hidden|lit3ral'
unset DBMIG_PLACEHOLDER
exits "in full" 0 "$DBMIG" apply --dir "$d" -u "$url" --dry-run=full -o "$SANDBOX/full.sql" "${values[@]}"
ok "it has the values" grep -q "PASSWORD 's3cret'" "$SANDBOX/full.sql"
is "for its owner alone" "$(stat -c %a "$SANDBOX/full.sql")" 600
exits "json" 0 "$DBMIG" apply --dir "$d" -u "$url" --dry-run --json "${values[@]}"
like "has it under sql" "$out" '"sql": ?"-- 1 file'
exits "another word" 2 "$DBMIG" apply --dir "$d" -u "$url" --dry-run=all
exits "-o without it" 2 "$DBMIG" apply --dir "$d" -u "$url" -o x.sql

# ---- two at a time ----
another
d=$SANDBOX/stream
"$PSQL" -qX -d "$url" -c 'SELECT 1' >/dev/null
for lock in advisory lease; do
    script --lock "$lock"
    case $lock in
    advisory)
        key=$(grep -oE 'pg_try_advisory_lock\([0-9]+' "$SANDBOX/script.sql" | grep -oE '[0-9]+')
        (echo "SELECT pg_advisory_lock($key);" && sleep 20) | "$PSQL" -qX -o /dev/null -d "$url" &
        holder=$!
        server_until "$url" "EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory')"
        ;;
    lease)
        psql_runs <(sed '/^-- V1/,$d' "$SANDBOX/script.sql") 2>/dev/null
        ;;
    esac
    run psql_runs
    like "a script does not run beside another: $lock" "$err" 'dbmig: another run holds the migration l(ock|ease)'
    is "and left nothing" "$(sql "SELECT to_regclass('a') IS NULL")" t
done
kill "$holder" 2>/dev/null

# ---- memory ----
d=$SANDBOX/large
another
put V1__a.sql 'CREATE TABLE a (id bigint);'
{
    echo 'COPY a FROM STDIN;'
    seq 1 4000000
    echo '\.'
} >"$d/V2__data.sql"
hashed
peak() { /usr/bin/time -f '%M' -o "$SANDBOX/peak" "$@" >/dev/null && cat "$SANDBOX/peak"; }
if [ -x /usr/bin/time ]; then
    kb=$(peak "$DBMIG" apply --dir "$d" -u "$url" --dry-run=full)
    ok "a dry run of a 30 MB file keeps 30 MB out of memory ($kb kB)" test "$kb" -lt 30000
else
    skip "memory of a dry run" "no /usr/bin/time"
fi
