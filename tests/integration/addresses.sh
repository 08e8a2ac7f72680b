#!/usr/bin/env bash
# Addresses as people have them, each against a real server: it connects, to the database and schema that
# the address means, and what is left out is said.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/servers.sh
. "$ROOT/tests/lib/servers.sh"
server_start main
cd "$SANDBOX" || exit 2
admin=${SERVER_URL[main]}
port=${SERVER_PORT[main]}
sql() { "$PSQL" -qXAt -v ON_ERROR_STOP=1 -d "${db:-$admin}" -c "$1"; }
server_database main "shop" >/dev/null
# %, @, /, :, # and a blank in the password: taken apart by hand, encoded by everyone in their own way.
secret='p@ss/w:rd#1 %'
encoded='p%40ss%2Fw%3Ard%231%20%25'
sql "CREATE ROLE jane LOGIN PASSWORD '$secret'; CREATE ROLE \"jane@corp\" LOGIN; GRANT ALL ON DATABASE shop TO jane"
db=${admin%/*}/shop
sql 'CREATE SCHEMA app AUTHORIZATION jane; CREATE SCHEMA "My App" AUTHORIZATION jane; GRANT ALL ON SCHEMA public TO PUBLIC; GRANT ALL ON SCHEMA app, "My App" TO PUBLIC'
# Passwords count, so that a lost one is noticed.
hba=${SERVER_DATA[main]}/pg_hba.conf
{
    echo "host all jane 127.0.0.1/32 scram-sha-256"
    cat "$hba"
} >hba && cat hba >"$hba"
(db=$admin; sql "SELECT pg_reload_conf()" >/dev/null)

mkdir migrations
echo "CREATE TABLE IF NOT EXISTS here (id int);" >migrations/V1__here.sql
"$DBMIG" hash >/dev/null 2>&1

# address "name" URL SCHEMA [WARNING]: apply and status work through it, and both put and find things there.
address() {
    local name=$1 url=$2 schema=$3 warning=${4:-}
    sql 'DROP TABLE IF EXISTS public.here, app.here, "My App".here, public.schema_history, app.schema_history, "My App".schema_history,
         public.schema_history_lease, app.schema_history_lease' 2>/dev/null
    exits "$name: apply" 0 "$DBMIG" apply -u "$url" --allow-dirty
    local said=$err
    is "$name: into $schema" "$(sql "SELECT schemaname FROM pg_tables WHERE tablename IN ('here', 'schema_history') ORDER BY tablename" | sort -u)" "$schema"
    exits "$name: status" 0 "$DBMIG" status -u "$url" --exit-code
    if [ -n "$warning" ]; then
        like "$name: what was left out" "$said" "warning: parameter \"$warning\" of the database address is not known"
    else
        unlike "$name: nothing to warn of" "$said" 'warning: parameter'
    fi
    unlike "$name: no password is shown" "$out$said" 'p@ss|p%40ss'
}
at=127.0.0.1:$port
address "libpq" "postgresql://jane:$encoded@$at/shop" public
address "libpq, options in the URL" "postgres://jane:$encoded@$at/shop?options=-c%20search_path%3Dapp&application_name=x&sslmode=disable" app
address "libpq, conninfo" "host=127.0.0.1 port=$port dbname=shop user=jane password='$secret' connect_timeout=5" public
address "libpq, several hosts" "postgres://jane:$encoded@127.0.0.1:1,$at/shop?target_session_attrs=read-write" public
address "libpq, user and password as parameters" "postgres://$at/shop?user=jane&password=$encoded" public
address "libpq, socket in the URL" "postgres://postgres@/shop?host=${SERVER_DATA[main]%/data}&port=$port" public
address "a user with an @" "postgres://jane%40corp@$at/shop" public
address "Prisma" "postgresql://jane:$encoded@$at/shop?schema=app&connection_limit=5&pool_timeout=10&sslaccept=accept_invalid_certs" app
address "Prisma, a schema with a capital" "postgresql://jane:$encoded@$at/shop?schema=My%20App" "My App"
address "Prisma, pgbouncer" "postgresql://jane:$encoded@$at/shop?schema=app&pgbouncer=true" app
address "SQLAlchemy, psycopg2" "postgresql+psycopg2://jane:$encoded@$at/shop?sslmode=disable" public
address "SQLAlchemy, asyncpg" "postgresql+asyncpg://jane:$encoded@$at/shop?ssl=disable&prepared_statement_cache_size=0" public
address "SQLAlchemy, psycopg" "postgresql+psycopg://jane:$encoded@$at/shop" public
address "JDBC" "jdbc:postgresql://$at/shop?user=jane&password=$encoded&ssl=false" public
address "JDBC, schema and driver settings" \
    "jdbc:postgresql://$at/shop?user=jane&password=$encoded&currentSchema=app,public&ApplicationName=x&reWriteBatchedInserts=true&loginTimeout=5" app
address "Atlas" "postgres://jane:$encoded@$at/shop?search_path=app&sslmode=disable" app
address "Atlas, two schemas" "postgres://jane:$encoded@$at/shop?search_path=app,public" app
address "golang-migrate" "pgx5://jane:$encoded@$at/shop?sslmode=disable&x-migrations-table=gone" public
address "Rails" "postgresql://jane:$encoded@$at/shop?pool=5&encoding=unicode&prepared_statements=false" public
address "Ecto" "ecto://jane:$encoded@$at/shop" public
address "Django, dj-database-url" "postgis://jane:$encoded@$at/shop" public
address "node-postgres" "postgres://jane:$encoded@$at/shop?ssl=0&max=5" public
address "an unknown parameter" "postgres://jane:$encoded@$at/shop?frobnicate=1&sslmode=disable" public frobnicate
address "quotes that an .env file left" "\"postgres://jane:$encoded@$at/shop\"" public

# An address of the environment; .env when asked.
sql 'DROP TABLE IF EXISTS public.here, public.schema_history'
printf '# settings\nexport DATABASE_URL="postgresql+psycopg2://jane:%s@%s/shop?schema=app"\n' "$encoded" "$at" >.env
exits ".env unasked: no database" 2 "$DBMIG" status
exits ".env when asked" 0 "$DBMIG" --env-file .env apply --allow-dirty
is ".env: its schema" "$(sql "SELECT to_regclass('app.here')")" app.here
exits "DATABASE_URL" 0 env DATABASE_URL="jdbc:postgresql://$at/shop?user=jane&password=$encoded" "$DBMIG" status
exits "PG* variables" 0 env PGHOST=127.0.0.1 PGPORT="$port" PGUSER=jane PGPASSWORD="$secret" PGDATABASE=shop "$DBMIG" status
printf '127.0.0.1:%s:shop:jane:%s\n' "$port" "${secret//:/\\:}" >pgpass && chmod 600 pgpass
exits "a password file" 0 env PGPASSFILE="$PWD/pgpass" "$DBMIG" status -u "postgres://jane@$at/shop"
printf '[shop]\nhost=127.0.0.1\nport=%s\ndbname=shop\nuser=postgres\n' "$port" >services
exits "a service file" 0 env PGSERVICEFILE="$PWD/services" "$DBMIG" status -u "service=shop"

# An env whose variable was forgotten does not lead to the server that PG* variables name.
printf 'env "prod" {\n  url = getenv("PROD_URL")\n}\n' >atlas.hcl
elsewhere="env PGHOST=127.0.0.1 PGPORT=$port PGUSER=postgres PGDATABASE=shop"
# shellcheck disable=SC2086 # words
exits "the env's url is empty" 2 $elsewhere "$DBMIG" apply --env prod
like "and where it stands" "$err" 'the url of env "prod" is empty \(atlas\.hcl:2\)'
# shellcheck disable=SC2086
exits "with the variable" 0 $elsewhere PROD_URL="postgres://postgres@$at/shop" "$DBMIG" status --env prod
exits "DATABASE_URL goes before it" 0 env DATABASE_URL="postgres://postgres@$at/shop" "$DBMIG" status --env prod
rm atlas.hcl

# What cannot work says why, without the password.
exits "a password that is not encoded" 2 "$DBMIG" status -u "postgres://jane:$secret@$at/shop"
like "how to write it" "$err" '@ is %40'
unlike "not shown" "$err" 'w:rd'
exits "another kind of server" 2 "$DBMIG" status -u "mysql://u:topsecret@h/d"
unlike "nor there" "$err" topsecret
exits "a throwaway's address" 2 "$DBMIG" status -u "docker://postgres/16/dev"
like "and where it belongs" "$err" '--dev-url'
exits "a wrong password" 3 "$DBMIG" status -u "postgres://jane:topsecret@$at/shop"
unlike "nor that" "$err" topsecret
exits "no such service" 2 env PGSERVICEFILE="$PWD/services" "$DBMIG" status -u "service=shp password=topsecret"
like "is named" "$err" "could not connect to service='shp'.*: definition of service \"shp\" not found"
unlike "without its password" "$err" topsecret
like "and where it is looked for" "$err" 'PGSERVICEFILE'
for wrong in "sslmode=bogus" "port=abc" "port=70000" "gssencmode=bad" "target_session_attrs=bad"; do
    exits "libpq refuses $wrong: a wrong address, no missing server" 2 "$DBMIG" status -u "host=127.0.0.1 dbname=shop $wrong"
    like "$wrong is said" "$err" "could not connect to .*invalid .*\"${wrong#*=}\""
    like "and where it may come from" "$err" 'hint: Check the parameter in the URL, or the variable'
done
exits "and from a variable" 2 env PGPORT=abc "$DBMIG" status -u "postgres://postgres@127.0.0.1/shop"
exits "and of a throwaway's address" 2 "$DBMIG" check --dev-url "postgres://postgres@$at/shop?sslmode=bogus"
exits "a misspelt host" 2 "$DBMIG" status -u "hots=127.0.0.1 port=$port dbname=shop user=postgres"
like "and what was meant" "$err" '"hots" \(did you mean "host"\?\)'
exits "no word of an address" 2 "$DBMIG" status -u "rl=postgres://postgres@$at/shop"
like "and what is missing" "$err" 'names no host, database, user or service'
exits "a misspelt sslmode" 2 "$DBMIG" status -u "postgres://postgres@127.0.0.1:1/shop?sslmodee=require"
like "and what was meant" "$err" 'unknown parameter "sslmodee" \(did you mean "sslmode"'
exits "a parameter of another tool, nothing listens" 3 "$DBMIG" status -u "postgres://postgres@127.0.0.1:1/shop?zzzzzzzz=1"
like "what was left out is said although it fails" "$err" 'warning: parameter "zzzzzzzz" .*was left out'
exits "no such database" 3 "$DBMIG" status -u "postgres://postgres@$at/nowhere"
like "is named" "$err" 'database "nowhere" does not exist'
