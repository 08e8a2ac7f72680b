#!/usr/bin/env bash
# Passwords of user mappings and subscriptions, which no snapshot has: a plan never forgets one that the database
# has, never prints one, and says where one has to be put in.
. "$(dirname "$0")/../lib/tap.sh"
. "$ROOT/tests/lib/servers.sh"

export PGOPTIONS="-c client_min_messages=error"

sql() { # DATABASE SQL
    "$PSQL" -XqAt -v ON_ERROR_STOP=1 -d "$base/$1" -c "$2" 2>&1
}

# change FROM TO: databases a and b with these; the plan is in $out, and has been run on a.
change() {
    sql postgres "DROP DATABASE IF EXISTS a" >/dev/null
    sql postgres "DROP DATABASE IF EXISTS b" >/dev/null
    sql postgres "CREATE DATABASE a TEMPLATE template0" && sql postgres "CREATE DATABASE b TEMPLATE template0"
    sql a "$1" && sql b "$2"
    run "$DBMIG" diff --from "$base/a" --to "$base/b" --dev-url "$base/postgres"
    is "$name: a plan" "$code" 0
    unlike "$name: no password is printed" "$out$err" 's3cret'
    printf '%s\n' "$out" >"$SANDBOX/plan.sql"
    is "$name: it runs" "$("$PSQL" -XqAt -v ON_ERROR_STOP=1 -d "$base/a" -f "$SANDBOX/plan.sql" 2>&1)" ""
    plan=$out said=$err
    run "$DBMIG" diff --from "$base/a" --to "$base/b" --dev-url "$base/postgres"
    is "$name: nothing is left to do" "$code$out" 0
}

mapping_options="SELECT umoptions FROM pg_user_mappings"
mapping() { # TYPE OPTIONS
    echo "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s TYPE '$1' FOREIGN DATA WRAPPER w;
          CREATE USER MAPPING FOR postgres SERVER s OPTIONS ($2)"
}

mappings() {
    name="$major, a mapping whose server is made again"
    change "$(mapping x "username 'u', password 's3cret,''\"= x'")" "$(mapping y "username 'u', password 's3cretother'")"
    is "$name keeps its password" "$(sql a "$mapping_options")" '{username=u,"password=s3cret,'"'"'\"= x"}'
    unlike "$name is not marked" "$plan" 'hazard gives'
    like "what is not compared is said" "$said" \
        'not compared: passwords and keys of user mappings: FOR postgres SERVER s'

    name="$major, one whose source has no password"
    change "$(mapping x "username 'u', password 's3cret'")" "$(mapping y "username 'v'")"
    is "$name keeps it" "$(sql a "$mapping_options")" '{username=v,password=s3cret}'

    name="$major, one that is altered"
    change "$(mapping x "username 'u', password 's3cret'")" "$(mapping x "username 'v', password 's3cretother'")"
    is "$name keeps its password" "$(sql a "$mapping_options")" '{username=v,password=s3cret}'

    name="$major, a new one"
    change "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s TYPE 'x' FOREIGN DATA WRAPPER w" \
        "$(mapping x "username 'u', password 's3cret', sslkey 's3cret'")"
    is "$name gets placeholders" "$(sql a "$mapping_options")" '{username=u,password=<password>,sslkey=<sslkey>}'
    like "$name is marked" "$plan" 'dbmig:hazard gives user mapping FOR postgres SERVER s a placeholder'
    like "$name: it is a warning too" "$said" 'warning: gives user mapping FOR postgres SERVER s a placeholder'

    name="$major, one that gets a password"
    change "$(mapping x "username 'u'")" "$(mapping x "username 'u', password 's3cret'")"
    is "$name gets a placeholder" "$(sql a "$mapping_options")" '{username=u,password=<password>}'

    run "$DBMIG" inspect "$base/b"
    like "$major, inspect says that it has none" "$err" 'passwords and keys of user mappings: FOR postgres SERVER s'
    like "$major, and prints a placeholder" "$out" "password '<password>'"
}

connection="SELECT subconninfo FROM pg_subscription JOIN pg_database d ON d.oid = subdbid WHERE datname = 'a'"
subscription() { # CONNECTION WITH
    echo "CREATE SUBSCRIPTION sb CONNECTION '$1' PUBLICATION p WITH (connect = false, slot_name = NONE${2:-})"
}

subscriptions() {
    name="$major, a subscription that moves"
    change "$(subscription "host=127.0.0.1 port=1 user=u password=''s3 \\''cret''")" \
        "$(subscription "host=127.0.0.1 port=2 user=u")"
    is "$name keeps its password" "$(sql a "$connection")" "host=127.0.0.1 port=2 user=u password='s3 \\'cret'"
    forget
    name="$major, one given by an address"
    change "$(subscription "postgresql://u:s3cret@127.0.0.1:1/d")" "$(subscription "postgresql://u:s3cret@127.0.0.1:2/d")"
    is "$name gets a placeholder" "$(sql a "$connection")" "postgresql://u@127.0.0.1:2/d?password=<password>"
    like "$name is marked" "$plan" 'dbmig:hazard gives subscription sb a placeholder'
    forget
    [ "$major" -ge 15 ] || return 0
    name="$major, one that is made again"
    change "$(subscription "host=127.0.0.1 port=1 password=s3cret")" \
        "$(subscription "host=127.0.0.1 port=1 password=s3cretother" ", two_phase = on")"
    is "$name keeps its password" "$(sql a "$connection")" "host=127.0.0.1 port=1 password=s3cret"
    forget
}

# A database with a subscription cannot be dropped.
forget() {
    sql a "ALTER SUBSCRIPTION sb DISABLE; ALTER SUBSCRIPTION sb SET (slot_name = NONE)" && sql a "DROP SUBSCRIPTION sb"
    sql b "ALTER SUBSCRIPTION sb DISABLE; ALTER SUBSCRIPTION sb SET (slot_name = NONE)" && sql b "DROP SUBSCRIPTION sb"
}

for major in 13 18; do
    pg_bindir "$major" >/dev/null || { skip "$major" "no PostgreSQL $major"; continue; }
    server_start "s$major" "$major"
    base=${SERVER_URL[s$major]%/*}
    mappings
    subscriptions
    server_stop "s$major"
done
