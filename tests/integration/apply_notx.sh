#!/usr/bin/env bash
# Files that run outside a transaction: what a failure leaves, what can be corrected, what is refused.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/servers.sh
. "$ROOT/tests/lib/servers.sh"

sql() { "$PSQL" -qXAt -v ON_ERROR_STOP=1 -d "$url" -c "$1" 2>&1; }
put() { mkdir -p "$d" && printf '%s\n' "$2" >"$d/$1"; }
hashed() { "$DBMIG" hash -q --dir "$d" >/dev/null; }
# shellcheck disable=SC2120 # exits passes them on
apply() { "$DBMIG" apply --dir "$d" -u "$url" "$@"; }
n=0
fresh() {
    n=$((n + 1))
    d=$SANDBOX/m$n
    url=$(server_database main "c$n")
}
server_start main

# A refused ALTER TYPE … ADD VALUE left nothing: it is corrected, or taken out, and the file goes on.
for table in schema_history flyway_schema_history; do
    for refused in "ALTER TYPE tyy ADD VALUE 'b';" "ALTER TYPE ty ADD VALUE 'a';" "ALTER TYPE mm ADD VALUE 'b';"; do
        for then in "ALTER TYPE ty ADD VALUE 'c';" ''; do
            fresh
            begun="CREATE TABLE mm (id int); CREATE TYPE ty AS ENUM ('a'); VACUUM mm;"
            put V1__a.sql "$begun $refused"
            hashed
            exits "$table: $refused" 4 apply --history-table "$table"
            like "what is applied" "$err" 'Statements 1 to 3 of the 4 of V1__a.sql are applied; the one on line 1 is not'
            put V1__a.sql "$begun $then"
            hashed
            exits "then ${then:-nothing in its place}" 0 apply --history-table "$table"
            is "recorded" "$(sql "SELECT script, success FROM $table")" "V1__a.sql|t"
        done
    done
done

# Somebody deletes the row of a file while it runs.
for table in schema_history flyway_schema_history; do
    for last in "SELECT 1" "VACUUM mm"; do
        fresh
        put V1__a.sql "CREATE TABLE mm (id int); VACUUM mm; DELETE FROM $table; $last;"
        hashed
        exits "$table: the row of the file is gone ($last)" 5 apply --history-table "$table"
        like "told as that" "$err" 'the history changed while migrations ran'
        unlike "in no words of SQL" "$err" 'invalid input syntax|boolean'
        like "what is applied" "$err" 'Statements 1 to [23] of the 4 of V1__a.sql are applied'
    done
done

# The first try's leftover is this try's.
fresh
put V1__a.sql "CREATE TABLE d (id int); INSERT INTO d VALUES (1), (1);"
put V2__b.sql "CREATE UNIQUE INDEX CONCURRENTLY d_id ON d (id);"
hashed
exits "a unique index that cannot be" 4 apply
like "drops what this try left" "$err" 'dropped the invalid index public.d_id that this try left'
is "nothing remains" "$(sql "SELECT to_regclass('d_id') IS NULL, started_statement FROM schema_history WHERE version = '2'")" "t|"
sql "CREATE INDEX d_id ON d (id)" >/dev/null
sql "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'd_id'::regclass" >/dev/null
exits "one that somebody else left" 4 apply
like "is said to be invalid" "$err" 'hint: The index public.d_id is invalid.*DROP INDEX CONCURRENTLY'
is "and is not touched" "$(sql "SELECT indisvalid FROM pg_index WHERE indexrelid = 'd_id'::regclass")" f

# ---- a run that was cut short: by a script that psql runs up to a line ----
# cut PATTERN: runs the full dry run up to and with the first line that has the pattern.
cut() {
    "$DBMIG" apply --dir "$d" -u "$url" --dry-run=full -o "$SANDBOX/script.sql" >/dev/null
    sed "/$1/q" "$SANDBOX/script.sql" >"$SANDBOX/part.sql"
    "$PSQL" -qX -o /dev/null -d "$url" -f "$SANDBOX/part.sql"
}
index_file() {
    fresh
    put V1__a.sql 'CREATE TABLE t (id int, b int); CREATE INDEX before_it ON t (b);'
    put V2__b.sql $'INSERT INTO t VALUES (1);\nCREATE UNIQUE INDEX CONCURRENTLY t_id ON t (id);\nINSERT INTO t VALUES (2);'
    hashed
}
index_file
cut '^CREATE UNIQUE INDEX.*;$'
exits "status of a file that was cut short" 0 "$DBMIG" status --dir "$d" -u "$url"
like "shows the statement" "$out" 'V2__b.sql failed after 1 of 3 statements: this statement was begun'
unlike "and no mark" "$out" 'dbmig-mark'
exits "cut short behind an index" 0 apply
like "says that it had taken effect" "$err" 'the statement on line 2 had taken effect before'
is "each statement once" "$(sql 'SELECT array_agg(id ORDER BY id) FROM t')" '{1,2}'
index_file
cut '^CREATE UNIQUE INDEX.*;$'
sed -i 's/UNIQUE INDEX CONCURRENTLY t_id/UNIQUE INDEX CONCURRENTLY t_di/' "$d/V2__b.sql"
hashed
exits "edited behind its effect" 5 apply
like "is told" "$err" 'The statement that stood here took effect before the run was interrupted'
index_file
cut '^SET lock_timeout = 0;'
ok "no timeout over CONCURRENTLY" grep -qx 'SET lock_timeout = 0;' "$SANDBOX/part.sql"
sql 'CREATE INDEX t_id ON t (id)' >/dev/null
exits "an index of the name that is not unique" 5 apply
like "is not as written" "$err" 'index public.t_id is there, but not as written'
index_file
sed -i 's/UNIQUE INDEX CONCURRENTLY t_id/INDEX CONCURRENTLY/; s/(id);$/(b);/' "$d/V2__b.sql"
hashed
cut '^SET lock_timeout = 0;'
exits "cut short before an index without name" 0 apply
is "one that was there before does not count" "$(sql "SELECT count(*) FROM pg_index WHERE indrelid = 't'::regclass")" 2
index_file
cut '^SET lock_timeout = 0;'
sed -i '1s/1/7/' "$d/V2__b.sql"
hashed
exits "edited in what is finished" 5 apply
like "is told" "$err" 'V2__b.sql was changed where it has run already'
fresh
put V1__a.sql "VACUUM; CREATE DATABASE none_$n TEMPLATE template0; SELECT 1;"
hashed
cut '^VACUUM;'
sql "UPDATE schema_history SET error = 'lost'" >/dev/null
exits "a mark that cannot be read" 5 apply
like "is told" "$err" 'it cannot be told whether a statement took effect'

