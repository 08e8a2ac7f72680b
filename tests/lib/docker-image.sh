#!/usr/bin/env bash
# docker-image.sh [MAJOR...]: builds dbmig-test-postgres:MAJOR from PostgreSQL programs of this machine,
# from nothing (no registry is asked): the programs, the libraries they need, a shell for the entry
# point. Without MAJOR: Debian's own. Also tagged postgres:MAJOR where the engine has no such image, so
# that docker://postgres/MAJOR/dev works without a pull. Like the official image it declares a VOLUME.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/lib/servers.sh
. "$here/servers.sh"
tools="bash cat chmod chown cp date dirname env expr false find grep head id locale ls mkdir mktemp mv printf ps
    rm sed setpriv sleep stat tail test touch tr true uname"

# Copies files with the libraries they are linked with, at the same paths.
add_with_libraries() {
    local file
    for file in "$@"; do
        [ -e "$root$file" ] || (cd / && cp -a --parents "$(readlink -f "$file")" "$root")
        [ -e "$root$file" ] || { mkdir -p "$root$(dirname "$file")" && cp -a "$file" "$root$file"; }
    done
    # Loaded with cp -L: a library's name is often a link.
    ldd "$@" 2>/dev/null | awk '$2 == "=>" && $3 ~ /^\// {print $3} $1 ~ /^\/.*ld-/ {print $1}' |
        sort -u | while read -r file; do
        [ -e "$root$file" ] || { mkdir -p "$root$(dirname "$file")" && cp -L "$file" "$root$file"; }
    done
}

add_tools() {
    local tool
    ln -s usr/bin "$root/bin"
    ln -s usr/sbin "$root/sbin"
    ln -s usr/lib "$root/lib"
    ln -s usr/lib64 "$root/lib64"
    mkdir -p "$root"/usr/{bin,sbin,lib,lib64}
    for tool in $tools; do
        tool=$(command -v -p "$tool" 2>/dev/null) || continue
        case $tool in /*) add_with_libraries "/usr/bin/$(basename "$tool")" ;; esac
    done
    ln -sf bash "$root/usr/bin/sh"
}

# Programs and shared files; prints the folder that PATH gets.
add_server() {
    local bin=$1 major=$2 top
    top=$(dirname "$bin")
    mkdir -p "$root$top"
    cp -a "$top/." "$root$top/"
    rm -rf "$root$top/lib/bitcode" "$root$top/lib/pgxs" "$root$top"/bin/pg{_upgrade,bench}
    if [ -d "/usr/share/postgresql/$major" ] && [ "$top" = "/usr/lib/postgresql/$major" ]; then
        mkdir -p "$root/usr/share/postgresql"
        cp -a "/usr/share/postgresql/$major" "$root/usr/share/postgresql/"
        rm -rf "$root/usr/share/postgresql/$major/man"
    fi
    # The client is Debian's: it speaks to all majors.
    add_with_libraries "$bin/postgres" "$bin/initdb" "$bin/pg_ctl" "$PG_DEBIAN/psql"
    # shellcheck disable=SC2046 # files are words
    add_with_libraries $(find "$top/lib" -name '*.so' 2>/dev/null | grep -E 'plpgsql|dict_snowball|pgcrypto|uuid|libpqwal|_int|citext|ltree|hstore|trgm|btree|2_and|and_')
    find "$root" -name postgresql.conf.sample | while read -r file; do
        # As in the official image; the socket where psql looks for it.
        printf "\nlisten_addresses = '*'\nunix_socket_directories = '/var/run/postgresql'\n" >>"$file"
    done
}

add_system() {
    mkdir -p "$root"/{etc,tmp,run,proc,sys,dev,docker-entrypoint-initdb.d,usr/share,usr/lib/locale} \
        "$root"/var/{run,lib/postgresql/data,tmp}
    mkdir -p "$root/var/run/postgresql"
    chmod 1777 "$root/tmp" "$root/var/tmp"
    printf 'root:x:0:0:root:/root:/bin/bash\npostgres:x:999:999::/var/lib/postgresql:/bin/bash\n' >"$root/etc/passwd"
    printf 'root:x:0:\npostgres:x:999:\n' >"$root/etc/group"
    cp -a /usr/share/zoneinfo "$root/usr/share/" 2>/dev/null || :
    rm -rf "$root"/usr/share/zoneinfo/{right,posix}
    cp -a /usr/lib/locale/C.utf8 "$root/usr/lib/locale/" 2>/dev/null || :
    chown -R 999:999 "$root/var/lib/postgresql" "$root/var/run/postgresql" 2>/dev/null || :
    chmod 2777 "$root/var/run/postgresql"
    install -m 755 "$here/docker-entrypoint.sh" "$root/usr/local-entrypoint"
    mkdir -p "$root/usr/local/bin" && mv "$root/usr/local-entrypoint" "$root/usr/local/bin/docker-entrypoint.sh"
}

build() {
    local major=$1 bin version mark
    bin=$(pg_bindir_of "$major")
    version=$("$bin/postgres" --version | sed -E 's/.*\) ([^ ]+).*/\1/')
    mark=$( (cat "$here/docker-image.sh" "$here/docker-entrypoint.sh"; "$bin/postgres" --version) | sha256sum | cut -c1-16)
    if [ "$(docker image inspect --format '{{index .Config.Labels "dbmig.test"}}' "dbmig-test-postgres:$major" 2>/dev/null)" != "$mark" ]; then
        root=$(mktemp -d "${TMPDIR:-/tmp}/dbmig-image.XXXXXX")
        trap 'rm -rf "$root"' EXIT
        chmod 755 "$root"
        add_tools
        add_server "$bin" "$major"
        add_system
        tar -C "$root" --numeric-owner -cf - . | docker import \
            --change "ENV PATH=$bin:$PG_DEBIAN:/usr/local/bin:/usr/bin:/usr/sbin" \
            --change 'ENV LANG=C.UTF-8' --change 'ENV PGDATA=/var/lib/postgresql/data' \
            --change "ENV PG_MAJOR=$major" --change "ENV PG_VERSION=$version" \
            --change 'ENTRYPOINT ["docker-entrypoint.sh"]' --change 'CMD ["postgres"]' \
            --change 'VOLUME /var/lib/postgresql/data' --change 'EXPOSE 5432' \
            --change "LABEL dbmig.test=$mark" \
            - "dbmig-test-postgres:$major" >/dev/null
        rm -rf "$root"
        echo "docker-image: built dbmig-test-postgres:$major (PostgreSQL $version)"
    fi
    if ! docker image inspect "postgres:$major" >/dev/null 2>&1 ||
        [ -n "$(docker image inspect --format '{{index .Config.Labels "dbmig.test"}}' "postgres:$major" 2>/dev/null)" ]; then
        docker tag "dbmig-test-postgres:$major" "postgres:$major"
    fi
}

pg_bindir_of() {
    if [ -x "/usr/lib/postgresql/$1/bin/postgres" ]; then
        echo "/usr/lib/postgresql/$1/bin"
    else
        pg_bindir "$1"
    fi
}

[ $# -gt 0 ] || set -- "$(basename "$(dirname "$PG_DEBIAN")")"
for major in "$@"; do
    build "$major"
done
