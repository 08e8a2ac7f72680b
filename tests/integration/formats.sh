#!/usr/bin/env bash
# Folders of other migration tools: what is not read is refused before anything runs.
. "$(dirname "$0")/../lib/tap.sh"
. "$(dirname "$0")/../lib/servers.sh"

server_start main
case=0

# A folder named $d without files, and an empty database $url.
fresh() {
    d=$SANDBOX/f$((case += 1))/migrations
    mkdir -p "$d"
    url=$(server_database main "formats$case")
}

sql() { "$PSQL" -qXAt -d "$url" -c "$1"; }

# divided TOOL LINE NAME TEXT: a file divided by that tool's marks runs nowhere.
divided() {
    fresh
    printf '%b' "$4" >"$d/$3"
    exits "$1: hash refuses it" 2 "$DBMIG" hash --dir "$d"
    exits "$1: check refuses it" 2 "$DBMIG" check --dir "$d" --dev-url embedded://
    exits "$1: apply refuses it" 2 "$DBMIG" apply --dir "$d" -u "$url" --allow-dirty
    like "$1: tool, file and line are named" "$err" "$3:$2.*divided by marks of $1"
    is "$1: nothing ran" "$(sql "SELECT count(*) FROM pg_class WHERE relname = 'up1'")" 0
}
divided goose 1 1_a.sql '-- +goose Up\nCREATE TABLE up1 (id int);\n-- +goose Down\nDROP TABLE up1;\n'
divided dbmate 1 20240101000000_a.sql '-- migrate:up\nCREATE TABLE up1 (id int);\n-- migrate:down\nDROP TABLE up1;\n'
divided sql-migrate 2 V1__a.sql '\n-- +migrate Up\nCREATE TABLE up1 (id int);\n-- +migrate Down\nDROP TABLE up1;\n'
divided tern 2 001_a.sql 'CREATE TABLE up1 (id int);\n---- create above / drop below ----\nDROP TABLE up1;\n'
divided node-pg-migrate 3 1_a.sql '-- Up Migration\nCREATE TABLE up1 (id int);\n-- Down Migration\nDROP TABLE up1;\n'
divided liquibase 1 1_a.sql '--liquibase formatted sql\n--changeset a:1\nCREATE TABLE up1 (id int);\n'

# A database that goose has: no advice to baseline it for such a folder.
fresh
printf '%b' '-- +goose Up\nCREATE TABLE up1 (id int);\n-- +goose Down\nDROP TABLE up1;\n' >"$d/1_a.sql"
sql "CREATE TABLE a (i int); CREATE TABLE goose_db_version (id int, version_id bigint, is_applied boolean, tstamp timestamp)"
exits "goose's own database" 2 "$DBMIG" apply --dir "$d" -u "$url"
unlike "goose's own database: no advice to baseline" "$err" 'baseline'

# asked FORMAT: a format that is not read is refused, not taken for another.
asked() {
    fresh
    echo 'CREATE TABLE up1 (id int);' >"$d/1_a.sql"
    exits "?format=$1" 2 "$DBMIG" apply --dir "file://$d?format=$1" -u "$url"
    like "?format=$1: told" "$err" "format \"$1\" cannot be read"
    like "?format=$1: what can be read is listed" "$err" 'flyway, atlas'
}
asked ruby
asked liquibase

# nested LAYOUT FILE: no file in the folder itself, only in folders within it.
nested() {
    fresh
    mkdir -p "$d/${2%/*}"
    echo 'CREATE TABLE up1 (id int);' >"$d/$2"
    for command in hash "apply -u $url" "status -u $url" "check --dev-url embedded://"; do
        # shellcheck disable=SC2086 # words
        exits "$1: ${command%% *}" 2 "$DBMIG" $command --dir "$d"
        like "$1: ${command%% *} names the layout" "$err" "$3"
    done
}
nested Prisma 20240101000000_init/migration.sql "Prisma's layout"
nested diesel 2024-01-01-000000_init/up.sql "diesel's layout"
nested sqitch deploy/users.sql "sqitch's layout"
nested "folders of SQL" postgres/1_a.sql 'only folders with SQL'

# directive NAME: known from Atlas, changes what a file means, not obeyed.
directive() {
    fresh
    printf -- '-- atlas:%s x\n\nCREATE TABLE up1 (id int);\n' "$1" >"$d/1_a.sql"
    exits "atlas:$1" 2 "$DBMIG" apply --dir "$d" -u "$url"
    like "atlas:$1: told with its place" "$err" "1_a.sql:1.*atlas:$1 is not supported"
}
directive checkpoint
directive delimiter
directive assert
directive txtar
