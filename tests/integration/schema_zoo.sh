#!/usr/bin/env bash
# One of every kind of object, on every major version: what inspect prints makes the same schema again,
# is the same text for the same schema, and a plan leads from it to nothing.
. "$(dirname "$0")/../lib/tap.sh"
. "$ROOT/tests/lib/servers.sh"

load() {
    "$PSQL" -Xq -d "$1" -v ON_ERROR_STOP=1 -f "$2" >"$SANDBOX/load.log" 2>&1
}
psql_do() {
    "$PSQL" -Xq -d "$1" -c "$2" >/dev/null 2>&1
}

zoo() {
    local major=$1 url base n
    server_start "v$major" "$major"
    url=${SERVER_URL[v$major]}
    base=${url%/*}
    for n in before copy empty; do psql_do "$url" "CREATE DATABASE $n TEMPLATE template0"; done
    ok "$major: the zoo loads" load "$base/before" "$ROOT/tests/schema/zoo.sql" || cat "$SANDBOX/load.log"
    for n in 14 15 16 17 18; do
        [ "$n" -gt "$major" ] || load "$base/before" "$ROOT/tests/schema/zoo_since_$n.sql"
    done
    exits "$major: inspect" 0 "$DBMIG" inspect "$base/before"
    printf '%s\n' "$out" >"$SANDBOX/zoo.sql"
    unlike "$major: no password leaves the snapshot" "$out" secret
    ok "$major: what it prints loads" load "$base/copy" "$SANDBOX/zoo.sql" || cat "$SANDBOX/load.log"
    run "$DBMIG" diff --no-verify --from "$base/before" --to "$base/copy"
    is "$major: and makes the same schema" "$out$code" 0
    run "$DBMIG" inspect "$base/copy"
    is "$major: which is the same text" "$out" "$(cat "$SANDBOX/zoo.sql")"
    run "$DBMIG" diff --no-verify --from "$base/copy" --to "$base/empty"
    printf '%s\n' "$out" >"$SANDBOX/nothing.sql"
    ok "$major: a plan to nothing applies" load "$base/copy" "$SANDBOX/nothing.sql" || cat "$SANDBOX/load.log"
    run "$DBMIG" diff --no-verify --from "$base/copy" --to "$base/empty"
    is "$major: and leaves nothing" "$out$code" 0
    server_stop "v$major" immediate
}

pg_wanted $PG_ALL_MAJORS
for major in $PG_HERE; do zoo "$major"; done
