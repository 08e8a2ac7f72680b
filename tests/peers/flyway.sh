#!/usr/bin/env bash
# dbmig and Flyway take turns on one database: Flyway validates what dbmig did, migrates one more, and
# dbmig goes on; and the other way round. Flyway comes by Maven, into a cache; without it, a notice.
# Not part of `make test`: each call of Flyway takes seconds. `make peers` runs it.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/servers.sh
. "$ROOT/tests/lib/servers.sh"
FLYWAY_VERSION=${FLYWAY_VERSION:-11.8.2}
FLYWAY_HOME=${DBMIG_TEST_CACHE:-/var/tmp/dbmig-tests-$(id -u)}/flyway-$FLYWAY_VERSION

fetch_flyway() {
    local artifact=org.flywaydb:flyway-commandline:$FLYWAY_VERSION:tar.gz:linux-x64
    [ -x "$FLYWAY_HOME/flyway" ] && return
    command -v mvn >/dev/null || return 1
    timeout 600 mvn -q -B dependency:get -Dartifact="$artifact" -Dtransitive=false >"$SANDBOX/mvn.log" 2>&1 &&
        timeout 300 mvn -q -B dependency:copy -Dartifact="$artifact" -DoutputDirectory="$SANDBOX/mvn" >>"$SANDBOX/mvn.log" 2>&1 ||
        { grep -m 3 ERROR "$SANDBOX/mvn.log" | sed 's/^/# /'; return 1; }
    rm -rf "$FLYWAY_HOME.new" && mkdir -p "$FLYWAY_HOME.new"
    tar xzf "$SANDBOX"/mvn/*.tar.gz -C "$FLYWAY_HOME.new" --strip-components=1 &&
        rm -rf "$FLYWAY_HOME" && mv "$FLYWAY_HOME.new" "$FLYWAY_HOME"
}
fetch_flyway || skip_all "Flyway could not be had: no Maven, or its registry was not reached"
server_start main
cd "$SANDBOX" || exit 2
number=0

sql() { "$PSQL" -qXAt -v ON_ERROR_STOP=1 -d "$url" -c "$1"; }
# Its default lock hangs on CREATE INDEX CONCURRENTLY.
flyway() {
    FLYWAY_POSTGRESQL_TRANSACTIONAL_LOCK=false timeout 120 "$FLYWAY_HOME/flyway" -skipCheckForUpdate \
        -url="jdbc:postgresql://127.0.0.1:${SERVER_PORT[main]}/${url##*/}" -user=postgres -password=x \
        -locations="filesystem:$folder" -placeholderReplacement=false "$@" 2>&1
}
dbmig() { "$DBMIG" "$@" --dir "$folder" -u "$url" --history-table flyway_schema_history; }
hash() { "$DBMIG" hash --dir "$folder" >/dev/null 2>&1; }
fresh() {
    number=$((number + 1))
    url=$(server_database main "db$number")
}
add() { echo "${2:-CREATE TABLE t$1 (id int);}" >"$folder/V$1__t$1.sql" && hash; }

# dbmig begins.
folder=$SANDBOX/own && mkdir "$folder"
for i in 1 2 3; do add $i; done
printf -- '-- dbmig:txmode none\nCREATE INDEX CONCURRENTLY i ON t1 (id);\n' >"$folder/V4__index.sql"
printf 'executeInTransaction=false\n' >"$folder/V4__index.sql.conf"
echo 'CREATE OR REPLACE VIEW v AS SELECT 1 AS x;' >"$folder/R__view.sql"
hash
fresh
exits "dbmig applies" 0 dbmig apply
exits "Flyway validates that" 0 flyway validate
exits "Flyway has nothing to migrate" 0 flyway migrate
like "it says so" "$out" 'up to date'
add 5
exits "Flyway migrates one more" 0 flyway migrate
exits "dbmig: nothing pending, nothing changed" 0 dbmig status --exit-code
add 6
echo 'CREATE OR REPLACE VIEW v AS SELECT 2 AS x, 3 AS y;' >"$folder/R__view.sql" && hash
exits "dbmig goes on" 0 dbmig apply
is "with two" "$(sql "SELECT max(installed_rank), count(*) FROM flyway_schema_history")" '8|8'
exits "Flyway validates that as well" 0 flyway validate

