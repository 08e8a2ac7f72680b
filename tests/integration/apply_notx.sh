#!/usr/bin/env bash
# Files that run outside a transaction: what a failure leaves, what can be corrected, what is refused.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/servers.sh
. "$ROOT/tests/lib/servers.sh"

sql() { "$PSQL" -qXAt -v ON_ERROR_STOP=1 -d "$url" -c "$1" 2>&1; }
put() { mkdir -p "$d" && printf '%s\n' "$2" >"$d/$1"; }
hashed() { "$DBMIG" hash -q --dir "$d" >/dev/null; }
apply() { "$DBMIG" apply --dir "$d" -u "$url" "$@"; }
n=0
fresh() {
    n=$((n + 1))
    d=$SANDBOX/m$n
    url=$(server_database main "c$n")
}
server_start main

# A refused ALTER TYPE … ADD VALUE left nothing: it is corrected, or taken out, and the file goes on.
for table in schema_history flyway_schema_history; do
    for refused in "ALTER TYPE tyy ADD VALUE 'b';" "ALTER TYPE ty ADD VALUE 'a';" "ALTER TYPE mm ADD VALUE 'b';"; do
        for then in "ALTER TYPE ty ADD VALUE 'c';" ''; do
            fresh
            begun="CREATE TABLE mm (id int); CREATE TYPE ty AS ENUM ('a'); VACUUM mm;"
            put V1__a.sql "$begun $refused"
            hashed
            exits "$table: $refused" 4 apply --history-table "$table"
            like "what is applied" "$err" 'Statements 1 to 3 of the 4 of V1__a.sql are applied; the one on line 1 is not'
            put V1__a.sql "$begun $then"
            hashed
            exits "then ${then:-nothing in its place}" 0 apply --history-table "$table"
            is "recorded" "$(sql "SELECT script, success FROM $table")" "V1__a.sql|t"
        done
    done
done
