#!/usr/bin/env bash
# What is promised to stay: databases, sum files and caches that earlier releases left behind, as they are
# under tests/golden/compat/VERSION. The present program goes on where they stopped.
. "$(dirname "$0")/../lib/tap.sh"
. "$(dirname "$0")/../lib/servers.sh"

server_start main
releases=0
for release in "$ROOT"/tests/golden/compat/*/; do
    version=$(basename "$release")
    releases=$((releases + 1))
    rm -rf "$SANDBOX/p" && mkdir "$SANDBOX/p" && cp -r "$release/migrations" "$SANDBOX/p/"
    cd "$SANDBOX/p" || exit 1
    exits "$version: the sum file is still right" 0 "$DBMIG" hash
    is "$version: and hash writes the same bytes" "$(cat migrations/atlas.sum)" "$(cat "$release/migrations/atlas.sum")"
    for table in schema_history flyway_schema_history; do
        at="$version, $table"
        url=$(server_database main "${table}_$version")
        "$PSQL" -qX -v ON_ERROR_STOP=1 -d "$url" -f "$release/$table.sql" >/dev/null || exit 1
        export DBMIG_HISTORY_TABLE=$table DBMIG_URL=$url
        query() { "$PSQL" -qXAt -d "$url" -c "$1"; }
        run "$DBMIG" status --json
        is "$at: states are read" "$(jq -r '[.migrations[] | .script + " " + .state] | join(", ")' <<<"$out")" \
            "V1__tables.sql applied, V2__index.sql applied, V3__two_steps.sql failed, R__notes.sql pending"
        exits "$at: what failed then fails again" 4 "$DBMIG" apply
        is "$at: and its first statement is not run again" "$(query "SELECT count(*) FROM steps")" 1
        query "UPDATE gate SET value = 1"
        exits "$at: apply goes on where it stopped" 0 "$DBMIG" apply
        is "$at: each effect once" "$(query "SELECT string_agg(note, ', ' ORDER BY note) FROM notes")" "first, second 1"
        exits "$at: nothing is pending" 0 "$DBMIG" status --exit-code
        is "$at: the old rows stand" \
            "$(query "SELECT string_agg(version || ' ' || installed_on, ', ' ORDER BY installed_rank) FROM $table WHERE version IN ('1', '2')")" \
            "$(sed -n "s/^INSERT INTO public\.$table VALUES (\([12]\), .*'postgres', '\([^']*\)'.*/\1 \2/p" "$release/$table.sql" | paste -sd , | sed 's/,/, /')"
        cp -r migrations edited && sed -i 's/NOT NULL/NULL/' edited/V1__tables.sql && "$DBMIG" hash --dir edited >/dev/null 2>&1
        exits "$at: an edit of what was applied then is refused" 5 "$DBMIG" apply --dir edited
        rm -rf edited
        unset DBMIG_HISTORY_TABLE DBMIG_URL
    done

    # The cache: listed, not believed, taken away. V1 is changed so that the history can be replayed.
    mkdir -p "$XDG_CACHE_HOME" && rm -rf "$XDG_CACHE_HOME/dbmig" && cp -r "$release/cache" "$XDG_CACHE_HOME/dbmig"
    chmod -R go-rwx "$XDG_CACHE_HOME/dbmig"
    run "$DBMIG" cache --json
    ok "$version: its cache entry is listed" test "$(jq '.entries | length' <<<"$out")" = 1
    sed -i 's/^INSERT INTO gate VALUES (0)/INSERT INTO gate VALUES (1)/' migrations/V1__tables.sql
    "$DBMIG" hash >/dev/null 2>&1
    exits "$version: check with its cache" 0 "$DBMIG" check --dev-url embedded://
    exits "$version: the cache can be emptied" 0 "$DBMIG" cache prune --cache-size 0
    is "$version: and is empty then" "$("$DBMIG" cache --json | jq '.entries | length')" 0
done
ok "a release was looked at" test "$releases" -ge 1
