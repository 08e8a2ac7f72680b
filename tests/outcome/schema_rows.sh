#!/usr/bin/env bash
# Plans between pairs of public schemas on tables with rows: see tests/lib/schema_rows.py. Each plan applies
# and keeps what both sides have, or leaves everything as it was. PAIRS: a pattern of the pairs to try.
. "$(dirname "$0")/../lib/tap.sh"
. "$ROOT/tests/lib/servers.sh"
pairs=$CORPORA/diff
[ -d "$pairs" ] || skip_all "no corpora"
# A server a worker: the pairs share names of roles.
server_start one
server_start two
major=$("$PSQL" -XAt -d "${SERVER_URL[one]}" -c "SELECT current_setting('server_version_num')::int / 10000")

run python3 "$ROOT/tests/lib/schema_rows.py" "$pairs" --major "$major" --only "${PAIRS:-}" \
    --server "${SERVER_URL[one]%/*}" --server "${SERVER_URL[two]%/*}" \
    --plan "$DBMIG diff --no-verify --from {from} --to {to}"
printf '%s\n' "$out" | sed 's/^/# /'
wrong=$(printf '%s\n' "$out" | sed -nE 's/.* wrong ([0-9]+) of [0-9]+$/\1/p')
total=$(printf '%s\n' "$out" | sed -nE 's/.* wrong [0-9]+ of ([0-9]+)$/\1/p')
ok "pairs were judged" test "${total:-0}" -gt 0
is "no plan loses rows, values or a sequence's position, or stops half-way" "${wrong:-none told}" 0
