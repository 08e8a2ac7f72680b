#!/usr/bin/env bash
# inspect: a case is tests/golden/inspect/NAME.sql, and NAME.FORMAT beside it is what it must print, on
# each server version alike. GOLDEN_UPDATE=1 writes them anew, to be read before they are kept.
. "$(dirname "$0")/../lib/tap.sh"
. "$ROOT/tests/lib/servers.sh"

golden=$ROOT/tests/golden/inspect
pg_wanted 13 15 18

load() {
    "$PSQL" -Xq -d "${1%/*}/postgres" -c "CREATE DATABASE \"${1##*/}\" TEMPLATE template0" &&
        "$PSQL" -Xq -o /dev/null -d "$1" -v ON_ERROR_STOP=1 -f "$2" 2>"$SANDBOX/load.err"
}

# url of the database that a case was loaded into
case_url() { echo "${SERVER_URL[v$1]%/*}/$2"; }

is_golden() {
    local name=$1 format=$2 url=$3
    exits "$name as $format" 0 "$DBMIG" inspect "$url" --format "$format"
    is "$name as $format says nothing on stderr" "$err" ""
    [ -z "${GOLDEN_UPDATE:-}" ] || cp "$SANDBOX/.out" "$golden/$name.$format"
    is "$name as $format is as it was ($4)" "$out" "$(cat "$golden/$name.$format")"
}

# JSON without what differs between server versions: 18 names NOT NULL constraints.
is_golden_json() {
    local name=$1 url=$2
    exits "$name as json" 0 "$DBMIG" inspect "$url" --format json
    is "$name as json says nothing on stderr" "$err" ""
    like "$name as json tells the server's version" "$(jq .server_version "$SANDBOX/.out")" "^${3}0"
    jq 'del(.server_version, .schemas) | walk(
        if type == "object" then del(.not_null_constraint)
        elif type == "string" then gsub("CONSTRAINT [a-z0-9_]+ NOT NULL"; "NOT NULL")
        else . end)' "$SANDBOX/.out" >"$SANDBOX/$name.json"
    [ -z "${GOLDEN_UPDATE:-}" ] || cp "$SANDBOX/$name.json" "$golden/$name.json"
    is "$name as json is as it was ($3)" "$(diff "$golden/$name.json" "$SANDBOX/$name.json")" ""
}

# A page without its style and script, and without what differs between server versions.
is_golden_page() {
    local name=$1 url=$2
    exits "$name as html" 0 "$DBMIG" inspect "$url" --format html
    ok "$name as html runs and loads nothing of the schema's" python3 "$ROOT/tests/lib/check_page.py" "$SANDBOX/.out"
    sed -E -e '/<style>/,/<\/style>/d' -e '/<script>/,/<\/script>/d' \
        -e 's/CONSTRAINT [a-z0-9_]+ NOT NULL/NOT NULL/g' "$SANDBOX/.out" >"$SANDBOX/$name.html"
    [ -z "${GOLDEN_UPDATE:-}" ] || cp "$SANDBOX/$name.html" "$golden/$name.html"
    is "$name as html is as it was ($3)" "$(diff "$golden/$name.html" "$SANDBOX/$name.html")" ""
}

# All statements of the SQL are in the JSON, each once and with what it is about.
same_statements() {
    "$DBMIG" inspect "$1" | grep -Ev '^(SET|RESET) check_function_bodies' | sort >"$SANDBOX/sql.lines"
    "$DBMIG" inspect "$1" --format json | jq -r '.. | objects | .sql? // empty | .[] + ";"' | sort >"$SANDBOX/json.lines"
    [ -s "$SANDBOX/sql.lines" ] && diff "$SANDBOX/sql.lines" "$SANDBOX/json.lines"
}

draws() {
    "$DBMIG" inspect "$1" --format dot | dot -Tsvg 2>&1 >"$SANDBOX/drawn.svg" | tee "$SANDBOX/dot.err"
    [ ! -s "$SANDBOX/dot.err" ] && python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' "$SANDBOX/drawn.svg"
}

