#!/usr/bin/env bash
# A snapshot of a database whose definitions change while it is read is of one moment, or an error that says
# so: the server's own deparsing sees later states than the transaction does. And what must not leave the
# server does not.
. "$(dirname "$0")/../lib/tap.sh"
. "$(dirname "$0")/../lib/servers.sh"
cd "$SANDBOX" || exit 2

# Renames to and fro with that pause, and (not plain) drops and makes a function, until it is killed.
renames() { # URL PAUSE KIND
    local i
    for ((i = 0; i < 3000; i++)); do
        printf 'ALTER TABLE t RENAME a TO b; SELECT pg_sleep(%s);\n' "$2"
        [ "$3" = plain ] ||
            printf 'DROP FUNCTION f; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;\n'
        printf 'ALTER TABLE t RENAME b TO a; SELECT pg_sleep(%s);\n' "$2"
    done | "$PSQL" -Xq -d "$1" -o /dev/null &
    job=$!
}

# Prints "a" or "b" when table and view agree, else "mixed".
state() {
    local table view
    table=$(sed -n '/^CREATE TABLE public\.t (/,/^)/p' <<<"$1" | sed -n 's/^    \([ab]\) integer.*/\1/p')
    view=$(sed -n '/^CREATE VIEW public\.v AS/,/;$/p' <<<"$1" | tr -s ' \n' ' ')
    case $table:$view in
    a:*'SELECT t.a FROM'* | a:*'SELECT a FROM'*) echo a ;;
    b:*'SELECT t.b AS a FROM'* | b:*'SELECT b AS a FROM'*) echo b ;;
    *) echo mixed ;;
    esac
}

# The server ends what it was about to do, and the column has its first name again.
stop_job() {
    kill "$job" && wait "$job" 2>/dev/null
    [ -z "${url:-}" ] || until "$PSQL" -Xq -d "$url" -c 'SELECT a FROM t' >/dev/null 2>&1; do
        "$PSQL" -Xq -d "$url" -c 'ALTER TABLE t RENAME b TO a' >/dev/null 2>&1
        "$PSQL" -Xq -d "$url" -c 'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$' >/dev/null 2>&1
    done
}

moving() { # MAJOR
    local major=$1 url mixed=0 unstable=0 other=0 i
    server_start "v$major" "$major"
    url=${SERVER_URL[v$major]}
    "$PSQL" -Xq -d "$url" -c 'CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t' \
        -c 'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$'
    # What takes time between the reads of columns and of views.
    "$PSQL" -Xq -d "$url" -c "DO \$\$ BEGIN FOR i IN 1..300 LOOP EXECUTE format('CREATE TABLE x%s (a int PRIMARY KEY, b int, c int)', i); EXECUTE format('CREATE VIEW w%s AS SELECT * FROM x%s', i, i); END LOOP; END \$\$"
    for ((i = 0; i < 6; i++)); do
        case $i in
        0) renames "$url" 0.005 plain ;;
        3) stop_job && renames "$url" 0.005 functions ;;
        esac
        run "$DBMIG" inspect "$url"
        case $code:$(state "$out") in
        0:a | 0:b) ;;
        0:*) mixed=$((mixed + 1)) ;;
        3:*) unstable=$((unstable + 1)) && like "$major: that it did not come to rest is said" "$err" 'changed during each of' ;;
        *) other=$((other + 1)) && echo "# $err" ;;
        esac
    done
    is "$major: never two moments in one schema" "$mixed" 0
    is "$major: and no other error" "$other" 0
    stop_job
    renames "$url" 3 functions
    exits "$major: with pauses it succeeds" 0 "$DBMIG" inspect "$url"
    like "$major: with one moment's schema" "$(state "$out")" '^[ab]$'
    stop_job
    for ((i = 0; i < 400; i++)); do
        echo "BEGIN; CREATE TEMP TABLE z (a serial PRIMARY KEY, m text DEFAULT 'x'); COMMIT; DROP TABLE z;"
        echo "SELECT pg_sleep(0.01);"
    done | "$PSQL" -Xq -d "$url" -o /dev/null &
    job=$!
    exits "$major: temporary tables do not disturb it" 0 "$DBMIG" inspect "$url"
    stop_job
    server_stop "v$major" immediate
}
pg_wanted 15 18
for major in $PG_HERE; do moving "$major"; done

