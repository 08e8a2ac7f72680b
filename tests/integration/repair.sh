#!/usr/bin/env bash
# Recovery: repair shows and then writes; marking as applied; single migrations; a failing file edited and
# run again; an older release on a newer database.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/servers.sh
. "$ROOT/tests/lib/servers.sh"
server_start main
cd "$SANDBOX" || exit 2
number=0

sql() { "$PSQL" -qXAt -v ON_ERROR_STOP=1 -d "$url" -c "$1"; }
hash() { "$DBMIG" hash >/dev/null 2>&1; }
flat() { printf '%s' "$1" | tr '\n' ' '; }
scripts() { sql "SELECT string_agg(coalesce(version, 'R') || ' ' || type || ' ' || success, ',' ORDER BY installed_rank) FROM ${1:-schema_history}"; }
# A database at version 3 with a folder that says the same.
fresh() {
    number=$((number + 1))
    url=$(server_database main "db$number")
    rm -rf migrations && mkdir migrations
    for i in 1 2 3; do echo "CREATE TABLE t$i (id int);" >migrations/V${i}__t$i.sql; done
    hash
    "$DBMIG" apply -u "$url" "$@" >/dev/null 2>&1
}

for table in schema_history flyway_schema_history; do
    with="--history-table $table"
    # shellcheck disable=SC2086
    {
        fresh $with
        exits "$table: nothing to repair" 0 "$DBMIG" repair -u "$url" $with
        like "$table: said" "$out" 'Nothing to repair'

        # An edited comment.
        echo "-- a comment" >>migrations/V2__t2.sql && hash
        exits "$table: an edited file is refused" 5 "$DBMIG" apply -u "$url" $with
        like "$table: and repair named" "$err" 'dbmig repair'
        before=$(sql "TABLE $table")
        exits "$table: repair --dry-run" 0 "$DBMIG" repair -u "$url" $with --dry-run
        like "$table: shows what would change" "$out" 'V2__t2.sql +edited since it was applied +checksum -?[0-9]+ becomes -?[0-9]+'
        run "$DBMIG" repair -u "$url" $with </dev/null
        is "$table: nobody to ask: exit code" "$code" 2
        like "$table: nobody to ask: names --yes" "$(flat "$err")" 'no terminal.*--yes'
        is "$table: nothing was written" "$(sql "TABLE $table")" "$before"
        exits "$table: repair --yes" 0 "$DBMIG" repair -u "$url" $with --yes
        like "$table: says so" "$out" 'Repaired: 1 row'
        exits "$table: and apply is content" 0 "$DBMIG" apply -u "$url" $with
        exits "$table: and status" 0 "$DBMIG" status -u "$url" $with --exit-code

        # Another name.
        mv migrations/V3__t3.sql migrations/V3__third_table.sql && hash
        exits "$table: a renamed file applies" 0 "$DBMIG" apply -u "$url" $with
        exits "$table: repair takes the name over" 0 "$DBMIG" repair -u "$url" $with --yes
        is "$table: description and script" "$(sql "SELECT description, script FROM $table WHERE version = '3'")" \
            'third table|V3__third_table.sql'

        # A file that is gone.
        rm migrations/V2__t2.sql && hash
        exits "$table: a missing file is refused" 5 "$DBMIG" apply -u "$url" $with
        exits "$table: repair --yes of a missing file" 0 "$DBMIG" repair -u "$url" $with --yes
        is "$table: a DELETE row, as Flyway's" "$(sql "SELECT installed_rank, version, description, type, script, checksum IS NOT NULL,
            execution_time, success FROM $table ORDER BY 1 DESC LIMIT 1")" '4|2|t2|DELETE|V2__t2.sql|t|0|t'
        exits "$table: apply is content with that" 0 "$DBMIG" apply -u "$url" $with
        exits "$table: repair again: nothing" 0 "$DBMIG" repair -u "$url" $with
        like "$table: nothing indeed" "$out" 'Nothing to repair'

        # A file that failed outside a transaction.
        fresh $with
        printf -- '-- dbmig:txmode none\nCREATE INDEX CONCURRENTLY i1 ON t1 (id);\nCREATE INDEX CONCURRENTLY i2 ON t1 (nothing);\n' \
            >migrations/V4__indexes.sql && hash
        exits "$table: a failing file" 4 "$DBMIG" apply -u "$url" $with
        is "$table: its row" "$(scripts $table)" '1 SQL true,2 SQL true,3 SQL true,4 SQL false'
        exits "$table: repair leaves what is partly applied" 0 "$DBMIG" repair -u "$url" $with --yes
        like "$table: and says why" "$(flat "$err")" 'V4__indexes.sql is partly applied \(1 of 2.*resumes it'
        sed -i 's/nothing/id/' migrations/V4__indexes.sql && hash
        exits "$table: edited and run again" 0 "$DBMIG" apply -u "$url" $with
        is "$table: is a success" "$(scripts $table)" '1 SQL true,2 SQL true,3 SQL true,4 SQL true'
        is "$table: both indexes are valid" "$(sql "SELECT count(*) FROM pg_index WHERE indrelid = 't1'::regclass AND indisvalid")" 2

        fresh $with
        printf -- '-- dbmig:txmode none\nCREATE INDEX CONCURRENTLY i2 ON t1 (nothing);\n' >migrations/V4__indexes.sql && hash
        exits "$table: failing at its first statement" 4 "$DBMIG" apply -u "$url" $with
        exits "$table: repair removes the row" 0 "$DBMIG" repair -u "$url" $with --yes
        is "$table: it is gone" "$(scripts $table)" '1 SQL true,2 SQL true,3 SQL true'
        exits "$table: and the file is pending" 1 "$DBMIG" status -u "$url" $with --exit-code
        like "$table: pending indeed" "$out" 'V4__indexes.sql +pending'
    }
