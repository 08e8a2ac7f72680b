#!/usr/bin/env bash
# apply beside others: table locks held by clients, many runs at once, signals, a transaction pooler.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/servers.sh
. "$ROOT/tests/lib/servers.sh"
server_start main
PGBENCH=${PSQL%psql}pgbench
n=0
fresh() {
    n=$((n + 1))
    d=$SANDBOX/m$n
    mkdir "$d"
    url=$(server_database main "c$n")
}
sql() { "$PSQL" -qXAt -d "$url" -c "$1" 2>&1; }
put() { printf '%s\n' "$2" >"$d/$1"; }
hashed() { "$DBMIG" hash -q --dir "$d" >/dev/null; }
history() { sql "SELECT string_agg(version || ':' || success, ' ' ORDER BY installed_rank) FROM schema_history"; }
# hold SECONDS SQL: a session that keeps a transaction open
hold() {
    printf 'BEGIN;\n%s;\n\\! sleep %s\nCOMMIT;\n' "$2" "$1" | "$PSQL" -qX -d "$url?application_name=holder" >/dev/null 2>&1 &
    holder=$!
    server_until "$url" "EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()
        AND application_name = 'holder' AND state = 'idle in transaction')"
}
# until_apply CONDITION: the run of dbmig is there, and its backend is in that state
until_apply() {
    server_until "$url" "EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()
        AND application_name LIKE 'dbmig apply%' AND $1)"
}

# at_once URL OPTION…: 20 runs at the same time; their exit codes, and what those that failed said.
at_once() {
    local pids=() i code codes=''
    for ((i = 0; i < 20; i++)); do
        "$DBMIG" apply -q --lock-timeout 60s --dir "$d" -u "$1" "${@:2}" >"$SANDBOX/once$i" 2>&1 &
        pids[i]=$!
    done
    for ((i = 0; i < 20; i++)); do
        wait "${pids[i]}"
        code=$?
        codes=$codes$code
        [ "$code" -eq 0 ] || sed "s/^/# run $i, exit $code: /" "$SANDBOX/once$i" >&2
    done
    echo "$codes"
}

# ---- production is never queued behind us ----
fresh
sql 'CREATE TABLE busy (id int PRIMARY KEY, n int); INSERT INTO busy SELECT i, 0 FROM generate_series(1, 10) i' >/dev/null
put V1__alter.sql $'CREATE TABLE first (id int);\nALTER TABLE busy ADD COLUMN more int;'
hashed
printf 'SELECT n FROM busy WHERE id = 1;\nUPDATE busy SET n = n + 1 WHERE id = 2;\n' >"$SANDBOX/bench.sql"
hold 9 'SELECT * FROM busy WHERE id = 3'
(cd "$SANDBOX" && "$PGBENCH" -n -f bench.sql -c 3 -T 14 -l --log-prefix=wait "$url" >bench.out 2>&1) &
bench=$!
sleep 0.5
exits "apply of ALTER TABLE while another session holds the table" 0 \
    "$DBMIG" apply --dir "$d" -u "$url" --allow-dirty --ddl-lock-timeout 1s
like "names who blocks it" "$err" "blocked by pid [0-9]+ \(postgres, holder, idle in transaction"
wait "$holder" "$bench"
longest=$(cat "$SANDBOX"/wait* | sort -k3 -n | tail -n 1 | cut -d' ' -f3)
ok "no client waits longer than the timeout + 0.5 s ($((longest / 1000)) ms)" test "$longest" -lt 1500000
is "and the column is there" "$(sql "SELECT count(*) FROM pg_attribute WHERE attrelid = 'busy'::regclass AND attname = 'more'")" 1

hold 6 'SELECT * FROM busy WHERE id = 3'
put V2__alter.sql 'ALTER TABLE busy ADD COLUMN still int;'
hashed
exits "tries used up" 6 "$DBMIG" apply --dir "$d" -u "$url" --ddl-lock-timeout 600ms --retries 1
like "the blocker is named" "$err" "Blocked by pid [0-9]+ \(postgres, holder"
like "with place and code" "$err" "V2__alter.sql:1:1: .*\[55P03\]"
wait "$holder"
is "nothing remains" "$(history)" "1:true"
exits "then it goes" 0 "$DBMIG" apply --dir "$d" -u "$url"

