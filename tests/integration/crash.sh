#!/usr/bin/env bash
# apply is killed with SIGKILL at each step of its progress in turn, and run again: the end equals the
# uninterrupted one, every effect exactly once.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/servers.sh
. "$ROOT/tests/lib/servers.sh"
# shellcheck source=tests/lib/mixed.sh
. "$ROOT/tests/lib/mixed.sh"
torture=${DBMIG_TORTURE_PROGRAM:-$ROOT/build-torture/dbmig}
[ -n "${DBMIG_TORTURE_PROGRAM:-}" ] || make -s -C "$ROOT" TORTURE=1 build-torture/dbmig >/dev/null || exit 1
server_start main
mixed_history "$SANDBOX/m"

url=$(server_database main whole)
exits "the uninterrupted run" 0 env DBMIG_CRASH_LOG="$SANDBOX/steps" "$torture" apply -q --dir "$SANDBOX/m" -u "$url"
wanted=$(mixed_state "$url")
total=$(cat "$SANDBOX/steps")
ok "it has at least 200 steps ($total)" test "$total" -ge 200

different=0 alive=0 failed=0 shown=
for ((n = 1; n <= total; n++)); do
    "$PSQL" -qX -d "${SERVER_URL[main]}" -c "DROP DATABASE IF EXISTS k WITH (FORCE)" -c "CREATE DATABASE k TEMPLATE template0" 2>/dev/null
    url=${SERVER_URL[main]%/*}/k
    (exec env DBMIG_CRASH_AT="$n" "$torture" apply -q --dir "$SANDBOX/m" -u "$url") >/dev/null 2>"$SANDBOX/killed" &
    wait $! 2>/dev/null
    [ $? -eq 137 ] || alive=$((alive + 1))
    run "$DBMIG" apply -q --dir "$SANDBOX/m" -u "$url"
    if [ "$code" -ne 0 ]; then
        failed=$((failed + 1))
        shown="$shown
step $n: $(cat "$SANDBOX/killed")
$err"
    elif [ "$(mixed_state "$url")" != "$wanted" ]; then
        different=$((different + 1))
        shown="$shown
step $n: $(cat "$SANDBOX/killed")
$(diff <(mixed_state "$url") <(echo "$wanted"))"
    fi
done
[ -z "$shown" ] || printf '%s\n' "$shown" | head -n 60 | sed 's/^/# /'
is "killed at each of $total steps" "$alive" 0
is "the next run succeeds each time" "$failed" 0
is "and ends as the uninterrupted one" "$different" 0
