#!/usr/bin/env bash
# apply and status: what they run, what they refuse, what they say, on a server of each major.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/servers.sh
. "$ROOT/tests/lib/servers.sh"

sql() { "$PSQL" -qXAt -v ON_ERROR_STOP=1 -d "$url" -c "$1" 2>&1; }
put() { mkdir -p "$d" && printf '%s\n' "$2" >"$d/$1"; }
hashed() { "$DBMIG" hash -q --dir "$d" >/dev/null; }
apply() { "$DBMIG" apply --dir "$d" -u "$url" "$@"; }
status() { "$DBMIG" status --dir "$d" -u "$url" "$@"; }
n=0
# A folder and a database of its own for each case.
fresh() {
    n=$((n + 1))
    d=$SANDBOX/m$n
    url=$(server_database "${server:-main}" "c$n")
}
history() { sql "SELECT string_agg(coalesce(version, script) || ':' || success, ' ' ORDER BY installed_rank) FROM schema_history"; }

# ---- every major ----
pg_wanted $PG_ALL_MAJORS
for major in $PG_HERE; do
    server=v$major
    server_start "$server" "$major"
    fresh
    put V1__a.sql 'CREATE TABLE a (id int);'
    put V2__b.sql 'BEGIN; SET search_path = pg_catalog; INSERT INTO public.a VALUES (1); COMMIT;'
    put V3__c.sql 'CREATE INDEX CONCURRENTLY a_id ON a (id); REINDEX INDEX CONCURRENTLY a_id; VACUUM a;'
    put V4__d.sql $'COPY a FROM STDIN;\n2\n3\n\\.'
    put R__v.sql 'CREATE OR REPLACE VIEW v AS SELECT * FROM a;'
    hashed
    exits "$major: apply" 0 apply
    is "$major: history" "$(history)" "1:true 2:true 3:true 4:true R__v.sql:true"
    is "$major: data" "$(sql 'SELECT sum(id) FROM v')" 6
    exits "$major: status" 0 status --exit-code
    server_stop "$server"
done
server_start main
server=main

# ---- failures ----
fresh
put V1__a.sql 'CREATE TABLE a (id int);'
put V2__b.sql $'INSERT INTO a VALUES (1);\n\n  SELECT missing FROM a;'
put V3__c.sql 'CREATE TABLE c (id int);'
hashed
exits "a failing statement" 4 apply
like "names file, line and column" "$err" "V2__b.sql:3:10: column \"missing\" does not exist \[42703\]"
like "does not claim the version that was wanted" "$out" 'Target version: +3'
like "but the one it is at" "$out" 'Version after: +1$'
like "says what is applied" "$err" "1 of 3 files applied: V1__a.sql. Nothing of V2__b.sql remains"
is "nothing of the file or after it" "$(sql 'SELECT count(*) FROM a') $(sql "SELECT to_regclass('c')")" "0 "
is "no row for it" "$(history)" "1:true"
put V2__b.sql 'INSERT INTO a VALUES (1);'
hashed
exits "mended, it goes on" 0 apply
is "all three" "$(history)" "1:true 2:true 3:true"

fresh
put V1__a.sql 'CREATE TABLE a (id int);'
hashed
sql "ALTER DATABASE c$n SET default_transaction_read_only = on"
exits "a database that only reads" 4 apply
like "what to do about it is told" "$err" 'connect to the primary'
(url=${SERVER_URL[main]} && sql "ALTER DATABASE c$n RESET default_transaction_read_only")
exits "writable again" 0 apply
put V2__b.sql 'CREATE TABLE b (id int);'
hashed
sql "ALTER DATABASE c$n SET default_transaction_read_only = on"
exits "the same with a history" 4 apply
like "and the file is named" "$err" 'V2__b\.sql:1:1: .*\[25006\]'
like "and what to do" "$err" 'connect to the primary'

