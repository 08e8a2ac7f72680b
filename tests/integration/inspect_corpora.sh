#!/usr/bin/env bash
# What inspect prints of public schemas loads, differs in nothing, and prints the same again; its JSON has
# a form. Every 40th schema of ../shared/corpora/diff; EVERY=1 takes them all.
. "$(dirname "$0")/../lib/tap.sh"
. "$ROOT/tests/lib/servers.sh"
[ -d "$CORPORA/diff" ] || skip_all "no corpora"
major=$(pg_majors | grep -x 15 || pg_majors | tail -n 1)
server_start corpora "$major"
base=${SERVER_URL[corpora]%/*}

psql_do() { "$PSQL" -Xq -d "$base/postgres" "$@" >/dev/null 2>&1; }
load() { "$PSQL" -Xq -d "$1" -v ON_ERROR_STOP=1 -f "$2" >"$SANDBOX/load.log" 2>&1; }

round() {
    "$DBMIG" inspect "$base/one" >"$SANDBOX/one.sql" 2>"$SANDBOX/left_out" || return 1
    load "$base/two" "$SANDBOX/one.sql" || { grep -m1 ERROR "$SANDBOX/load.log"; return 1; }
    "$DBMIG" diff --no-verify --from "$base/one" --to "$base/two" >"$SANDBOX/diff.sql" 2>"$SANDBOX/words" || return 1
    "$DBMIG" inspect "$base/two" 2>/dev/null | diff "$SANDBOX/one.sql" - || return 1
    "$DBMIG" inspect "$base/one" --format json 2>/dev/null | jq -e '.tables | type == "array"' >"$SANDBOX/jq" || return 1
    "$DBMIG" inspect "$base/one" --format html >"$SANDBOX/page.html" 2>/dev/null || return 1
    python3 "$ROOT/tests/lib/check_page.py" "$SANDBOX/page.html" && [ ! -s "$SANDBOX/diff.sql" ]
}

number=0
for file in "$CORPORA"/diff/*/*/before.sql; do
    folder=${file%/before.sql}
    number=$((number + 1))
    [ $((number % ${EVERY:-40})) -eq 0 ] || continue
    [ ! -e "$folder/min_version" ] || [ "$(tr -dc 0-9 <"$folder/min_version")" -le "$major" ] || continue
    [ ! -e "$folder/roles.txt" ] || while read -r role; do psql_do -c "CREATE ROLE \"$role\""; done <"$folder/roles.txt"
    for n in one two; do psql_do -c "DROP DATABASE IF EXISTS $n WITH (FORCE)" -c "CREATE DATABASE $n TEMPLATE template0"; done
    name=${folder#"$CORPORA/diff/"}
    ok "$name loads" load "$base/one" "$file" && ok "$name comes back whole" round
done