# Recovery by one, seen by the other.
echo "-- a comment" >>"$folder/V2__t2.sql" && hash
exits "an edited file: Flyway complains" 1 flyway validate
exits "an edited file: dbmig repairs" 0 dbmig repair --yes
exits "and Flyway is content" 0 flyway validate
mv "$folder/V3__t3.sql" "$folder/V3__third.sql" && hash
exits "a renamed file: dbmig repairs" 0 dbmig repair --yes
exits "a renamed file: Flyway is content" 0 flyway validate
rm "$folder/V5__t5.sql" && hash
exits "a missing file: Flyway complains" 1 flyway validate
exits "a missing file: dbmig repairs" 0 dbmig repair --yes
exits "a missing file: Flyway is content" 0 flyway validate
is "as after its own repair: nothing left to do" "$(before=$(sql "SELECT count(*) FROM flyway_schema_history"); flyway repair >/dev/null
    after=$(sql "SELECT count(*) FROM flyway_schema_history"); echo $((after - before)))" 0
echo "-- another comment" >>"$folder/V2__t2.sql" && hash
exits "an edited file: Flyway repairs" 0 flyway repair
exits "and dbmig is content" 0 dbmig status --exit-code
printf -- '-- dbmig:txmode none\nCREATE INDEX CONCURRENTLY i2 ON t1 (nothing);\n' >"$folder/V7__failing.sql"
printf 'executeInTransaction=false\n' >"$folder/V7__failing.sql.conf"
hash
exits "a file fails under dbmig" 4 dbmig apply
exits "Flyway sees the failure" 1 flyway validate
exits "Flyway repairs it" 0 flyway repair
sed -i 's/nothing/id/' "$folder/V7__failing.sql" && hash
exits "and dbmig runs it, edited" 0 dbmig apply
exits "Flyway validates" 0 flyway validate
add 8
exits "dbmig marks one as applied" 0 dbmig apply --mark-applied 8
exits "Flyway takes that" 0 flyway validate

# Baselines and markers.
folder=$SANDBOX/taken && mkdir "$folder"
for i in 1 2 3; do add $i; done
fresh && sql "CREATE TABLE t1 (id int); CREATE TABLE t2 (id int)"
exits "dbmig's baseline" 0 "$DBMIG" baseline --version 2 -u "$url" --history-table flyway_schema_history
exits "Flyway goes on from it" 0 flyway migrate
is "with the third" "$(sql "SELECT string_agg(version || type, ',' ORDER BY installed_rank) FROM flyway_schema_history")" '2BASELINE,3SQL'
ours=$(sql "SELECT installed_rank, version, description, type, script, checksum, installed_by, success FROM flyway_schema_history WHERE installed_rank = 1")
fresh && sql "CREATE TABLE t1 (id int); CREATE TABLE t2 (id int)"
exits "Flyway's baseline" 0 flyway baseline -baselineVersion=2
is "is the same row" "$(sql "SELECT installed_rank, version, description, type, script, checksum, installed_by, success FROM flyway_schema_history")" "$ours"
exits "dbmig goes on from it" 0 dbmig apply
exits "Flyway validates it" 0 flyway validate
for who in dbmig flyway; do
    fresh
    if [ $who = dbmig ]; then
        exits "a schema made by dbmig" 0 dbmig apply --history-schema made
    else
        exits "a schema made by Flyway" 0 flyway migrate -schemas=made,public -defaultSchema=made
    fi
    marker=$(sql "SELECT installed_rank, version IS NULL, description, type, script, checksum IS NULL, installed_by, execution_time, success
        FROM made.flyway_schema_history WHERE installed_rank = 0")
    [ $who = dbmig ] && ours=$marker
done
is "the marker of Flyway names all schemas, ours the one" "${marker/\"made\",\"public\"/\"made\"}" "$ours"

# Real histories.
for name in marquez odd-platform opencue; do
    [ -d "$CORPORA/migrations/$name" ] || { skip "$name" "the real histories are not here"; continue; }
    folder=$SANDBOX/$name
    cp -r "$CORPORA/migrations/$name" "$folder" && chmod -R u+w "$folder"
    hash
    fresh
    exits "$name: dbmig applies" 0 dbmig apply
    exits "$name: Flyway validates" 0 flyway validate
    add 998
    exits "$name: Flyway migrates one more" 0 flyway migrate
    add 999
    exits "$name: dbmig goes on" 0 dbmig apply
    like "$name: with one" "$out" 'Applied 1 file'
    exits "$name: Flyway validates that too" 0 flyway validate
done

# Both at once: Flyway waits for dbmig's lock.
folder=$SANDBOX/both && mkdir "$folder"
add 1
fresh && dbmig apply >/dev/null 2>&1
add 2 "SELECT pg_sleep(8); CREATE TABLE t2 (id int);"
dbmig apply >first.log 2>&1 &
applying=$!
sleep 0.5
exits "Flyway waits" 0 flyway migrate
wait $applying
is "dbmig was first" "$?" 0
is "each file once" "$(sql "SELECT string_agg(version || success, ',' ORDER BY installed_rank) FROM flyway_schema_history")" '1true,2true'