fresh
put V1__a.sql $'CREATE TABLE a (id int UNIQUE DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO a VALUES (1), (1);'
put V2__b.sql 'SELECT 1;'
hashed
exits "a failing COMMIT" 4 apply
like "is told as such" "$err" "could not commit V1__a.sql"
is "and records nothing" "$(history)" ""

fresh
put V1__a.sql "CREATE ROLE dbmig_test_x PASSWORD 'hush-hush' NONSENSE;"
hashed
exits "an error beside a password" 4 apply
unlike "does not show it" "$err$out" 'hush'

fresh
put V1__a.sql $'CREATE TABLE a (id int);\nCOPY a FROM STDIN;\n1\nx\n\\.'
hashed
exits "wrong COPY data" 4 apply
like "is placed in the data" "$err" "V1__a.sql:4: invalid input syntax"

fresh
put V1__a.sql "DO \$\$ BEGIN RAISE EXCEPTION 'no' USING DETAIL = 'the detail', HINT = 'the hint'; END \$\$;"
hashed
exits "an exception in a block" 4 apply
like "shows detail" "$err" "the detail"
like "shows hint" "$err" "the hint"
like "shows where the server was" "$err" "PL/pgSQL function inline_code_block line 1"

fresh
put V1__a.sql "DO \$\$ BEGIN RAISE NOTICE 'hello from %', 'V1'; END \$\$;"
hashed
exits "notices" 0 apply
like "are shown with the file" "$err" "V1__a.sql: NOTICE: hello from V1"

# Two faults at once: what the server says of the first file, and a later file that is gone.
fresh
put V1__a.sql $'CREATE TABLE a (id int);\nSELECT 1/0;'
put V2__b.sql 'SELECT 2;'
hashed
python3 - "$url" "$PSQL" <<'PY' &
import subprocess, sys
h = 0
for c in '"public"."schema_history"':
    h = (h * 31 + ord(c)) & 0xFFFFFFFF
key = 0x466C79776179 + (h - (1 << 32) if h >= 1 << 31 else h)
subprocess.run([sys.argv[2], "-qX", "-d", sys.argv[1], "-c", f"SELECT pg_advisory_lock({key}), pg_sleep(60)"], stdout=subprocess.DEVNULL)
PY
holder=$!
server_until "$url" "EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted)"
apply --lock-timeout 60s >/dev/null 2>"$SANDBOX/two" &
pid=$!
server_until "$url" "EXISTS (SELECT FROM pg_stat_activity WHERE application_name LIKE 'dbmig apply%' AND query ~ 'advisory')"
rm "$d/V2__b.sql"
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ~ 'pg_sleep' AND pid <> pg_backend_pid()" >/dev/null
wait "$pid"
is "two faults at once: exit code" "$?" 4
like "the one that comes first is told" "$(cat "$SANDBOX/two")" "V1__a.sql:2:1: division by zero"
wait "$holder"

# ---- what a file leaves set ----
fresh
put V1__a.sql $'CREATE ROLE dbmig_test_other;\nSET search_path = pg_catalog;\nSET TimeZone = \'Asia/Tokyo\';\nSET lock_timeout = 1;\nSET ROLE dbmig_test_other;'
put V2__b.sql "CREATE TABLE seen AS SELECT current_setting('search_path') AS path, current_setting('TimeZone') AS zone,
    current_setting('lock_timeout') AS patience, current_user::text AS me, current_setting('application_name') AS app;"
hashed
exits "settings of a file" 0 apply --ddl-lock-timeout 7s
is "end with it" "$(sql 'SELECT path, patience, me FROM seen')" '"$user", public|7s|postgres'
like "application_name stays" "$(sql 'SELECT app FROM seen')" '^dbmig apply'
is "installed_on is in the session's time zone" \
    "$(sql "SELECT abs(extract(epoch FROM installed_on - now()::timestamp)) < 600 FROM schema_history WHERE version = '1'")" t
sql 'DROP ROLE dbmig_test_other' >/dev/null