# ---- a database that never comes to rest ----
# What changes no definition, and what makes and drops things beside it, goes on all the time.
loop() { # URL PAUSE SQL…
    local url=$1 pause=$2 i
    shift 2
    for ((i = 0; i < 2000; i++)); do
        printf '%s;\n' "$@"
        echo "SELECT pg_sleep($pause);"
    done | "$PSQL" -Xq -d "$url" -o /dev/null 2>/dev/null &
    loops+=($!)
}
restless() { # MAJOR
    local major=$1 url i loops=() failed=0
    server_start "r$major" "$major"
    url=${SERVER_URL[r$major]}
    "$PSQL" -Xq -d "$url" -c "CREATE ROLE reader; CREATE TABLE p (id int, at int) PARTITION BY LIST (at)" \
        -c "DO \$\$ BEGIN FOR i IN 1..400 LOOP EXECUTE format('CREATE TABLE t%s (a int PRIMARY KEY, b int CHECK (b > 0), c text)', i); EXECUTE format('CREATE VIEW w%s AS SELECT * FROM t%s', i, i); END LOOP; END \$\$" \
        -c 'CREATE MATERIALIZED VIEW m AS SELECT 1 AS a'
    loop "$url" 0.01 'TRUNCATE t1'
    loop "$url" 0.01 'REINDEX TABLE t2'
    loop "$url" 0.01 'REFRESH MATERIALIZED VIEW m'
    loop "$url" 0.01 'GRANT SELECT ON t3 TO reader' 'REVOKE SELECT ON t3 FROM reader'
    loop "$url" 0.01 "COMMENT ON TABLE t4 IS 'one'" "COMMENT ON TABLE t4 IS 'two'"
    loop "$url" 0.01 'ALTER TABLE t5 DISABLE TRIGGER ALL' 'ALTER TABLE t5 ENABLE TRIGGER ALL'
    loop "$url" 0.3 'CREATE TABLE made (a int)' 'SELECT pg_sleep(0.3)' 'DROP TABLE made'
    for ((i = 0; i < 2000; i++)); do
        echo "CREATE TABLE p$i PARTITION OF p FOR VALUES IN ($i); SELECT pg_sleep(0.2);"
    done | "$PSQL" -Xq -d "$url" -o /dev/null 2>/dev/null &
    loops+=($!)
    for ((i = 0; i < 5; i++)); do
        run "$DBMIG" inspect "$url"
        [ "$code" -eq 0 ] || { failed=$((failed + 1)) && echo "# $err"; }
    done
    is "$major: inspect ends, whatever goes on there" "$failed" 0
    like "$major: with what is there" "$out" 'CREATE VIEW public.w400 AS'
    for i in "${loops[@]}"; do kill "$i" 2>/dev/null && wait "$i" 2>/dev/null; done
    "$PSQL" -Xq -d "$url" -c 'CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t'
    renames "$url" 0.001 plain
    for ((i = 0; i < 5; i++)); do
        run "$DBMIG" inspect "$url"
        [ "$code" -eq 3 ] && break
    done
    like "$major: what does not come to rest is named" "$err" 'during each of 12 reads, last those of (table|view) public\.[tv] \(pg_'
    url='' && stop_job
    server_stop "r$major" immediate
}
for major in 13 15 18; do restless "$major"; done

