#!/usr/bin/env bash
# create from a schema source: what goes into the file, what is refused, and that nothing is left.
. "$(dirname "$0")/../lib/tap.sh"
. "$(dirname "$0")/../lib/servers.sh"
cd "$SANDBOX" || exit 2
chmod 711 "$SANDBOX" && mkdir -m 711 srv
dev() {
    local bin
    bin=$(pg_bindir "$1") || return 1
    export DBMIG_DEV_URL="embedded://$bin?folder=$SANDBOX/srv"
}
leftovers() {
    ls -A "$SANDBOX/srv"
    pgrep -f "$SANDBOX/srv"
}
project() { # a new one, with a source of one file
    rm -rf migrations schema.sql schema atlas.hcl && mkdir migrations
    cat >schema.sql <<'SQL'
CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);
SQL
    config 'file://schema.sql'
}
config() { # SOURCE
    printf 'env "local" {\n  src = "%s"\n}\n' "$1" >atlas.hcl
}
program() { # the words of the program, as HCL strings
    printf 'data "external_schema" "models" {\n  program = [%s]\n}\n' "$1" >atlas.hcl
    printf 'env "local" {\n  src = data.external_schema.models.url\n}\n' >>atlas.hcl
}
files() { ls migrations; }

# ---- on several versions of the server ----
for major in 13 18; do
    dev "$major" || { skip "PostgreSQL $major" "not here"; continue; }
    project
    exits "$major: the first file" 0 "$DBMIG" create create users
    is "$major: its path alone is on stdout" "$out" migrations/V1__create_users.sql
    like "$major: it has the table" "$(cat migrations/V1__create_users.sql)" 'CREATE TABLE public\.users'
    is "$major: the description is its first line" "$(head -n 1 migrations/V1__create_users.sql)" "-- create users"
    exits "$major: it checks" 0 "$DBMIG" check
    exits "$major: a second time there is nothing to do" 0 "$DBMIG" create again
    like "$major: which is said" "$err" 'nothing to do'
    is "$major: and no file is made" "$out$(files)" "$(printf 'V1__create_users.sql\natlas.sum')"
    cat >schema.sql <<'SQL'
CREATE TABLE users (id bigint PRIMARY KEY, name text DEFAULT 'x');
CREATE INDEX ON users (name);
CREATE VIEW names AS SELECT name FROM users;
SQL
    exits "$major: --dry-run" 0 "$DBMIG" create change --dry-run
    like "$major: prints the file" "$out" '^-- migrations/V2__change\.sql'
    is "$major: and writes none" "$(files)" "$(printf 'V1__create_users.sql\natlas.sum')"
    exits "$major: the models changed" 0 "$DBMIG" create change
    like "$major: what destroys data is listed" "$err" 'warning: drops column public\.users\.email'
    like "$major: and marked in the file" "$(cat migrations/V2__change.sql)" '^-- dbmig:hazard drops column'
    exits "$major: the two lead to the source" 0 "$DBMIG" diff --from migrations --to schema.sql --exit-code
    exits "$major: and check" 0 "$DBMIG" check --no-lint
done
dev 15