fresh
put V1__a.sql "SELECT pg_sleep(0.2);"
hashed
sql "ALTER ROLE postgres IN DATABASE c$n SET statement_timeout = '50ms'" >/dev/null
exits "a role's statement_timeout is overridden" 0 apply
exits "ours counts" 4 env bash -c "printf 'SELECT pg_sleep(2);\n' >'$d/V2__s.sql'; '$DBMIG' hash -q --dir '$d' >/dev/null; '$DBMIG' apply --dir '$d' -u '$url' --statement-timeout 100ms"

fresh
sql "CREATE ROLE dbmig_test_owner; GRANT CREATE, USAGE ON SCHEMA public TO dbmig_test_owner" >/dev/null
put V1__a.sql $'CREATE TABLE a (id int);\nRESET ROLE;'
put V2__b.sql 'CREATE TABLE b (id int);'
hashed
exits "--role" 0 apply --role dbmig_test_owner
is "owns what is made" "$(sql "SELECT string_agg(DISTINCT tableowner, ',') FROM pg_tables WHERE schemaname = 'public'")" dbmig_test_owner
sql "DROP OWNED BY dbmig_test_owner; DROP ROLE dbmig_test_owner" >/dev/null

fresh
put V1__a.sql $'SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;\nCREATE TABLE a AS SELECT current_setting(\'transaction_isolation\') AS level;'
put V2__b.sql $'BEGIN ISOLATION LEVEL REPEATABLE READ;\nCREATE TABLE b AS SELECT current_setting(\'transaction_isolation\') AS level;\nCOMMIT;'
hashed
exits "isolation levels" 0 apply
is "are the files'" "$(sql 'SELECT (SELECT level FROM a), (SELECT level FROM b)')" 'serializable|repeatable read'

fresh
for i in 1 2 3 4 5 6 7 8 9; do put "V${i}__p.sql" "PREPARE p AS SELECT $i; CREATE TABLE p$i AS EXECUTE p;"; done
put V5__p.sql $'-- dbmig:txmode none\nPREPARE p AS SELECT 5;\nCREATE TABLE p5 AS EXECUTE p;'
hashed
exits "files that prepare the same name" 0 apply
is "have their own" "$(sql 'SELECT (SELECT * FROM p4), (SELECT * FROM p5), (SELECT * FROM p6)')" '4|5|6'

fresh
put V1__a.sql 'CREATE TABLE a (id int); INSERT INTO a VALUES (1);'
put V2__t.sql 'CREATE TEMP TABLE a AS SELECT 2 AS id;'
put V3__u.sql 'UPDATE a SET id = 3; CREATE TEMP TABLE a AS SELECT 4 AS id;'
put V4__n.sql $'-- dbmig:txmode none\nUPDATE a SET id = id + 10;\nCREATE TEMP TABLE a (id int);'
put V5__u.sql 'UPDATE a SET id = id + 100;'
hashed
exits "a temporary table of a file" 0 apply
is "does not hide the table of its name from the next" "$(sql 'SELECT id FROM a')" 113

fresh
put V1__a.sql 'CREATE TEMP TABLE a (id int PRIMARY KEY);
CREATE TEMP TABLE b (a int REFERENCES a DEFERRABLE INITIALLY DEFERRED);
INSERT INTO b VALUES (1); INSERT INTO a VALUES (1); CREATE TABLE kept AS SELECT * FROM b;'
put V2__c.sql 'CREATE TEMP TABLE a (id int); DECLARE c CURSOR FOR SELECT * FROM a; FETCH c;'
put V3__d.sql $'-- dbmig:txmode none\nCREATE TEMP TABLE a (id int);\nDECLARE d CURSOR WITH HOLD FOR SELECT * FROM a;\nFETCH d;'
put V4__role.sql "CREATE SCHEMA s; CREATE TABLE s.seen (who text, path text); CREATE TABLE s.t (id int);
CREATE ROLE dbmig_test_seer; GRANT ALL ON ALL TABLES IN SCHEMA s TO dbmig_test_seer; GRANT USAGE ON SCHEMA s TO dbmig_test_seer;
CREATE FUNCTION s.look() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN INSERT INTO s.seen VALUES (current_user, current_setting(''search_path'')); RETURN NULL; END';
CREATE CONSTRAINT TRIGGER look AFTER INSERT ON s.t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION s.look();
SET ROLE dbmig_test_seer; SET search_path = s; INSERT INTO t VALUES (1);"
hashed
exits "temporary tables with deferred constraints and open cursors" 0 apply
is "deferred triggers run as the file left the session" "$(sql 'SELECT * FROM s.seen')" 'dbmig_test_seer|s'
put V5__late.sql 'CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE q (p int REFERENCES p DEFERRABLE INITIALLY DEFERRED);
INSERT INTO q VALUES (7);'
hashed
exits "a deferred constraint that is broken" 4 apply
like "is told as a commit that fails" "$err" 'V5__late.sql.*could not commit V5__late.sql.*violates foreign key constraint'
is "and nothing of the file remains" "$(sql "SELECT to_regclass('p')")" ""