# What its COMMIT refuses is not counted.
fresh
put V1__a.sql $'CREATE TABLE p (id int PRIMARY KEY, r int REFERENCES p DEFERRABLE INITIALLY DEFERRED);\nVACUUM;\nINSERT INTO p VALUES (1, 2);'
hashed
exits "a deferred constraint" 4 apply
like "fails at the COMMIT" "$err" 'Statements 1 to 2 of the 3 of V1__a.sql are applied; the one on line 3 is not'
is "and the progress is taken back" "$(sql 'SELECT statements_applied FROM schema_history')" 2

# A value that is another in each run.
fresh
put V1__a.sql $'CREATE TABLE w (t text);\nINSERT INTO w VALUES (\'${flyway:timestamp}\');\nVACUUM w;\nSELECT 1 / 0;'
hashed
exits "a file with the time" 4 apply --placeholders
sleep 1.1
sed -i '$d' "$d/V1__a.sql"
hashed
exits "goes on later" 0 apply --placeholders
is "once" "$(sql 'SELECT count(*) FROM w')" 1

# ---- what is refused ----
fresh
put V1__a.sql 'SELECT 1;'
put V2__b.sql 'VACUUM;'
put V3__c.sql 'SELECT 3;'
hashed
exits "outside a transaction with a lease" 2 apply --lock lease
like "is refused" "$err" 'not safe with --lock lease'
unlike "nothing is counted that was no plan" "$out$err" 'Applied 0 of|Version wanted'
exits "a limit that no server takes" 2 apply --ddl-lock-timeout 30d
like "names the option" "$err" '\-\-ddl-lock-timeout'
sql 'CREATE ROLE deployer LOGIN; GRANT ALL ON SCHEMA public TO deployer' >/dev/null
exits "apply" 0 apply
sql 'ALTER TABLE schema_history ENABLE ROW LEVEL SECURITY; GRANT ALL ON schema_history TO deployer' >/dev/null
exits "a history whose rows are hidden" 5 "$DBMIG" status --dir "$d" -u "${url/postgres@/deployer@}"
like "is told" "$err" 'row-level security may hide rows'
exits "not from its owner" 0 "$DBMIG" status --dir "$d" -u "$url"
fresh
put V1__a.sql 'SELECT pg_sleep(0.3);'
hashed
sql "CREATE ROLE hasty LOGIN SUPERUSER; ALTER ROLE hasty SET statement_timeout = '60ms'" >/dev/null
exits "a role with a short statement_timeout" 0 "$DBMIG" apply --dir "$d" -u "${url/postgres@/hasty@}"
fresh
put V1__a.sql 'SELECT 1;'
hashed
apply >/dev/null 2>&1
put V2__b.sql 'SELECT 2;'
hashed
sql "ALTER DATABASE c$n SET default_transaction_read_only = on" >/dev/null
exits "a server that only reads" 4 apply
unlike "nobody else is blamed" "$err" 'the history changed'
like "it is said" "$err" 'This server or session only reads'

# A lease that a killed run left is waited for, unless told otherwise.
fresh
put V1__a.sql 'SELECT 1;'
hashed
"$DBMIG" apply --dir "$d" -u "$url" --lock lease --dry-run=full -o "$SANDBOX/script.sql" >/dev/null
sed '/^.gset/q' "$SANDBOX/script.sql" | sed "s/'30000'/'12000'/" >"$SANDBOX/part.sql"
"$PSQL" -qX -o /dev/null -d "$url" -f "$SANDBOX/part.sql" 2>/dev/null
exits "a lease of a dead run, and one second" 6 apply --lock lease --lock-timeout 1s
exits "and no time given" 0 apply --lock lease
