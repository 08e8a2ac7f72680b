#!/bin/bash
# The entry point of the test image: the contract of the official image's, in our own words.
#   POSTGRES_PASSWORD (or _FILE; or POSTGRES_HOST_AUTH_METHOD=trust) is required for a new cluster
#   POSTGRES_USER, POSTGRES_DB, POSTGRES_INITDB_ARGS, PGDATA
#   /docker-entrypoint-initdb.d/*.sql and *.sh run once, on a server that does not listen on TCP
set -eu

secret() { # NAME DEFAULT: sets NAME from itself, NAME_FILE, or DEFAULT
    local name=$1 file=$1_FILE
    [ -z "${!file:-}" ] || export "$name=$(cat "${!file}")"
    export "$name=${!name:-$2}"
    unset "$file"
}

make_cluster() {
    if [ -z "$POSTGRES_PASSWORD" ] && [ "${POSTGRES_HOST_AUTH_METHOD:-}" != trust ]; then
        echo "Error: Database is uninitialized and superuser password is not specified." >&2
        echo "       You must specify POSTGRES_PASSWORD to a non-empty value." >&2
        exit 1
    fi
    # shellcheck disable=SC2086 # arguments are words
    initdb --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") \
        ${POSTGRES_INITDB_ARGS:-} -D "$PGDATA"
    # What the server hashes passwords with: md5 before 14.
    : "${POSTGRES_HOST_AUTH_METHOD:=$(postgres -C password_encryption)}"
    printf '\nhost all all all %s\n' "$POSTGRES_HOST_AUTH_METHOD" >>"$PGDATA/pg_hba.conf"
}

run_sql() { psql -v ON_ERROR_STOP=1 --no-psqlrc -U "$POSTGRES_USER" "$@"; }

fill_cluster() {
    local file
    pg_ctl -D "$PGDATA" -w -o "$(printf '%q ' "${@:2}" -c listen_addresses='' -p 5432)" start
    if [ "$POSTGRES_DB" != postgres ]; then
        run_sql -d postgres -v name="$POSTGRES_DB" <<<'CREATE DATABASE :"name";'
    fi
    for file in /docker-entrypoint-initdb.d/*; do
        case $file in
        *.sh)
            # shellcheck source=/dev/null
            if [ -x "$file" ]; then "$file"; else . "$file"; fi
            ;;
        *.sql) run_sql -d "$POSTGRES_DB" -f "$file" ;;
        esac
    done
    pg_ctl -D "$PGDATA" -m fast -w stop
}

[ "${1:-}" != "" ] && [ "${1:0:1}" != - ] || set -- postgres "$@"
if [ "$1" = postgres ]; then
    if [ "$(id -u)" = 0 ]; then
        mkdir -p "$PGDATA"
        chmod 700 "$PGDATA"
        # Only what is not his: a change of owner copies a file of the image into the container.
        find "$PGDATA" \! -user postgres -exec chown postgres '{}' +
        exec setpriv --reuid postgres --regid postgres --init-groups "$0" "$@"
    fi
    mkdir -p "$PGDATA"
    if [ ! -s "$PGDATA/PG_VERSION" ]; then
        secret POSTGRES_PASSWORD ''
        secret POSTGRES_USER postgres
        secret POSTGRES_DB "$POSTGRES_USER"
        export PGPASSWORD=$POSTGRES_PASSWORD
        make_cluster
        fill_cluster "$@"
        unset PGPASSWORD
        echo 'PostgreSQL init process complete; ready for start up.'
    fi
fi
exec "$@"