# ---- whether anything was committed since, told by the numbers of transactions ----
quiet() { # URL SNAPSHOT
    printf 'PREPARE q AS %s;\nEXECUTE q(%s);\n' "$(cat "$ROOT/src/schema/snapshot/catalog_quiet.sql")" "'$2'" | "$PSQL" -XAtq -d "$1"
}

# Says something in the other session, and waits until it is done.
other() {
    printf '%s\n\\echo done\n' "$1" >&"${SESSION[1]}"
    local line=
    until [ "$line" = "done" ]; do read -r line <&"${SESSION[0]}" || return 1; done
}

quietness() { # MAJOR
    local major=$1 url seen pid
    server_start "q$major" "$major"
    url=${SERVER_URL[q$major]}
    now() { seen=$("$PSQL" -XAtq -d "$url" -c 'SELECT pg_current_snapshot()'); }
    "$PSQL" -Xq -d "$url" -c 'CREATE TABLE t (a int)'
    coproc SESSION { "$PSQL" -XAtq -d "$url" 2>&1; }
    pid=$SESSION_PID
    now
    is "$major: nothing has happened" "$(quiet "$url" "$seen")" t
    other 'INSERT INTO t VALUES (1);'
    is "$major: something was committed" "$(quiet "$url" "$seen")" f
    now
    other 'BEGIN; INSERT INTO t VALUES (1);'
    is "$major: a transaction has begun since" "$(quiet "$url" "$seen")" t
    now
    is "$major: one is open from before" "$(quiet "$url" "$seen")" t
    "$PSQL" -Xq -d "$url" -c 'INSERT INTO t VALUES (2)'
    is "$major: one was committed beside it" "$(quiet "$url" "$seen")" f
    now
    other 'SAVEPOINT s; ALTER TABLE t ADD COLUMN b int; RELEASE s;'
    is "$major: what was released in it is not committed" "$(quiet "$url" "$seen")" t
    other 'COMMIT;'
    is "$major: the one from before was committed" "$(quiet "$url" "$seen")" f
    now
    other 'BEGIN; ALTER TABLE t ADD COLUMN c int; ROLLBACK;'
    is "$major: one was rolled back" "$(quiet "$url" "$seen")" t
    other "BEGIN; ALTER TABLE t ADD COLUMN d int; PREPARE TRANSACTION 'p';"
    is "$major: one was prepared" "$(quiet "$url" "$seen")" t
    other "COMMIT PREPARED 'p';"
    is "$major: and committed" "$(quiet "$url" "$seen")" f
    now
    other 'BEGIN; SELECT pg_current_xact_id();'
    for ((i = 0; i < 1100; i++)); do echo 'BEGIN; SELECT pg_current_xact_id(); ROLLBACK;'; done | "$PSQL" -Xq -d "$url" -o /dev/null
    is "$major: too many to look at each" "$(quiet "$url" "$seen")" f
    exits "$major: which the catalogs decide then" 0 "$DBMIG" inspect "$url"
    kill "$pid" && wait "$pid" 2>/dev/null
    server_stop "q$major" immediate
}
pg_wanted 13 15 18
for major in $PG_HERE; do quietness "$major"; done

# ---- passwords stay on the server ----
# A relay that keeps what the server sends: nothing of a secret may pass, whatever becomes of it later.
cat >relay.py <<'PY'
import socket, sys, threading
target, log = int(sys.argv[1]), open(sys.argv[2], "ab", 0)
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
def pump(a, b, keep):
    try:
        while data := a.recv(65536):
            if keep:
                log.write(data)
            b.sendall(data)
    except OSError:
        pass
    for s in (a, b):
        try:
            s.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
while True:
    client, _ = listener.accept()
    server = socket.create_connection(("127.0.0.1", target))
    threading.Thread(target=pump, args=(client, server, False), daemon=True).start()
    threading.Thread(target=pump, args=(server, client, True), daemon=True).start()
