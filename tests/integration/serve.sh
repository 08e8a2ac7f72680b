#!/usr/bin/env bash
# serve: IntegreSQL's API as its server has it, a pool that keeps tests apart, clients from their registries,
# and what is left after the end (nothing).
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/servers.sh
. "$(dirname "$0")/../lib/servers.sh"
cd "$SANDBOX" || exit 2
chmod 711 "$SANDBOX" && mkdir -m 711 srv
export DBMIG_DEV_URL="embedded://?folder=$SANDBOX/srv"
mkdir migrations
echo "CREATE TABLE a (id int PRIMARY KEY);" >migrations/V1__a.sql

"$DBMIG" serve --help >/dev/null || exit 2
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
serve() { # OPTION…: starts it, and waits until it listens
    port=$(free_port)
    api=http://127.0.0.1:$port/api/v1
    : >words # the words of the server before must not be taken for this one's
    "$DBMIG" serve --listen "127.0.0.1:$port" "$@" >words 2>&1 &
    server=$!
    local i
    for ((i = 0; i < 600; i++)); do
        grep -q 'listening at' words && return 0
        kill -0 "$server" 2>/dev/null || return 1
        sleep 0.1
    done
    return 1
}
end_serve() { # [SIGNAL]
    kill "-${1:-TERM}" "$server"
    wait "$server"
}
call() { # METHOD PATH [BODY]: status in $code, body in $out
    out=$(curl -s -m 70 -o - -w '\n%{http_code}' -X "$1" "$api$2" -H 'Content-Type: application/json' ${3+-d "$3"})
    code=${out##*$'\n'}
    out=${out%$'\n'*}
    out=${out%$'\n'}
}
answers() { # NAME STATUS METHOD PATH [BODY]
    local name=$1 status=$2
    shift 2
    call "$@"
    is "$name" "$code" "$status"
}
sql() { "$PSQL" -XAtq -v ON_ERROR_STOP=1 "$@"; }
url_of() { jq -r '.database.config | "postgresql://\(.username):\(.password)@\(.host):\(.port)/\(.database)"' <<<"$1"; }
leftovers() {
    ls -A srv
    pgrep -f "$SANDBOX/srv"
}

ok "it listens" serve || { sed 's/^/# /' words; exit 1; }

# ---- without a handshake ----
answers "a database of the migrated folder" 200 GET /database
one=$out
answers "and another" 200 GET /database
two=$out
sql "$(url_of "$one")" -c "INSERT INTO a VALUES (1)"
is "they are migrated, and apart" "$(sql "$(url_of "$two")" -c 'SELECT count(*) FROM a')" 0
is "its template is known" "$(jq -r .database.templateHash <<<"$one")" dbmig
answers "to POST as well" 423 POST /templates '{"hash":"dbmig"}'

# ---- IntegreSQL's own flow ----
answers "a template" 200 POST /templates '{"hash":"h1","unknown":[1,{"x":null}]}'
like "its address, field for field" "$out" \
    '^\{"database":\{"templateHash":"h1","config":\{"host":"127\.0\.0\.1","port":[0-9]+,"username":"postgres","password":"[0-9a-f]{32}","database":"integresql_template_h1"\}\}\}$'
template=$(url_of "$out")
answers "a second POST" 423 POST /templates/ '{"hash":"h1"}'
is "says so" "$out" '{"message":"template is already initialized"}'
sql "$template" -c "CREATE TABLE theirs AS SELECT 1 AS x"
call GET /templates/h1/tests >early &
answers "PUT" 204 PUT /templates/h1
answers "again" 204 PUT /templates/h1
wait %2 2>/dev/null
answers "a test database" 200 GET /templates/h1/tests
like "its address and id" "$out" '"database":"integresql_test_h1_00[0-9]"\}\},"id":[0-9]\}$'
id=$(jq .id <<<"$out")
test_url=$(url_of "$out")
is "has what the template has" "$(sql "$test_url" -c 'SELECT x FROM theirs')" 1
sql "$test_url" -c "INSERT INTO theirs VALUES (2)"
answers "unlock" 204 POST "/templates/h1/tests/$id/unlock"
is "gives it back unchanged" "$(sql "$test_url" -c 'SELECT count(*) FROM theirs')" 2
answers "its old name, of one that is not lent" 204 DELETE "/templates/h1/tests/$id"
for ((i = 0; i < 32; i++)); do
    call GET /templates/h1/tests
    [ "$(jq .id <<<"$out")" != "$id" ] || break
done
is "the same is lent again" "$(jq .id <<<"$out")" "$id"
answers "recreate" 204 POST "/templates/h1/tests/$id/recreate"
until [ "$(sql "$test_url" -c 'SELECT count(*) FROM theirs' 2>/dev/null)" = 1 ] || [ $((tries = ${tries:-0} + 1)) -gt 100 ]; do sleep 0.1; done
is "makes it again" "$(sql "$test_url" -c 'SELECT count(*) FROM theirs')" 1
answers "no number" 400 DELETE /templates/h1/tests/x
is "says so, too" "$out" '{"message":"invalid test database ID"}'
answers "no such id" 500 DELETE /templates/h1/tests/999
answers "no such template" 404 GET /templates/nix/tests
is "by IntegreSQL's words" "$out" '{"message":"template not found"}'
answers "discard" 204 DELETE /templates/h1
answers "once" 404 DELETE /templates/h1
answers "no hash" 400 POST /templates '{}'
is "is required" "$out" '{"message":"hash is required"}'
answers "bad JSON" 400 POST /templates '{"hash":"h1"'
answers "another path" 404 GET /nix
answers "another method" 405 PATCH /templates
code=$(curl -s -o /dev/null -w '%{http_code}' -X POST "$api/templates" -d '{"hash":"h2"}')
is "a body that is not said to be JSON is not read" "$code" 400
code=$(curl -s -o /dev/null -w '%{http_code}' "${api%/api/v1}/templates/dbmig/tests")
is "clients that leave out the base path" "$code" 200
answers "all of them" 204 DELETE /admin/templates
answers "but the migrated one" 200 GET /database

# Whoever asks before the PUT waits for it.
call POST /templates '{"hash":"h3"}'
curl -s -m 60 "$api/templates/h3/tests" >early &
early=$!
sleep 0.5
is "a GET waits for the PUT" "$(cat early)" ""
call PUT /templates/h3
wait "$early"
like "and gets one then" "$(cat early)" '"templateHash":"h3"'
call POST /templates '{"hash":"h4"}'
curl -s -m 60 "$api/templates/h4/tests" >early &
early=$!
sleep 0.5
call DELETE /templates/h4
wait "$early"
is "or is told of the discard" "$(cat early)" '{"message":"template was just discarded"}'
# Of many that start at once, one is to migrate.
for i in 1 2 3 4 5 6; do
    curl -s -o /dev/null -w '%{http_code}\n' -X POST "$api/templates" -H 'Content-Type: application/json' -d '{"hash":"h5"}' >"start.$i" &
    starts[i]=$!
done
wait "${starts[@]}"
is "one of six gets the template" "$(cat start.* | sort | uniq -c | tr -s ' \n' ' ')" " 1 200 5 423 "

# ---- under load: eight clients, more databases than the pool has, each clean ----
cat >load.py <<'PY'
import http.client, json, os, subprocess, sys, threading
host, port, count = "127.0.0.1", int(sys.argv[1]), int(sys.argv[2])
wrong = []
def client():
    c = http.client.HTTPConnection(host, port, timeout=70)
    for _ in range(count // 8):
        c.request("GET", "/api/v1/database")
        r = c.getresponse()
        body = r.read()
        if r.status != 200:
            wrong.append(body)
            continue
        d = json.loads(body)
        g = d["database"]["config"]
        p = subprocess.run([os.environ["PSQL"], "-XAtq", "-h", g["host"], "-p", str(g["port"]), "-U", g["username"], g["database"],
            "-c", "INSERT INTO a VALUES (7)", "-c", "SELECT count(*) FROM a"], env={"PGPASSWORD": g["password"], **os.environ}, capture_output=True, text=True)
        if p.stdout != "1\n":
            wrong.append(p.stdout + p.stderr)
        c.request("POST", "/api/v1/templates/dbmig/tests/%d/recreate" % d["id"])
        r = c.getresponse()
        r.read()
        if r.status != 204:
            wrong.append(r.status)
threads = [threading.Thread(target=client) for _ in range(8)]
[t.start() for t in threads]
[t.join() for t in threads]
print(len(wrong), wrong[:2])
PY
is "96 databases for 8 clients, each clean" "$(python3 load.py "$port" 96)" "0 []"
# Nobody gives any back: those that are not in use come round again.
"$PSQL" -Xq "$(url_of "$two")" -c "SELECT pg_sleep(600)" >/dev/null 2>&1 &
sleeper=$!
mine=$(jq .id <<<"$two")
taken=0
for ((i = 0; i < 60; i++)); do
    call GET /database
    [ "$code" = 200 ] || taken=bad
    [ "$(jq .id <<<"$out")" != "$mine" ] || taken=$((taken + 1))
done
is "60 from a pool of 32, and none that is in use" "$taken" 0
kill "$sleeper"

# ---- a client from its registry ----
mkdir npm && (cd npm && npm init -y && npm install --silent --no-save @devoxa/integresql-client) >/dev/null 2>&1
if [ -d npm/node_modules/@devoxa/integresql-client ]; then
    cat >npm/flow.js <<'JS'
const { IntegreSQLClient } = require('@devoxa/integresql-client')
const { execFileSync } = require('child_process')
const psql = (client, config, sql) => execFileSync(process.env.PSQL, ['-XAtq', client.databaseConfigToConnectionUrl(config), '-c', sql]).toString().trim()
async function main() {
  const client = new IntegreSQLClient({ url: process.argv[2] })
  const hash = await client.hashFiles([process.argv[3]])
  let migrated = 0
  for (let i = 0; i < 2; i++) {
    await client.initializeTemplate(hash, async (config) => { migrated++; psql(client, config, 'CREATE TABLE t (x int)') })
  }
  const one = await client.getTestDatabase(hash)
  psql(client, one, 'INSERT INTO t VALUES (1)')
  const two = await client.getTestDatabase(hash)
  console.log(migrated, one.database !== two.database, psql(client, two, 'SELECT count(*) FROM t'))
}
main().catch((error) => { console.error(error); process.exit(1) })
JS
    exits "npm's @devoxa/integresql-client" 0 node npm/flow.js "http://127.0.0.1:$port/" migrations/V1__a.sql
    is "goes through its flow" "$out" "1 true 0"
else
    skip "npm's @devoxa/integresql-client" "the registry cannot be reached"
fi

# ---- the end ----
end_serve TERM
is "SIGTERM ends it" "$?" 143
is "nothing is left" "$(leftovers)" ""
ok "with a token" serve --token secret
answers "who has none is refused" 401 GET /database
code=$(curl -s -o /dev/null -w '%{http_code}' -H 'Authorization: Bearer secret' "$api/database")
is "who has it is served" "$code" 200
kill -9 "$server"
wait "$server" 2>/dev/null
"$DBMIG" run -q true
is "after a kill -9 and the next run, nothing is left" "$(leftovers)" ""

"$DBMIG" serve -q --listen "unix:$SANDBOX/socket" &
server=$!
for ((i = 0; i < 300; i++)); do [ ! -S socket ] || break; sleep 0.1; done
like "on a socket" "$(curl -s --unix-socket socket http://localhost/api/v1/database)" '"templateHash":"dbmig"'
is "of its owner alone" "$(stat -c %a socket)" 700
end_serve TERM
is "which goes with it" "$(ls socket 2>/dev/null)" ""
exits "an address that is none" 2 "$DBMIG" serve --listen nonsense

# ---- on a server that is there ----
server_start there
there=${SERVER_URL[there]}
ok "on an existing server" serve --dev-url "$there"
answers "databases, too" 200 GET /database
is "are migrated" "$(sql "$(url_of "$out")" -c 'SELECT count(*) FROM a')" 0
count() { sql "$there" -c "SELECT count(*) FROM pg_database WHERE datname NOT IN ('postgres', 'template0', 'template1')"; }
end_serve TERM
is "and gone afterwards" "$(count)" 0
ok "again" serve --dev-url "$there"
kill -9 "$server"
wait "$server" 2>/dev/null
# A statement that was on its way when the workers died is still carried out by the server.
server_until "$there" "NOT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid())"
"$DBMIG" run -q --dev-url "$there" true
is "after a kill -9 and the next run, too" "$(count)" 0
