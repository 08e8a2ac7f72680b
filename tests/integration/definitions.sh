#!/usr/bin/env bash
# Definitions that a snapshot makes by itself are the server's to the letter, on every major version and on real
# histories.
. "$(dirname "$0")/../lib/tap.sh"
. "$ROOT/tests/lib/servers.sh"

compare() { # NAME URL AT-LEAST
    local count
    run python3 "$ROOT/tests/lib/definitions.py" "$DBMIG" "$PSQL" "$2"
    is "$1: all are the server's" "$(printf '%s\n' "$out" | sed '$d')$err" ""
    count=$(printf '%s\n' "$out" | sed -nE '$s/ definitions are equal//p')
    ok "$1: there were $3 or more (${count:-none})" test "${count:-0}" -ge "$3"
}

load() {
    "$PSQL" -Xq -d "$1" -v ON_ERROR_STOP=1 -f "$2" >"$SANDBOX/load.log" 2>&1
}

pg_wanted $PG_ALL_MAJORS
for major in $PG_HERE; do
    server_start "v$major" "$major"
    url=$(server_database "v$major" definitions)
    ok "$major: keys and indexes of many forms load" load "$url" "$ROOT/tests/schema/definitions.sql" || cat "$SANDBOX/load.log"
    "$PSQL" -Xq -d "$url" -f "$ROOT/tests/schema/zoo.sql" >/dev/null 2>&1
    for n in 14 15 16 17 18; do
        [ "$n" -gt "$major" ] || "$PSQL" -Xq -d "$url" -f "$ROOT/tests/schema/zoo_since_$n.sql" >/dev/null 2>&1
    done
    compare "$major" "$url" 40
    [ "$major" = 15 ] || server_stop "v$major" immediate
done

for history in marquez odd-platform opencue; do
    folder=$CORPORA/migrations/$history
    [ -d "$folder" ] || { skip "$history" "no corpora in $CORPORA"; continue; }
    [ -n "${SERVER_URL[v15]:-}" ] || { skip "$history" "no PostgreSQL 15"; continue; }
    url=$(server_database v15 "$history")
    find "$folder" -name 'V*.sql' | sort -V | sed "s,.*,\\\\i '&'," >"$SANDBOX/all.psql"
    "$PSQL" -Xq -d "$url" -f "$SANDBOX/all.psql" >/dev/null 2>&1
    compare "$history" "$url" 20
done