for major in $PG_HERE; do
    server_start "v$major" "$major"
    for file in "$golden"/*.sql; do
        name=$(basename "$file" .sql)
        url=$(case_url "$major" "$name")
        ok "$major: $name loads" load "$url" "$file"
        for format in mermaid dot; do is_golden "$name" "$format" "$url" "$major"; done
        is_golden_json "$name" "$url" "$major"
        is_golden_page "$name" "$url" "$major"
    done
    for file in "$ROOT"/tests/golden/left_out/*.sql; do
        name=$(basename "$file" .sql)
        url=$(case_url "$major" "$name")
        ok "$major: $name loads" load "$url" "$file"
        exits "$major: $name is read" 0 "$DBMIG" inspect "$url" --exclude audit
        [ -z "${GOLDEN_UPDATE:-}" ] || cp "$SANDBOX/.err" "${file%.sql}.err"
        is "$major: $name: all that is left out is named" "$err" "$(cat "${file%.sql}.err")"
    done
    url=$(case_url "$major" zoo)
    ok "$major: the zoo loads" load "$url" "$ROOT/tests/schema/zoo.sql"
    ok "$major: the zoo's JSON has the same statements as its SQL" same_statements "$url"
    run "$DBMIG" inspect "$url" --format json
    unlike "$major: nothing of the zoo is left out but a password and what an extension got by default privileges" \
        "$(printf '%s\n' "$err" | grep -v 'grants on objects of extensions' |
            grep -v 'passwords and keys of user mappings: FOR zoo_keeper SERVER zoo_server')" .
    unlike "$major: no password in the JSON" "$out" "secret['\"]"
    run "$DBMIG" inspect "$url" --format html
    ok "$major: the zoo's page is whole" python3 "$ROOT/tests/lib/check_page.py" "$SANDBOX/.out"
    unlike "$major: no password in the page" "$out" "secret['\"&<]"
    like "$major: the page tells what is not on it" "$out" 'Not on this page'
done

major=${PG_HERE##* }
if command -v dot >/dev/null; then
    for file in "$golden"/*.sql; do
        name=$(basename "$file" .sql)
        ok "Graphviz draws $name without a complaint" draws "$(case_url "$major" "$name")"
    done
else
    skip "Graphviz draws each case" "no dot here"
fi

shop=$(case_url "$major" shop)
run "$DBMIG" inspect "$shop" --format mermaid --exclude 'public.order*' --exclude public.lines
unlike "--exclude leaves tables out of a diagram" "$out" 'orders'
like "and nothing else" "$out" '"customers"'
run "$DBMIG" inspect "$(case_url "$major" hostile)" --format mermaid --schema public
unlike "--schema leaves other schemas out" "$out" 'script'
like "and keeps its own" "$out" '"erDiagram"'
run "$DBMIG" inspect "$shop" --json
is "--json is --format json" "$(printf '%s\n' "$out" | jq -c '[.version, (.tables | length)]')" '[1,8]'
DBMIG_FORMAT=json run "$DBMIG" inspect "$shop" --format dot
like "the format of reports does not change a schema's" "$out" '^digraph'
run "$DBMIG" diff --no-verify --from "$(case_url "$major" beside)" --to "$shop"
like "diff names what it does not compare" "$err" 'not compared: large objects: 2'
out=$(run "$DBMIG" inspect "$shop" --json && jq -r '.tables[].constraints[] | select(.references) |
    "\(.columns | join("+")) -> \(.references.table)"' "$SANDBOX/.out" | sort -u)
is "JSON tells where foreign keys point" "$out" "$(printf '%s\n' 'customer_id -> public.customers' \
    'order_id -> public.orders' 'replaces -> public.orders' 'shop+code -> public.products')"
exits "a database that is not there is an error" 3 "$DBMIG" inspect "${shop}_no" --json
"$PSQL" -Xq -d "$shop" -c "CREATE ROLE first" -c "CREATE ROLE second"
grants=("GRANT SELECT ON customers TO first WITH GRANT OPTION" "GRANT ALL ON customers TO PUBLIC"
    "SET ROLE first; GRANT SELECT ON customers TO second; RESET ROLE" "GRANT UPDATE ON customers TO second")
texts=()
for order in "0 1 2 3" "3 1 0 2" "1 0 3 2"; do
    "$PSQL" -Xq -d "$shop" -c "REVOKE ALL ON customers FROM first, second, PUBLIC CASCADE"
    for i in $order; do "$PSQL" -Xq -d "$shop" -c "${grants[i]}"; done
    texts+=("$("$DBMIG" inspect "$shop")")
done
like "grants are printed" "${texts[0]}" 'GRANT SELECT ON TABLE public.customers TO second'
is "in one order" "${texts[1]}" "${texts[0]}"
is "whatever order they were made in" "${texts[2]}" "${texts[0]}"
exits "an unknown format is a usage error" 2 "$DBMIG" inspect "$shop" --format yaml
