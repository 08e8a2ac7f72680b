#!/usr/bin/env bash
# Bad input gets a clear error with its place and an exit code of the table, and nothing is lost.
. "$(dirname "$0")/../lib/tap.sh"
. "$(dirname "$0")/../lib/servers.sh"

server_start main
db=0

# A folder with one good migration and a sum file; $d is its path.
folder() {
    d=$SANDBOX/case$((db += 1))/migrations
    mkdir -p "$d"
    echo 'CREATE TABLE one (id int);' >"$d/V1__one.sql"
    "$DBMIG" hash -q --dir "$d"
    url=$(server_database main "bad$db")
}

# bad "what" CODE REGEX BYTES: a second migration of those bytes (printf's format) is refused by check
# and by apply, before anything runs.
bad() {
    folder
    # shellcheck disable=SC2059 # the format is the point
    printf "$4" >"$d/V2__bad.sql"
    "$DBMIG" hash -q --dir "$d" 2>/dev/null
    exits "$1: check exits $2" "$2" "$DBMIG" check --dir "$d" --dev-url embedded://
    like "$1: check says it" "$err" "$3"
    exits "$1: apply exits $2" "$2" "$DBMIG" apply --dir "$d" -u "$url"
    like "$1: apply says it" "$err" "$3"
    is "$1: nothing of it ran" "$("$PSQL" -qXAt -d "$url" -c "SELECT count(*) FROM pg_class WHERE relname = 'evil'")" 0
}

bad "invalid UTF-8" 2 'V2__bad\.sql:2:11.*UTF-8' "CREATE TABLE evil (id int);\nSELECT 'ab\\377c';\n"
bad "NUL byte" 2 'V2__bad\.sql:2:8.*NUL' 'CREATE TABLE evil (id int);\nSELECT \0001;\n'
bad "unterminated quote" 2 'V2__bad\.sql:2:8.*(unterminated|not closed).*' "CREATE TABLE evil (id int);\nSELECT 'abc;\n"
bad "unterminated comment" 2 'V2__bad\.sql:2:1.*(unterminated|not closed)' 'CREATE TABLE evil (id int);\n/* abc /* */;\n'
bad "unterminated dollar quote" 2 'V2__bad\.sql:2:4.*(unterminated|not closed)' 'CREATE TABLE evil (id int);\nDO $x$ abc $y$;\n'
bad "COPY without an end" 2 'V2__bad\.sql:2:1.*COPY' 'CREATE TABLE evil (id int);\nCOPY evil FROM STDIN;\n1\n2\n'
bad "stray COMMIT" 2 'V2__bad\.sql:2:1.*COMMIT' 'CREATE TABLE evil (id int);\nCOMMIT;\nSELECT 1;\n'
bad "stray ROLLBACK" 2 'V2__bad\.sql:2:1.*ROLLBACK' 'CREATE TABLE evil (id int);\nROLLBACK;\nSELECT 1;\n'
bad "psql meta-command" 2 'V2__bad\.sql:2:1.*\\connect' 'CREATE TABLE evil (id int);\n\\connect other\n'

folder
: >"$d/V2__empty.sql"
echo "CREATE TABLE after_it (id int);" >"$d/V3__after.sql"
"$DBMIG" hash -q --dir "$d"
exits "empty file: check" 0 "$DBMIG" check --dir "$d" --dev-url embedded://
exits "empty file: apply" 0 "$DBMIG" apply --dir "$d" -u "$url"
like "empty file: told" "$err" 'warning: V2__empty\.sql is empty'
unlike "empty file: the other one has" "$err" 'V1__one\.sql is empty'
is "empty file: recorded" "$("$PSQL" -qXAt -d "$url" -c 'SELECT checksum FROM schema_history WHERE version = $$2$$')" 0