# CONCURRENTLY waits for old snapshots with no time limit
fresh
sql 'CREATE TABLE t (id int)' >/dev/null
put V1__i.sql 'CREATE INDEX CONCURRENTLY t_id ON t (id);'
hashed
hold 3 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT * FROM pg_class LIMIT 1'
exits "CONCURRENTLY is not subject to the lock timeout" 0 \
    "$DBMIG" apply --dir "$d" -u "$url" --allow-dirty --ddl-lock-timeout 300ms
wait "$holder"

# ---- many at once ----
fresh
for i in 1 2 3 4 5 6; do put "V${i}__t.sql" "CREATE TABLE t$i (id int); INSERT INTO t$i VALUES ($i); SELECT pg_sleep(0.02);"; done
put V7__n.sql 'CREATE INDEX CONCURRENTLY t1_id ON t1 (id); INSERT INTO t1 VALUES (7);'
hashed
is "20 at once: all exit 0" "$(at_once "$url")" 00000000000000000000
is "each migration once" "$(history)" "1:true 2:true 3:true 4:true 5:true 6:true 7:true"
is "each effect once" "$(sql 'SELECT array_agg(id ORDER BY id) FROM t1')" '{1,7}'

# ---- signals ----
fresh
put V1__a.sql 'CREATE TABLE a (id int);'
put V2__s.sql $'INSERT INTO a VALUES (1);\nSELECT pg_sleep(30);'
put V3__c.sql 'CREATE TABLE c (id int);'
hashed
"$DBMIG" apply --dir "$d" -u "$url" >/dev/null 2>"$SANDBOX/err" &
pid=$!
until_apply "wait_event = 'PgSleep'"
kill -TERM "$pid"
wait "$pid"
is "SIGTERM: exit code" "$?" 143
like "says what happened" "$(cat "$SANDBOX/err")" "interrupted by SIGTERM"
like "and what is applied" "$(cat "$SANDBOX/err")" "1 of 3 files applied: V1__a.sql"
is "nothing half-recorded" "$(history) $(sql 'SELECT count(*) FROM a')" "1:true 0"
is "no backend is left" "$(sql "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")" 0

# A signal while COMMIT waits for a standby: the server has committed nevertheless.
standby() { sql "ALTER SYSTEM SET synchronous_standby_names = '$1'" && sql 'SELECT pg_reload_conf()' >/dev/null && sleep 0.3; }
fresh
put V1__n.sql $'-- dbmig:txmode none\nCREATE TABLE t (id int);\nINSERT INTO t SELECT 1 FROM set_config($$synchronous_commit$$, $$on$$, true);\nSELECT 1;'
hashed
standby nobody
"$DBMIG" apply --dir "$d" -u "$url" >/dev/null 2>"$SANDBOX/err" &
pid=$!
until_apply "wait_event = 'SyncRep'"
kill -TERM "$pid"
wait "$pid"
is "a signal at a committed statement: exit code" "$?" 143
is "the statement stays counted" "$(sql 'SELECT statements_applied FROM schema_history')" 2
standby ''
exits "it goes on" 0 "$DBMIG" apply --dir "$d" -u "$url"
is "and runs no statement twice" "$(sql 'SELECT count(*) FROM t')" 1
fresh
put V1__t.sql 'CREATE TABLE t (id int);'
hashed
"$DBMIG" apply -q --dir "$d" -u "$url"
put V2__s.sql $'COPY t FROM STDIN;\n1\n\\.'
put V3__n.sql 'SELECT 2;'
hashed
sql 'CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN SET LOCAL synchronous_commit = on; RETURN NULL; END $$'
sql 'CREATE TRIGGER slow AFTER INSERT ON schema_history FOR EACH ROW EXECUTE FUNCTION slow()'
standby nobody
"$DBMIG" apply --dir "$d" -u "$url" >/dev/null 2>"$SANDBOX/err" &
pid=$!
until_apply "wait_event = 'SyncRep'"
kill -TERM "$pid"
wait "$pid"
standby ''
is "a signal at a committed file: recorded" "$(history)" "1:true 2:true"
like "and told so" "$(cat "$SANDBOX/err")" "1 of 2 files applied: V2__s.sql. Nothing of V3__n.sql"

# Signals between the answers of a window.
fresh
for i in {1..300}; do put "V${i}__w.sql" 'SELECT 1; SELECT 2;'; done
hashed
codes=''
for i in {1..15}; do
    sql 'DROP TABLE IF EXISTS schema_history'
    "$DBMIG" apply -q --allow-dirty --dir "$d" -u "$url" >/dev/null 2>&1 &
    pid=$!
    sleep "0.$(printf '%03d' $((60 + 20 * i)))"
    kill -TERM "$pid" 2>/dev/null
    wait "$pid"
    codes="$codes $?"
