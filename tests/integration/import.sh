#!/usr/bin/env bash
# import: other tools' files become V and U files, their history rows of ours; on real histories, with the
# tool's own table as it left it, the schema is that of the tool and only the rest is pending.
. "$(dirname "$0")/../lib/tap.sh"
. "$(dirname "$0")/../lib/servers.sh"

server_start main
number=0
corpora=$ROOT/../shared/corpora/import

fresh() {
    number=$((number + 1))
    d=$SANDBOX/i$number/theirs
    to=$SANDBOX/i$number/migrations
    mkdir -p "$d"
    url=$(server_database main "import$number")
}
put() {
    mkdir -p "$(dirname "$d/$1")"
    printf '%b' "$2" >"$d/$1"
}
sql() { "$PSQL" -qXAt -v ON_ERROR_STOP=1 -d "$url" -c "$1"; }

# ---- files ----

fresh
put 001_one.sql '-- +goose Up\n-- the first\nCREATE TABLE one (a int);\n-- +goose Down\nDROP TABLE one;\n'
put 002_index.sql '-- +goose NO TRANSACTION\n-- +goose Up\n-- +goose StatementBegin\nCREATE INDEX CONCURRENTLY i ON one (a)\n-- +goose StatementEnd\n-- +goose Down\n'
cp -r "$d" "$SANDBOX/before"
exits "goose: a dry run" 0 "$DBMIG" import "$d" --dir "$to" --dry-run
like "dry run: the files are told" "$out" 'V002__index\.sql'
ok "dry run: nothing is written" test ! -e "$to"
exits "goose: import" 0 "$DBMIG" import "$d" --dir "$to"
is "goose: V, and U where there is a down part" "$(ls "$to" | tr '\n' ' ')" "U001__one.sql V001__one.sql V002__index.sql atlas.sum "
is "goose: statements and comments are as they were" "$(cat "$to/V001__one.sql")" "$(printf -- '-- the first\nCREATE TABLE one (a int);')"
is "goose: NO TRANSACTION is ours now" "$(head -1 "$to/V002__index.sql")" "-- dbmig:txmode none"
is "goose: the source is as it was" "$(diff -r "$d" "$SANDBOX/before")" ""
exits "a second import" 0 "$DBMIG" import "$d" --dir "$to"
like "changes nothing" "$out" '^0 of 3 files written'
exits "check passes" 0 "$DBMIG" check --dir "$to" --dev-url embedded:// --no-lint
echo '-- mine' >>"$to/V001__one.sql"
exits "an edited target stays" 2 "$DBMIG" import "$d" --dir "$to"
like "and is named" "$err" 'V001__one\.sql.*another content'
mkdir "$SANDBOX/other" && : >"$SANDBOX/other/V9__x.sql"
exits "a target with other files" 2 "$DBMIG" import "$d" --dir "$SANDBOX/other"
like "is refused, and one is named" "$err" 'other files, such as V9__x\.sql'
exits "a folder of no other tool" 2 "$DBMIG" import "$SANDBOX/other" --dir "$SANDBOX/new"
fresh
put 9_b.sql '-- migrate:up\nCREATE TABLE b (i int);\n-- migrate:down\nDROP TABLE b;\n'
put 10_a.sql '-- migrate:up\nCREATE TABLE a (i int);\n-- migrate:down\nDROP TABLE a;\n'
exits "an order that is not that of versions" 0 "$DBMIG" import "$d" --dir "$to"
like "is numbered anew, and told" "$err" 'numbered anew'
is "in the tool's order" "$(cd "$to" && echo V*) " "V1__10_a.sql V2__9_b.sql "
fresh
put 1_a.sql '-- +goose Up\n-- +goose ENVSUB ON\nSELECT $X;\n'
exits "what cannot be evaluated is refused" 2 "$DBMIG" import "$d" --dir "$to"
like "with its place" "$err" '1_a\.sql:3'

# ---- histories ----

# dirty FORMAT TABLE-SQL REGEX: what the tool left undone is refused, and nothing is written.
dirty() {
    sql "$2"
    exits "$1: a state that is not known" 5 "$DBMIG" import "$d" --dir "$to" -u "$url"
    like "$1: it is named, with the way out" "$err" "$3"
    is "$1: no history is made" "$(sql "SELECT to_regclass('schema_history') IS NULL")" t
}
fresh
put 1_a.up.sql 'CREATE TABLE a (i int);' && put 2_b.up.sql 'CREATE TABLE b (i int);'
dirty golang-migrate "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL); INSERT INTO schema_migrations VALUES (2, true)" \
    '2 dirty'
