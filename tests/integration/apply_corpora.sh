#!/usr/bin/env bash
# apply on migration histories that no one here wrote: the result equals a psql replay file by file, the
# history rows agree with Flyway's, and a second apply does nothing.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/servers.sh
. "$ROOT/tests/lib/servers.sh"
HISTORIES=$CORPORA/migrations
[ -d "$HISTORIES/marquez" ] || skip_all "the real histories are not here"
server_start main

# What stays equal when the same files ran: now() columns differ, and the history is ours alone.
dump_of() {
    "$PG_DUMP" --schema-only --no-owner --exclude-table='*schema_history*' "$1" |
        grep -vE '^\\(un)?restrict '
}

# Data of all tables, columns with times left out, in a fixed order.
data_of() {
    "$PSQL" -qXAt -d "$1" <<'SQL'
SELECT format('SELECT %L, count(*), md5(coalesce(string_agg(t::text, E''\n'' ORDER BY t::text), '''')) FROM (SELECT %s FROM %I.%I) t',
              c.relname, coalesce(string_agg(quote_ident(a.attname), ', '), '1'), n.nspname, c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     AND a.atttypid NOT IN ('timestamp'::regtype, 'timestamptz'::regtype, 'uuid'::regtype)
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND c.relname NOT LIKE '%schema_history%'
GROUP BY n.nspname, c.relname ORDER BY c.relname
\gexec
SQL
}

# psql, one session a file, in the order in which Flyway ran them.
replay_by_psql() {
    local folder=$1 oracle=$2 url=$3 script
    tail -n +2 "$oracle" | cut -d, -f1,5 | sort -t, -n | cut -d, -f2 | while read -r script; do
        local single=--single-transaction
        ! grep -qi concurrently "$folder/$script" || single=
        # shellcheck disable=SC2086
        "$PSQL" -qX -v ON_ERROR_STOP=1 $single -d "$url" -f "$folder/$script" >/dev/null 2>"$SANDBOX/psql.err" ||
            { sed 's/^/# /' "$SANDBOX/psql.err"; return 1; }
    done
}

for name in marquez odd-platform opencue; do
    oracle=$HISTORIES/oracle/$name.flyway_schema_history.csv
    cp -r "$HISTORIES/$name" "$SANDBOX/$name"
    chmod -R u+w "$SANDBOX/$name"
    url=$(server_database main "$name")
    other=$(server_database main "${name}_psql")
    run "$DBMIG" hash --dir "$SANDBOX/$name"
    exits "$name: status before" 0 "$DBMIG" status --dir "$SANDBOX/$name" -u "$url"
    exits "$name: status --exit-code before" 1 "$DBMIG" status --dir "$SANDBOX/$name" -u "$url" --exit-code
    exits "$name: apply" 0 "$DBMIG" apply --dir "$SANDBOX/$name" -u "$url"
    ok "$name: psql replays it" replay_by_psql "$HISTORIES/$name" "$oracle" "$other"
    is "$name: schema as by psql" "$(dump_of "$url")" "$(dump_of "$other")"
    is "$name: data as by psql" "$(data_of "$url")" "$(data_of "$other")"
    rows=$("$PSQL" -qXAt --csv -d "$url" -c "SELECT installed_rank, coalesce(version, 'NULL'), description, type, script, checksum,
        installed_by, success FROM schema_history ORDER BY installed_rank")
    is "$name: history as Flyway's" "$rows" "$(tail -n +2 "$oracle")"
    exits "$name: apply again" 0 "$DBMIG" apply --dir "$SANDBOX/$name" -u "$url"
    like "$name: nothing to do" "$out" "Nothing to apply"
    is "$name: and nothing was written" "$("$PSQL" -qXAt -d "$url" -c 'SELECT count(*) FROM schema_history')" \
        "$(($(wc -l <"$oracle") - 1))"
    exits "$name: status after" 0 "$DBMIG" status --dir "$SANDBOX/$name" -u "$url" --exit-code
    dry=$(server_database main "${name}_dry")
    "$DBMIG" apply --dir "$SANDBOX/$name" -u "$dry" --dry-run=full >"$SANDBOX/dry.sql" 2>/dev/null
    is "$name: a dry run writes nothing" \
        "$("$PSQL" -qXAt -d "$dry" -c "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")" 0
    exits "$name: its SQL runs in psql" 0 "$PSQL" -qX -v ON_ERROR_STOP=1 -d "$dry" -o /dev/null -f "$SANDBOX/dry.sql"
    is "$name: with the same schema" "$(dump_of "$dry")" "$(dump_of "$url")"
    exits "$name: and apply then finds nothing to do" 0 "$DBMIG" apply --dir "$SANDBOX/$name" -u "$dry"
    like "$name: nothing to do after it" "$out" "Nothing to apply"
    shared=$(server_database main "${name}_flyway")
    exits "$name: apply with Flyway's table" 0 "$DBMIG" apply --dir "$SANDBOX/$name" -u "$shared" \
        --history-table flyway_schema_history
    rows=$("$PSQL" -qXAt --csv -d "$shared" -c "SELECT installed_rank, coalesce(version, 'NULL'), description, type, script, checksum,
        installed_by, success FROM flyway_schema_history ORDER BY installed_rank")
    is "$name: rows in Flyway's table as Flyway's" "$rows" "$(tail -n +2 "$oracle")"
done
