#!/usr/bin/env bash
# What servers, files and names say is shown without passwords, and is no command of a terminal or a CI runner.
. "$(dirname "$0")/../lib/tap.sh"
. "$(dirname "$0")/../lib/servers.sh"
cd "$SANDBOX" || exit 2
server_start main
admin=${SERVER_URL[main]}
base=${admin%/*}
"$PSQL" -Xq -d "$admin" -c 'CREATE DATABASE said'
url=$base/said
mkdir migrations
migration() { rm -f migrations/*; cat >migrations/V1__x.sql; "$DBMIG" hash --git-base none >/dev/null 2>&1; }
no_secret() { # NAME: nothing of the last run shows the password
    unlike "$1: not shown" "$out
$err" 'hunter2'
}

migration <<'SQL'
DO $$ BEGIN EXECUTE 'ALTER ROLE ' || 'nosuch' || ' PASSWORD ''hunter2'''; END $$;
SQL
exits "a password in the context" 4 "$DBMIG" apply -u "$url"
like "the context is shown" "$err" 'SQL statement "ALTER ROLE nosuch PASSWORD'
no_secret "a password in the context"
exits "as JSON" 4 "$DBMIG" apply -u "$url" --json
no_secret "as JSON"
migration <<'SQL'
DO $$ BEGIN EXECUTE 'ALTER ROLE nosuch PASSWORD ''hunter2'' NO SUCH WORD'; END $$;
SQL
exits "in a check" 4 "$DBMIG" check --dev-url "$admin" --no-cache
no_secret "in a check"
migration <<'SQL'
-- dbmig:txmode none

DO $$ BEGIN RAISE NOTICE 'one PASSWORD ''hunter2'''; RAISE WARNING 'two' USING DETAIL = 'password=hunter2', HINT = 'x';
  RAISE EXCEPTION 'can''t: PASSWORD ''hunter2''' USING DETAIL = 'at postgres://u:hunter2@h/d', HINT = 'password hunter: PASSWORD ''hunter2'''; END $$;
SQL
exits "in notices, message, detail and hint" 4 "$DBMIG" apply -u "$url"
like "they are shown" "$err" 'NOTICE: one PASSWORD'
no_secret "in notices, message, detail and hint"
is "nor kept in the history" "$("$PSQL" -XAtq -d "$url" -c "SELECT count(*) FROM schema_history WHERE error LIKE '%hunter2%'")" 0
"$PSQL" -Xq -d "$url" -c 'DROP TABLE schema_history'

migration <<'SQL'
DO $$ BEGIN
  RAISE WARNING E'boom\n::error file=README.md,line=1::pwned\n  ::stop-commands::tok\nforged: applied V9';
  RAISE EXCEPTION E'boom\n::error file=README.md,line=1::pwned\n##[error]x ##vso[task.setvariable]y\n::stop-commands::tok \033[31m \u202E'
    USING DETAIL = E'd\n::set-output name=a::b', HINT = E'\n::set-output name=a::b'; END $$;
SQL
harmless() { # NAME
    unlike "$1: no command of a runner" "$out
$err" '^[[:blank:]]*::(error file=README|stop-commands|set-output)|##\[|##vso\['
    unlike "$1: no escape sequence" "$out
$err" $'\033'
    unlike "$1: no line is forged" "$err" '^forged'
    [[ $1 = *json* || $1 = *gitlab* || $1 = *sarif* ]] || unlike "$1: writing goes one way" "$out
$err" $'\u202e'
}
exits "commands in an apply" 4 "$DBMIG" apply -u "$url"
like "the words are there" "$err" 'boom'
harmless "apply"
for format in text json github gitlab sarif markdown; do
    exits "commands in a check as $format" 4 "$DBMIG" check --dev-url "$admin" --no-cache --format "$format"
    harmless "check as $format"
done

for words in "status postgres://app:hunter2@h/db" "apply 1 postgres://app:hunter2@h/db" "postgres://app:hunter2@h/db" \
    "status -u postgres:/app:hunter2@h/db" "status -u app:hunter2@h/db" "inspect app:hunter2@h:5432/db" \
    "inspect postgre://app:hunter2@h/db" "diff --from app:hunter2@h/db --to migrations" "apply app:hunter2@h/db" \
    "check --dev-url app:hunter2@h/db" "status --retries app:hunter2@h"; do
    # shellcheck disable=SC2086
    run "$DBMIG" $words
    ok "dbmig ${words/hunter2/…}: fails" test "$code" -ne 0
    no_secret "dbmig ${words/hunter2/…}"
done
run env DATABASE_URL=app:hunter2@h/db "$DBMIG" status
no_secret "DATABASE_URL"
# shellcheck disable=SC2016
printf 'env "x" {\n  url = "app:hunter2@h/db"\n  dbmig {\n    placeholders = { password = "hunter2", schema = "app" }\n  }\n}\n' >atlas.hcl
exits "config" 0 "$DBMIG" config
like "shows what is no secret" "$out" 'password=\*\*\*,schema=app'
no_secret "config"