# refused "what" CODE REGEX: whatever was done to $d, apply and hash refuse it.
refused() {
    exits "$1: apply exits $2" "$2" "$DBMIG" apply --dir "$d" -u "$url"
    like "$1: apply says it" "$err" "$3"
}
folder && mkdir "$d/V3__x.sql"
refused "folder named like a migration" 2 'V3__x\.sql.*folder'
folder && ln -s "$d" "$d/loop"
refused "symlink loop" 2 'loop'
folder && ln -s nowhere.sql "$d/V2__gone.sql"
refused "dangling link" 2 'V2__gone\.sql'
folder && echo 'SELECT 1;' >"$d/V1.0__again.sql"
refused "two files of one version" 2 'V1__one\.sql.*V1\.0__again\.sql|V1\.0__again\.sql.*V1__one\.sql'
folder && echo 'SELECT 1;' >"$d/v2_wrong.sql"
refused "misnamed file" 2 'v2_wrong\.sql'
unlike "misnamed file: named once" "$err" 'v2_wrong\.sql: .*v2_wrong\.sql is not'
folder && echo 'SELECT 1;' >"$d/V$(printf '1%.0s' {1..60})__long.sql"
refused "version of 60 digits" 2 'V1{60}__long\.sql'
folder && rm -r "$d"
refused "missing folder" 2 'migrations'

if [ "$(id -u)" -eq 0 ]; then unprivileged="setpriv --reuid 65534 --regid 65534 --clear-groups"; else unprivileged=; fi
folder && chmod 000 "$d/V1__one.sql" && chmod -R a+rX "$SANDBOX" && chmod 000 "$d/V1__one.sql"
# shellcheck disable=SC2086 # words
exits "unreadable file" 2 $unprivileged "$DBMIG" apply --dir "$d" -u "$url"
like "unreadable file is named" "$err" 'V1__one\.sql.*Permission denied'
folder && echo 'SELECT 2;' >"$d/V2__two.sql" && sum=$(cat "$d/atlas.sum") && chmod -R a+rX "$SANDBOX" && chmod 555 "$d"
# shellcheck disable=SC2086
exits "read-only folder" 2 $unprivileged "$DBMIG" hash --dir "$d"
like "read-only folder is named" "$err" 'atlas\.sum.*Permission denied'
is "read-only folder: the old sum file is whole" "$(cat "$d/atlas.sum")" "$sum"
chmod 755 "$d"

# A full disk: a small file system in memory, where one can be mounted.
folder
mkdir "$SANDBOX/small"
if mount -t tmpfs -o size=64k tmpfs "$SANDBOX/small" 2>/dev/null; then
    cp -r "$d" "$SANDBOX/small/m"
    sum=$(cat "$SANDBOX/small/m/atlas.sum")
    echo 'SELECT 2;' >"$SANDBOX/small/m/V2__two.sql"
    dd if=/dev/zero of="$SANDBOX/small/fill" bs=1k 2>/dev/null
    exits "full disk" 2 "$DBMIG" hash --dir "$SANDBOX/small/m"
    like "full disk is told" "$err" 'atlas\.sum.*No space left'
    is "full disk: the old sum file is whole" "$(cat "$SANDBOX/small/m/atlas.sum")" "$sum"
    is "full disk: no temporary file is left" "$(ls -A "$SANDBOX/small/m" | tr '\n' ' ')" "V1__one.sql V2__two.sql atlas.sum "
    umount "$SANDBOX/small"
else
    skip "full disk" "no file system can be mounted here"
fi

folder
other=$d
mkdir "$other/../other" && echo 'SELECT 3;' >"$other/../other/V7__seven.sql" && "$DBMIG" hash -q --dir "$other/../other"
cp "$other/../other/atlas.sum" "$d/atlas.sum"
refused "sum file from another folder" 5 'atlas\.sum.*'
folder && echo 'CREATE TABLE two (id int);' >>"$d/V1__one.sql"
refused "edited file" 5 'V1__one\.sql.*edited'
folder && echo 'SELECT 2;' >"$d/V2__two.sql"
refused "added file" 5 'V2__two\.sql.*added'
folder && sed -i 's/$/\r/' "$d/atlas.sum"
refused "CRLF sum file" 5 'CRLF'
folder && { echo '<<<<<<< HEAD'; cat "$d/atlas.sum"; echo '======='; cat "$d/atlas.sum"; echo '>>>>>>> x'; } >"$d/s" && mv "$d/s" "$d/atlas.sum"
refused "conflicted sum file" 5 'conflict'
folder && rm "$d/atlas.sum"
refused "missing sum file" 5 'atlas\.sum'
like "missing sum file: says what to run" "$err" 'dbmig hash'

