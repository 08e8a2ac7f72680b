#!/usr/bin/env bash
# dbmig on Flyway's own table: rows that Flyway wrote are understood, rows that dbmig writes are Flyway's,
# and the two keep out of each other's way. tests/peers/flyway.sh does the same with Flyway itself.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/servers.sh
. "$ROOT/tests/lib/servers.sh"
server_start main
cd "$SANDBOX" || exit 2
number=0
with="--history-table flyway_schema_history"

sql() { "$PSQL" -qXAt -v ON_ERROR_STOP=1 -d "$url" -c "$1"; }
fresh() {
    number=$((number + 1))
    url=$(server_database main "db$number")
}
flat() { printf '%s' "$1" | tr '\n' ' '; }
# As Flyway makes it.
flyway_table() {
    sql 'CREATE TABLE "public"."flyway_schema_history" (
            "installed_rank" INT NOT NULL, "version" VARCHAR(50), "description" VARCHAR(200) NOT NULL,
            "type" VARCHAR(20) NOT NULL, "script" VARCHAR(1000) NOT NULL, "checksum" INTEGER,
            "installed_by" VARCHAR(100) NOT NULL, "installed_on" TIMESTAMP NOT NULL DEFAULT now(),
            "execution_time" INTEGER NOT NULL, "success" BOOLEAN NOT NULL);
         ALTER TABLE "public"."flyway_schema_history" ADD CONSTRAINT "flyway_schema_history_pk" PRIMARY KEY ("installed_rank");
         CREATE INDEX "flyway_schema_history_s_idx" ON "public"."flyway_schema_history" ("success")'
}
# row VERSION DESCRIPTION TYPE SCRIPT CHECKSUM [SUCCESS]
row() {
    sql "INSERT INTO flyway_schema_history SELECT coalesce(max(installed_rank), 0) + 1, $1, '$2', '$3', '$4', $5, 'flyway', now(), 3, ${6:-true}
         FROM flyway_schema_history"
}
table_shape() { "$PG_DUMP" --schema-only --no-owner -t flyway_schema_history "$1" | grep -vE '^\\(un)?restrict |^--|^$'; }
rows() { sql "SELECT string_agg(format('%s %s %s %s', installed_rank, coalesce(version, '-'), type, success), ',' ORDER BY installed_rank) FROM flyway_schema_history"; }

# Contents whose checksums are known from Flyway.
mkdir migrations
printf '\xef\xbb\xbfCREATE TABLE t (\r\n  id int\r\n);\r\n' >migrations/V1__bom_and_crlf.sql
printf 'alter table location_history add column valid_until timestamp with time zone;' >migrations/V2_1__add.sql
: >migrations/V2__empty.sql
echo 'CREATE OR REPLACE VIEW v AS SELECT 1 AS x;' >migrations/R__a_view.sql
"$DBMIG" hash >/dev/null 2>&1
fresh
sql "CREATE TABLE location_history (id int)"
# shellcheck disable=SC2086
exits "apply with Flyway's table" 0 "$DBMIG" apply -u "$url" $with --allow-dirty
is "rows as Flyway writes them" "$(sql "SELECT installed_rank, version, description, type, script, checksum, installed_by, success
    FROM flyway_schema_history WHERE version IS NOT NULL ORDER BY 1")" \
    '1|1|bom and crlf|SQL|V1__bom_and_crlf.sql|-40986071|postgres|t
2|2|empty|SQL|V2__empty.sql|0|postgres|t
3|2.1|add|SQL|V2_1__add.sql|-1039259818|postgres|t'
is "a repeatable has no version" "$(sql "SELECT version IS NULL, description, script FROM flyway_schema_history WHERE installed_rank = 4")" \
    't|a view|R__a_view.sql'
made=$(table_shape "$url")
fresh && flyway_table
is "the table is Flyway's, to the names of its index and key" "$made" "$(table_shape "$url")"

