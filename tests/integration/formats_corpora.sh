#!/usr/bin/env bash
# Real histories of other migration tools, read where they lie: check passes, and the schema is the one that
# their up parts make when psql runs them in the tool's order.
. "$(dirname "$0")/../lib/tap.sh"
. "$(dirname "$0")/../lib/servers.sh"

corpora=$ROOT/../shared/corpora/import
[ -d "$corpora" ] || skip_all "no corpora"
server_start main
number=0

# The up part of a divided file, told apart without dbmig: up_part FORMAT FILE
up_part() {
    case $1 in
    goose) awk '/^-- \+goose Down/ { exit } { print }' "$2" ;;
    dbmate) awk '/^-- migrate:down/ { exit } { print }' "$2" ;;
    tern) awk '/^---- create above/ { exit } { print }' "$2" ;;
    *) cat "$2" ;;
    esac
}

# The files of a folder in the tool's order: in_order FORMAT FOLDER
in_order() {
    case $1 in
    golang-migrate) find "$2" -name '*.up.sql' -printf '%f\n' | sort -n | sed "s#^#$2/#" ;;
    diesel) find "$2" -name up.sql -printf '%P\n' | sed -E 's#^([^_]*)(.*)#\1\t\1\2#' |
        awk -F'\t' '{ gsub("-", "", $1); print $1 "\t" $2 }' | LC_ALL=C sort | cut -f2 | sed "s#^#$2/#" ;;
    prisma) find "$2" -name migration.sql | LC_ALL=C sort ;;
    refinery) find "$2" -name 'V*.sql' -printf '%f\n' | sed 's/^V//' | sort -n | sed "s#^#$2/V#" ;;
    sqitch) sed -nE 's#^([a-z][a-z-]*) .*#'"$2"'/deploy/\1.sql#p' "$2/sqitch.plan" ;;
    liquibase) if [ -f "$2/changelog.yml" ]; then
        sed -nE 's#^ *file: \./(.*)#'"$2"'/\1#p' "$2/changelog.yml" | while read -r f; do [ -f "$f" ] && echo "$f"; done
    else ls "$2"/*.sql; fi ;;
    supabase) ls "$2"/migrations/*.sql ;;
    *) find "$2" -maxdepth 1 -name '*.sql' | LC_ALL=C sort ;;
    esac
}

# history FORMAT PROJECT PREPARE [PATH]: PREPARE is SQL that must be there first, PATH the search_path.
history() {
    local format=$1 files=$SANDBOX/$1-$2 url pre=$SANDBOX/$1-$2.sql file dev="embedded://${5:-}${4:+?search_path=$4}"
    cp -r "$corpora/$1/$2/files" "$files"
    printf '%s\n' "$3" >"$pre"
    [ ! -f "$corpora/$1/$2/pre.sql" ] || cat "$corpora/$1/$2/pre.sql" >>"$pre"
    number=$((number + 1))
    url=$(server_database "${server:-main}" "corpus$number")
    PGOPTIONS="-c client_min_messages=warning" "$PSQL" -qX -v ON_ERROR_STOP=1 -d "$url" -f "$pre" >/dev/null 2>"$SANDBOX/psql.err"
    while read -r file; do
        up_part "$format" "$file" >"$SANDBOX/part.sql"
        PGOPTIONS="-c client_min_messages=warning ${4:+-c search_path=$4}" "$PSQL" -qX -v ON_ERROR_STOP=1 -d "$url" -f "$SANDBOX/part.sql" >/dev/null 2>>"$SANDBOX/psql.err" ||
            echo "$file" >>"$SANDBOX/psql.err"
    done < <(in_order "$format" "$files")
    exits "$format: $2: check" 0 "$DBMIG" check --dir "$files" --dir-format "$format" --dev-url "$dev" --init-sql "$pre" --no-lint --no-cache
    exits "$format: $2: the schema is what psql makes" 0 "$DBMIG" diff --from "file://$files?format=$format" --to "$url" \
        --init-sql "$pre" --dev-url "$dev" --no-cache
    is "$format: $2: psql ran all" "$(cat "$SANDBOX/psql.err")" ""
    is "$format: $2: no difference is planned" "$out" ""
    is "$format: $2: nothing is written there" "$(diff -r "$corpora/$1/$2/files" "$files")" ""
}
history golang-migrate pocket-id ''
history goose openfga ''
history dbmate measure 'CREATE SCHEMA measure;' measure,public
history sqlx atuin ''
history diesel chirpstack 'CREATE EXTENSION pg_trgm;'
history tern cic-custodial ''
history prisma umami ''
history supabase basejump '' public,extensions
history refinery arroyo ''
history drizzle ai-chatbot ''
history liquibase mixeway ''
history liquibase elhub-flex ''
# One of its scripts needs a server of 16 or newer.
if [ -n "$(pg_bindir 17)" ]; then
    server_start new 17
    server=new history sqitch prt_db '' '' "/$(pg_bindir 17)"
else
    skip "sqitch: prt_db: no PostgreSQL 17"
fi
