#!/usr/bin/env bash
# The replay's tests on every major version that can be had here; the default one runs by itself, as
# integration-replay.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/servers.sh
. "$(dirname "$0")/../lib/servers.sh"
program=$(dirname "$DBMIG")/tests/integration-replay
[ -x "$program" ] || skip_all "the test programs are not built"
default=$("$PG_DEBIAN/postgres" --version | grep -oE '[0-9]+' | head -n 1)

# The real histories run on the default version alone.
on_major() {
    server_start "m$1" "$1"
    DBMIG_TEST_BIN=$(pg_bindir "$1") DBMIG_TEST_URL=${SERVER_URL[m$1]} DBMIG_CORPORA=$SANDBOX/none \
        "$program" >"$SANDBOX/tap" 2>&1
    local code=$?
    server_stop "m$1" immediate
    grep -E '^not ok' "$SANDBOX/tap" | sed 's/^/# /'
    return $code
}
pg_wanted $PG_ALL_MAJORS
for major in $PG_HERE; do
    [ "$major" = "$default" ] || ok "replay on PostgreSQL $major" on_major "$major"
done
[ "$tap_count" -gt 0 ] || skip_all "no other version here"
