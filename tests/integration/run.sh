#!/usr/bin/env bash
# run and db: programs with a migrated database of their own, on each kind of server; what they get, what
# passes through, what is left (nothing), and what a killed run leaves to the next.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/servers.sh
. "$(dirname "$0")/../lib/servers.sh"
cd "$SANDBOX" || exit 2
chmod 711 "$SANDBOX" && mkdir -m 711 srv
export DBMIG_DEV_URL="embedded://?folder=$SANDBOX/srv"

leftovers() {
    ls -A "$SANDBOX/srv"
    pgrep -f "$SANDBOX/srv"
}
no_leftovers() { is "$1: nothing is left" "$(leftovers)" ""; }
sql() { "$PSQL" -XAtq -v ON_ERROR_STOP=1 "$@"; }
until_true() { # CONDITION…: within 20 s
    local i
    for ((i = 0; i < 200; i++)); do
        "$@" && return 0
        sleep 0.1
    done
    return 1
}
port_is_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
port_is_closed() { ! port_is_open "$1"; }

mkdir migrations
echo "CREATE TABLE a (id int PRIMARY KEY, note text);" >migrations/V1__a.sql
echo "CREATE TABLE b (id int REFERENCES a);" >migrations/V2__b.sql
echo "INSERT INTO a SELECT g, 'seed ' || g FROM generate_series(1, 5) g; SELECT pg_sleep(1);" >seed.sql
cat >tool <<'SH'
#!/bin/sh
exec "$PSQL" -XAtq -v ON_ERROR_STOP=1 "$DATABASE_URL" "$@"
SH
cat >program <<'SH'
#!/bin/sh
echo "seeding"
exec "$PSQL" -Xq -v ON_ERROR_STOP=1 "$DATABASE_URL" -c "INSERT INTO a VALUES (99, 'by a program')"
SH
chmod +x tool program

# ---- what the program gets ----
exits "a program runs" 0 "$DBMIG" run -q -- ./tool -c "SELECT count(*) FROM a" -c "SELECT count(*) FROM b" \
    -c "SELECT current_database(), current_user"
is "on the migrated database" "$out" $'0\n0\ndev|postgres'
no_leftovers "a program"
exits "without --" 0 "$DBMIG" run -q sh -c 'exit 0' --dev-url nonsense://
exits "its options are its own" 0 "$DBMIG" run -q echo -q --json -- x
is "all of them" "$out" "-q --json -- x"
exits "the PG variables lead there" 0 env PGHOSTADDR=192.0.2.1 PGSERVICE=nowhere DBMIG_URL=postgres://192.0.2.1/x \
    "$DBMIG" run -q -- "$PSQL" -XAtqc "SELECT count(*) FROM a"
is "whatever the caller's say" "$out" 0
exits "the variables" 0 "$DBMIG" run -q -- sh -c 'echo "$DATABASE_URL $PGHOST $PGPORT $DBMIG_TEMPLATE_URL"'
like "TCP on the loopback, postgresql:// and a password" "$out" \
    '^postgresql://postgres:[0-9a-f]{32}@127\.0\.0\.1:([0-9]+)/dev 127\.0\.0\.1 \1 postgresql://postgres:[0-9a-f]{32}@127\.0\.0\.1:\1/dev_template$'
exits "stdin is the program's" 0 sh -c "echo hello | '$DBMIG' run -q cat"
is "as it stands" "$out" hello
exits "whoever does not know the password" 0 "$DBMIG" run -q -- sh -c '
    PGPASSWORD=wrong "$PSQL" -w -XAtqc "SELECT 1" 2>&1; echo $?
    env -u PGPASSWORD PGPASSFILE=/dev/null "$PSQL" -w -XAtqc "SELECT 1" 2>&1; echo $?'
like "is refused" "$out" 'password authentication failed for user "postgres"'
is "each time" "$(grep -xc 2 <<<"$out")" 2
exits "the password is not on a command line, nor in what --debug says" 0 "$DBMIG" run --debug -- sh -c \
    'tr "\0" " " </proc/$PPID/cmdline; echo "$PGPASSWORD" >password; ps axww >processes'
