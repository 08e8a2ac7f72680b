#!/usr/bin/env bash
# role and init_sql: before the history table is made, and after every reset; what a missing right needs.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/servers.sh
. "$ROOT/tests/lib/servers.sh"
server_start main
cd "$SANDBOX" || exit 2
admin=${SERVER_URL[main]}
mkdir migrations
number=0

sql() { "$PSQL" -qXAt -v ON_ERROR_STOP=1 -d "${db:-$admin}" -c "$1"; }
hash() { "$DBMIG" hash >/dev/null 2>&1; }
flat() { printf '%s' "$1" | tr '\n' ' '; }
sql "CREATE ROLE owner NOLOGIN; CREATE ROLE \"app user\" LOGIN; CREATE ROLE deployer LOGIN NOINHERIT; GRANT owner TO deployer;
     CREATE ROLE stranger LOGIN"
# A database that `owner` owns; $url connects as deployer, $db as the superuser.
fresh() {
    number=$((number + 1))
    server_database main "db$number" >/dev/null
    db=$admin && sql "ALTER DATABASE db$number OWNER TO owner"
    db=${admin%/*}/db$number
    url=${db/postgres@/deployer@}
    sql "ALTER SCHEMA public OWNER TO owner; REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO PUBLIC"
}

# Each file resets what it set; the next one is set up as the first was.
cat >migrations/V1__one.sql <<'SQL'
CREATE TABLE one AS SELECT current_user::text AS who, current_setting('app.stage', true) AS stage, current_setting('work_mem') AS mem;
RESET ROLE; SET work_mem = '1MB'; SET app.stage = 'changed';
SQL
for i in 2 3; do
    echo "CREATE TABLE t$i AS SELECT current_user::text AS who, current_setting('app.stage', true) AS stage, current_setting('work_mem') AS mem;" \
        >migrations/V${i}__t$i.sql
done
printf -- '-- dbmig:txmode none\nCREATE TABLE t4 AS SELECT current_user::text AS who, current_setting('"'app.stage'"', true) AS stage, current_setting('"'work_mem'"') AS mem;\nCREATE INDEX CONCURRENTLY ON t4 (who);\nRESET ALL;\n' >migrations/V4__t4.sql
printf 'CREATE TABLE t5 AS SELECT current_user::text AS who, current_setting('"'app.stage'"', true) AS stage, current_setting('"'work_mem'"') AS mem;\nCOPY t2 FROM STDIN;\na\tb\tc\n\\.\n' >migrations/V5__t5.sql
hash
cat >init.sql <<'SQL'
-- what a session begins with
SET work_mem = '7MB';
SELECT set_config('app.stage', 'it''s; set', false);
CREATE EXTENSION nothing_of_the_kind; -- for throwaway databases
SQL
cat >atlas.hcl <<'HCL'
env "here" {
  dbmig {
    role     = "owner"
    init_sql = ["init.sql"]
  }
}
HCL
unset db && fresh
exits "apply with role and init_sql" 0 "$DBMIG" apply -u "$url"
for table in one t2 t3 t4 t5; do
    is "$table saw them" "$(sql "SELECT who, stage, mem FROM $table WHERE who <> 'a'")" "owner|it's; set|7MB"
    is "$table belongs to the role" "$(sql "SELECT tableowner FROM pg_tables WHERE tablename = '$table'")" owner
done
is "the history belongs to the role" "$(sql "SELECT tableowner FROM pg_tables WHERE tablename = 'schema_history'")" owner
exits "status reads as the role" 0 "$DBMIG" status -u "$url" --exit-code
exits "apply again" 0 "$DBMIG" apply -u "$url"
like "nothing to do" "$out" 'Nothing to apply'
fresh
exits "one transaction for all" 0 "$DBMIG" apply -u "$url" --tx-mode all --to 3
is "the same for each file" "$(sql "SELECT who, stage, mem FROM t3")" "owner|it's; set|7MB"
fresh
exits "dry run" 0 "$DBMIG" apply -u "$url" --to 3 --dry-run=full
printf '%s\n' "$out" >dry.sql
ok "its SQL sets up as well" "$PSQL" -qX -v ON_ERROR_STOP=1 -o /dev/null -d "$url" -f dry.sql
is "with the same result" "$(sql "SELECT who, stage, mem FROM t3")" "owner|it's; set|7MB"
fresh
exits "baseline as the role" 0 "$DBMIG" baseline -u "$url" --version 1
is "its table belongs to the role" "$(sql "SELECT tableowner FROM pg_tables WHERE tablename = 'schema_history'")" owner
exits "mark-applied as the role" 0 "$DBMIG" apply -u "$url" --mark-applied 2
fresh
exits "init SQL through a pooler is refused" 2 "$DBMIG" apply -u "$url?pgbouncer=true"
like "with the reason" "$err" 'pooler'
: >none.sql
exits "the lease of a pooler needs a right of the user" 4 "$DBMIG" apply -u "$url?pgbouncer=true" --init-sql none.sql --to 3
like "which is named" "$err" 'GRANT USAGE, CREATE ON SCHEMA "public" TO "deployer";'
sql "GRANT CREATE ON SCHEMA public TO deployer"
exits "a role through a pooler" 0 "$DBMIG" apply -u "$url?pgbouncer=true" --init-sql none.sql --to 3
is "the history is the role's there too" "$(sql "SELECT tableowner FROM pg_tables WHERE tablename = 'schema_history'")" owner
printf 'SET nonsense = 1;\n' >bad.sql
exits "failing init SQL" 4 "$DBMIG" apply -u "$url" --init-sql bad.sql
like "is told as such" "$err" 'init SQL: .*nonsense'
exits "init SQL that is not there" 2 "$DBMIG" apply -u "$url" --init-sql missing.sql
fresh
sql "CREATE SCHEMA tools AUTHORIZATION owner"
printf 'SET search_path = tools, public;\n' >path.sql
exits "search_path of init SQL" 0 "$DBMIG" apply -u "$url" --init-sql path.sql --to 3
is "says where the history goes" "$(sql "SELECT to_regclass('tools.schema_history'), to_regclass('tools.t3')")" 'tools.schema_history|tools.t3'
rm atlas.hcl

# Rights that are missing.
denied() {
    local name=$1 statement=$2 pattern=$3
    rm -f migrations/*.sql
    echo "$statement" >migrations/V1__x.sql && hash
    exits "$name: fails" 4 "$DBMIG" apply -u "${url/deployer@/stranger@}" --allow-dirty --history-schema log
    like "$name: what is missing" "$(flat "$err")" "$pattern"
}
unset db && fresh
sql "CREATE SCHEMA log AUTHORIZATION stranger; CREATE TABLE theirs (id int PRIMARY KEY); ALTER TABLE theirs OWNER TO owner;
     CREATE VIEW \"Their View\" AS SELECT 1 AS x; ALTER VIEW \"Their View\" OWNER TO owner; CREATE SCHEMA closed AUTHORIZATION owner;
     CREATE FUNCTION theirs() RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER FUNCTION theirs() OWNER TO owner;
     CREATE SEQUENCE numbers; ALTER SEQUENCE numbers OWNER TO owner"
denied "CREATE in a schema" "CREATE TABLE x (id int);" 'GRANT USAGE, CREATE ON SCHEMA public TO "stranger";'
denied "another schema" "CREATE TABLE closed.x (id int);" 'GRANT USAGE, CREATE ON SCHEMA closed TO "stranger";'
denied "a new schema" "CREATE SCHEMA x;" "GRANT CREATE ON DATABASE db$number TO \"stranger\";"
denied "a table's rows" "SELECT count(*) FROM theirs;" 'GRANT SELECT.* ON TABLE public.theirs TO "stranger";'
denied "a foreign key" "CREATE TABLE log.x (id int REFERENCES theirs);" 'GRANT .*REFERENCES.* ON TABLE public.theirs TO "stranger";'
denied "a view" 'SELECT * FROM "Their View";' 'GRANT SELECT ON TABLE public."Their View" TO "stranger";'
denied "a sequence" "SELECT nextval('numbers');" 'GRANT USAGE.* ON SEQUENCE public.numbers TO "stranger";'
denied "ALTER TABLE" "ALTER TABLE theirs ADD x int;" 'belongs to owner: .*--role owner, or run ALTER TABLE public.theirs OWNER TO "stranger";'
denied "DROP FUNCTION" "DROP FUNCTION theirs();" 'belongs to owner: .*ALTER FUNCTION theirs\(\) OWNER TO'
denied "a role" "SET ROLE owner;" 'GRANT "owner" TO "stranger";'
denied "outside a transaction" "CREATE INDEX CONCURRENTLY ON theirs (id);" 'belongs to owner'
exits "history: no right to make it" 4 "$DBMIG" apply -u "${url/deployer@/stranger@}" --allow-dirty
like "history: the GRANT" "$(flat "$err")" 'GRANT USAGE, CREATE ON SCHEMA "public" TO "stranger";'
exits "history: no right to make its schema" 4 "$DBMIG" apply -u "${url/deployer@/stranger@}" --allow-dirty --history-schema ops
like "history: the GRANT on the database" "$err" "GRANT CREATE ON DATABASE \"db$number\" TO \"stranger\";"
"$DBMIG" baseline -u "$db" >/dev/null 2>&1
exits "history: no right to read it" 4 "$DBMIG" status -u "${url/deployer@/stranger@}"
like "history: all the GRANTs" "$err" 'GRANT USAGE ON SCHEMA "public" TO "stranger"; GRANT SELECT ON "public"."schema_history" TO "stranger";'
exits "--role without the right" 4 "$DBMIG" status -u "${url/deployer@/stranger@}" --role owner
like "--role: the GRANT" "$(flat "$err")" 'could not take the role owner.*GRANT "owner" TO "stranger";'
exits "--role that is not there" 4 "$DBMIG" status -u "$url" --role nobody_at_all
like "--role: named" "$err" 'role "nobody_at_all" does not exist'
exits "a user with a blank" 4 "$DBMIG" apply -u "${url/deployer@/app%20user@}" --allow-dirty --history-schema public
like "is quoted" "$err" '"app user"'