sql "UPDATE schema_migrations SET version = 1, dirty = false; CREATE TABLE a (i int)"
exits "golang-migrate: forced back" 0 "$DBMIG" import "$d" --dir "$to" -u "$url"
exits "golang-migrate: apply" 0 "$DBMIG" apply --dir "$to" -u "$url"
is "golang-migrate: runs only the rest" "$(sql "SELECT to_regclass('b') IS NOT NULL, (SELECT count(*) FROM schema_history)")" "t|2"
fresh
put 1_one/migration.sql 'CREATE TABLE a (i int);'
dirty prisma "CREATE TABLE _prisma_migrations (id text, checksum text NOT NULL, finished_at timestamptz, migration_name text NOT NULL, logs text,
    rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count int);
    INSERT INTO _prisma_migrations (checksum, migration_name) VALUES ('', '1_one')" '1_one not finished'
fresh
put 1_a.sql '-- +goose Up\nCREATE TABLE a (i int);\n' && put 2_b.sql '-- +goose Up\nCREATE TABLE b (i int);\n' && put 3_c.sql '-- +goose Up\nSELECT 1;\n'
sql "CREATE TABLE goose_db_version (id int, version_id bigint, is_applied boolean, tstamp timestamp);
    INSERT INTO goose_db_version VALUES (1, 0, true, now()), (2, 1, true, '2024-05-06 07:08:09'), (3, 2, true, now()), (4, 2, false, now()), (5, 9, true, now());
    CREATE TABLE a (i int)"
exits "read in place: apply does not guess" 5 "$DBMIG" apply --dir "$d" -u "$url"
like "read in place: it says how to take the history over" "$err" 'dbmig import --history-only'
exits "read in place: the history alone" 0 "$DBMIG" import --history-only --dir "$d" -u "$url"
like "read in place: what has no file is named" "$err" '9 was applied by goose, and has no file'
is "read in place: times are kept, what was taken back is not applied" \
    "$(sql 'SELECT version, installed_on FROM schema_history')" "1|2024-05-06 07:08:09"
exits "read in place: apply" 0 "$DBMIG" apply --dir "$d" -u "$url"
is "read in place: runs the rest" "$(sql "SELECT to_regclass('b') IS NOT NULL")" t
exits "read in place: the tool's table is as it was" 0 "$PSQL" -qX -d "$url" -c 'SELECT 1 / (count(*) = 5)::int FROM goose_db_version'

[ -d "$corpora" ] || { skip "real histories: not here"; exit; }

# real FORMAT PROJECT PREPARE [PATH]
real() {
    local format=$1 project=$corpora/$1/$2 path=${4:-} history_sql=$SANDBOX/history.sql files
    fresh
    cp -r "$project/files/." "$d"
    printf '%s;\n' "$3" >"$SANDBOX/pre$number.sql"
    sql "$3"
    exits "$format: import" 0 "$DBMIG" import "$d" --from "$format" --dir "$to"
    files=$(find "$to" -name 'V*.sql' | wc -l)
    # The schema by the imported files, and the history gone: as the tool left it.
    exits "$format: the imported files run" 0 "$DBMIG" apply -q --dir "$to" -u "$url${path:+?search_path=$path}" --allow-dirty
    exits "$format: and make the schema of the files in place" 0 "$DBMIG" diff --from "file://$d?format=$format" --to "$url" \
        --dev-url "embedded://${path:+?search_path=$path}" --init-sql "$SANDBOX/pre$number.sql" --no-cache
    is "$format: no difference" "$out" ""
    "$PSQL" -qX -d "$url" -c "DROP TABLE ${path:+${path%%,*}.}schema_history" 2>/dev/null || sql "DROP TABLE schema_history"
    grep -vE '^\\(un)?restrict|OWNER TO' "$project/history.sql" >"$history_sql"
    "$PSQL" -qX -v ON_ERROR_STOP=1 -d "$url" -f "$history_sql" >/dev/null 2>"$SANDBOX/psql.err" || sed 's/^/# /' "$SANDBOX/psql.err"
    exits "$format: the history" 0 "$DBMIG" import "$d" --from "$format" --dir "$to" -u "$url${path:+?search_path=$path}"
    like "$format: all are recorded" "$out" "^$files migrations are recorded"
    exits "$format: status" 0 "$DBMIG" status --exit-code --dir "$to" -u "$url${path:+?search_path=$path}"
    exits "$format: again" 0 "$DBMIG" import "$d" --from "$format" --dir "$to" -u "$url${path:+?search_path=$path}"
    like "$format: nothing is left" "$out" 'The history has all of it already'
}
real golang-migrate pocket-id ''
real goose openfga ''
real dbmate measure 'CREATE SCHEMA measure' measure,public
real sqlx atuin ''
real diesel chirpstack 'CREATE EXTENSION pg_trgm'
real tern cic-custodial ''
real prisma umami ''
real refinery arroyo ''
real drizzle ai-chatbot ''
real liquibase mixeway ''
real liquibase elhub-flex ''