fresh
for i in 1 2 3 4 5 6 7 8 9; do put "V${i}__t.sql" "CREATE TABLE t$i (id int);"; done
put V4__t.sql 'DEALLOCATE ALL; CREATE TABLE t4 (id int);'
hashed
exits "a file that deallocates everything" 0 apply
is "does not stop those after it" "$(sql 'SELECT count(*) FROM schema_history WHERE success')" 9
is "the rows before and after it are of one kind" "$(sql 'SELECT count(DISTINCT (type, installed_by, success, length(sha256), statements_total = statements_applied, tool_version, started_statement, error, execution_time >= 0)) FROM schema_history')" 1

# ---- refusals ----
fresh
put V1__a.sql 'SELECT 1;'
exits "no sum file" 5 apply
like "says what to run" "$err" "dbmig hash"
hashed
exits "then it goes" 0 apply
put V1__a.sql 'SELECT 2;'
exits "an edit that is not hashed" 5 apply
hashed
exits "an edited applied file" 5 apply
like "is named" "$err" "V1__a.sql"
exits "status shows it" 1 status --exit-code
like "as changed" "$out" "changed"

fresh
put V1__a.sql 'SELECT 1;'
put V3__c.sql 'SELECT 3;'
hashed
exits "a gap: first the others" 0 apply
put V2__b.sql 'SELECT 2;'
hashed
exits "a gap is refused" 5 apply
like "with the way out" "$err" "out-of-order"
exits "linear-skip leaves it out" 0 apply --exec-order linear-skip
is "still two" "$(history)" "1:true 3:true"
exits "--out-of-order=9 is another" 5 apply --out-of-order=9
exits "--out-of-order=2" 0 apply --out-of-order=2
is "it ran" "$(history)" "1:true 3:true 2:true"
mv "$d/V1__a.sql" "$SANDBOX/away"
hashed
exits "a missing file" 5 apply
like "is named" "$err" "V1__a.sql"
mv "$SANDBOX/away" "$d/V1__a.sql"
rm "$d/V3__c.sql"
hashed
exits "newer in the database is fine" 0 apply
like "with a warning" "$err" "newer than this folder: V3__c.sql"

fresh
put V1__a.sql 'SELECT 1;'
put V2__b.sql $'SELECT 1;\nROLLBACK;'
hashed
exits "a ROLLBACK at the end" 2 apply
like "is refused with its line" "$err" "V2__b.sql:2:1: ROLLBACK"
is "before anything ran" "$(sql "SELECT to_regclass('schema_history')")" ""

# ---- databases that are not empty ----
fresh
put V1__a.sql 'CREATE TABLE a (id int);'
put V2__b.sql 'CREATE TABLE b (id int);'
hashed
sql 'CREATE TABLE a (id int)' >/dev/null
exits "objects and no history" 5 apply
like "are named" "$err" "table public.a"
exits "--baseline" 0 apply --baseline 1
is "takes the rest" "$(history)" "1:true 2:true"
is "with Flyway's marker" "$(sql "SELECT type, description FROM schema_history WHERE version = '1'")" 'BASELINE|<< Flyway Baseline >>'
exits "status after a baseline" 0 status --exit-code
fresh
put V1__a.sql 'SELECT 1;'
hashed
sql 'CREATE TABLE flyway_schema_history (installed_rank int, version text, description text, type text, script text, checksum int,
    installed_by text, installed_on timestamp, execution_time int, success boolean)' >/dev/null
