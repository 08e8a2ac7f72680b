#!/usr/bin/env bash
# dev_reset: the env's own database is made anew after an unmerged file was edited, and in no other case.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/servers.sh
. "$ROOT/tests/lib/servers.sh"
command -v git >/dev/null || skip_all "git is not installed"
server_start main
cd "$SANDBOX" || exit 2
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
unset GITHUB_BASE_REF CI_MERGE_REQUEST_TARGET_BRANCH_NAME CHANGE_TARGET "${!CIRCLE_@}" "${!BITBUCKET_@}" 2>/dev/null
admin=${SERVER_URL[main]}

sql() { "$PSQL" -qXAt -v ON_ERROR_STOP=1 -d "${1}" -c "$2"; }
hash() { "$DBMIG" hash --git-base none >/dev/null 2>&1; }
flat() { printf '%s' "$1" | tr '\n' ' '; }
commit() { git add -A && git -c user.name=t -c user.email=t@example.org commit -qm "$1"; }
config() {
    printf 'env "dev" {\n  url = "%s"\n  dbmig {\n    dev_reset = true\n    init_sql = ["init.sql"]\n    %s\n  }\n}\n' \
        "$url" "${1:-}" >atlas.hcl
}

sql "$admin" "CREATE ROLE owner; CREATE ROLE reader"
sql "$admin" "CREATE DATABASE app OWNER owner TEMPLATE template0 ENCODING 'UTF8' CONNECTION LIMIT 50"
url=${admin%/*}/app
sql "$url" "ALTER DATABASE app SET search_path = public, pg_catalog; ALTER DATABASE app SET work_mem = '5MB';
    ALTER ROLE reader IN DATABASE app SET statement_timeout = '9s'; REVOKE ALL ON DATABASE app FROM PUBLIC;
    GRANT CONNECT ON DATABASE app TO reader WITH GRANT OPTION"
attributes() {
    sql "$admin" "SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate, datctype, datconnlimit,
        datacl::text, (SELECT string_agg(setrole::regrole || setconfig::text, ';' ORDER BY setrole) FROM pg_db_role_setting
        WHERE setdatabase = d.oid) FROM pg_database d WHERE datname = 'app'"
}
before=$(attributes)
oid() { sql "$admin" "SELECT oid FROM pg_database WHERE datname = 'app'"; }

printf "SET application_name = 'x';\nCREATE SCHEMA made_by_init;\nCREATE TABLE made_by_init.x (a int);\nCOPY made_by_init.x FROM STDIN;\n7\n\\\\.\nVACUUM made_by_init.x;\n" >init.sql
mkdir migrations
echo "CREATE TABLE one (id int);" >migrations/V1__one.sql
config && hash
git init -q -b main . && commit start
git checkout -q -b feature
echo "CREATE TABLE two (id int);" >migrations/V2__two.sql && hash
exits "apply" 0 "$DBMIG" apply
first=$(oid)
exits "nothing changed: nothing is rebuilt" 0 "$DBMIG" apply
is "the same database" "$(oid)" "$first"

# An unmerged file, edited.
echo "CREATE TABLE two (id int, name text);" >migrations/V2__two.sql && hash
exits "--no-dev-reset: refused as ever" 5 "$DBMIG" apply --no-dev-reset
exits "a dry run rebuilds nothing" 5 "$DBMIG" apply --dry-run
is "indeed" "$(oid)" "$first"
("$PSQL" -qX -d "$url" -c "SELECT pg_sleep(60)" >/dev/null 2>&1 &)
exits "edited: rebuilt and applied" 0 "$DBMIG" apply
like "said so" "$err" 'dev_reset: V2__two.sql changed after being applied: rebuilding'
ok "another database" test "$(oid)" != "$first"
is "with the new shape" "$(sql "$url" "SELECT count(*) FROM pg_attribute WHERE attrelid = 'two'::regclass AND attnum > 0")" 2
is "owner, encoding, limit, rights and settings as before" "$(attributes)" "$before"
is "and the whole init SQL ran" "$(sql "$url" "SELECT a FROM made_by_init.x")" 7
is "no other database is left" "$(sql "$admin" "SELECT count(*) FROM pg_database WHERE datname LIKE '%dbmig%'")" 0

# Renumbered, as by rebase.
second=$(oid)
mv migrations/V2__two.sql migrations/V3__two.sql && hash
exits "renumbered: rebuilt" 0 "$DBMIG" apply
ok "another database again" test "$(oid)" != "$second"

# Not allowed.
current=$(oid)
echo "-- edited" >>migrations/V3__two.sql && hash
run env DATABASE_URL="$url" "$DBMIG" apply
is "an address from the environment: refused" "$code" 5
like "and why" "$err" 'address comes from \$DATABASE_URL'
exits "an address from a flag: refused" 5 "$DBMIG" apply -u "$url"
config 'protected = true'
exits "protected: refused" 5 "$DBMIG" apply
like "protected: and why" "$err" 'it is protected'
config
exits "protected by a flag: refused" 5 "$DBMIG" apply --protected
exits "protected by a variable: refused" 5 env DBMIG_PROTECTED=true "$DBMIG" apply
exits "as a flag: refused" 2 "$DBMIG" apply --dev-reset
printf 'dbmig {\n  dev_reset = true\n}\nenv "dev" {\n  url = "%s"\n}\n' "$url" >atlas.hcl
exits "at the top level: refused" 5 "$DBMIG" apply
like "at the top level: and why" "$err" "not in an env's own dbmig block"
printf 'env "dev" {\n  url = "%s"\n}\n' "$url" >atlas.hcl
exits "without the setting: refused" 5 "$DBMIG" apply
config
echo "CREATE TABLE ones (id int);" >>migrations/V1__one.sql && hash
exits "a merged file: refused" 5 "$DBMIG" apply
like "a merged file: and why" "$(flat "$err")" 'does not rebuild .*V1__one.sql is in main.*2 applied migrations were edited'
is "it is the same database all along" "$(oid)" "$current"
git checkout -q migrations/V1__one.sql && hash
exits "and with that one restored it is rebuilt" 0 "$DBMIG" apply

# The connection has no right to make databases.
sql "$admin" "CREATE ROLE weak LOGIN; GRANT owner TO weak; GRANT CONNECT ON DATABASE app TO weak"
sql "$url" "GRANT ALL ON ALL TABLES IN SCHEMA public TO weak; GRANT ALL ON SCHEMA public TO weak; GRANT ALL ON schema_history TO weak"
url=${url/postgres@/weak@}
config
echo "-- once more" >>migrations/V3__two.sql && hash
current=$(oid)
exits "no right to make databases: fails" 4 "$DBMIG" apply
like "and says so" "$err" 'dev_reset: could not rebuild database app: permission denied to create database'
is "and the old one is untouched" "$(oid)|$(sql "$admin" "SELECT count(*) FROM pg_database WHERE datname LIKE '%dbmig%'")" "$current|0"

# Without git nobody can tell what is merged.
url=${url/weak@/postgres@}
config
rm -rf .git
exits "outside of git: refused" 5 "$DBMIG" apply
like "outside of git: and why" "$err" 'could not tell which files are merged'
