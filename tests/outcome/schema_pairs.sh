#!/usr/bin/env bash
# Plans between pairs of public schemas, and between the versions of real histories, judged by outcome: see
# tests/lib/schema_pairs.py. At least 99 of 100 must come out exactly; each that does not is named with its reason.
#
# Here a sample, the same each time, as a gate must be. SCHEMA_PAIRS=all (make schema-pairs) takes all pairs, in
# both directions, on the oldest and the newest server too; SCHEMA_PAIRS_TURN=N takes another part than 0.
. "$(dirname "$0")/../lib/tap.sh"
. "$ROOT/tests/lib/servers.sh"
pairs=$CORPORA/diff
[ -d "$pairs" ] || skip_all "no corpora in $CORPORA"
turn=${SCHEMA_PAIRS_TURN:-0}

# A server each for two workers: pairs make roles of the same names.
servers() { # MAJOR ("": Debian's)
    server_start "one$1" "$1"
    server_start "two$1" "$1"
}

# sample FIXED OTHERS: the arguments, unless all are wanted.
sample() {
    [ "${SCHEMA_PAIRS:-}" = all ] || echo "--sample $1 --rotate $2 --turn $turn"
}

judge() { # NAME FOLDER MAJOR ARG…
    local name=$1 folder=$2 major=$3 passed total shown
    shift 3
    shown=${major:-$("$PSQL" -XAt -d "${SERVER_URL[one$major]}" -c "SELECT current_setting('server_version_num')::int / 10000")}
    run python3 "$ROOT/tests/lib/schema_pairs.py" "$folder" --major "$shown" --dbmig "$DBMIG" \
        --server "${SERVER_URL[one$major]%/*}" --server "${SERVER_URL[two$major]%/*}" "$@" \
        --plan "$DBMIG diff --from {from} --to {after} --dev-url {server}"
    printf '%s\n' "$out$err" | sed 's/^/# /'
    passed=$(printf '%s\n' "$out" | sed -nE 's/^passed ([0-9]+) of ([0-9]+).*/\1/p')
    total=$(printf '%s\n' "$out" | sed -nE 's/^passed ([0-9]+) of ([0-9]+).*/\2/p')
    ok "$shown, $name: pairs were judged" test "${total:-0}" -gt 0
    ok "$shown, $name: 99 of 100 plans come out exactly ($passed of $total)" \
        test $((${passed:-0} * 100)) -ge $((${total:-1} * 99))
}

servers ""
# shellcheck disable=SC2046 # words
judge "there and back" "$pairs" "" --self --properties $(sample 30 20)
# shellcheck disable=SC2046
judge "from after to before" "$pairs" "" --self --reverse $(sample 10 10)
if [ -d "$CORPORA/migrations" ]; then
    python3 "$ROOT/tests/lib/history_pairs.py" "$CORPORA/migrations" "$SANDBOX/histories"
    # shellcheck disable=SC2046
    judge "from version to version" "$SANDBOX/histories" "" --self --properties $(sample 4 4)
else
    skip "from version to version" "no histories in $CORPORA"
fi
for major in 13 18; do
    pg_bindir "$major" >/dev/null || { skip "$major" "no PostgreSQL $major"; continue; }
    servers "$major"
    # pg_dump reads servers up to its own version.
    dump=pg_dump
    [ "$major" -le "$("$PG_DUMP" --version | sed -E 's/[^0-9]*([0-9]+).*/\1/')" ] || dump=inspect
    # shellcheck disable=SC2046
    judge "there and back" "$pairs" "$major" --self --properties --dump "$dump" $(sample 5 10)
done