is "in processes" "$(grep -cF "$(cat password)" processes)" 0
unlike "nor in words" "$err$out" "$(cat password)"

# ---- exit codes, signals ----
exits "its exit code is ours" 42 "$DBMIG" run -q -- sh -c 'exit 42'
exits "so is its signal" 143 "$DBMIG" run -q -- sh -c 'kill -TERM $$'
exits "a program that is not there" 2 "$DBMIG" run -q -- no-such-program
like "is said before anything is started" "$err" 'could not run "no-such-program"'
passes() { # SIGNAL TRAP EXIT
    rm -f started caught
    "$DBMIG" run -q -- bash -c "trap 'echo $2 >caught; exit $3' $1; echo \$PGPORT >started; while :; do sleep 0.05; done" &
    local pid=$!
    until_true test -s started
    kill "-$1" "$pid"
    wait "$pid"
    is "$1 reaches the program, whose end counts" "$? $(cat caught)" "$3 $2"
    ok "$1: the port is closed" port_is_closed "$(cat started)"
    no_leftovers "$1"
}
passes TERM term 7
passes HUP hup 8
# A background job of a script ignores SIGINT, unless it is told otherwise.
interrupt() {
    python3 - "$DBMIG" <<'PY'
import os, signal, subprocess, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
p = subprocess.Popen([sys.argv[1], "run", "-q", "--", "bash", "-c",
    "trap 'echo int >caught; exit 9' INT; echo x >started; while :; do sleep 0.05; done"])
while not os.path.exists("started"):
    time.sleep(0.05)
p.send_signal(signal.SIGINT)
print(p.wait())
PY
}
rm -f started caught
is "SIGINT as well" "$(interrupt) $(cat caught)" "9 int"
no_leftovers "SIGINT"

# On a terminal Ctrl-C reaches both, and the program but once.
if command -v expect >/dev/null 2>&1; then
    cat >ctrl-c.exp <<EXP
set timeout 30
spawn -noecho $DBMIG run -q -- bash -c {trap 'n=\$((n + 1)); echo caught \$n' INT; echo ready; for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.1; done; exit 11}
expect ready
send \003
expect eof
lassign [wait] pid spawn os code
exit \$code
EXP
    exits "Ctrl-C on a terminal" 11 expect ctrl-c.exp
    like "reaches the program" "$out" 'caught 1'
    unlike "once" "$out" 'caught 2'
    no_leftovers "Ctrl-C"
else
    skip "Ctrl-C on a terminal" "no expect here"
fi

# ---- a killed run ----
killed() { # NAME…: dbmig is killed, and so is the server's chance to be told
    rm -f started
    "$DBMIG" run -q "$@" -- sh -c 'echo $PGPORT >started; sleep 60' &
    local pid=$!
    until_true test -s started
    kill -9 "$pid"
    wait "$pid" 2>/dev/null
}
killed
"$DBMIG" run -q true
no_leftovers "after a kill -9 and the next run"
ok "its port is closed" port_is_closed "$(cat started)"

# ---- seeds ----
exits "SQL fixtures" 0 "$DBMIG" run -v --seed seed.sql -- ./tool -c "SELECT count(*) FROM a"
is "are loaded" "$out" 5
exits "and kept: the second time" 0 "$DBMIG" run -v --seed seed.sql -- ./tool -c "SELECT count(*) FROM a"
is "they are there" "$out" 5
like "without being run" "$err" '0 files replayed, 3 from the cache'
echo "INSERT INTO a VALUES (6, 'six');" >>seed.sql
exits "fixtures that changed" 0 "$DBMIG" run -v --seed seed.sql -- ./tool -c "SELECT count(*) FROM a"
is "are loaded again" "$out" 6
like "on the migrations that were kept" "$err" '1 file replayed, 2 from the cache'
exits "a program seeds" 0 "$DBMIG" run -v --seed seed.sql --seed program -- ./tool -c "SELECT count(*) FROM a"
is "after SQL" "$out" 7
exits "the template has what was seeded" 0 "$DBMIG" run -q --seed program -- sh -c \
    './tool -c "TRUNCATE a CASCADE"; "$PSQL" -XAtq "$("$0" db clone)" -c "SELECT note FROM a"' "$DBMIG"