# ---- sources ----
project
mkdir -p schema/more
echo 'CREATE SCHEMA app; CREATE TABLE app.a (id int);' >schema/1.sql
echo 'CREATE TABLE app.b (id int);' >schema/more/2.sql
config 'file://schema'
exits "a folder of files" 0 "$DBMIG" create one
is "all of them count, in order" "$(grep -c 'CREATE TABLE app\.' migrations/V1__one.sql)" 2
exits "--to names another source" 0 "$DBMIG" create two --to schema.sql
like "which replaces the configured one" "$(cat migrations/V2__two.sql)" 'DROP TABLE app\.b'
server_start main
base=${SERVER_URL[main]%/*}
"$PSQL" -Xq -d "${SERVER_URL[main]}" -c "CREATE DATABASE wanted" -c '\c wanted' -f schema.sql \
    -c 'CREATE TABLE extra (id int)' >/dev/null
exits "a database" 0 "$DBMIG" create three --to "$base/wanted" --cross-version
like "gives its difference" "$(cat migrations/V3__three.sql)" 'CREATE TABLE public\.extra'
config "$base/wanted"
exits "as the configured source it is in sync" 0 "$DBMIG" create four --cross-version
like "and so there is nothing to do" "$err" 'nothing to do'

printf '%s\n' 'BEGIN; CREATE TYPE e AS ENUM (@a@); GRANT USAGE ON TYPE e TO nobody_yet; COMMIT;' 'BEGIN;' \
    'ALTER TYPE e ADD VALUE @b@;' 'COMMIT;' 'CREATE TABLE t (x e DEFAULT @b@);' 'START TRANSACTION;' \
    'SET LOCAL search_path = pg_catalog, public;' 'SAVEPOINT s; DROP TABLE t; ROLLBACK TO s; END;' \
    'CREATE INDEX CONCURRENTLY i ON t (x); BEGIN; DROP TABLE t; ROLLBACK;' | tr @ "'" >several.sql
exits "a file with several transactions" 0 "$DBMIG" inspect several.sql
like "is run as psql does" "$out" "x public\.e DEFAULT 'b'"
like "to its end" "$out" 'CREATE INDEX i ON public\.t'
printf 'BEGIN;\nCREATE TABLE a (id int);\nCOMMIT;\nBEGIN;\nCREATE TABLE b (id int);\n' >several.sql
exits "and one that ends within one" 2 "$DBMIG" inspect several.sql
like "is refused, with the place" "$err" 'several\.sql.*BEGIN without a COMMIT'

# ---- programs ----
project
mkdir -p tool 'odd $(touch made) name'
printf '#!/bin/sh\ncat "$1"; echo "a remark" >&2\n' >tool/print && chmod +x tool/print
program '"./tool/print", "schema.sql"'
exits "a program's output" 0 "$DBMIG" create one
like "is the schema" "$(cat migrations/V1__one.sql)" 'CREATE TABLE public\.users'
cp schema.sql 'odd $(touch made) name/x'
program "\"./tool/print\", \"odd \$(touch made) name/x\""
exits "no shell reads its words" 0 "$DBMIG" create two
ok "so that nothing in them runs" test ! -e made
mkdir sub && cp schema.sql sub/here.sql
printf 'data "external_schema" "m" {\n  program = ["../tool/print", "here.sql"]\n  working_dir = "sub"\n}\nenv "x" {\n  src = data.external_schema.m.url\n}\n' >atlas.hcl
exits "working_dir" 0 "$DBMIG" create three
mkdir elsewhere
run sh -c "cd elsewhere && '$DBMIG' create three -c ../atlas.hcl --dir ../migrations"
is "is relative to the file, wherever dbmig runs" "$code" 0


script() { # NAME: a program from stdin
    { echo '#!/bin/sh' && cat; } >"tool/$1" && chmod +x "tool/$1"
    program "\"./tool/$1\""
}
fails() { # NAME CODE REGEX
    exits "$1" "$2" "$DBMIG" create bad
    like "$1: is explained" "$err" "$3"
    is "$1: leaves nothing" "$(files)$(leftovers)" "$before"
}
before=$(files)
script fails <<<'echo "CREATE TABLE half (id int);"; echo "ImportError: no models" >&2; exit 7'
fails "a program that fails" 2 'tool/fails failed with exit code 7'
like "its own words are shown" "$err" 'ImportError: no models'
script dies <<<'kill -9 $$'
fails "a program that is killed" 2 'tool/dies was ended by signal 9'
script leaks <<<'echo "cannot reach postgres://u:geheim@h/d" >&2; exit 1'
fails "a program that tells a password" 2 'cannot reach'
unlike "which is not shown" "$err" geheim
script silent <<<'echo "-- nothing"'
fails "a program that prints nothing" 2 'printed no SQL'
program '"./tool/none"'
fails "a program that is not there" 2 'tool/none'
script slow <<<'sleep 100'
export DBMIG_SOURCE_TIMEOUT=300ms
fails "a program that takes too long" 2 'within 300ms'
unset DBMIG_SOURCE_TIMEOUT
script wrong <<<'printf "CREATE TABLE a (id int);\nCREATE TABLE b (id no_such_type);\n"'
fails "SQL that does not run" 4 'tool/wrong:2:20: .*type "no_such_type" does not exist'
script slow <<<'echo $$ >pid; sleep 100'
"$DBMIG" create bad 2>"$SANDBOX/interrupted" &
job=$!
for ((i = 0; i < 100; i++)); do [ -s pid ] && break; sleep 0.05; done
kill -TERM "$job"
wait "$job"
is "an interrupt while it runs" $? 143
ok "ends the program" bash -c "! kill -0 $(cat pid) 2>/dev/null"
is "and leaves nothing" "$(files)$(leftovers)" "$before"

# ---- files ----
project
rm schema.sql
fails_source() { exits "$1" 2 "$DBMIG" create bad && like "$1: is named" "$err" "$2"; }
fails_source "a source that is not there" 'schema\.sql'
mkdir void && config 'file://void'
fails_source "a folder without SQL" 'void has no \.sql file|no \.sql file'
is "nothing was made" "$(files)$(leftovers)" ""

# ---- an empty file ----
project
exits "--empty" 0 "$DBMIG" create --empty by hand
is "makes one" "$(cat migrations/V1__by_hand.sql)" "-- by hand"
exits "--empty and --to" 2 "$DBMIG" create --empty --to schema.sql x
exits "--version" 0 "$DBMIG" create --version 7.1 users
is "is taken" "$out" migrations/V7.1__users.sql
echo 'SELECT 1;' >>migrations/V1__by_hand.sql
exits "a sum file that does not fit" 5 "$DBMIG" create more
is "is refused before anything runs" "$(files)" "$(printf 'V1__by_hand.sql\nV7.1__users.sql\natlas.sum')"

# ---- several files ----
project
cat >schema.sql <<'SQL'
CREATE TYPE mood AS ENUM ('sad');
CREATE TABLE t (m mood DEFAULT 'sad');
SQL
"$DBMIG" create -q one >/dev/null
sed -i "s/('sad')/('sad', 'happy')/; s/DEFAULT 'sad'/DEFAULT 'happy'/" schema.sql
exits "a value that is used before its commit" 0 "$DBMIG" create new mood
is "takes two files" "$out" "$(printf 'migrations/V2__new_mood.sql\nmigrations/V3__new_mood_2.sql')"
exits "which check" 0 "$DBMIG" check
mv migrations/V2__new_mood.sql migrations/V3__new_mood_2.sql . && "$DBMIG" hash -q >/dev/null
echo 'SELECT 1;' >migrations/V10__later.sql && "$DBMIG" hash -q >/dev/null
exits "below a newer version" 0 "$DBMIG" create --dry-run --version 5 new mood
like "the second file stays below it as well" "$out" '^-- migrations/V5\.1__new_mood_2\.sql'
unlike "and not behind it" "$out" 'V11'
mv migrations/V10__later.sql migrations/V5.1__later.sql && "$DBMIG" hash -q >/dev/null
exits "without room" 2 "$DBMIG" create --version 5 new mood
like "that is said" "$err" 'the plan needs versions 5 to 5\.1 at least, and 5\.1 is taken'
is "and no file is made" "$(cd migrations && echo V5_*)" 'V5_*'
rm migrations/V5.1__later.sql && "$DBMIG" hash -q >/dev/null
run "$DBMIG" create --json -q --dry-run new mood
is "json has them" "$(printf '%s' "$out" | jq -c '[.files[].migration_version]')" '["2","3"]'
rm -rf migrations && mkdir migrations && echo 'SELECT 1;' >migrations/20240101000000_a.sql && "$DBMIG" hash -q >/dev/null
"$DBMIG" create -q zero --to schema.sql >/dev/null
cp schema.sql next.sql
sed -i "s/DEFAULT 'happy'/DEFAULT 'glad'/; s/, 'happy')/, 'happy', 'glad')/" next.sql
exits "in a folder of timestamps" 0 "$DBMIG" create more --to next.sql
is "they follow each other" "$(cd migrations && printf '%s\n' 2*more*.sql | sort | sed 's/^[0-9]*//')" \
    "$(printf '_more.sql\n_more_2.sql')"
cp next.sql schema.sql
exits "and check" 0 "$DBMIG" check

# ---- roles, templates, placeholders, names ----
project
cat >>schema.sql <<'SQL'
CREATE TABLE granted (id int);
GRANT SELECT ON granted TO somebody;
SQL
printf 'Resources:\n  M:\n    Properties:\n      MigrationHash: old\n' >template.yaml
printf 'template {\n  file = "template.yaml"\n  property = "MigrationHash"\n}\n' >>atlas.hcl
exits "a source that names a role" 0 "$DBMIG" create one
like "gives the grant" "$(cat migrations/V1__one.sql)" 'GRANT SELECT ON TABLE public\.granted TO somebody'
ok "the template has the new hash" grep -qF "$(sed -n 's/^h1://p;q' migrations/atlas.sum)" template.yaml
exits "and the file checks" 0 "$DBMIG" check
cat >>schema.sql <<'SQL'
CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT '${nobody}' $$;
SQL
before=$(files)
exits "what would not replay as a migration" 2 "$DBMIG" create two --placeholders
like "is refused" "$err" 'no file was created: the plan fails as a migration.*nobody|nobody'
is "and nothing is written" "$(files)$(leftovers)" "$before"
exits "without placeholders it is fine" 0 "$DBMIG" create two
printf 'CREATE TABLE "a\n; DROP TABLE users; --" (id int);\nCREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);\n' >schema.sql
"$DBMIG" create -q odd --to schema.sql >/dev/null 2>&1
printf 'CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);\n' >schema.sql
exits "a dropped table with a line end in its name" 0 "$DBMIG" create gone --to schema.sql
exits "does not get out of the comment" 0 "$DBMIG" check --no-lint
run "$DBMIG" create -q --json --dry-run none
is "json when there is nothing" "$(printf '%s' "$out" | jq -c '[.path,.files,.exit_code]')" '[null,[],0]'
is "no server is left" "$(leftovers)" ""
