#!/usr/bin/env bash
# Plans between schemas that no one wrote (tests/lib/schema_random.py, schema_mosaic.py), and between those of
# tests/schema/pairs, where each once went wrong: applied, the result must be what was asked for, and a plan made again
# must be empty. DBMIG_RANDOM_FIRST and DBMIG_RANDOM_COUNT choose other seeds.
. "$(dirname "$0")/../lib/tap.sh"
. "$ROOT/tests/lib/servers.sh"
server_start one
server_start two

judge() { # NAME FOLDER
    run python3 "$ROOT/tests/lib/schema_pairs.py" "$2" --server "${SERVER_URL[one]%/*}" --server "${SERVER_URL[two]%/*}" \
        --self --plan "$DBMIG diff --from {from} --to {to} --no-verify"
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
