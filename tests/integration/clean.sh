#!/usr/bin/env bash
# dbmig clean: what goes, what stays, and who is asked.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/servers.sh
. "$(dirname "$0")/../lib/servers.sh"
server_start a
line() { jq -r "$1" "$SANDBOX/.out"; }
sql() { "$PSQL" -qXAt -v ON_ERROR_STOP=1 -d "$1" -c "$2"; }
objects() {
    sql "$1" "SELECT count(*) FROM pg_class WHERE oid >= 16384 AND relnamespace::regnamespace::text !~ '^pg_'
              AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')"
}

mkdir -p "$SANDBOX/p/migrations" && cd "$SANDBOX/p" || exit 1
cat >migrations/V1__all.sql <<'SQL'
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TABLE parent (id serial PRIMARY KEY, mood mood, amount positive);
CREATE TABLE child (id int PRIMARY KEY, parent int REFERENCES parent);
ALTER TABLE parent ADD COLUMN favourite int REFERENCES child;
CREATE VIEW v AS SELECT * FROM parent;
CREATE MATERIALIZED VIEW m AS SELECT * FROM v;
CREATE FUNCTION f(parent) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE part (d int) PARTITION BY RANGE (d);
CREATE TABLE part1 PARTITION OF part FOR VALUES FROM (0) TO (10);
CREATE SCHEMA app;
CREATE TABLE app.t (id int);
CREATE EXTENSION citext SCHEMA app;
INSERT INTO parent (mood) VALUES ('sad');
SQL
"$DBMIG" hash -q >/dev/null

url=$(server_database a one)
"$DBMIG" apply -q -u "$url"
before=$(objects "$url")
exits "--dry-run" 0 "$DBMIG" clean -u "$url" --dry-run --json
ok "lists a table, and the history" test "$(line '[.objects[] | select(.object == "public.parent" or .object == "public.schema_history")] | length')" = 2
is "drops nothing" "$(objects "$url")" "$before"
exits "without a terminal and --yes: exit 2" 2 "$DBMIG" clean -u "$url"
like "it says what to pass" "$err" 'Pass --yes --database NAME'
exits "--yes alone is not enough" 2 "$DBMIG" clean -u "$url" --yes
exits "another name: exit 2" 2 "$DBMIG" clean -u "$url" --yes --database two
like "both are named" "$err" '--database says two, and the address leads to database one'
is "nothing is gone" "$(objects "$url")" "$before"
DBMIG_PROTECTED=true exits "protected: exit 2" 2 "$DBMIG" clean -u "$url" --yes --database one
is "nothing is gone of it" "$(objects "$url")" "$before"

exits "the schema of search_path" 0 "$DBMIG" clean -u "$url" --yes --database one
is "is empty" "$(sql "$url" "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")" 0
is "no type or function is left in it" "$(sql "$url" "SELECT (SELECT count(*) FROM pg_type WHERE typnamespace = 'public'::regnamespace) +
    (SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace)")" 0
is "another schema stays" "$(sql "$url" 'SELECT count(*) FROM app.t')" 0
exits "again: nothing to drop" 0 "$DBMIG" clean -u "$url" --yes --database one
like "it says so" "$out" 'Nothing to drop'

exits "--all-schemas" 0 "$DBMIG" clean -u "$url" --all-schemas --yes --database one
is "the extension keeps its schema" "$(sql "$url" "SELECT count(*) FROM pg_extension e JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = 'citext' AND nspname = 'app'")" 1
is "the table in it is gone" "$(objects "$url")" 0
exits "--extensions" 0 "$DBMIG" clean -u "$url" --all-schemas --extensions --yes --database one
is "the schema is gone, too" "$(sql "$url" "SELECT count(*) FROM pg_namespace WHERE nspname = 'app'")" 0
exits "the migrations apply again" 0 "$DBMIG" apply -u "$url"

url=$(server_database a two)
sql "$url" "CREATE PUBLICATION pub FOR ALL TABLES; CREATE ROLE reader NOLOGIN;
    ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO reader; GRANT USAGE ON SCHEMA public TO reader;
    CREATE EXTENSION postgres_fdw; CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw; CREATE USER MAPPING FOR public SERVER far;
    CREATE SCHEMA evs; CREATE FUNCTION evs.ev() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
    CREATE EVENT TRIGGER ev ON ddl_command_end EXECUTE FUNCTION evs.ev();" >/dev/null