# Servers that refuse.
folder
exits "database missing" 3 "$DBMIG" apply --dir "$d" -u "${SERVER_URL[main]%/*}/nowhere"
like "database missing is named" "$err" 'nowhere'
"$PSQL" -qX -d "${SERVER_URL[main]}" -c "CREATE ROLE guarded LOGIN PASSWORD 'right one'"
sed -i "1i host all guarded all scram-sha-256" "${SERVER_DATA[main]}/pg_hba.conf"
"$PSQL" -qXAt -d "${SERVER_URL[main]}" -c 'SELECT pg_reload_conf()' >/dev/null
guarded="postgres://guarded:sesame42@127.0.0.1:${SERVER_PORT[main]}/bad$db"
while "$PSQL" -qX -d "$guarded" -c 'SELECT 1' >/dev/null 2>&1; do sleep 0.05; done # until the reload is done
exits "wrong password" 3 "$DBMIG" apply --dir "$d" -u "$guarded"
like "wrong password: user and host are named" "$err" 'guarded'
unlike "wrong password: it is not printed" "$out$err" 'sesame42'
exits "nothing listens" 3 "$DBMIG" apply --dir "$d" -u "postgres://x@127.0.0.1:1/x"
python3 "$ROOT/tests/lib/fake_server.py" 9.2.24 "$SANDBOX/port" &
fake=$!
while [ ! -s "$SANDBOX/port" ]; do sleep 0.05; done
exits "server too old" 3 "$DBMIG" apply --dir "$d" -u "postgres://x@127.0.0.1:$(cat "$SANDBOX/port")/x?sslmode=disable"
like "server too old: the version is named" "$err" '9\.2'
kill "$fake"

folder
"$PSQL" -qX -d "$url" -c 'CREATE ROLE weak LOGIN' -c "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
exits "no right to create the history table" 4 "$DBMIG" apply --dir "$d" -u "postgres://weak@127.0.0.1:${SERVER_PORT[main]}/bad$db"
like "the GRANT that is missing is shown" "$err" 'GRANT .*CREATE.* ON SCHEMA "?public"? TO "?weak"?'
folder
"$PSQL" -qX -d "$url" -c 'CREATE TABLE schema_history (id int, what text)'
exits "history table of another shape" 5 "$DBMIG" apply --dir "$d" -u "$url"
like "history table of another shape is told" "$err" 'schema_history'
is "it was not touched" "$("$PSQL" -qXAt -d "$url" -c "SELECT count(*) FROM information_schema.columns WHERE table_name = 'schema_history'")" 2

# Many files.
d=$SANDBOX/many && mkdir "$d"
for ((i = 1; i <= 10000; i++)); do echo "SELECT $i;" >"$d/V${i}__s.sql"; done
exits "10,000 files: hash" 0 "$DBMIG" hash -q --dir "$d"
url=$(server_database main many)
exits "10,000 files: apply" 0 "$DBMIG" apply -q --dir "$d" -u "$url"
is "10,000 files: all recorded" "$("$PSQL" -qXAt -d "$url" -c 'SELECT count(*) FROM schema_history WHERE success')" 10000
peak=$(python3 "$ROOT/tests/bench/peak.py" "$DBMIG" apply -q --dir "$d" -u "$url")
ok "10,000 files: at most 64 MB ($peak)" test "${peak%.*}" -lt 64