PY
secrets() { # MAJOR
    local major=$1 port i url=
    server_start "s$major" "$major"
    "$PSQL" -Xq -d "${SERVER_URL[s$major]}" >/dev/null 2>&1 <<'SQL'
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'h');
CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (user 'u', password 'geheim1', sslpassword 'geheim2', "Passwd" 'geheim3', api_key 'geheim4');
CREATE SUBSCRIPTION a CONNECTION 'host=h password=geheim5 dbname=d' PUBLICATION p WITH (connect = false);
CREATE SUBSCRIPTION b CONNECTION 'host=h password = ''ge heim6 \'' geheim7'' dbname=d' PUBLICATION p WITH (connect = false);
CREATE SUBSCRIPTION c CONNECTION 'postgresql://u:geheim8@h/d?sslpassword=geheim9' PUBLICATION p WITH (connect = false);
CREATE SUBSCRIPTION e CONNECTION 'host=h sslpassword=geheim10 user=u' PUBLICATION p WITH (connect = false);
CREATE SUBSCRIPTION g CONNECTION 'host=h password=geheim12\ geheim13 user=u' PUBLICATION p WITH (connect = false);
CREATE SUBSCRIPTION i CONNECTION 'postgresql://u@h/d?sslmode=require&%70assword=geheim14' PUBLICATION p WITH (connect = false);
CREATE SUBSCRIPTION j CONNECTION 'dbname=''a&b'' password=''k=v%geheim15'' host = h' PUBLICATION p WITH (connect = false);
CREATE SUBSCRIPTION k CONNECTION 'host=h password=''a&b%c=d geheim16'' dbname=''y & <z>''' PUBLICATION p WITH (connect = false);
CREATE SUBSCRIPTION l CONNECTION 'application_name=''no password=x'' host=h' PUBLICATION p WITH (connect = false);
CREATE SUBSCRIPTION f CONNECTION 'postgresql://u@h/d?password=geheim11&sslkey=k' PUBLICATION p WITH (connect = false);
SQL
    [ "$major" -lt 18 ] || "$PSQL" -Xq -d "${SERVER_URL[s$major]}" >/dev/null 2>&1 <<'SQL'
DROP SUBSCRIPTION l;
CREATE SUBSCRIPTION l CONNECTION 'application_name=''no password=x'' oauth_client_secret=geheim17 scram_client_key=geheim18 host=h' PUBLICATION p WITH (connect = false);
SQL
    is "$major: what has secrets is there" "$("$PSQL" -XAtq -d "${SERVER_URL[s$major]}" -c \
        'SELECT (SELECT count(*) FROM pg_subscription) || (SELECT count(*)::text FROM pg_user_mapping)')" "101"
    python3 relay.py "${SERVER_PORT[s$major]}" "$SANDBOX/sent" >port &
    job=$!
    for ((i = 0; i < 100; i++)); do [ -s port ] && break; sleep 0.05; done
    port=$(cat port)
    exits "$major: inspect through the relay" 0 "$DBMIG" inspect "postgres://postgres@127.0.0.1:$port/postgres?sslmode=disable"
    like "$major: the subscriptions are there" "$out" 'CREATE SUBSCRIPTION c CONNECTION'
    like "$major: pairs stay as they are" "$out" "CREATE SUBSCRIPTION j CONNECTION 'dbname=''a&b'' host=h password=<password>' "
    like "$major: with signs of XML" "$out" "CREATE SUBSCRIPTION k CONNECTION 'host=h dbname=''y & <z>'' password=<password>' "
    like "$major: and values that look like pairs" "$out" \
        "CREATE SUBSCRIPTION l CONNECTION 'application_name=''no password=x'' host=h' "
    ok "$major: the relay saw them" grep -aq 'host=h' sent
    ok "$major: no secret left the server" bash -c "! grep -aoE 'geheim[0-9]+|heim6' sent | sort -u | grep ."
    stop_job
    rm -f sent port
    server_stop "s$major" immediate
}
for major in $PG_HERE; do secrets "$major"; done
