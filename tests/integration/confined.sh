#!/usr/bin/env bash
# The embedded server's confinement: what a DO block or a function could do to this machine with the
# rights of a superuser fails and leaves nothing, on each major version; what honest histories do
# works as ever.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/servers.sh
. "$(dirname "$0")/../lib/servers.sh"

target=$SANDBOX/target
mkdir -m 777 "$target" "$SANDBOX/project"
chmod 755 "$SANDBOX"
echo "kept secret" >"$target/secret"
chmod 644 "$target/secret"

# check_sql BIN: checks a project of one file with what is on stdin.
check_sql() {
    cat >"$SANDBOX/project/V1__it.sql"
    "$DBMIG" hash --dir "$SANDBOX/project" >/dev/null 2>&1
    run "$DBMIG" check --verbose --dir "$SANDBOX/project" --dev-url "embedded://$1" --no-cache --force
}

check_sql "$(pg_bindir "$(pg_majors | tail -n 1)")" <<<'SELECT 1;'
[ "$code" -eq 0 ] || echo "# $err"
reason=$(grep -o 'the throwaway server is not kept from.*' <<<"$err$out" | head -n 1)
[ -z "$reason" ] || skip_all "$reason"

# refused NAME BIN: the SQL on stdin fails, and the hint says why.
refused() {
    check_sql "$2"
    is "$1: exit code" "$code" 4
    like "$1: the hint" "$err" 'run no program and connect to'
}

# A listener that notes who comes.
python3 - "$SANDBOX" <<'E2' &
import os, socket, sys
tcp = socket.socket()
tcp.bind(("127.0.0.1", 0))
tcp.listen(16)
local = socket.socket(socket.AF_UNIX)
local.bind(sys.argv[1] + "/.s.PGSQL.5432")
os.chmod(sys.argv[1] + "/.s.PGSQL.5432", 0o777)
local.listen(16)
with open(sys.argv[1] + "/port.new", "w") as file:
    file.write(str(tcp.getsockname()[1]))
os.rename(sys.argv[1] + "/port.new", sys.argv[1] + "/port")
import select
while True:
    for ready in select.select([tcp, local], [], [])[0]:
        connection, _ = ready.accept()
        open(sys.argv[1] + "/visited", "w").close()
        connection.close()
E2
listener=$!
trap 'kill $listener; tap_end' EXIT
for _ in $(seq 100); do
    [ -s "$SANDBOX/port" ] && break
    sleep 0.1
done
port=$(cat "$SANDBOX/port")

for major in $(pg_majors); do
    bin=$(pg_bindir "$major")
    refused "$major: a program in a DO block" "$bin" <<<"
        CREATE TABLE t (a text);
        DO \$\$ BEGIN EXECUTE 'COPY t TO PROGRAM ''echo ran >$target/program'''; END \$\$;"
    refused "$major: a file written in a DO block" "$bin" <<<"
        CREATE TABLE t (a text);
        DO \$\$ BEGIN EXECUTE 'COPY t TO ''$target/copy'''; END \$\$;"
    refused "$major: a file read by a function" "$bin" <<<"
        CREATE FUNCTION f() RETURNS text LANGUAGE sql AS \$\$ SELECT pg_read_file('$target/secret') \$\$;
        SELECT f();"
    refused "$major: lo_import" "$bin" <<<"SELECT lo_import('$target/secret');"
    refused "$major: lo_export" "$bin" <<<"
        SELECT lo_from_bytea(123456, 'abc');
        SELECT lo_export(123456, '$target/lo');"
    refused "$major: a folder's list" "$bin" <<<"SELECT pg_ls_dir('$target');"
    refused "$major: a subscription in a DO block" "$bin" <<<"
        DO \$\$ BEGIN EXECUTE 'CREATE SUBSCRIPTION s CONNECTION ''host=127.0.0.1 port=$port''
            PUBLICATION p WITH (create_slot = false)'; END \$\$;"
    refused "$major: a subscription by a socket" "$bin" <<<"
        DO \$\$ BEGIN EXECUTE 'CREATE SUBSCRIPTION s CONNECTION ''host=$SANDBOX''
            PUBLICATION p WITH (create_slot = false)'; END \$\$;"
    # What honest histories need: data, temporary files, workers, time zones, dictionaries,
    # statistics, tablespaces, the server's own files, extensions.
    check_sql "$bin" <<<"
        CREATE EXTENSION IF NOT EXISTS plpgsql;
        CREATE TABLE public.rows (id int PRIMARY KEY, name text);
        COPY public.rows (id, name) FROM stdin;
1	one
2	two
\\.
        SET work_mem = '64kB';
        INSERT INTO public.rows SELECT g, md5(g::text) FROM generate_series(3, 60000) g;
        DO \$\$ BEGIN
            PERFORM count(*) FROM (SELECT name FROM public.rows ORDER BY name OFFSET 0) s;
            ASSERT (SELECT count(*) > 100 FROM pg_timezone_names);
            ASSERT pg_read_file('PG_VERSION') LIKE '$major%';
            ASSERT to_tsvector('english', 'databases') @@ to_tsquery('english', 'database');
            ASSERT current_setting('track_counts') = CASE WHEN $major < 15 THEN 'off' ELSE 'on' END;
            ASSERT (now() AT TIME ZONE 'Europe/Berlin') IS NOT NULL;
        END \$\$;
        SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0;
        SET min_parallel_table_scan_size = 0;
        SELECT count(*) FROM public.rows WHERE name LIKE 'a%';"
    is "$major: an honest history replays: $err" "$code" 0
done
is "nothing was made outside" "$(ls "$target")" secret
[ ! -e "$SANDBOX/visited" ]
is "nobody came to the listener" "$?" 0

bin=$PG_DEBIAN
if [ -e "$($bin/pg_config --sharedir 2>/dev/null)/extension/dblink.control" ]; then
    refused "dblink in a DO block" "$bin" <<<"
        CREATE EXTENSION dblink;
        DO \$\$ BEGIN PERFORM dblink_connect('host=127.0.0.1 port=$port user=u'); END \$\$;"
    check_sql "$bin" <<<"
        CREATE EXTENSION pgcrypto; CREATE EXTENSION \"uuid-ossp\"; CREATE EXTENSION pg_trgm; CREATE EXTENSION postgres_fdw;
        CREATE SERVER other FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '$port');
        SELECT digest('a', 'sha256'), uuid_generate_v4(), similarity('a', 'b');"
    is "contributed extensions load: $err" "$code" 0
    [ ! -e "$SANDBOX/visited" ]
    is "nobody came to the listener either" "$?" 0
else
    skip "dblink in a DO block" "Debian's contributed extensions are not here"
fi

# A wrapper that runs the real program cannot be confined: it works, and that is said.
mkdir -m 755 "$SANDBOX/wrapped"
for name in postgres initdb; do
    printf '#!/bin/sh\nexec "%s" "$@"\n' "$bin/$name" >"$SANDBOX/wrapped/$name"
    chmod 755 "$SANDBOX/wrapped/$name"
done
check_sql "$SANDBOX/wrapped" <<<'CREATE TABLE t (id int PRIMARY KEY);'
is "a wrapped server replays: $err" "$code" 0
like "and is said not to be confined" "$err$out" \
    "not kept from the machine's files, programs and connections: its programs do not run so"
