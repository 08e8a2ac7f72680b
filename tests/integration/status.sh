#!/usr/bin/env bash
# status as somebody reads it who was called at night: a run in progress, what is wrong, the newest files, what next.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/servers.sh
. "$(dirname "$0")/../lib/servers.sh"
cd "$SANDBOX" || exit 2
server_start main
sql() { "$PSQL" -qXAt -d "$url" -c "$1"; }
status() { run "$DBMIG" status -u "$url" "$@"; }
hash_m() { "$DBMIG" hash -q --force >/dev/null; }
lines() { printf '%s\n' "$out" | grep -c "$1"; }
last() { printf '%s\n' "$out" | tail -n 1; }

url=$(server_database main many)
mkdir migrations
for i in $(seq 1 25); do echo "CREATE TABLE t$i (id bigint);" >"migrations/V${i}__a_description_of_this_table_$i.sql"; done
hash_m
status
is "nothing applied" "$code" 0
like "the first files are shown" "$out" 'V10__a_description_of_this_table_10\.sql +pending'
unlike "not all" "$out" 'V11__'
like "how many more" "$out" 'and 15 more pending \(--all lists them\)'
is "what next" "$(last)" '`dbmig apply` runs V1__a_description_of_this_table_1.sql next.'
"$DBMIG" apply -q -u "$url" --to 23
status
is "ten of those that are done, and what is pending" "$(lines '^V.* applied ') $(lines ' pending$')" "10 2"
like "how many more" "$out" 'and 13 older'
is "80 columns" "$(printf '%s\n' "$out" | awk 'length > 80' | head -n 3)" ""
like "local time with its zone" "$(TZ=Asia/Tokyo "$DBMIG" status -u "$url")" \
    "V23.* applied +$(TZ=Asia/Tokyo date +%Y-%m-%d) [0-9:]{5} JST"
is "the last line" "$(last)" '`dbmig apply` runs V24__a_description_of_this_table_24.sql next.'
status --all
is "all" "$(lines '^V[0-9]')" 25
status --pending
is "what is pending" "$(lines '^V[0-9]')" 2
status --short --pending
is "in short" "$out" "pe V24__a_description_of_this_table_24.sql
pe V25__a_description_of_this_table_25.sql"
status --json
is "json has every migration" "$(jq '.migrations | length' <<<"$out")" 25
like "and times in UTC" "$(jq -r '.migrations[0].installed_on' <<<"$out")" "^$(date -u +%Y-%m-%d)T[0-9:]+\.[0-9]{6}Z$"
is "that are right whatever the session's zone" \
    "$(sql "ALTER ROLE postgres SET TimeZone = 'Asia/Tokyo'"; "$DBMIG" status --json -u "$url" | jq -r '.migrations[0].installed_on' | cut -c1-13)" \
    "$(sql "SELECT to_char((installed_on AT TIME ZONE 'Asia/Tokyo') AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24') FROM schema_history WHERE version = '1'")"
sql "ALTER ROLE postgres RESET TimeZone"
is "colour on a terminal only" "$("$DBMIG" status -u "$url" --color never | grep -c $'\033')" 0
like "the words have it" "$(NO_COLOR='' "$DBMIG" status -u "$url" --color always)" $'\033\\[32mapplied'

# ---- what is wrong ----
echo "-- edited" >>migrations/V3__a_description_of_this_table_3.sql && hash_m
status
like "what needs attention comes first" "$(printf '%s\n' "$out" | grep -A2 'Needs attention')" 'V3__.* changed'
like "the last line says what to do" "$(last)" '^V3__.*\.sql is changed: restore the file; `dbmig repair` accepts'
exits "and the exit code, when asked" 1 "$DBMIG" status -u "$url" --exit-code
sed -i '$d' migrations/V3__a_description_of_this_table_3.sql && hash_m

# ---- a run in progress ----
printf 'SELECT 1 AS first_statement;\n\nALTER TABLE t1 ADD COLUMN added int;\n' >migrations/V24__a_description_of_this_table_24.sql && hash_m
"$PSQL" -qX -d "$url" -c "BEGIN; LOCK TABLE t1; SELECT pg_sleep(60)" >/dev/null 2>&1 &
holder=$!
server_until "$url" "EXISTS (SELECT FROM pg_locks WHERE relation = 't1'::regclass AND granted)"
"$DBMIG" apply -q -u "$url" --ddl-lock-timeout 60s >/dev/null 2>&1 &
runner=$!
server_until "$url" "EXISTS (SELECT FROM pg_locks WHERE NOT granted)"
status
like "a run is the first thing said" "$(printf '%s\n' "$out" | head -n 1)" '^A run is in progress: server process [0-9]+, user postgres, "dbmig apply'
like "with its statement" "$out" '^  at migrations/V24__a_description_of_this_table_24\.sql:3'
like "and who blocks it" "$out" '^  blocked by pid [0-9]+ \(postgres, psql, active for .*LOCK TABLE t1'
like "and what can be done" "$(last)" 'Wait for it'
status --json
is "json has it, too" "$(jq -r '[.running_file, .running_line] | join(":")' <<<"$out")" \
    "migrations/V24__a_description_of_this_table_24.sql:3"
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'BEGIN; LOCK%' AND pid <> pg_backend_pid()" >/dev/null
wait "$holder" "$runner" 2>/dev/null
status
is "up to date" "$(last)" 'Up to date at version 25.'
unlike "and no run" "$out" 'in progress'

# ---- objects without a history ----
url=$(server_database main old)
sql "CREATE TABLE old (id int)"
status
like "apply's refusal is foretold" "$(last)" '^apply would refuse: .*(objects|tables|history).*baseline'

# ---- a role that only reads ----
url=$(server_database main reader)
"$DBMIG" apply -q -u "$url"
sql "CREATE ROLE st_reader LOGIN"
run "$DBMIG" status -u "${url/postgres@/st_reader@}"
is "a reader without the right" "$code" 4
like "is told that SELECT is enough" "$err" 'GRANT SELECT ON "public"\."schema_history" TO "st_reader"; is enough'
sql "GRANT SELECT ON schema_history TO st_reader"
exits "which it is" 0 "$DBMIG" status -u "${url/postgres@/st_reader@}"
