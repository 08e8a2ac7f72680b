#!/usr/bin/env bash
# dbmig reset: a development database is made anew, and only where its env says so in writing.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/servers.sh
. "$(dirname "$0")/../lib/servers.sh"
server_start a
url=$(server_database a dev)
sql() { "$PSQL" -qXAt -v ON_ERROR_STOP=1 -d "$url" -c "$1"; }

mkdir -p "$SANDBOX/p/migrations" && cd "$SANDBOX/p" || exit 1
# config LINE…: an env with that in its dbmig block.
config() {
    printf 'env "local" {\n  url = "%s"\n  dbmig {\n    %s\n  }\n}\n' "$url" "$1" >atlas.hcl
}
echo 'CREATE TABLE t (id int PRIMARY KEY, name text);' >migrations/V1__t.sql
echo 'CREATE SCHEMA app;' >migrations/V2__app.sql
printf "INSERT INTO t VALUES (1, 'one');\nCOPY t FROM stdin;\n2\ttwo\n\\\\.\n" >seed.sql
cat >seed.sh <<SH
#!/bin/sh
exec "$PSQL" -qX -v ON_ERROR_STOP=1 -d "\$DATABASE_URL" -c "INSERT INTO t VALUES (3, 'three')"
SH
chmod +x seed.sh
"$DBMIG" hash -q >/dev/null

config 'dev_reset = true'
exits "an empty database is filled" 0 "$DBMIG" reset --env local
is "with the migrations" "$(sql 'SELECT count(*) FROM schema_history')" 2
sql "INSERT INTO t VALUES (9, 'mine'); CREATE TABLE extra (id int); CREATE TABLE app.more (id int); CREATE EXTENSION citext" >/dev/null
config 'dev_reset = true
    seed = ["seed.sql", "seed.sh"]'
exits "again, with fixtures" 0 "$DBMIG" reset --env local
is "the rows are those of the fixtures" "$(sql "SELECT string_agg(name, ' ' ORDER BY id) FROM t")" "one two three"
is "nothing else is there" "$(sql "SELECT coalesce(to_regclass('extra')::text, '') || coalesce(to_regclass('app.more')::text, '') ||
    (SELECT count(*) FROM pg_extension WHERE extname = 'citext')")" 0
exits "no question is asked a second time" 0 "$DBMIG" reset --env local

sql "INSERT INTO t VALUES (9, 'mine')" >/dev/null
kept() { is "$1" "$(sql "SELECT count(*) FROM t WHERE id = 9")" 1; }
config 'dev_reset = false'
exits "without dev_reset: exit 2" 2 "$DBMIG" reset --env local
like "it says where it belongs" "$err" "dev_reset = true is not in its env's own dbmig block"
kept "nothing is gone"
config 'dev_reset = true
    protected = true'
exits "protected: exit 2" 2 "$DBMIG" reset --env local
kept "nothing is gone of it"
config 'dev_reset = true'
exits "an address by flag: exit 2" 2 "$DBMIG" reset --env local -u "$url"
like "it says where the address is from" "$err" 'its address comes from --url'
DATABASE_URL=$url exits "by DATABASE_URL: exit 2" 2 "$DBMIG" reset --env local
printf 'env "local" {\n  url = getenv("DEV_DB")\n  dbmig {\n    dev_reset = true\n  }\n}\n' >atlas.hcl
DEV_DB=$url exits "by a variable in atlas.hcl: exit 2" 2 "$DBMIG" reset --env local
kept "nothing is gone of all that"
config 'dev_reset = true'
echo 'CREATE TABLE edited (id int);' >migrations/V2__app.sql
exits "a folder that cannot be applied empties nothing" 5 "$DBMIG" reset --env local
kept "the rows are there"
"$DBMIG" hash -q --force >/dev/null

echo 'INSERT INTO nothing VALUES (1);' >bad.sql
exits "a seed that fails: exit 4" 4 "$DBMIG" reset --env local --seed bad.sql
like "with its place" "$err" 'bad\.sql:1.*relation "nothing" does not exist'
like "and how things stand" "$err" 'The migrations are applied'
is "they are" "$(sql 'SELECT count(*) FROM schema_history')" 2