for _ in 1 2 3; do sql "$url" "SELECT lo_create(0)" >/dev/null; done
exits "large objects are named where they stay" 0 "$DBMIG" clean -u "$url" --yes --database two
like "with what takes them" "$err" 'stays: 3 large objects: in no schema, --all-schemas takes them'
exits "what lies in no schema" 0 "$DBMIG" clean -u "$url" --all-schemas --extensions --yes --database two
is "publications, servers, default privileges, event triggers, large objects, grants: none" "$(sql "$url" "SELECT
    (SELECT count(*) FROM pg_publication) + (SELECT count(*) FROM pg_foreign_server) + (SELECT count(*) FROM pg_default_acl) +
    (SELECT count(*) FROM pg_event_trigger) + (SELECT count(*) FROM pg_largeobject_metadata) +
    (SELECT count(*) FROM pg_namespace WHERE nspname = 'public' AND nspacl::text LIKE '%reader%')")" 0
sql "$url" 'DROP ROLE reader'

# Somebody else's table stays, and is named.
url=$(server_database a three)
sql "$url" "CREATE ROLE app LOGIN; CREATE ROLE other NOLOGIN; GRANT CREATE ON SCHEMA public TO app, other; SET ROLE other; CREATE TABLE theirs (id int);"
app=${url/postgres@/app@}
sql "$app" "CREATE TABLE ours (id int)"
exits "as a plain user" 0 "$DBMIG" clean -u "$app" --yes --database three
like "what stays is named with its owner" "$err" 'stays: table public\.theirs belongs to other'
is "it is there" "$(sql "$url" 'SELECT count(*) FROM theirs')" 0
is "and one's own is not" "$(sql "$url" "SELECT to_regclass('ours') IS NULL")" t

# What stays and depends on what goes stops it, and CASCADE is never used.
url=$(server_database a four)
sql "$url" "CREATE TABLE t (id int); CREATE SCHEMA s; CREATE VIEW s.v AS SELECT * FROM t;"
exits "a view in a schema that stays: exit 4" 4 "$DBMIG" clean -u "$url" --yes --database four
like "the server's words" "$err" 'cannot drop table (public\.)?t because other objects depend on it'
is "the table is there" "$(sql "$url" "SELECT to_regclass('t') IS NOT NULL")" t

# A locked table ends it within the limit; a second run does the rest.
url=$(server_database a five)
sql "$url" "CREATE TABLE t (id int)"
"$PSQL" -qX -d "$url" -c 'BEGIN; LOCK TABLE t; SELECT pg_sleep(60)' >/dev/null 2>&1 &
holder=$!
server_until "$url" "EXISTS (SELECT FROM pg_locks WHERE relation = 't'::regclass)"
exits "a locked table" 4 "$DBMIG" clean -u "$url" --yes --database five --ddl-lock-timeout 300ms
like "is told as that" "$err" '55P03'
kill $holder 2>/dev/null
wait $holder 2>/dev/null
sql "$url" "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'BEGIN; LOCK%' AND pid <> pg_backend_pid()" >/dev/null
exits "and dropped by the next run" 0 "$DBMIG" clean -u "$url" --yes --database five

# On a terminal the name is asked for.
url=$(server_database a six)
sql "$url" "CREATE TABLE t (id int)"
cat >"$SANDBOX/ask.exp" <<EXP
set timeout 30
spawn $DBMIG clean -u $url
expect "Type the name of the database"
send "[lindex \$argv 0]\r"
expect eof
EXP
answer() { expect "$SANDBOX/ask.exp" "$1" >/dev/null; }
ok "another word on the terminal" answer yes
is "drops nothing" "$(sql "$url" "SELECT to_regclass('t') IS NOT NULL")" t
ok "the name" answer six
is "does" "$(sql "$url" "SELECT to_regclass('t') IS NULL")" t

# More than the lock table holds at once.
url=$(server_database a many)
sql "$url" "DO \$\$ BEGIN FOR i IN 1..3000 LOOP EXECUTE format('CREATE TABLE t%s (id serial PRIMARY KEY)', i);
    IF i % 500 = 0 THEN COMMIT; END IF; END LOOP; END \$\$"
exits "3,000 tables with sequences" 0 "$DBMIG" clean -u "$url" --yes --database many
is "are gone" "$(objects "$url")" 0
