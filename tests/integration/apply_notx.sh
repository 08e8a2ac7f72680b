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

# Somebody deletes the row of a file while it runs.
for table in schema_history flyway_schema_history; do
    for last in "SELECT 1" "VACUUM mm"; do
        fresh
        put V1__a.sql "CREATE TABLE mm (id int); VACUUM mm; DELETE FROM $table; $last;"
        hashed
        exits "$table: the row of the file is gone ($last)" 5 apply --history-table "$table"
        like "told as that" "$err" 'the history changed while migrations ran'
        unlike "in no words of SQL" "$err" 'invalid input syntax|boolean'
        like "what is applied" "$err" 'Statements 1 to [23] of the 4 of V1__a.sql are applied'
    done
done

# The first try's leftover is this try's.
fresh
put V1__a.sql "CREATE TABLE d (id int); INSERT INTO d VALUES (1), (1);"
put V2__b.sql "CREATE UNIQUE INDEX CONCURRENTLY d_id ON d (id);"
hashed
exits "a unique index that cannot be" 4 apply
like "drops what this try left" "$err" 'dropped the invalid index public.d_id that this try left'
is "nothing remains" "$(sql "SELECT to_regclass('d_id') IS NULL, started_statement FROM schema_history WHERE version = '2'")" "t|"
sql "CREATE INDEX d_id ON d (id)" >/dev/null
sql "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'd_id'::regclass" >/dev/null
exits "one that somebody else left" 4 apply
like "is said to be invalid" "$err" 'hint: The index public.d_id is invalid.*DROP INDEX CONCURRENTLY'
is "and is not touched" "$(sql "SELECT indisvalid FROM pg_index WHERE indexrelid = 'd_id'::regclass")" f
