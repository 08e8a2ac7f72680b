#!/usr/bin/env bash
# check -u: a live database against what its history says is applied.
. "$(dirname "$0")/../lib/tap.sh"
. "$(dirname "$0")/../lib/servers.sh"
cd "$SANDBOX" || exit 2
check() { run "$DBMIG" check -q --no-lint --json -u "$url"; }
field() { printf '%s' "$out" | jq -c "$1"; }
sql() { "$PSQL" -Xq -v ON_ERROR_STOP=1 -d "$url" -c "$1"; }
fresh() { # NAME: a database with the migrations applied
    url=$(server_database "$server" "$1")
    "$DBMIG" apply -q -u "$url" >/dev/null
}
project() {
    rm -rf migrations && mkdir migrations
    cat >migrations/V1__users.sql <<'SQL'
CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL);
CREATE INDEX users_email ON users (email);
SQL
    cat >migrations/V2__view.sql <<'SQL'
CREATE VIEW emails AS SELECT email FROM users;
SQL
    "$DBMIG" hash -q >/dev/null
}

live() { # MAJOR
    local major=$1 url
    server=v$major
    server_start "$server" "$major"
    export DBMIG_DEV_URL=${SERVER_URL[$server]}
    project
    fresh one
    exits "$major: as it was applied" 0 "$DBMIG" check --no-lint -u "$url"
    like "$major: no drift" "$out" 'database +no difference'
    sql 'ALTER TABLE users ADD COLUMN hack int, ALTER COLUMN email TYPE varchar(50); DROP INDEX users_email' 2>/dev/null ||
        sql 'DROP VIEW emails; ALTER TABLE users ADD COLUMN hack int, ALTER COLUMN email TYPE varchar(50); DROP INDEX users_email; CREATE VIEW emails AS SELECT email::text FROM users'
    exits "$major: changed by hand" 1 "$DBMIG" check --no-lint -u "$url"
    like "$major: a column more" "$out" 'database differs from migrations: table public\.users: column hack is not in the migrations'
    like "$major: another type" "$out" 'column email: type is character varying\(50\), the migrations say text'
    like "$major: an index that is gone" "$out" 'index users_email missing'
    like "$major: the SQL that takes it back" "$out" 'DROP COLUMN hack'
    printf 'diff {\n  skip {\n    drop_column = true\n  }\n}\n' >skip.hcl
    exits "$major: what plans leave out is drift all the same" 1 "$DBMIG" check --no-lint -u "$url" -c skip.hcl
    like "$major: and told" "$out" 'column hack is not in the migrations'
    run "$DBMIG" check --no-lint -u "$url" --json -q
    is "$major: json" "$code $(field '[.drift[] | select(.object == "public.users.hack")][0] | [.against,.change]')" '1 ["database","drop"]'
    printf '%s' "$out" | jq -r .database_drift_sql >back.sql
    "$PSQL" -Xq -d "$url" -f back.sql >/dev/null 2>&1
    check
    is "$major: which does so" "$code $(field .drift)" "0 []"

    # ---- in words ----
    local before=$url
    fresh words
    sql 'ALTER TABLE users ALTER COLUMN email DROP NOT NULL; ALTER TABLE users ADD CHECK (id > 0) NOT VALID; ALTER TABLE users ALTER COLUMN id SET NOT NULL,
         ENABLE ROW LEVEL SECURITY; ALTER TABLE users SET UNLOGGED;
         GRANT SELECT, INSERT ON users TO pg_monitor; GRANT UPDATE ON users TO PUBLIC' 2>/dev/null
    run "$DBMIG" check --no-lint -u "$url"
    like "$major: row security" "$out" 'table public\.users: .*row security is on, the migrations say off'
    like "$major: persistence" "$out" 'table public\.users: .*is unlogged, the migrations say logged'
    like "$major: rights of a role" "$out" \
        'INSERT, SELECT is granted to pg_monitor, the migrations do not grant it|SELECT, INSERT is granted to pg_monitor, the migrations do not grant it'
    like "$major: rights of all" "$out" 'UPDATE is granted to PUBLIC, the migrations do not grant it'
    like "$major: a column" "$out" 'column email: allows NULL, the migrations say NOT NULL'
    unlike "$major: no list of the catalogs" "$out" '=[a-zA-Z]+/'
    url=$before

    # ---- what is applied, and no more ----
    echo 'CREATE TABLE later (id int);' >migrations/V3__later.sql && "$DBMIG" hash -q >/dev/null
    exits "$major: what is pending is no drift" 0 "$DBMIG" check --no-lint -u "$url"
    like "$major: but told" "$err" '1 migration is pending there'
    fresh two
    rm migrations/V3__later.sql && "$DBMIG" hash -q >/dev/null
    exits "$major: what has no file any more is drift" 1 "$DBMIG" check --no-lint -u "$url"
    like "$major: with the reason" "$err" 'version 3 is applied and has no file'
    url=$(server_database "$server" renamed)
    "$DBMIG" apply -q -u "$url" --history-table app_versions >/dev/null
    sql 'CREATE TABLE app_versions_lease (id int); CREATE TABLE app_versions_progress (id int)'
    exits "$major: the history under another name, and what stands beside it" 0 "$DBMIG" check --no-lint -u "$url" --history-table app_versions
    url=$(server_database "$server" bare)
    exits "$major: without a history" 1 "$DBMIG" check --no-lint -u "$url"
    like "$major: all migrations count" "$err" 'no table schema_history'

    url=$(server_database "$server" filled)
    echo "CREATE VIEW filled AS SELECT '\${word}' AS word;" >migrations/R__filled.sql && "$DBMIG" hash -q >/dev/null
    "$DBMIG" apply -q -u "$url" --placeholder word=here >/dev/null
    exits "$major: placeholders are filled in" 0 "$DBMIG" check --no-lint -u "$url" --placeholder word=here
    unlike "$major: also where a file is held against the history" "$err" 'has changed since'
    rm migrations/R__filled.sql && "$DBMIG" hash -q >/dev/null

    # ---- read only ----
    url=${SERVER_URL[$server]%/*}/one
    "$PSQL" -Xq -d "$url" -c 'BEGIN; LOCK TABLE users IN EXCLUSIVE MODE; SELECT pg_sleep(60)' >/dev/null 2>&1 &
    job=$!
    for ((i = 0; i < 100; i++)); do
        [ "$("$PSQL" -XAtq -d "$url" -c "SELECT count(*) FROM pg_locks WHERE mode = 'ExclusiveLock' AND relation = 'users'::regclass")" = 1 ] && break
        sleep 0.05
    done
    exits "$major: no lock stronger than ACCESS SHARE" 0 timeout 50 "$DBMIG" check --no-lint -u "$url"
    kill "$job" && wait "$job" 2>/dev/null
    "$PSQL" -Xq -d "$url" -c 'ALTER DATABASE one SET default_transaction_read_only = on'
    exits "$major: and nothing is written" 0 "$DBMIG" check --no-lint -u "$url"
    DATABASE_URL=${SERVER_URL[$server]%/*}/bare
    export DATABASE_URL
    exits "$major: DATABASE_URL leads nowhere" 0 "$DBMIG" check --no-lint
    unset DATABASE_URL

    # ---- what is not the project's ----
    fresh hosted
    sql 'CREATE ROLE supabase_admin; CREATE ROLE rdsadmin; CREATE SCHEMA auth; CREATE TABLE auth.users (id int);
         CREATE SCHEMA rds AUTHORIZATION rdsadmin; CREATE TABLE public.theirs (id int); ALTER TABLE theirs OWNER TO supabase_admin;
         CREATE TABLE flyway_schema_history (a int PRIMARY KEY); CREATE TABLE django_migrations (id serial PRIMARY KEY);
         ALTER SCHEMA public OWNER TO rdsadmin; GRANT CREATE ON SCHEMA public TO PUBLIC;
         CREATE PUBLICATION supabase_realtime'
    exits "$major: what providers and tools bring along" 0 "$DBMIG" check --no-lint -u "$url"
    sql 'CREATE ROLE anon; CREATE ROLE service_role; CREATE ROLE cloudsqlsuperuser; CREATE ROLE reader;
         ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO postgres, anon, service_role;
         ALTER DEFAULT PRIVILEGES GRANT ALL ON FUNCTIONS TO cloudsqlsuperuser;
         GRANT ALL ON ALL TABLES IN SCHEMA public TO anon, service_role WITH GRANT OPTION; GRANT SELECT (id) ON users TO anon'
    exits "$major: and what they grant to their roles" 0 "$DBMIG" check --no-lint -u "$url"
    sql 'GRANT SELECT ON users TO reader'
    exits "$major: a grant to another role counts" 1 "$DBMIG" check --no-lint -u "$url"
    is "$major: alone" "$(grep -c 'differs from migrations' <<<"$out")" 1
    sql 'REVOKE ALL ON users FROM reader; ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO reader'
    exits "$major: a default privilege too" 1 "$DBMIG" check --no-lint -u "$url"
    sql 'ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM reader'
    sql 'CREATE TABLE ours (id int)'
    exits "$major: what is next to it counts" 1 "$DBMIG" check --no-lint -u "$url"
    is "$major: alone" "$(grep -c 'differs from migrations' <<<"$out")" 1
    printf 'CREATE SCHEMA auth;\nCREATE TABLE auth.mine (id int);\n' >migrations/V4__auth.sql && "$DBMIG" hash -q >/dev/null
    fresh own_auth
    exits "$major: a schema auth of one's own" 0 "$DBMIG" check --no-lint -u "$url"
    sql 'DROP TABLE auth.mine'
    exits "$major: is watched" 1 "$DBMIG" check --no-lint -u "$url"
    server_stop "$server" immediate
}
pg_wanted 13 15 18
for major in $PG_HERE; do live "$major"; done

# ---- versions ----
if pg_bindir 13 >/dev/null && pg_bindir 18 >/dev/null; then
    project
    server=old && server_start old 13
    server_start new 18
    export DBMIG_DEV_URL=${SERVER_URL[old]}
    fresh db
    export DBMIG_DEV_URL=${SERVER_URL[new]}
    exits "servers of different majors" 2 "$DBMIG" check --no-lint -u "$url"
    like "are refused" "$err" '--cross-version'
    run "$DBMIG" check --no-lint -u "$url" --cross-version
    ok "unless that is asked for; what they print differently is told" test "$code" -lt 2
    exits "and by diff" 2 "$DBMIG" diff --from "$url" --to migrations
    run "$DBMIG" diff --from "$url" --to migrations --cross-version --exit-code
    ok "unless asked there" test "$code" -lt 2
else
    skip "servers of different majors" "not here"
fi
