#!/usr/bin/env bash
# The first apply on a database that someone else filled: refused, with the flag that is right for what
# is in it; baselines; where the history table goes.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/servers.sh
. "$ROOT/tests/lib/servers.sh"
server_start main
cd "$SANDBOX" || exit 2
mkdir migrations
for i in 1 2 3; do echo "CREATE TABLE t$i (id int PRIMARY KEY);" >migrations/V${i}__t$i.sql; done
"$DBMIG" hash >/dev/null 2>&1
number=0

sql() { "$PSQL" -qXAt -v ON_ERROR_STOP=1 -d "$url" -c "$1"; }
fresh() {
    number=$((number + 1))
    url=$(server_database main "db$number")
    [ $# -eq 0 ] || sql "$1"
}
flat() { printf '%s' "$1" | tr '\n' ' '; }

# What counts as an object of the user.
fresh "CREATE TABLE customers (id int)"
exits "a table: refused" 5 "$DBMIG" apply -u "$url"
like "the table is named" "$err" 'table public.customers'
like "both flags are shown" "$(flat "$err")" '--baseline VERSION.*--allow-dirty'
is "nothing was written" "$(sql "SELECT count(*) FROM pg_class WHERE relname LIKE '%history%'")" 0
exits "a dry run refuses as well" 5 "$DBMIG" apply -u "$url" --dry-run
exits "status tells" 0 "$DBMIG" status -u "$url"
like "status: no history" "$out" 'none yet'
exits "--allow-dirty runs all" 0 "$DBMIG" apply -u "$url" --allow-dirty
is "all three are there" "$(sql "SELECT count(*) FROM schema_history")" 3

for statement in "CREATE VIEW v AS SELECT 1 AS x" "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'" \
    "CREATE TYPE mood AS ENUM ('good', 'bad')" "CREATE DOMAIN price AS numeric" "CREATE SEQUENCE numbers" \
    "CREATE SCHEMA app CREATE TABLE x (id int)"; do
    fresh "$statement"
    exits "refused: $statement" 5 "$DBMIG" apply -u "$url"
done

# What does not.
fresh "CREATE SCHEMA empty"
exits "an empty schema is no object" 0 "$DBMIG" apply -u "$url"
if "$PSQL" -qXAt -d "${SERVER_URL[main]}" -c "SELECT 1 FROM pg_available_extensions WHERE name = 'hstore'" | grep -q 1; then
    fresh "CREATE EXTENSION hstore; CREATE SCHEMA tools; CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA tools"
    exits "objects of extensions do not count" 0 "$DBMIG" apply -u "$url"
else
    skip "objects of extensions do not count" "no contrib extensions here"
fi
sql "CREATE ROLE rdsadmin; CREATE ROLE cloudsqladmin; CREATE ROLE supabase_admin" 2>/dev/null
fresh "CREATE SCHEMA auth CREATE TABLE users (id int); CREATE SCHEMA storage CREATE TABLE buckets (id int);
       CREATE SCHEMA rds_tools CREATE TABLE x (id int);
       CREATE TABLE rds_probe (id int); ALTER TABLE rds_probe OWNER TO rdsadmin;
       CREATE VIEW sqlstats AS SELECT 1 AS x; ALTER VIEW sqlstats OWNER TO cloudsqladmin"
exits "what providers bring along does not count" 0 "$DBMIG" apply -u "$url"

# Histories of other tools: named, with the flag and, where it can be read, the version.
foreign() {
    local name=$1 setup=$2 pattern=$3
    fresh "$setup"
    exits "$name: refused" 5 "$DBMIG" apply -u "$url"
    like "$name: named, with the flag" "$(flat "$err")" "$pattern"
}
foreign Atlas "CREATE TABLE t1 (id int); CREATE SCHEMA atlas_schema_revisions;
    CREATE TABLE atlas_schema_revisions.atlas_schema_revisions (version varchar PRIMARY KEY, description varchar);
    INSERT INTO atlas_schema_revisions.atlas_schema_revisions VALUES ('1', 'x'), ('2', 'y')" \
    'atlas_schema_revisions.atlas_schema_revisions.*--baseline 2'
foreign golang-migrate "CREATE TABLE t1 (id int); CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean);
    INSERT INTO schema_migrations VALUES (2, false)" 'public.schema_migrations.*--baseline 2'
foreign dbmate "CREATE TABLE t1 (id int); CREATE TABLE schema_migrations (version varchar PRIMARY KEY);
    INSERT INTO schema_migrations VALUES ('20240101000000'), ('20240201000000')" '--baseline 20240201000000'
foreign goose "CREATE TABLE t1 (id int); CREATE TABLE goose_db_version (id int, version_id bigint, is_applied boolean, tstamp timestamp);
    INSERT INTO goose_db_version VALUES (1, 0, true), (2, 3, true), (3, 11, false)" 'goose_db_version.*--baseline 3'
foreign sqlx "CREATE TABLE t1 (id int); CREATE TABLE _sqlx_migrations (version bigint, description text, success boolean);
    INSERT INTO _sqlx_migrations VALUES (1, 'x', true), (2, 'y', true)" '_sqlx_migrations.*--baseline 2'
foreign refinery "CREATE TABLE t1 (id int); CREATE TABLE refinery_schema_history (version int4, name varchar, applied_on varchar, checksum varchar);
    INSERT INTO refinery_schema_history VALUES (1, 'x', '', ''), (2, 'y', '', '')" 'refinery_schema_history.*--baseline 2'
foreign Alembic "CREATE TABLE t1 (id int); CREATE TABLE alembic_version (version_num varchar(32))" \
    'alembic_version.*--baseline VERSION'
foreign "schema_migrations of nobody" "CREATE TABLE schema_migrations (x int)" 'schema_migrations.*--baseline VERSION'
flyway_table() {
    echo "CREATE TABLE $1 (installed_rank int NOT NULL PRIMARY KEY, version varchar(50), description varchar(200) NOT NULL,
        type varchar(20) NOT NULL, script varchar(1000) NOT NULL, checksum int, installed_by varchar(100) NOT NULL,
        installed_on timestamp NOT NULL DEFAULT now(), execution_time int NOT NULL, success boolean NOT NULL)"
}
foreign Flyway "CREATE TABLE t1 (id int); $(flyway_table flyway_schema_history)" \
    '--history-table flyway_schema_history --history-schema public'