done

# --force forgets what is done of a file; --mark-applied completes it.
fresh
printf -- '-- dbmig:txmode none\nCREATE INDEX CONCURRENTLY i1 ON t1 (id);\nCREATE INDEX CONCURRENTLY i2 ON t1 (nothing);\n' \
    >migrations/V4__indexes.sql && hash
"$DBMIG" apply -u "$url" >/dev/null 2>&1
exits "repair --force --dry-run" 0 "$DBMIG" repair -u "$url" --force --dry-run
like "warns of what runs again" "$out" 'runs its first 1 statement again'
exits "--mark-applied of a failed file" 0 "$DBMIG" apply -u "$url" --mark-applied 4
is "makes it a success" "$(sql "SELECT success, statements_applied = statements_total, error IS NULL FROM schema_history WHERE version = '4'")" 't|t|t'
exits "apply has nothing to do" 0 "$DBMIG" apply -u "$url"
like "nothing indeed" "$out" 'Nothing to apply'

# A transactional file that fails leaves no row; edited, it runs.
fresh
echo "CREATE TABLE t4 (id int); CREATE TABLE t1 (id int);" >migrations/V4__t4.sql && hash
exits "a transactional failure" 4 "$DBMIG" apply -u "$url"
is "no row" "$(scripts)" '1 SQL true,2 SQL true,3 SQL true'
exits "nothing to repair after it" 0 "$DBMIG" repair -u "$url"
echo "CREATE TABLE t4 (id int);" >migrations/V4__t4.sql
exits "without a new hash: refused" 5 "$DBMIG" apply -u "$url"
hash
exits "edited and hashed: runs" 0 "$DBMIG" apply -u "$url"

# Marking, and single migrations.
fresh
for i in 4 5 6; do echo "CREATE TABLE t$i (id int);" >migrations/V${i}__t$i.sql; done
echo "SELECT 1;" >migrations/R__view.sql
hash
exits "--mark-applied --dry-run" 0 "$DBMIG" apply -u "$url" --mark-applied 4 --dry-run
is "writes nothing" "$(scripts)" '1 SQL true,2 SQL true,3 SQL true'
exits "--mark-applied" 0 "$DBMIG" apply -u "$url" --mark-applied 4.0 --mark-applied R__view.sql
is "two rows, nothing run" "$(scripts)|$(sql "SELECT to_regclass('t4') IS NULL")" '1 SQL true,2 SQL true,3 SQL true,4 SQL true,R SQL true|t'
exits "--mark-applied again: harmless" 0 "$DBMIG" apply -u "$url" --mark-applied 4
exits "--mark-applied of nothing" 2 "$DBMIG" apply -u "$url" --mark-applied 44
like "is named" "$err" 'there is no migration 44'
exits "--only" 0 "$DBMIG" apply -u "$url" --only 6
is "ran just that one" "$(scripts)|$(sql "SELECT to_regclass('t5') IS NULL, to_regclass('t6') IS NULL")" \
    '1 SQL true,2 SQL true,3 SQL true,4 SQL true,R SQL true,6 SQL true|t|f'
exits "what was left out is now out of order" 5 "$DBMIG" apply -u "$url"
exits "--only takes it all the same" 0 "$DBMIG" apply -u "$url" --only V5__t5.sql
exits "--only of what is applied: nothing to do" 0 "$DBMIG" apply -u "$url" --only 5
like "nothing indeed, by --only" "$out" 'Nothing to apply'
exits "--only of nothing" 2 "$DBMIG" apply -u "$url" --only 99
exits "all in order" 0 "$DBMIG" status -u "$url" --exit-code

# An older release deploys.
fresh
rm migrations/V3__t3.sql && hash
exits "older release: apply" 0 "$DBMIG" apply -u "$url"
like "older release: a warning" "$err" 'warning: the database has 1 migration newer than this folder: V3__t3.sql'
exits "older release: repair leaves that alone" 0 "$DBMIG" repair -u "$url"
like "older release: nothing to repair" "$out" 'Nothing to repair'

# Asked on a terminal; and another run in between.
if command -v script >/dev/null; then
    fresh
    echo "-- a comment" >>migrations/V2__t2.sql && hash
    printf 'n\n' | script -qec "$DBMIG repair -u $url" /dev/null >said 2>&1
    like "asked: the changes stand before the question" "$(tr -d '\r' <said | tr '\n' ' ')" 'V2__t2.sql: edited.*Write these changes.*Nothing was changed'
    exits "asked: no is no" 5 "$DBMIG" apply -u "$url"
    printf 'y\n' | script -qec "$DBMIG repair -u $url" /dev/null >said 2>&1
    exits "asked: yes is yes" 0 "$DBMIG" apply -u "$url"
    echo "-- another" >>migrations/V2__t2.sql && hash
    : >said
    (for ((i = 0; i < 1200; i++)); do grep -qF '[y/N]' said && break; sleep 0.05; done
        sql "UPDATE schema_history SET sha256 = 'x', checksum = 7 WHERE version = '2'"; echo y) |
        script -qec "$DBMIG repair -u $url" /dev/null >said 2>&1
    like "asked: another run in between is noticed" "$(cat said)" 'changed meanwhile'
else
    skip "asked on a terminal" "no script program"
fi

# For programs.
fresh
echo "-- a comment" >>migrations/V2__t2.sql && hash
exits "json" 0 "$DBMIG" repair -u "$url" --dry-run --json
like "json: the change" "$(flat "$out")" '"changes": \[ *\{ *"version": "2", *"script": "V2__t2.sql".*"kind": "update"'
