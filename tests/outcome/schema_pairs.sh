#!/usr/bin/env bash
# Plans between pairs of public schemas, judged by outcome: see tests/lib/schema_pairs.py. At least 99 of
# 100 must come out exactly; each that does not is named with its reason.
. "$(dirname "$0")/../lib/tap.sh"
. "$ROOT/tests/lib/servers.sh"
pairs=$CORPORA/diff
[ -d "$pairs" ] || skip_all "no corpora"
server_start pairs
server=${SERVER_URL[pairs]%/*}
major=$("$PSQL" -XAt -d "${SERVER_URL[pairs]}" -c "SELECT current_setting('server_version_num')::int / 10000")

run python3 "$ROOT/tests/lib/schema_pairs.py" "$pairs" --server "$server" --major "$major" \
    --plan "$DBMIG diff --from {from} --to {after} --dev-url {server}"
printf '%s\n' "$out" | sed 's/^/# /'
passed=$(printf '%s\n' "$out" | sed -nE 's/^passed ([0-9]+) of ([0-9]+).*/\1/p')
total=$(printf '%s\n' "$out" | sed -nE 's/^passed ([0-9]+) of ([0-9]+).*/\2/p')
ok "pairs were judged" test "${total:-0}" -gt 0
ok "99 of 100 plans come out exactly ($passed of $total)" test $((${passed:-0} * 100)) -ge $((${total:-1} * 99))