is "and not what the program did" "$out" "by a program"
echo "INSERT INTO a VALUES (1, 'x'), (1, 'y');" >bad.sql
exits "SQL that fails" 4 "$DBMIG" run -q --seed bad.sql -- touch never
like "is placed" "$err" 'bad\.sql:1:1: duplicate key'
printf '#!/bin/sh\necho no luck >&2\nexit 3\n' >bad && chmod +x bad
exits "a program that fails" 1 "$DBMIG" run -q --seed ./bad -- touch never
like "is shown" "$err" 'seed \./bad failed with exit code 3'
like "with what it said" "$err" 'no luck'
ok "nothing ran" test ! -e never
exits "a seed that is neither" 2 "$DBMIG" run -q --seed migrations -- true
exits "SQL after a program" 2 "$DBMIG" run -q --seed program --seed seed.sql -- true
like "has an order" "$err" 'comes after a program'
no_leftovers "failed seeds"

# ---- choices ----
exits "--to" 0 "$DBMIG" run -q --to 1 -- ./tool -c "SELECT to_regclass('a') IS NULL, to_regclass('b') IS NULL"
is "stops there" "$out" "f|t"
exits "--to a version that is not there" 2 "$DBMIG" run -q --to 9 -- true
exits "--empty" 0 "$DBMIG" run -q --empty -- ./tool -c "SELECT to_regclass('a') IS NULL"
is "runs nothing" "$out" t
mkdir elsewhere
exits "without a folder" 0 sh -c "cd elsewhere && '$DBMIG' run -- ../tool -c 'SELECT 1'"
like "the database is empty, and that is said" "$err" 'there is no folder migrations here'
exits "a folder that was named and is not there" 2 "$DBMIG" run -q --dir nowhere -- true
exits "several databases" 0 "$DBMIG" run -q --database shop-eu --database audit -- sh -c '
    "$PSQL" -XAtq "$SHOP_EU_DATABASE_URL" -c "INSERT INTO a VALUES (1)" -c "SELECT current_database(), count(*) FROM a"
    "$PSQL" -XAtq "$AUDIT_DATABASE_URL" -c "SELECT current_database(), count(*) FROM a"'
is "each migrated, and apart" "$out" $'shop-eu|1\naudit|0'
exits "--env-prefix" 0 "$DBMIG" run -q --env-prefix TEST_ -- sh -c 'echo "${DATABASE_URL-unset} $TEST_PGDATABASE $TEST_DATABASE_URL"'
like "names them otherwise" "$out" '^unset dev postgresql://'
formats() { "$DBMIG" run -q --url-format "$1" -- sh -c 'echo "$DATABASE_URL"'; }
like "jdbc" "$(formats jdbc)" '^jdbc:postgresql://127\.0\.0\.1:[0-9]+/dev\?user=postgres&password=[0-9a-f]{32}$'
like "SQLAlchemy's" "$(formats asyncpg)" '^postgresql\+asyncpg://postgres:'
like ".NET's" "$(formats npgsql)" '^Host=127\.0\.0\.1;Port=[0-9]+;Database=dev;Username=postgres;Password='
exits "libpq's words" 0 "$DBMIG" run -q --url-format keyword -- ./tool -c "SELECT 1"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
exits "--port" 0 "$DBMIG" run -q --port "$port" -- sh -c 'echo $PGPORT'
is "is the one" "$out" "$port"
python3 -c "import socket, time; s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('127.0.0.1', $port)); s.listen(); open('taken', 'w').write('x'); time.sleep(60)" &
holder=$!
until_true test -e taken
exits "a port that is taken" 3 "$DBMIG" run -q --port "$port" -- true
like "is named" "$err" "port $port of 127.0.0.1"
kill "$holder"
exits "a port that is none" 2 "$DBMIG" run -q --port 70000 -- true
printf 'FROM=file\nDATABASE_URL=never\n' >.env
exits "--env-file" 0 env FROM=outside "$DBMIG" run -q --env-file .env -- sh -c 'echo "$FROM ${DATABASE_URL%%:*}"'
is "is the program's environment too; what is set wins" "$out" "outside postgresql"