exits "another tool's history" 5 apply
like "is named with the flag" "$err" "history-table flyway_schema_history"
fresh
put V1__a.sql 'SELECT 1;'
hashed
sql 'CREATE EXTENSION IF NOT EXISTS pgcrypto; CREATE SCHEMA auth; CREATE TABLE auth.users (id int)' >/dev/null
exits "extensions and provider schemas are no objects" 0 apply
fresh
put V1__a.sql 'SELECT 1;'
hashed
sql 'CREATE TABLE x (id int)' >/dev/null
exits "--allow-dirty" 0 apply --allow-dirty

# ---- --to, repeatables, baselines, placeholders ----
fresh
put V1__a.sql 'CREATE TABLE a (id int);'
put V2__b.sql 'CREATE TABLE b (id int);'
put R__v.sql 'CREATE OR REPLACE VIEW v AS SELECT id FROM a;'
hashed
exits "--to" 0 apply --to 1
is "stops there" "$(history)" "1:true R__v.sql:true"
put R__v.sql 'CREATE OR REPLACE VIEW v AS SELECT id FROM a WHERE id > 0;'
hashed
exits "the rest, and the edited repeatable" 0 apply
is "again" "$(history)" "1:true R__v.sql:true 2:true R__v.sql:true"
exits "--to an unknown version" 2 apply --to 99
fresh
put V1__a.sql 'SELECT 1/0;'
put B2__base.sql 'CREATE TABLE base (id int);'
put V3__c.sql 'CREATE TABLE c (id int);'
hashed
exits "a B file" 0 apply
is "stands for what is below" "$(sql 'SELECT version, type FROM schema_history ORDER BY 1')" $'2|SQL_BASELINE\n3|SQL'
exits "and status agrees" 0 status --exit-code
fresh
put V1__a.sql "CREATE TABLE a AS SELECT '\${Who}' AS who, '\${flyway:database}' AS db;"
hashed
exits "placeholders" 0 apply --placeholder who=me
is "are replaced" "$(sql 'SELECT * FROM a')" "me|c$n"
fresh
put V1__a.sql "SELECT '\${authtype}';"
hashed
exits "and literal without" 0 apply

# ---- so many files ----
fresh
for i in 1 2 3 4; do put "V${i}__t.sql" "CREATE TABLE t$i (id int);"; done
put R__v.sql 'CREATE OR REPLACE VIEW v AS SELECT 1 AS one;'
hashed
exits "a dry run of two files" 0 apply 2 --dry-run
like "shows the second" "$out" "CREATE TABLE t2"
unlike "and not the third" "$out" "CREATE TABLE t3"
exits "apply two files" 0 apply 2
is "just the next two" "$(history)" "1:true 2:true"
like "the rest is told" "$out" "3 more files are pending"
exits "one more, as JSON" 0 apply 1 --json
like "says what is left" "$out" '"left": ?2[,}]'
exits "the number and --to" 0 apply 5 --to 3
is "both hold" "$(history)" "1:true 2:true 3:true R__v.sql:true"
exits "more than there are" 0 apply 99
is "runs all of them" "$(history)" "1:true 2:true 3:true R__v.sql:true 4:true"
unlike "nothing is left" "$out" "more file"
for bad in 0 V5 -1 1.5 12345678901 ''; do
    exits "apply '$bad' is no number" 2 apply -- "$bad"
done
like "and says what is meant" "$err" "is not a number of files"
exits "two numbers" 2 apply 1 2
exits "a number and --mark-applied" 2 apply 1 --mark-applied 4

