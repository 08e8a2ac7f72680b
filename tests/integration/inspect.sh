#!/usr/bin/env bash
# inspect: a case is tests/golden/inspect/NAME.sql, and NAME.FORMAT beside it is what it must print, on
# each server version alike. GOLDEN_UPDATE=1 writes them anew, to be read before they are kept.
. "$(dirname "$0")/../lib/tap.sh"
. "$ROOT/tests/lib/servers.sh"

golden=$ROOT/tests/golden/inspect
majors=$(pg_majors | grep -Ex '13|15|18')

load() {
    "$PSQL" -Xq -d "${1%/*}/postgres" -c "CREATE DATABASE \"${1##*/}\" TEMPLATE template0" &&
        "$PSQL" -Xq -o /dev/null -d "$1" -v ON_ERROR_STOP=1 -f "$2"
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

draws() {
    "$DBMIG" inspect "$1" --format dot | dot -Tsvg 2>&1 >"$SANDBOX/drawn.svg" | tee "$SANDBOX/dot.err"
    [ ! -s "$SANDBOX/dot.err" ] && python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' "$SANDBOX/drawn.svg"
}

for major in $majors; do
    server_start "v$major" "$major"
    for file in "$golden"/*.sql; do
        name=$(basename "$file" .sql)
        url=$(case_url "$major" "$name")
        ok "$major: $name loads" load "$url" "$file"
        for format in mermaid dot; do is_golden "$name" "$format" "$url" "$major"; done
    done
done

major=$(echo "$majors" | tail -n 1)
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
exits "an unknown format is a usage error" 2 "$DBMIG" inspect "$shop" --format yaml