done
unlike "never a bug ($codes)" "$codes" ' 70'

# ---- a file that prepares is tried again ----
fresh
sql 'CREATE TABLE b (id int)'
put V1__p.sql $'PREPARE p AS SELECT 1;\nALTER TABLE b ADD x int;'
hashed
hold 2 'LOCK TABLE b'
exits "PREPARE and a lock timeout" 0 "$DBMIG" apply --allow-dirty --dir "$d" -u "$url" --ddl-lock-timeout 300ms --retries 8
wait "$holder"

# ---- COPY outside a transaction is tried again ----
fresh
sql 'CREATE TABLE b (id int)'
put V1__c.sql $'-- dbmig:txmode none\nINSERT INTO b VALUES (1);\nCOPY b FROM STDIN;\n2\n3\n\\.\nINSERT INTO b VALUES (4);'
hashed
hold 3 'LOCK TABLE b IN SHARE MODE'
exits "COPY and a lock timeout" 0 "$DBMIG" apply --allow-dirty --dir "$d" -u "$url" --ddl-lock-timeout 300ms --retries 9
is "each row once" "$(sql 'SELECT array_agg(id ORDER BY id) FROM b')" '{1,2,3,4}'
wait "$holder"
fresh
sql 'CREATE TABLE b (id int)'
put V1__c.sql $'-- dbmig:txmode none\nCOPY b FROM STDIN;\n2\n3\n\\.\nINSERT INTO b VALUES (4);'
hashed
hold 3 'LOCK TABLE b IN SHARE MODE'
exits "COPY first, and a lock timeout" 0 "$DBMIG" apply --allow-dirty --dir "$d" -u "$url" --ddl-lock-timeout 300ms --retries 9
is "each row once" "$(sql 'SELECT array_agg(id ORDER BY id) FROM b')" '{2,3,4}'
wait "$holder"

# ---- REINDEX CONCURRENTLY cut short leaves indexes, of the TOAST table as well ----
fresh
sql 'CREATE TABLE big (id int PRIMARY KEY, t text)'
put V1__r.sql 'REINDEX TABLE CONCURRENTLY big;'
hashed
hold 30 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT * FROM pg_class LIMIT 1'
"$DBMIG" apply -q --allow-dirty --dir "$d" -u "$url" >/dev/null 2>&1 &
pid=$!
server_until "$url" '(SELECT count(*) FROM pg_index WHERE NOT indisvalid) = 2'
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'dbmig apply%'" >/dev/null
wait "$pid"
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'holder'" >/dev/null
is "its indexes are left" "$(sql 'SELECT count(*) FROM pg_index WHERE NOT indisvalid')" 2
exits "the next run" 0 "$DBMIG" apply --allow-dirty --dir "$d" -u "$url"
like "names the one of the TOAST table" "$err" "dropped the invalid index pg_toast\.pg_toast_[0-9]+_index_ccnew"
is "and drops them" "$(sql 'SELECT count(*) FROM pg_index WHERE NOT indisvalid')" 0

# ---- the lock is held by another run ----
fresh
put V1__s.sql 'SELECT pg_sleep(60);'
hashed
"$DBMIG" apply -q --dir "$d" -u "$url" >/dev/null 2>&1 &
pid=$!
until_apply "wait_event = 'PgSleep'"
exits "the migration lock is not got in time" 6 "$DBMIG" apply --dir "$d" -u "$url" --lock-timeout 500ms
like "its holder is named" "$err" "dbmig apply"
kill -TERM "$pid"
wait "$pid"

fresh
put V1__s.sql "CREATE ROLE held$n PASSWORD 'its-secret'; SELECT pg_sleep(60) /* PASSWORD 'its-secret' */;"
hashed
"$DBMIG" apply -q --dir "$d" -u "$url" >/dev/null 2>&1 &
pid=$!
until_apply "wait_event = 'PgSleep'"
exits "what the holder runs is told" 6 "$DBMIG" apply --dir "$d" -u "$url" --lock-timeout 300ms
like "as it stands" "$err" "pg_sleep"
unlike "but for its passwords" "$err" "its-secret"
kill -TERM "$pid"
wait "$pid"

