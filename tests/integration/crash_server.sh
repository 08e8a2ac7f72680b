#!/usr/bin/env bash
# The server dies, or the connection is cut, while apply runs; then apply runs again: the end equals the
# undisturbed one, every effect exactly once.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/servers.sh
. "$ROOT/tests/lib/servers.sh"
# shellcheck source=tests/lib/mixed.sh
. "$ROOT/tests/lib/mixed.sh"
server_start main
mixed_history "$SANDBOX/m"
url=$(server_database main whole)
exits "the undisturbed run" 0 "$DBMIG" apply -q --dir "$SANDBOX/m" -u "$url"
wanted=$(mixed_state "$url")

fresh() {
    "$PSQL" -qX -d "${SERVER_URL[main]}" -c "DROP DATABASE IF EXISTS k WITH (FORCE)" -c "CREATE DATABASE k TEMPLATE template0" 2>/dev/null
    url=${SERVER_URL[main]%/*}/k
}

# What the second run left, compared; counts in $wrong, details in $shown.
wrong=0 shown=''
again() {
    run "$DBMIG" apply -q --wait 20s --lock-timeout 20s --dir "$SANDBOX/m" -u "$url"
    if [ "$code" -ne 0 ] || [ "$(mixed_state "$url")" != "$wanted" ]; then
        wrong=$((wrong + 1))
        shown="$shown
$1: exit $code $err
$(diff <(mixed_state "$url") <(echo "$wanted"))"
    fi
}

# pg_ctl stop -m immediate, at one moment after the other
codes=''
for ((ms = 4; ms <= 130; ms += 6)); do
    fresh
    "$DBMIG" apply -q --dir "$SANDBOX/m" -u "$url" >/dev/null 2>&1 &
    pid=$!
    sleep "0.$(printf '%03d' "$ms")"
    server_stop main immediate
    wait "$pid"
    codes="$codes $?"
    server_again main
    again "server killed after $ms ms"
done
[ -z "$shown" ] || printf '%s\n' "$shown" | head -n 40 | sed 's/^/# /'
is "server killed at 22 moments: the next run ends as undisturbed" "$wrong" 0
unlike "exit codes are 0 or 3 ($codes)" "$codes" ' ([124-9]|[0-9]{2,})'

# A proxy cuts the connection after so many bytes
wrong=0 shown='' codes=''
port=$(free_port)
coproc PROXY { exec python3 "$ROOT/tests/lib/cutting_proxy.py" "$port" "${SERVER_PORT[main]}"; }
read -r _ <&"${PROXY[0]}"
for ((n = 100; n < 24000; n = n * 23 / 20 + 40)); do
    fresh
    echo "$n" >&"${PROXY[1]}" && read -r _ <&"${PROXY[0]}"
    "$DBMIG" apply -q --dir "$SANDBOX/m" -u "postgres://postgres@127.0.0.1:$port/k" >/dev/null 2>&1
    codes="$codes $?"
    echo -1 >&"${PROXY[1]}" && read -r _ <&"${PROXY[0]}"
    again "connection cut after $n bytes"
done
[ -z "$shown" ] || printf '%s\n' "$shown" | head -n 40 | sed 's/^/# /'
is "connection cut at $(wc -w <<<"$codes") places: the next run ends as undisturbed" "$wrong" 0
unlike "exit codes are 0 or 3 ($codes)" "$codes" ' ([124-9]|[0-9]{2,})'
