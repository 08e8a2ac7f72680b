#!/usr/bin/env bash
# The cases of tests/golden/plan: the plan that is printed, what is said beside it, and that it runs in
# psql, keeps rows and leaves nothing to do. GOLDEN=write writes what is printed.
. "$(dirname "$0")/../lib/tap.sh"
. "$ROOT/tests/lib/servers.sh"
server_start plan
url=${SERVER_URL[plan]}
base=${url%/*}

psql_file() {
    "$PSQL" -Xq -d "$1" -v ON_ERROR_STOP=1 -f "$2" >"$SANDBOX/psql.log" 2>&1
}

# expect NAME FILE TEXT: the file's content, or nothing when there is no such file.
expect() {
    local wanted=""
    if [ "${GOLDEN:-}" = write ]; then
        rm -f "$2"
        [ -z "$3" ] || printf '%s\n' "$3" >"$2"
    fi
    [ ! -f "$2" ] || wanted=$(cat "$2")
    is "$1" "$3" "$wanted"
}

plan() {
    (cd "$SANDBOX/work" && "$DBMIG" diff --from "$base/before" --to after.sql --dev-url "$url" "$@")
}

judge() {
    local name=$1 folder=$2 args=()
    rm -rf "$SANDBOX/work" && cp -r "$folder" "$SANDBOX/work"
    [ ! -f "$folder/args" ] || mapfile -t args <"$folder/args"
    "$PSQL" -Xq -d "$url" -c "DROP DATABASE IF EXISTS before" -c "CREATE DATABASE before TEMPLATE template0" \
        >/dev/null 2>&1
    ok "$name: before loads" psql_file "$base/before" "$folder/before.sql" || sed 's/^/# /' "$SANDBOX/psql.log"
    [ ! -f "$folder/rows.sql" ] || psql_file "$base/before" "$folder/rows.sql"
    run plan "${args[@]}"
    expect "$name: the plan" "$folder/plan.sql" "$out"
    expect "$name: what is said" "$folder/stderr" "$(sed "s|$base|SERVER|g" <<<"$err")"
    printf '%s\n' "$out" >"$SANDBOX/plan.sql"
    ok "$name: it runs in psql" psql_file "$base/before" "$SANDBOX/plan.sql" || sed 's/^/# /' "$SANDBOX/psql.log"
    [ ! -f "$folder/kept.sql" ] || is "$name: rows are kept" \
        "$("$PSQL" -XqAt -d "$base/before" -f "$folder/kept.sql" 2>&1)" "$(cat "$folder/kept")"
    run plan "${args[@]}"
    expect "$name: nothing is left to do" "$folder/remains" "$out"
    is "$name: and that is no failure" "$code" 0
}

for folder in "$ROOT"/tests/golden/plan/*/; do
    folder=${folder%/}
    [ -z "${GOLDEN_ONLY:-}" ] || [[ $folder == *$GOLDEN_ONLY* ]] || continue
    judge "${folder##*/}" "$folder"
done

# A question on a terminal: no is the default, and a yes renames.
ask() {
    script -qec "$DBMIG diff --from '$base/before' --to '$SANDBOX/new.sql' --dev-url '$url'" /dev/null <<<"$1" 2>&1 |
        tr -d '\r'
}
if command -v script >/dev/null; then
    "$PSQL" -Xq -d "$url" -c "DROP DATABASE before" -c "CREATE DATABASE before TEMPLATE template0" >/dev/null
    "$PSQL" -Xq -d "$base/before" -c "CREATE TABLE a (id integer, name text)" >/dev/null
    echo "CREATE TABLE b (id integer, name text);" >"$SANDBOX/new.sql"
    out=$(ask y)
    like "on a terminal it asks" "$out" 'was table public\.a renamed to b\? \[y/N\]'
    like "yes renames" "$out" 'ALTER TABLE public\.a RENAME TO b;'
    unlike "and drops nothing" "$out" 'DROP TABLE'
    out=$(ask '')
    like "the default is no" "$out" 'DROP TABLE public\.a;'
else
    skip "a question on a terminal" "no script(1) here"
fi

# What cannot be meant is an error, and nothing is printed.
nothing() {
    run "$DBMIG" diff --no-verify --from "$base/before" --to "$SANDBOX/new.sql" --dev-url "$url" "$@"
    is "$*: exit code, nothing printed" "$code$out" 2
}
nothing --rename x=y
like "an unknown name is told" "$err" 'nothing called x can have been renamed to y'
nothing --rename a
nothing --rename a=
nothing --skip drop_tables
echo "-- dbmig:renamed_from
CREATE TABLE b (id integer, name text);" >"$SANDBOX/new.sql"
nothing
like "a directive without a name is told with its place" "$err" 'new\.sql:1: dbmig:renamed_from needs the old name'
beside() {
    printf '%s\n' "$1" >"$SANDBOX/new.sql"
    nothing
    like "$2 is told with its place" "$err" "new\\.sql:$3: dbmig:renamed_from must stand in a -- comment on a line of its own"
}
beside $'CREATE TABLE a (\n id integer, -- dbmig:renamed_from ident\n name text);' "a directive behind a column" 2
beside $'CREATE TABLE a (\n id integer,\n name text -- dbmig:renamed_from nam\n);' "behind the last column" 3
beside $'CREATE TABLE a (id integer, name text) -- dbmig:renamed_from b\n;' "behind a statement" 1
beside $'CREATE TABLE a (id integer, name text); -- dbmig:renamed_from b' "behind the last statement" 1
beside $'/* dbmig:renamed_from b */\nCREATE TABLE a (id integer, name text);' "in a block comment" 1
beside $'-- was once dbmig:renamed_from b\nCREATE TABLE a (id integer, name text);' "behind other words" 1
printf 'CREATE TABLE a (id integer, name text);\n-- dbmig:renamed_from b\n' >"$SANDBOX/new.sql"
nothing
like "above nothing" "$err" 'new\.sql:2: dbmig:renamed_from stands above nothing that has a name'
"$PSQL" -Xq -d "$base/before" -c "CREATE VIEW v AS SELECT 1 AS x" >/dev/null
echo "CREATE TABLE v (id integer, name text);" >"$SANDBOX/new.sql"
nothing --rename a=v
like "a name that another kind has is taken" "$err" 'table public\.a cannot become public\.v: that name is taken by view public\.v'

# Nobody says which throwaway server: of those that are here, one of the live database's version.
major=$("$PSQL" -XAt -d "$url" -c "SELECT current_setting('server_version_num')::int / 10000")
other=$(pg_majors | grep -vx "$major" | tail -n 1)
if [ -n "$other" ] && [ "$PG_DEBIAN" = "/usr/lib/postgresql/$major/bin" ]; then
    unset DBMIG_DEV_URL
    like_live() {
        run env PATH="$(pg_bindir "$other"):$PATH" DOCKER_HOST="unix://$SANDBOX/none" "$DBMIG" diff "$@"
        is "$*: exit code" "$code" 0
        unlike "$*: verified" "$err" 'not verified'
    }
    server_database plan live >/dev/null && server_database plan empty >/dev/null
    "$PSQL" -Xq -d "$base/live" -c 'CREATE TABLE t (id int PRIMARY KEY)'
    echo 'CREATE TABLE t (id int PRIMARY KEY, name text);' >"$SANDBOX/models.sql"
    like_live --from "$base/live" --to "$base/empty"
    like_live --from "$base/live" --to "$SANDBOX/models.sql"
    like_live --from "$SANDBOX/models.sql" --to "$base/live"
else
    skip "the live database's version" "PostgreSQL of one version alone is here"
fi

# What only 18 has: columns that are computed when they are read.
if pg_bindir 18 >/dev/null; then
    server_start new 18
    server_database new before >/dev/null
    "$PSQL" -Xq -d "${SERVER_URL[new]%/*}/before" -c "CREATE TABLE t (a int, twice int GENERATED ALWAYS AS (a * 2) VIRTUAL)"
    echo 'CREATE TABLE t (a int, twice int);' >"$SANDBOX/new.sql"
    run "$DBMIG" diff --from "${SERVER_URL[new]%/*}/before" --to "$SANDBOX/new.sql" --dev-url "${SERVER_URL[new]}"
    like "a virtual column that becomes a plain one loses its values, which is told" "$err" \
        'drops column public\.t\.twice and the values that it computes'
    like "and marked" "$out" '^-- dbmig:hazard drops column public\.t\.twice'
else
    skip "virtual columns" "PostgreSQL 18 is not here"
fi