# ---- tx-mode all ----
fresh
put V1__a.sql 'CREATE TABLE a (id int);'
put V2__b.sql 'CREATE TABLE b (id int); SELECT 1/0;'
hashed
exits "--tx-mode all fails as one" 4 apply --tx-mode all
unlike "and calls no file applied" "$err" "applied V1__a.sql"
is "nothing is there" "$(sql "SELECT to_regclass('a')")" ""
put V2__b.sql $'SET search_path = pg_catalog;\nCREATE TABLE public.b (id int);'
put V3__c.sql $'BEGIN;\nCREATE TABLE c AS SELECT txid_current() AS x;\nCOMMIT;'
hashed
exits "--tx-mode all" 0 apply --tx-mode all
is "calls each applied" "$(grep -c '^applied V' <<<"$err")" 3
is "all three" "$(history)" "1:true 2:true 3:true"
put V4__d.sql 'VACUUM;'
hashed
exits "--tx-mode all with VACUUM" 2 apply --tx-mode all

# ---- files without a transaction ----
fresh
put V1__a.sql 'CREATE TABLE a (id int); INSERT INTO a VALUES (1), (1);'
put V2__b.sql $'INSERT INTO a VALUES (2);\nSET search_path = pg_catalog;\nCREATE UNIQUE INDEX CONCURRENTLY a_id ON public.a (id);\nINSERT INTO public.a VALUES (3);'
hashed
exits "a failing CREATE UNIQUE INDEX CONCURRENTLY" 4 apply
like "says what is applied" "$err" "Statements 1 to 2 of the 4 of V2__b.sql are applied; the one on line 3 is not"
is "leaves no invalid index" "$(sql "SELECT count(*) FROM pg_index WHERE indrelid = 'a'::regclass")" 0
exits "status" 1 status --exit-code
like "shows it failed" "$out" "failed"
sql "DELETE FROM a WHERE ctid = (SELECT ctid FROM a WHERE id = 1 LIMIT 1)" >/dev/null
exits "with the cause gone it goes on" 0 apply
is "each statement once" "$(sql 'SELECT array_agg(id ORDER BY id) FROM a')" '{1,2,3}'
is "the row is a success" "$(history)" "1:true 2:true"
fresh
put V1__a.sql $'-- dbmig:txmode none\nCREATE TABLE a (id int);\nINSERT INTO a VALUES (1);\nINSERT INTO a VALUES (1/0);'
hashed
exits "fails at its third" 4 apply
run status
like "status tells why and how far it got" "$out" 'V1__a\.sql failed after 2 of 3 statements: division by zero'
put V1__a.sql $'-- dbmig:txmode none\nCREATE TABLE a (id int);\nINSERT INTO a VALUES (7);\nINSERT INTO a VALUES (2);'
hashed
exits "an edit of what ran" 5 apply
put V1__a.sql $'-- dbmig:txmode none\nCREATE TABLE a (id int);\nINSERT INTO a VALUES (1);\nINSERT INTO a VALUES (2);\nINSERT INTO a VALUES (3);'
hashed
exits "an edit of the rest" 0 apply
is "goes on there" "$(sql 'SELECT array_agg(id) FROM a')" '{1,2,3}'
fresh
put V1__a.sql $'CREATE TABLE a (id int);\nCREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO a VALUES (1); COMMIT; INSERT INTO a VALUES (2); END $$;'
put V2__b.sql $'-- dbmig:txmode none\nCALL p();\nINSERT INTO a VALUES (3);'
hashed
exits "a procedure that commits" 0 apply
is "runs once" "$(sql 'SELECT array_agg(id) FROM a')" '{1,2,3}'
fresh
put V1__a.sql $'-- dbmig:txmode none\nCREATE TABLE a (id int);\nINSERT INTO a VALUES (1);\nSELECT 1/0;'
hashed
exits "Flyway's table: a failure" 4 apply --history-table flyway_schema_history
is "Flyway sees a failed row" "$(sql 'SELECT version, success FROM flyway_schema_history')" '1|f'
put V1__a.sql $'-- dbmig:txmode none\nCREATE TABLE a (id int);\nINSERT INTO a VALUES (1);\nSELECT 1;'
hashed
exits "Flyway's table: goes on" 0 apply --history-table flyway_schema_history
is "once" "$(sql 'SELECT count(*) FROM a') $(sql 'SELECT version, success FROM flyway_schema_history')" '1 1|t'