foreign "Flyway's table under another name" "CREATE SCHEMA app CREATE TABLE t1 (id int); $(flyway_table 'app."Log"')" \
    "app.Log.*--history-table Log --history-schema app"
fresh "CREATE TABLE t1 (id int); CREATE SCHEMA meta"
"$DBMIG" baseline -u "$url" --version 3 --history-schema meta >/dev/null 2>&1
exits "our own history in another schema: refused" 5 "$DBMIG" apply -u "$url"
like "and its flag shown" "$err" '--history-schema meta'
exits "and with it nothing is to do" 0 "$DBMIG" apply -u "$url" --history-schema meta

# baseline
fresh "CREATE TABLE t1 (id int); CREATE TABLE t2 (id int)"
exits "baseline" 0 "$DBMIG" baseline -u "$url" --version 2
like "baseline: told" "$out" 'baseline at version 2'
is "its row is Flyway's" "$(sql "SELECT installed_rank, version, description, type, script, checksum IS NULL, installed_by, execution_time, success
    FROM schema_history")" '1|2|<< Flyway Baseline >>|BASELINE|<< Flyway Baseline >>|t|postgres|0|t'
exits "baseline again: nothing to do" 0 "$DBMIG" baseline -u "$url" --version 2.0
is "still one row" "$(sql "SELECT count(*) FROM schema_history")" 1
exits "another baseline: refused" 5 "$DBMIG" baseline -u "$url" --version 3
exits "apply runs what is newer" 0 "$DBMIG" apply -u "$url"
is "just that" "$(sql "SELECT string_agg(script, ',' ORDER BY installed_rank) FROM schema_history WHERE type = 'SQL'")" V3__t3.sql
exits "baseline after an apply: refused" 5 "$DBMIG" baseline -u "$url" --version 2
like "and says what to do instead" "$err" '--mark-applied'
fresh
exits "baseline without a version" 0 "$DBMIG" baseline -u "$url"
is "is at 1, as in Flyway" "$(sql "SELECT version FROM schema_history")" 1
exits "no version at all" 2 "$DBMIG" baseline -u "$url" --version latest
fresh "CREATE TABLE t1 (id int)"
exits "apply --baseline" 0 "$DBMIG" apply -u "$url" --baseline 1
is "baseline and the rest" "$(sql "SELECT string_agg(coalesce(version, '-') || ' ' || type, ',' ORDER BY installed_rank) FROM schema_history")" \
    '1 BASELINE,2 SQL,3 SQL'
exits "apply --baseline again: harmless" 0 "$DBMIG" apply -u "$url" --baseline 1
fresh "CREATE TABLE t1 (id int)"
exits "apply --baseline at the newest" 0 "$DBMIG" apply -u "$url" --baseline 3
is "one row, nothing run" "$(sql "SELECT count(*), to_regclass('t3') IS NULL FROM schema_history")" '1|t'

fresh "CREATE TABLE t1 (id int)"
exits "a baseline at the wrong version" 0 "$DBMIG" baseline -u "$url" --version 1
exits "is not overwritten" 5 "$DBMIG" baseline -u "$url" --version 2
remedy=$(printf '%s\n' "$err" | grep -oE 'DELETE FROM .*;')
like "but how to take it back is told" "$remedy" 'schema_history'
sql "$remedy"
exits "and that works" 0 "$DBMIG" baseline -u "$url" --version 2
exits "a schema that is not there" 2 "$DBMIG" status -u "$url?schema=nowhere"
like "is named" "$err" 'The address sets it to nowhere'

# Where the history table is.
fresh "CREATE SCHEMA app"
exits "--history-schema of its own" 0 "$DBMIG" apply -u "$url" --history-schema ops
is "made, with Flyway's marker row" "$(sql "SELECT installed_rank, coalesce(version, 'NULL'), description, type, script FROM ops.schema_history
    ORDER BY 1 LIMIT 1")" '0|NULL|<< Flyway Schema Creation >>|SCHEMA|"ops"'
fresh "CREATE SCHEMA app"
exits "first schema of search_path" 0 "$DBMIG" apply -u "$url?search_path=app,public"
is "is where the table goes" "$(sql "SELECT count(*) FROM app.schema_history")" 3
is "and where the files go" "$(sql "SELECT to_regclass('app.t3')")" app.t3
fresh
sql "ALTER DATABASE db$number SET search_path = nowhere, app; CREATE SCHEMA app"
exits "search_path of the database, its first schema missing" 0 "$DBMIG" apply -u "$url"
is "the first that exists" "$("$PSQL" -qXAt -d "$url" -c "SELECT count(*) FROM app.schema_history")" 3
fresh
exits "--history-table" 0 "$DBMIG" apply -u "$url" --history-table 'My "log"'
is "its name is kept" "$(sql 'SELECT count(*) FROM "My ""log"""')" 3
