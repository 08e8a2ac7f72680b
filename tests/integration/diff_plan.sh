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
        "$("$PSQL" -XAt -d "$base/before" -f "$folder/kept.sql" 2>&1)" "$(cat "$folder/kept")"
    run plan "${args[@]}"
    expect "$name: nothing is left to do" "$folder/remains" "$out"
}

for folder in "$ROOT"/tests/golden/plan/*/; do
    folder=${folder%/}
    [ -z "${GOLDEN_ONLY:-}" ] || [[ $folder == *$GOLDEN_ONLY* ]] || continue
    judge "${folder##*/}" "$folder"
done
