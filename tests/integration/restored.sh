#!/usr/bin/env bash
# A schema that went through pg_dump and a restore equals its original: tests/schema/restored.sql, on servers
# that the installed pg_dump can read.
. "$(dirname "$0")/../lib/tap.sh"
. "$ROOT/tests/lib/servers.sh"

load() { # DATABASE FILE
    "$PSQL" -Xqo /dev/null -d "$base/$1" -v ON_ERROR_STOP=1 -f "$2" >"$SANDBOX/psql.log" 2>&1 ||
        { sed 's/^/# /' "$SANDBOX/psql.log"; return 1; }
}

make_databases() {
    for database in original restored; do
        "$PSQL" -Xq -d "$base/postgres" -c "DROP DATABASE IF EXISTS $database" \
            -c "CREATE DATABASE $database TEMPLATE template0" >/dev/null 2>&1
    done
}

restore() { # NAME FILE
    make_databases
    ok "$major, $1: it loads" load original "$2"
    "$PG_DUMP" --schema-only -d "$base/original" >"$SANDBOX/dump.sql"
    ok "$major, $1: its dump loads" load restored "$SANDBOX/dump.sql"
    run "$DBMIG" diff --from "$base/original" --to "$base/restored" --dev-url "$base/postgres"
    is "$major, $1: the restored one is equal" "$code$out" 0
    run "$DBMIG" diff --from "$base/restored" --to "$base/original" --dev-url "$base/postgres"
    is "$major, $1: and the other way" "$code$out" 0
}

newest=$("$PG_DUMP" --version | sed -E 's/[^0-9]*([0-9]+).*/\1/')
for major in 13 "$newest"; do
    pg_bindir "$major" >/dev/null || { skip "$major" "no PostgreSQL $major"; continue; }
    server_start "s$major" "$major"
    base=${SERVER_URL[s$major]%/*}
    if [ "$major" -ge 14 ]; then
        sed 's/^-- since 14: //' "$ROOT/tests/schema/restored.sql" >"$SANDBOX/restored.sql"
    else
        cp "$ROOT/tests/schema/restored.sql" "$SANDBOX/restored.sql"
    fi
    restore "expressions" "$SANDBOX/restored.sql"
    # Equal is what means the same, and nothing else.
    make_databases
    echo "CREATE TABLE t (a int, b int, s varchar(9), CHECK (a BETWEEN 1 AND 5 AND b > 3), CHECK (s IN ('a', 'b')));" \
        >"$SANDBOX/one.sql"
    echo "CREATE TABLE t (a int, b int, s varchar(9), CHECK (a BETWEEN 1 AND 5 AND b > 4), CHECK (s IN ('a', 'c')));" \
        >"$SANDBOX/two.sql"
    load original "$SANDBOX/one.sql" && load restored "$SANDBOX/two.sql"
    run "$DBMIG" diff --from "$base/original" --to "$base/restored" --dev-url "$base/postgres"
    like "$major: another number is a difference" "$out" 'ADD CONSTRAINT .*b > 4'
    like "$major: another value is a difference" "$out" "ADD CONSTRAINT .*'c'"
    server_stop "s$major"
done