# ---- roles ----
exits "--role, one that nobody knows" 0 "$DBMIG" run -q --role app -- ./tool \
    -c "SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user" -c "INSERT INTO a VALUES (1)" -c "SELECT count(*) FROM a"
is "may do all with what is there" "$out" $'app|f\n1'
mkdir granted
cat >granted/V1__a.sql <<'SQL'
CREATE ROLE shop NOLOGIN;
CREATE TABLE seen (id int);
CREATE TABLE hidden (id int);
GRANT SELECT ON seen TO shop;
SQL
exits "--role, one that the migrations know" 1 "$DBMIG" run -q --dir granted --role shop -- ./tool -c "SELECT count(*) FROM seen" \
    -c "SELECT 1 FROM hidden"
is "logs in" "$out" 0
like "with the rights that they give it" "$err" 'permission denied for table hidden'

# ---- what belongs to the database, and is not in it ----
mkdir settings
cat >settings/V1__a.sql <<'SQL'
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = "My, App", public', current_database()); END $$;
DO $$ BEGIN EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()); END $$;
SQL
exits "a clone" 0 "$DBMIG" run -q --dir settings -- sh -c '
    "$PSQL" -XAtq "$("$0" db clone other)" -c "SHOW search_path" -c "SELECT unnest(datacl)::text FROM pg_database WHERE datname = current_database() ORDER BY 1"' "$DBMIG"
is "has its settings and rights" "$out" $'"My, App", public\n=c/postgres\npostgres=CTc/postgres'

# ---- db ----
exits "clones are apart, and can be dropped" 0 "$DBMIG" run -q -- sh -ec '
    one=$("$0" db clone) two=$("$0" db clone)
    "$PSQL" -Xq "$one" -c "INSERT INTO a VALUES (1)"
    "$PSQL" -XAtq "$two" -c "SELECT count(*) FROM a"
    "$0" db list --json | jq -r ".databases | length"
    "$0" db drop -q "$one" "${two##*/}"
    "$0" db list --json | jq -r ".databases | length"
    "$0" db drop dev 2>&1 || echo $?' "$DBMIG"
like "one does not see the other" "$out" '^0$'
is "listed, dropped, and nothing but clones" "$(grep -xE '[0-9]' <<<"$out" | tr '\n' ' ')" "0 2 0 2 "
exits "no template" 2 "$DBMIG" db clone
like "says where one comes from" "$err" 'DBMIG_TEMPLATE_URL'
exits "no action" 2 "$DBMIG" db frobnicate

# ---- kept ----
exits "a failing run keeps its database" 5 "$DBMIG" run --keep-on-failure -- sh -c './tool -c "INSERT INTO a VALUES (1)"; exit 5'
url=$(sed -n "s/^Connect: psql '\(.*\)'$/\1/p" <<<"$err")
name=$(sed -n 's/^Drop it: dbmig db drop //p' <<<"$err")
is "as it was" "$(sql "$url" -c 'SELECT count(*) FROM a')" 1
exits "it is listed" 0 "$DBMIG" db list --json
is "as running" "$(jq -r '.databases[] | .name + " " + .state' <<<"$out")" "$name running"
is "records are their owner's alone" "$(stat -c %a state/dbmig/databases/*)" 600
"$DBMIG" run -q true
is "the next run leaves it alone" "$(sql "$url" -c 'SELECT count(*) FROM a')" 1
exits "it is dropped" 0 "$DBMIG" db drop "$name"
no_leftovers "db drop"
exits "once" 2 "$DBMIG" db drop "$name"
exits "a run that is well keeps nothing" 0 "$DBMIG" run --keep-on-failure -- true
no_leftovers "a good run with --keep-on-failure"
exits "one that is killed" 1 "$DBMIG" run --keep-on-failure -- false
pkill -9 -f "$SANDBOX/srv"
name=$(sed -n 's/^Drop it: dbmig db drop //p' <<<"$err")
ok "is gone" until_true sh -c "'$DBMIG' db list | grep -q 'kept *gone'"
exits "and can be forgotten" 0 "$DBMIG" db drop "$name"
no_leftovers "a kept one that was killed"

