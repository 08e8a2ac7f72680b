#!/usr/bin/env bash
# Plans between schemas that no one wrote (tests/lib/schema_random.py, schema_mosaic.py), and between those of
# tests/schema/pairs, where each once went wrong, in both directions and on the newest server too: applied, the result
# must be what was asked for, and a plan made again must be empty. DBMIG_RANDOM_FIRST and DBMIG_RANDOM_COUNT choose other seeds.
. "$(dirname "$0")/../lib/tap.sh"
. "$ROOT/tests/lib/servers.sh"
server_start one
server_start two

judge() { # NAME FOLDER ARG…
    run python3 "$ROOT/tests/lib/schema_pairs.py" "$2" --server "${SERVER_URL[one]%/*}" --server "${SERVER_URL[two]%/*}" \
        --self --dbmig "$DBMIG" "${@:3}" --plan "$DBMIG diff --from {from} --to {to} --no-verify"
    printf '%s\n' "$out" | sed 's/^/# /'
    ok "$1" test "$code" -eq 0
    like "$1: there were some" "$out" 'passed [1-9]'
}

python3 "$ROOT/tests/lib/schema_random.py" "$SANDBOX/pairs" "${DBMIG_RANDOM_COUNT:-60}" "${DBMIG_RANDOM_FIRST:-5000}"
judge "random schemas" "$SANDBOX/pairs"
rm -r "$SANDBOX/pairs"
python3 "$ROOT/tests/lib/schema_mosaic.py" "$SANDBOX/pairs" "${DBMIG_RANDOM_COUNT:-30}" "${DBMIG_RANDOM_FIRST:-5000}"
judge "schemas pieced together" "$SANDBOX/pairs"
judge "schemas that once went wrong" "$ROOT/tests/schema/pairs"
judge "and the other way" "$ROOT/tests/schema/pairs" --reverse
if pg_bindir 18 >/dev/null; then
    server_stop one && server_stop two
    server_start one 18
    server_start two 18
    judge "schemas that once went wrong, on 18" "$ROOT/tests/schema/pairs" --major 18 --dump inspect
    judge "and the other way, on 18" "$ROOT/tests/schema/pairs" --major 18 --dump inspect --reverse
else
    skip "schemas that once went wrong, on 18" "PostgreSQL 18 is not here"
fi