# ---- many make the lease's table at once ----
# Where the one that comes second notices is a matter of microseconds, and each place has its own error. The
# trigger lets another session make the table just before, and fails as one of those places does.
fresh
put V1__l.sql 'CREATE TABLE l (id int);'
hashed
sql 'CREATE EXTENSION dblink'
sql "CREATE FUNCTION beaten() RETURNS event_trigger LANGUAGE plpgsql AS \$\$ BEGIN
    IF current_setting('application_name') LIKE 'dbmig%' AND current_query() LIKE '%schema_history_lease%' THEN
        PERFORM dblink_exec('dbname=' || current_database() || ' host=127.0.0.1 port=' || current_setting('port')
            || ' user=postgres application_name=other', current_query());
        RAISE EXCEPTION 'type \"schema_history_lease\" already exists' USING ERRCODE = '42710';
    END IF; END \$\$;
    CREATE EVENT TRIGGER beaten ON ddl_command_start WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION beaten()"
exits "the lease's table is made by another run" 0 "$DBMIG" apply --allow-dirty --lock lease --dir "$d" -u "$url"
is "by that one" "$(sql "SELECT count(*) FROM schema_history_lease")" 1
fresh
put V1__l.sql 'CREATE TABLE l (id int);'
hashed
sql 'CREATE DOMAIN schema_history_lease AS int'
exits "the lease's table cannot be made" 4 "$DBMIG" apply --allow-dirty --lock lease --dir "$d" -u "$url"
like "with the server's reason" "$err" "could not create the lease table .*\[42710\]"

# ---- a transaction pooler ----
if ! command -v pgbouncer >/dev/null; then
    skip "pgbouncer" "pgbouncer is not installed"
    exit
fi
pool=$SANDBOX/pool
mkdir "$pool"
port=$(free_port)
cat >"$pool/ini" <<CONF
[databases]
* = host=127.0.0.1 port=${SERVER_PORT[main]} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $port
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 6
logfile = $pool/log
pidfile = $pool/pid
CONF
chmod 755 "$SANDBOX" && [ "$(id -u)" -ne 0 ] || chown -R "$(server_user)" "$pool"
as_server_user pgbouncer -q -d "$pool/ini" || { echo "Bail out! pgbouncer did not start"; exit 1; }
fresh
through=postgres://postgres@127.0.0.1:$port/c$n
server_until "$through" true
for i in 1 2 3 4 5 6; do put "V${i}__t.sql" "CREATE TABLE t$i (id int); INSERT INTO t$i VALUES ($i); SET search_path = pg_catalog;"; done
hashed
is "PgBouncer: 20 at once exit 0" "$(at_once "$through")" 00000000000000000000
is "each migration once" "$(history)" "1:true 2:true 3:true 4:true 5:true 6:true"
is "nothing stays set on its connections" "$("$PSQL" -qXAt -d "$through" -c 'SHOW search_path' -c 'SHOW lock_timeout')" $'"$user", public\n0'
put V7__n.sql 'CREATE INDEX CONCURRENTLY ON t1 (id);'
hashed
exits "what must run outside a transaction is refused" 2 "$DBMIG" apply --dir "$d" -u "$through"
like "with the reason" "$err" "CREATE INDEX CONCURRENTLY"

# A run that is stopped past its lease does nothing more when it goes on.
fresh
through=postgres://postgres@127.0.0.1:$port/c$n
put V1__a.sql 'CREATE TABLE a (id int);'
for i in 2 3 4 5; do put "V${i}__c.sql" $'COPY a FROM STDIN;\n'"$i"$'\n\\.\nSELECT pg_sleep(0.4);'; done
hashed
"$DBMIG" apply -q --lease-time 2s --dir "$d" -u "$through" >/dev/null 2>"$SANDBOX/err" &
pid=$!
server_until "$url" "EXISTS (SELECT FROM schema_history WHERE version = '2')"
kill -STOP "$pid"
exits "another run takes over" 0 "$DBMIG" apply -q --lease-time 2s --lock-timeout 30s --dir "$d" -u "$through"
kill -CONT "$pid"
wait "$pid"
stopped=$?
ok "the one that was stopped fails ($stopped: $(grep -m1 error "$SANDBOX/err"))" test "$stopped" -ne 0
is "each migration once" "$(history)" "1:true 2:true 3:true 4:true 5:true"
is "each effect once" "$(sql 'SELECT array_agg(id ORDER BY id) FROM a')" '{2,3,4,5}'
kill "$(cat "$pool/pid")"
