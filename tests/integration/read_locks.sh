#!/usr/bin/env bash
# Reading a live database does not make it queue: while one table is locked, nobody waits for a reader longer than
# --ddl-lock-timeout, the reader tries again, and when it gives up it says who is in the way.
. "$(dirname "$0")/../lib/tap.sh"
. "$(dirname "$0")/../lib/servers.sh"
cd "$SANDBOX" || exit 2
mkdir migrations && echo 'CREATE TABLE t1 (a int);' >migrations/V1__t.sql
"$DBMIG" hash --git-base none >/dev/null 2>&1
now_ms() { echo $(($(date +%s%N) / 1000000)); }

# What the session holds until it is told to end.
hold() { # SQL
    coproc HOLDER { "$PSQL" -XAtq -d "$url" 2>&1; }
    holder=$HOLDER_PID
    printf '%s\n\\echo done\n' "$1" >&"${HOLDER[1]}"
    local line=
    until [ "$line" = "done" ]; do read -r line <&"${HOLDER[0]}" || return 1; done
}
let_go() { kill "$holder" 2>/dev/null && wait "$holder" 2>/dev/null; }

# While t250 is locked: how long others wait for tables that the reader has been at.
others() { # NAME, COMMAND…
    local name=$1 job begin took longest=0 i
    shift
    hold 'BEGIN; LOCK TABLE t250; SELECT pg_sleep(0);'
    "$@" >read.out 2>read.err &
    job=$!
    for ((i = 0; i < 6; i++)); do
        begin=$(now_ms)
        "$PSQL" -Xq -d "$url" -c 'ALTER TABLE t11 ALTER COLUMN b SET DEFAULT 1' -c 'SELECT count(*) FROM t11' >/dev/null 2>&1
        took=$(($(now_ms) - begin))
        [ "$took" -le "$longest" ] || longest=$took
        sleep 0.3
    done
    ok "$name: nobody waits for it longer than its lock timeout and half a second" test "$longest" -lt 1500
    [ "$longest" -lt 1500 ] || echo "# $longest ms"
    let_go
    wait "$job"
    is "$name: and it is done once the table is free" "$?" "${wanted:-0}" || sed 's/^/# /' read.err
}

reading() { # MAJOR
    local major=$1 url
    server_start "l$major" "$major"
    url=${SERVER_URL[l$major]}
    "$PSQL" -Xq -d "$url" -c "DO \$\$ BEGIN FOR i IN 1..300 LOOP EXECUTE format('CREATE TABLE t%s (a int PRIMARY KEY, b int)', i); EXECUTE format('CREATE VIEW w%s AS SELECT * FROM t%s', i, i); END LOOP; END \$\$"
    others "$major: inspect" "$DBMIG" inspect "$url" --ddl-lock-timeout 1s
    others "$major: diff" "$DBMIG" diff --from "$url" --to "$url" --ddl-lock-timeout 1s
    wanted=1 others "$major: check -u" "$DBMIG" check -u "$url" --ddl-lock-timeout 1s \
        --dev-url "embedded://$(dirname "$PSQL")" --no-cache --cross-version
    hold "SET application_name = 'the one'; BEGIN; LOCK TABLE t250; SELECT 'PASSWORD ''geheim''' AS nothing;"
    exits "$major: it gives up" 6 "$DBMIG" inspect "$url" --ddl-lock-timeout 50ms
    like "$major: and says who is in the way" "$err" 'public\.t250 is locked by server process [0-9]+, user postgres, "the one", in a transaction for .*, idle in transaction'
    let_go
    "$PSQL" -Xq -d "$url" -c "ALTER ROLE postgres SET idle_in_transaction_session_timeout = '5ms'"
    exits "$major: a time limit for idle transactions does not end it" 0 "$DBMIG" inspect "$url"
    "$PSQL" -Xq -d "$url" -c "ALTER ROLE postgres RESET ALL; ALTER ROLE postgres SET lock_timeout = '50ms'"
    hold "BEGIN; LOCK TABLE t250;"
    local begin
    begin=$(now_ms)
    exits "$major: a shorter lock_timeout of the role holds" 6 "$DBMIG" inspect "$url" --ddl-lock-timeout 60s
    ok "$major: indeed" test $(($(now_ms) - begin)) -lt 40000
    let_go
    "$PSQL" -Xq -d "$url" -c "ALTER ROLE postgres RESET ALL; DROP VIEW w1; DROP TABLE t1"
    exits "$major: apply" 0 "$DBMIG" apply -u "$url" --allow-dirty
    hold "BEGIN; LOCK TABLE schema_history;"
    exits "$major: status gives up as well" 6 timeout 60 "$DBMIG" status -u "$url" --ddl-lock-timeout 50ms
    let_go
    server_stop "l$major" immediate
}
for major in 14 18; do reading "$major"; done

exits "a time that no server takes is refused by its option's name" 2 "$DBMIG" status -u postgres://h/d --ddl-lock-timeout 30d
like "and says so" "$err" 'invalid value "30d" for --ddl-lock-timeout: the longest time is 24 days'