fresh
sql 'CREATE TABLE n (i int); CREATE FUNCTION reset_config(x text) RETURNS void LANGUAGE sql AS $$ INSERT INTO n VALUES (1) $$'
head=$'-- dbmig:txmode none\nSELECT reset_config(\'a\');\nSELECT SET_CONFIG(\'search_path\', lower(\'PG_CATALOG\'), false);'
put V1__a.sql "$head"$'\nSELECT 1/0;'
hashed
exits "a function that is nearly named set_config" 4 apply --allow-dirty
put V1__a.sql "$head"$'\nCREATE TABLE public.path AS SELECT current_setting(\'search_path\') AS p;'
hashed
exits "goes on" 0 apply --allow-dirty
is "it is not repeated, set_config is" "$(sql 'SELECT count(*) FROM n') $(sql 'SELECT p FROM path')" "1 pg_catalog"

fresh
sql 'CREATE TABLE n (i int)'
put V1__a.sql $'-- dbmig:txmode none\nSET search_path = pg_catalog;\nDISCARD ALL;\nSELECT 1/0;'
hashed
exits "DISCARD ALL behind a SET" 4 apply --allow-dirty
put V1__a.sql $'-- dbmig:txmode none\nSET search_path = pg_catalog;\nDISCARD ALL;\nINSERT INTO n VALUES (1);'
hashed
exits "is repeated when the file goes on" 0 apply
is "and the next statement finds its table" "$(sql 'SELECT count(*) FROM n')" 1

fresh
sql 'CREATE TABLE n (i int); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ INSERT INTO n VALUES (1) RETURNING 1 $$'
head=$'-- dbmig:txmode none\nSELECT f(), set_config(\'my.x\', \'1\', true);\nSELECT set_config(\'my.x\', \'1\', false), f();'
put V1__a.sql "$head"$'\nSELECT 1/0;'
hashed
exits "a statement that sets the session up and does more" 4 apply --allow-dirty
put V1__a.sql "$head"$'\nSELECT 1;'
hashed
exits "can neither be repeated nor left out" 5 apply
like "which is told with its line" "$err" "V1__a.sql:3:1"
is "it ran once" "$(sql 'SELECT count(*) FROM n')" 2
exits "the way out that is named" 0 apply --mark-applied 1
exits "leads out" 0 status --exit-code

# ---- output ----
fresh
put V1__a.sql 'SELECT 1;'
hashed
exits "dry run of all" 0 apply --dry-run --json
ok "is json" python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$SANDBOX/.out"
exits "apply --json" 0 apply --json
ok "is json too" python3 -c 'import json, sys; r = json.load(open(sys.argv[1])); assert r["applied"] == 1 and r["files"][0]["state"] == "applied" and r["ddl_lock_timeout_ms"] == 3000' "$SANDBOX/.out"
exits "status --json" 0 status --json
ok "status is json" python3 -c 'import json, sys; r = json.load(open(sys.argv[1])); assert r["migrations"][0]["state"] == "applied"' "$SANDBOX/.out"
exits "the three time limits" 0 env bash -c "printf 'SELECT 2;\n' >'$d/V2__b.sql'; '$DBMIG' hash -q --dir '$d' >/dev/null; '$DBMIG' apply --dir '$d' -u '$url'"
like "are printed with the plan" "$out" "Migration lock timeout:.*"
like "with the plan too" "$out" "Table lock timeout:.*"
like "and the third" "$out" "Statement timeout:.*"
exits "no database named" 2 env -u DATABASE_URL "$DBMIG" apply --dir "$d"
