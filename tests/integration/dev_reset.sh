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
exits "without a terminal and without --yes: refused" 5 "$DBMIG" apply
like "and why" "$err" 'does not rebuild .*: nobody can be asked here; --yes allows it'
is "still the same" "$(oid)" "$first"
exits "edited: rebuilt and applied" 0 "$DBMIG" apply --yes
like "said so" "$err" 'dev_reset: rebuilding database'

ok "another database" test "$(oid)" != "$first"
is "with the new shape" "$(sql "$url" "SELECT count(*) FROM pg_attribute WHERE attrelid = 'two'::regclass AND attnum > 0")" 2
is "owner, encoding, limit, rights and settings as before" "$(attributes)" "$before"
is "and the whole init SQL ran" "$(sql "$url" "SELECT a FROM made_by_init.x")" 7
is "no other database is left" "$(sql "$admin" "SELECT count(*) FROM pg_database WHERE datname LIKE '%dbmig%'")" 0

# Renumbered, as by rebase.
second=$(oid)
mv migrations/V2__two.sql migrations/V3__two.sql && hash
exits "renumbered: rebuilt" 0 "$DBMIG" apply --yes
ok "another database again" test "$(oid)" != "$second"

# What is there beside the migrations would be lost for good.
edit() { echo "-- edited once more" >>migrations/V3__two.sql && hash; }
refused() { # name, what stderr says
    local before_it
    before_it=$(oid)
    edit
    exits "$1: refused" 5 "$DBMIG" apply --yes
    like "$1: and why" "$err" "does not rebuild .*: $2"
    is "$1: and it is the same database, alone" "$(oid)|$(sql "$admin" "SELECT count(*) FROM pg_database WHERE datname LIKE '%dbmig%'")" "$before_it|0"
}
sql "$url" "CREATE TABLE precious (id int)"
refused "a table made by hand" 'table public.precious is there, which its history does not explain'
sql "$url" "CREATE TYPE precious_too AS ENUM ('a'); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'"
refused "more by hand" 'function public.f and 2 more are there'
sql "$url" "DROP TABLE precious; DROP TYPE precious_too; DROP FUNCTION f"
cat >migrations/V4__more.sql <<'SQL'
CREATE TABLE four (id serial PRIMARY KEY, a int GENERATED ALWAYS AS IDENTITY);
CREATE VIEW looks AS SELECT id FROM four;
DO $$ BEGIN CREATE TYPE mood AS ENUM ('sad'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE EXTENSION IF NOT EXISTS plpgsql;
SQL
printf -- '-- atlas:txmode none\n\nCREATE TABLE five (id int);\nCREATE INDEX CONCURRENTLY five_id ON five (id);\n' >migrations/V5__none.sql
edit
exits "all kinds of migrations: rebuilt" 0 "$DBMIG" apply --yes
sql "$url" "INSERT INTO four DEFAULT VALUES; TRUNCATE four; GRANT SELECT ON four TO reader; VACUUM FULL four; ANALYZE; REINDEX TABLE four"
edit
exits "and again, after work with what they made" 0 "$DBMIG" apply --yes

# The address, or a part of it, comes from elsewhere.
made_of() { # the expression of the url, what goes before the env block
    printf '%s\nenv "dev" {\n  url = %s\n  dbmig {\n    dev_reset = true\n    init_sql = ["init.sql"]\n  }\n}\n' "${2:-}" "$1" >atlas.hcl
}
printf '%s' "$url" >address
printf '#!/bin/sh\ncat address\n' >print_address && chmod +x print_address
export APP_DB=$url
made_of 'getenv("APP_DB")'
refused "getenv" 'its address comes from \$APP_DB, not from the env'
made_of 'local.a' 'locals { a = getenv("APP_DB") }'
refused "a local made by getenv" 'its address comes from \$APP_DB'
made_of 'getenv("NOTHING") == "" ? local.a : "postgres:///x"' "locals { a = \"$url\" }"
refused "a condition on the environment" 'its address comes from \$NOTHING'
made_of '"${trimsuffix(getenv("APP_DB"), "")}"'
refused "getenv in a function in a template" 'its address comes from \$APP_DB'
made_of 'var.url' "variable \"url\" { default = \"$url\" }"
refused "a variable" 'its address comes from var.url'
made_of 'file("address")'
refused "a file" 'its address comes from the file address'
made_of 'data.external.a' 'data "external" "a" { program = ["./print_address"] }'
refused "a program" 'its address comes from the program of data.external.a'
made_of "\"postgres://postgres@/app\""
current=$(oid)
hostport=${url#*@} && hostport=${hostport%%/*}
edit
run env PGHOST="${hostport%:*}" PGPORT="${hostport##*:}" "$DBMIG" apply --yes
is "the host out of the environment: refused" "$code|$(oid)" "5|$current"
like "and why" "$err" 'its address comes from \$PGHOST'
run env PGHOST="${hostport%:*}" PGPORT="${hostport##*:}" "$DBMIG" config --json
like "config says where a value stands" "$out" '"source": "atlas.hcl:2"'
made_of 'local.a' 'locals { a = getenv("APP_DB") }'
run "$DBMIG" config
like "and where it came from" "$out" 'atlas.hcl:3 \(\$APP_DB\)'
unset APP_DB
config

# A run that begins meanwhile finds the lock taken until its database is gone.
echo "SELECT pg_sleep(3);" >>init.sql
edit
"$DBMIG" apply --yes >slow.log 2>&1 &
slow=$!
: >empty.hcl
locks() { sql "$admin" "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE locktype = 'advisory' AND datname = 'app'"; }
for _ in $(seq 100); do
    [ "$(sql "$admin" "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(3)%'")" = 1 ] && break
    sleep 0.1
done
is "the migration lock is held while the new database is made" "$(locks)" 1
exits "another run gets no lock" 6 "$DBMIG" repair -c empty.hcl -u "$url" --yes --lock-timeout 100ms
wait "$slow"
is "and the rebuild is done" "$?" 0
sed -i '/pg_sleep/d' init.sql

# Somebody is there to be asked.
if command -v script >/dev/null; then
    edit
    current=$(oid)
    printf 'n\n' | script -qec "$DBMIG apply" /dev/null >asked 2>&1
    like "asked: what is dropped" "$(cat asked)" 'Drop database .*/app with all its data, and recreate it\? \[y/N\]'
    is "no is no" "$(oid)" "$current"
    printf 'y\n' | script -qec "$DBMIG apply" /dev/null >asked 2>&1
    ok "yes is yes" test "$(oid)" != "$current"
fi

# Not allowed.
current=$(oid)
edit
run env DATABASE_URL="$url" "$DBMIG" apply --yes
is "an address from the environment: refused" "$code" 5
like "and why" "$err" 'address comes from \$DATABASE_URL'
exits "an address from a flag: refused" 5 "$DBMIG" apply -u "$url" --yes
config 'protected = true'
exits "protected: refused" 5 "$DBMIG" apply --yes
like "protected: and why" "$err" 'it is protected'
exits "protected, and the environment says it is not: refused" 5 env DBMIG_PROTECTED=false "$DBMIG" apply --yes
config
exits "protected by a flag: refused" 5 "$DBMIG" apply --yes --protected
exits "protected by a variable: refused" 5 env DBMIG_PROTECTED=true "$DBMIG" apply --yes
exits "as a flag: refused" 2 "$DBMIG" apply --dev-reset
printf 'dbmig {\n  dev_reset = true\n}\nenv "dev" {\n  url = "%s"\n}\n' "$url" >atlas.hcl
exits "at the top level: refused" 5 "$DBMIG" apply --yes
like "at the top level: and why" "$err" "not in an env's own dbmig block"
printf 'env "dev" {\n  url = "%s"\n}\n' "$url" >atlas.hcl
exits "without the setting: refused" 5 "$DBMIG" apply --yes
config
echo "CREATE TABLE ones (id int);" >>migrations/V1__one.sql && hash
exits "a merged file: refused" 5 "$DBMIG" apply --yes
like "a merged file: and why" "$(flat "$err")" 'does not rebuild .*V1__one.sql is in main.*2 applied migrations were edited'
is "it is the same database all along" "$(oid)" "$current"
git checkout -q migrations/V1__one.sql && hash
exits "and with that one restored it is rebuilt" 0 "$DBMIG" apply --yes

# The connection has no right to make databases.
sql "$admin" "CREATE ROLE weak LOGIN; GRANT owner TO weak; GRANT CONNECT ON DATABASE app TO weak"
sql "$url" "GRANT ALL ON ALL TABLES IN SCHEMA public TO weak; GRANT ALL ON SCHEMA public TO weak; GRANT ALL ON schema_history TO weak"
url=${url/postgres@/weak@}
config
echo "-- once more" >>migrations/V3__two.sql && hash
current=$(oid)
exits "no right to make databases: fails" 4 "$DBMIG" apply --yes
like "and says so" "$err" 'dev_reset: could not rebuild database app: permission denied to create database'
is "and the old one is untouched" "$(oid)|$(sql "$admin" "SELECT count(*) FROM pg_database WHERE datname LIKE '%dbmig%'")" "$current|0"

# Without git nobody can tell what is merged.
url=${url/weak@/postgres@}
config
rm -rf .git
exits "outside of git: refused" 5 "$DBMIG" apply --yes
like "outside of git: and why" "$err" 'could not tell which files are merged'