# What Flyway leaves in it.
rm -f migrations/*
for i in 1 2 3 4; do echo "CREATE TABLE t$i (id int);" >migrations/V${i}__t$i.sql; done
echo 'SELECT 1;' >migrations/R__r.sql
"$DBMIG" hash >/dev/null 2>&1
crc() { python3 -c 'import sys, zlib
c = 0
for line in open(sys.argv[1], "rb").read().splitlines(): c = zlib.crc32(line, c)
print(c - (1 << 32) if c >= 1 << 31 else c)' "$1"; }
raw_crc() { python3 -c 'import sys, zlib
c = zlib.crc32(open(sys.argv[1], "rb").read())
print(c - (1 << 32) if c >= 1 << 31 else c)' "$1"; }
sql "INSERT INTO flyway_schema_history VALUES (0, NULL, '<< Flyway Schema Creation >>', 'SCHEMA', '\"public\"', NULL, 'flyway', now(), 0, true)"
row "'1'" '<< Flyway Baseline >>' BASELINE '<< Flyway Baseline >>' NULL
row "'1.5'" 'in Java' JDBC db.migration.V1_5__in_Java 4711
row "'2.0'" t2 SQL V2__t2.sql "$(raw_crc migrations/V2__t2.sql)"
row "'3'" t3 SQL V3__t3.sql "$(crc migrations/V3__t3.sql)"
row "'3.5'" gone SQL V3_5__gone.sql 1
row "'3.5'" gone DELETE V3_5__gone.sql 1
row NULL r SQL R__r.sql "$(crc migrations/R__r.sql)"
# shellcheck disable=SC2086
{
    exits "Flyway's markers are understood" 0 "$DBMIG" status -u "$url" $with
    like "one is pending" "$out" '1 pending'
    like "status: the baseline" "$out" 'V1__t1.sql +baseline'
    like "status: a checksum of old Flyway" "$out" 'V2__t2.sql +applied'
    exits "apply goes on from there" 0 "$DBMIG" apply -u "$url" $with
    is "with the next rank" "$(sql "SELECT installed_rank, version, script FROM flyway_schema_history ORDER BY 1 DESC LIMIT 1")" '8|4|V4__t4.sql'
    exits "nothing to repair" 0 "$DBMIG" repair -u "$url" $with
    like "nothing to repair: said" "$out" 'Nothing to repair'
    row "'4'" t4 UNDO_SQL U4__t4.sql NULL
    sql "DROP TABLE t4"
    exits "what Flyway undid is pending again" 0 "$DBMIG" apply -u "$url" $with
    ok "and ran" sql "SELECT FROM t4"
    row "'5'" t5 SQL V5__t5.sql 1 false
    echo "CREATE TABLE t5 (id int);" >migrations/V5__t5.sql && "$DBMIG" hash >/dev/null 2>&1
    exits "a failure of Flyway's stops" 5 "$DBMIG" apply -u "$url" $with
    like "and repair is named" "$(flat "$err")" 'V5__t5.sql failed before.*dbmig repair'
    exits "repair removes its row" 0 "$DBMIG" repair -u "$url" $with --yes
    exits "then it runs" 0 "$DBMIG" apply -u "$url" $with

    # The lock: Flyway's key, in a transaction (its default) and in a session.
    for lock in "BEGIN; SELECT pg_try_advisory_xact_lock(77433833903597)" "SELECT pg_try_advisory_lock(77433833903597)"; do
        echo "CREATE TABLE IF NOT EXISTS t6 (id int);" >migrations/V6__t6.sql && "$DBMIG" hash >/dev/null 2>&1
        mkfifo talk.fifo
        "$PSQL" -qXAt -d "$url" <talk.fifo >/dev/null &
        holder=$!
        exec 7>talk.fifo
        echo "$lock;" >&7
        for _ in $(seq 50); do
            [ "$(sql "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")" = 0 ] || break
            sleep 0.1
        done
        exits "Flyway holds the lock: $lock" 6 "$DBMIG" apply -u "$url" $with --lock-timeout 300ms
        exec 7>&-
        wait "$holder"
        rm talk.fifo
    done
    rm -f migrations/V6__t6.sql
    echo "SELECT pg_sleep(4);" >migrations/V7__slow.sql && "$DBMIG" hash >/dev/null 2>&1
    "$DBMIG" apply -u "$url" $with >/dev/null 2>&1 &
    applying=$!
    got=t
    for _ in $(seq 100); do
        got=$(sql "SELECT pg_try_advisory_xact_lock(77433833903597)")
        [ "$got" = t ] || break
        sleep 0.05
    done
    is "dbmig holds what Flyway would take" "$got" f
    wait "$applying"
    is "and lets it go" "$(sql "SELECT pg_try_advisory_xact_lock(77433833903597)")" t
    is "progress of files without transaction leaves Flyway's table as it is" "$(table_shape "$url")" "$made"
}

# Real histories: the schema made by psql, the rows by Flyway.
HISTORIES=$CORPORA/migrations
if [ ! -d "$HISTORIES/marquez" ]; then
    skip "real histories" "they are not here"
    exit
fi
replay_by_psql() {
    local folder=$1 oracle=$2 script single
    tail -n +2 "$oracle" | cut -d, -f1,5 | sort -t, -n | cut -d, -f2 | while read -r script; do
        single=--single-transaction
        ! grep -qi concurrently "$folder/$script" || single=
        # shellcheck disable=SC2086
        "$PSQL" -qX -v ON_ERROR_STOP=1 $single -d "$url" -f "$folder/$script" >/dev/null 2>"$SANDBOX/psql.err" ||
            { sed 's/^/# /' "$SANDBOX/psql.err"; return 1; }
    done
}
for name in marquez odd-platform opencue; do
    oracle=$HISTORIES/oracle/$name.flyway_schema_history.csv
    folder=$SANDBOX/$name
    cp -r "$HISTORIES/$name" "$folder" && chmod -R u+w "$folder"
    "$DBMIG" hash --dir "$folder" >/dev/null 2>&1
    fresh
    ok "$name: psql makes the schema" replay_by_psql "$folder" "$oracle"
    flyway_table
    sql "CREATE TABLE oracle (installed_rank int, version text, description text, type text, script text, checksum int, installed_by text, success bool)"
    "$PSQL" -qX -d "$url" -c "\\copy oracle FROM '$oracle' WITH (FORMAT csv, HEADER, NULL 'NULL')"
    sql "INSERT INTO flyway_schema_history SELECT installed_rank, version, description, type, script, checksum, installed_by, now(), 1, success
         FROM oracle; DROP TABLE oracle"
    total=$(($(wc -l <"$oracle") - 1))
    # shellcheck disable=SC2086
    {
        exits "$name: without the flag: refused" 5 "$DBMIG" apply --dir "$folder" -u "$url"
        like "$name: and the flag is shown" "$err" '--history-table flyway_schema_history --history-schema public'
        exits "$name: status: nothing pending, nothing changed" 0 "$DBMIG" status --dir "$folder" -u "$url" $with --exit-code
        like "$name: status: all applied" "$out" "^$total applied\\.$"
        echo "CREATE TABLE one_more (id int);" >"$folder/V999__one_more.sql"
        "$DBMIG" hash --dir "$folder" >/dev/null 2>&1
        exits "$name: one new file" 0 "$DBMIG" apply --dir "$folder" -u "$url" $with
        like "$name: is the only one applied" "$out" 'Applied 1 file'
        is "$name: and its row is the last" "$(sql "SELECT count(*), max(installed_rank) FROM flyway_schema_history WHERE success")" \
            "$((total + 1))|$((total + 1))"
        edited=$(tail -n +2 "$oracle" | grep -E ',V' | tail -n 1 | cut -d, -f5)
        echo "-- edited" >>"$folder/$edited"
        "$DBMIG" hash --dir "$folder" >/dev/null 2>&1
        exits "$name: an edited file: refused" 5 "$DBMIG" apply --dir "$folder" -u "$url" $with
        like "$name: and named" "$err" "1 applied migration was edited since: $edited"
        exits "$name: status" 1 "$DBMIG" status --dir "$folder" -u "$url" $with --exit-code
        like "$name: status names it" "$out" "$edited +changed"
    }
done