# ---- other versions ----
for major in $(pg_majors); do
    bin=$(pg_bindir "$major")
    exits "PostgreSQL $major" 0 "$DBMIG" run -q --dev-url "embedded://$bin?folder=$SANDBOX/srv" -- sh -ec '
        ./tool -c "SELECT current_setting('"'server_version_num'"')::int / 10000"
        "$PSQL" -XAtq "$("$0" db clone)" -c "SELECT count(*) FROM a"' "$DBMIG"
    is "$major: migrated and cloned" "$out" "$major"$'\n0'
done
no_leftovers "other versions"

# ---- an existing server ----
server_start there
there=${SERVER_URL[there]}
databases() { sql "$there" -c "SELECT count(*) FROM pg_database WHERE datname NOT IN ('postgres', 'template0', 'template1')"; }
exits "on an existing server" 0 "$DBMIG" run -q --dev-url "$there" --database shop -- sh -ec '
    ./tool -c "SELECT count(*) FROM a"
    "$PSQL" -XAtq "$SHOP_DATABASE_URL" -c "SELECT count(*) FROM a"
    "$PSQL" -XAtq "$DATABASE_URL" -c "SELECT count(*) FROM pg_database WHERE NOT datallowconn AND datname LIKE '"'dbmig%'"'"'
is "temporary databases" "$out" $'0\n0\n1'
is "which are gone afterwards" "$(databases)" 0
killed --dev-url "$there"
"$DBMIG" run -q --dev-url "$there" true
is "after a kill -9 and the next run, too" "$(databases)" 0
exits "kept there" 1 "$DBMIG" run --dev-url "$there" --keep-on-failure -- false
"$DBMIG" run -q --dev-url "$there" true
is "stays" "$(databases)" 2
exits "until it is dropped" 0 "$DBMIG" db drop "$(sed -n 's/^Drop it: dbmig db drop //p' <<<"$err")"
is "whole" "$(databases)" 0
exits "a role of that server" 2 "$DBMIG" run -q --dev-url "$there" --role postgres -- true
like "is not touched" "$err" 'exists on that server already'

# ---- containers ----
image=dbmig-test-postgres:$("$PG_DEBIAN/postgres" --version | grep -oE '[0-9]+' | head -n 1)
if docker image inspect "$image" >/dev/null 2>&1; then
    engine=docker+postgres://_/$image/dev
    containers() { docker ps -aq --filter "label=dbmig.owner" --filter "ancestor=$image" | wc -l; }
    before=$(containers)
    exits "in a container" 0 "$DBMIG" run -q --dev-url "$engine" -- sh -ec '
        ./tool -c "SELECT count(*) FROM a"; echo "$PGHOST"
        "$PSQL" -XAtq "$("$0" db clone)" -c "SELECT count(*) FROM a"' "$DBMIG"
    is "as well" "$out" $'0\n127.0.0.1\n0'
    exits "kept there" 1 "$DBMIG" run --dev-url "$engine" --keep-on-failure -- false
    url=$(sed -n "s/^Connect: psql '\(.*\)'$/\1/p" <<<"$err")
    name=$(sed -n 's/^Drop it: dbmig db drop //p' <<<"$err")
    "$DBMIG" run -q --dev-url "$engine" true
    is "stays" "$(sql "$url" -c 'SELECT count(*) FROM a')" 0
    exits "until it is dropped" 0 "$DBMIG" db drop "$name"
    is "whole" "$(containers)" "$before"
    "$DBMIG" cache prune -q >/dev/null
else
    skip "in a container" "no Docker engine with the test image here"
fi
