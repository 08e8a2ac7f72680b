#!/usr/bin/env bash
# scenario: named databases that live on, side by side, and are known as gone when they are.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/servers.sh
. "$(dirname "$0")/../lib/servers.sh"
cd "$SANDBOX" || exit 2
chmod 711 "$SANDBOX" && mkdir -m 711 srv
export DBMIG_DEV_URL="embedded://?folder=$SANDBOX/srv"
trap 'for d in "$SANDBOX"/srv/*/server; do [ ! -e "$d" ] || kill -9 "$(cut -d" " -f1 "$d")"; done; tap_end' EXIT

leftovers() {
    ls -A "$SANDBOX/srv"
    pgrep -f "$SANDBOX/srv"
}
mkdir -p one/migrations one/scenarios
echo "CREATE TABLE a (id int PRIMARY KEY, note text);" >one/migrations/V1__a.sql
echo "INSERT INTO a SELECT g, 'sale' FROM generate_series(1, 5) g;" >one/scenarios/black-friday.sql
cat >one/scenarios/by-program.sh <<'SH'
#!/bin/sh
exec "$PSQL" -Xq -v ON_ERROR_STOP=1 "$DATABASE_URL" -c "INSERT INTO a VALUES (9, '$DBMIG_SCENARIO')"
SH
chmod +x one/scenarios/by-program.sh
cp -r one two
ln -s "$PSQL" psql
PATH=$SANDBOX:$PATH
cd one || exit 2
names() { "$DBMIG" scenario list "$@" --json | jq -r '[.scenarios[] | .name + "=" + .state] | sort | join(" ")'; }
count() { "$DBMIG" scenario psql "$1" -- -XAtqc 'SELECT count(*) FROM a'; }

exits "up" 0 "$DBMIG" scenario up black-friday
like "prints the URL" "$out" '^postgresql://postgres:[0-9a-f]{32}@127\.0\.0\.1:[0-9]+/dev$'
like "and how to look at it" "$err" 'dbmig scenario psql black-friday'
first=$out
exits "it lives on" 0 "$PSQL" -XAtqc "SELECT count(*) FROM a" "$first"
is "seeded by SQL" "$out" 5
exits "a program seeds, and one runs on it" 0 "$DBMIG" scenario up by-program -- sh -c 'psql -XAtqc "SELECT note FROM a"; echo "$DBMIG_SCENARIO"; exit 0'
is "with the scenario's name" "$out" $'by-program\nby-program'
is "both live side by side" "$(names)" "black-friday=up by-program=up"
exits "up again" 0 "$DBMIG" scenario up black-friday
is "leaves it as it is" "$out" "$first"
exits "exec" 7 "$DBMIG" scenario exec by-program -- sh -c 'exit 7'
is "url" "$("$DBMIG" scenario url black-friday)" "$first"
is "env is for eval" "$(eval "$("$DBMIG" scenario env black-friday)" && "$PSQL" -XAtqc 'SELECT count(*) FROM a')" 5
"$DBMIG" scenario psql black-friday -- -Xqc 'TRUNCATE a; ALTER DATABASE dev SET work_mem = 77777'
is "psql changes it" "$(count black-friday)" 0
"$PSQL" -Xq "$first" -c 'SELECT pg_sleep(600)' >/dev/null 2>&1 &
exits "reset, whoever is connected" 0 "$DBMIG" scenario reset black-friday
is "takes it back to just after seeding" "$(count black-friday)" 5
like "logs" "$("$DBMIG" scenario logs black-friday)" 'database system is ready to accept connections'
"$DBMIG" run -q true
is "runs leave it alone" "$(count black-friday)" 5

# ---- two checkouts ----
exits "the other checkout has its own" 0 sh -c "cd ../two && '$DBMIG' scenario up black-friday"
unlike "on another server" "$out" "^$first$"
is "lists its own" "$(cd ../two && names)" "black-friday=up"
is "or all" "$(names --all-projects)" "black-friday=up black-friday=up by-program=up"

# ---- gone ----
folder=$(grep -h '^folder=' "$XDG_STATE_HOME"/dbmig/databases/* | sed 's/folder=//' | while read -r f; do
    grep -q "$(sed -E 's/.*:([0-9]+)\/dev/\1/' <<<"$first")" "$f/data/postmaster.pid" && echo "$f"; done)
kill -9 "$(cut -d' ' -f1 "$folder/server")"
for ((i = 0; i < 100; i++)); do
    [ "$(names)" != "black-friday=gone by-program=up" ] || break
    sleep 0.1
done
is "one that was killed is gone" "$(names)" "black-friday=gone by-program=up"
exits "and not lied about" 3 "$DBMIG" scenario url black-friday
like "with what to do" "$err" 'dbmig scenario up black-friday'
exits "up makes it again" 0 "$DBMIG" scenario up black-friday
is "from the start" "$(count black-friday)" 5

# ---- down ----
exits "down" 0 "$DBMIG" scenario down black-friday
is "that one" "$(names)" "by-program=up"
exits "one that is not there" 2 "$DBMIG" scenario down black-friday
exits "nor can be reached" 2 "$DBMIG" scenario psql black-friday
exits "down --all" 0 "$DBMIG" scenario down --all
is "takes this project's" "$(names --all-projects)" "black-friday=up"
exits "the other one's" 0 sh -c "cd ../two && '$DBMIG' scenario down --all"
is "nothing is left" "$(leftovers)" ""
is "no record either" "$(ls "$XDG_STATE_HOME/dbmig/databases")" ""

# ---- mistakes ----
echo "INSERT INTO nowhere VALUES (1);" >scenarios/broken.sql
exits "a seed that fails" 4 "$DBMIG" scenario up broken
is "leaves nothing" "$(leftovers)$(names)" ""
cp scenarios/by-program.sh scenarios/two.sh && touch scenarios/two.sql
exits "two seeds of a name" 2 "$DBMIG" scenario up two
exits "a name that is a path" 2 "$DBMIG" scenario up ../x
exits "no name" 2 "$DBMIG" scenario up
exits "another action" 2 "$DBMIG" scenario frobnicate
