#!/usr/bin/env bash
# dbmig test: tests of migrations on a throwaway, each in a database of its own.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/servers.sh
. "$(dirname "$0")/../lib/servers.sh"
export DBMIG_DEV_URL=embedded://

# project NAME: an empty project, and goes there.
project() {
    mkdir -p "$SANDBOX/$1/migrations" "$SANDBOX/$1/tests" && cd "$SANDBOX/$1" || exit 1
}
hash() { "$DBMIG" hash -q >/dev/null; }
line() { jq -r "$1" "$SANDBOX/.out"; }

project shop
cat >migrations/V1__item.sql <<'SQL'
CREATE TABLE item (id int PRIMARY KEY, price numeric NOT NULL);
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path TO "$user", public, extra', current_database()); END $$;
SQL
cat >migrations/V2__cents.sql <<'SQL'
ALTER TABLE item ADD COLUMN cents bigint;
UPDATE item SET cents = price * 100;
CREATE ROLE cashier NOLOGIN;
SQL
cat >migrations/V3__note.sql <<'SQL'
CREATE TABLE note (id int);
SQL
echo 'CREATE OR REPLACE VIEW items AS SELECT * FROM item;' >migrations/R__items.sql
hash

exits "no tests: an error, not a success" 2 "$DBMIG" test
like "it says how they are named" "$err" 'V<version>__<name>\.before\.sql'

echo "INSERT INTO item VALUES (1, 10), (2, 2.5);" >tests/V2__cents.before.sql
printf 'SELECT * FROM item WHERE cents <> price * 100;\nSELECT count(*) = 2 FROM item;\n' >tests/V2__cents.after.sql
printf 'INSERT INTO item VALUES (1, 10);\n' >tests/V2__again.before.sql
exits "tests that hold: exit 0" 0 "$DBMIG" test --json
is "both ran" "$(line .passed)" 2
is "each in a database of its own, though the migration makes a role" "$(line '[.tests[].passed] | all')" true
is "by name" "$(line '.tests[].name' | tr '\n' ' ')" "V2__again V2__cents "

printf 'SELECT 1 AS fine WHERE false;\nSELECT id, cents FROM item ORDER BY id;\n' >tests/V2__rows.after.sql
printf 'INSERT INTO item SELECT g, g FROM generate_series(1, 7) AS g;\n' >tests/V2__rows.before.sql
exits "rows that must not be: exit 1" 1 "$DBMIG" test 2 --filter '*rows'
like "the place and what came back" "$out" 'tests/V2__rows\.after\.sql:2: the query returned 7 rows; it must return none'
like "the first rows are shown" "$out" '^ +1 \| 100$'
like "and how many more" "$out" 'and 2 more'
rm tests/V2__rows.*

echo 'INSERT INTO itm VALUES (1, 10);' >tests/V3__typo.before.sql
exits "an error in the data: exit 1" 1 "$DBMIG" test 3
like "with its place" "$out" 'tests/V3__typo\.before\.sql:1: relation "itm" does not exist \[42P01\]'
rm tests/V3__typo.before.sql

echo 'INSERT INTO item (id, price) VALUES (3, 1e30);' >tests/V2__large.before.sql
exits "a migration that fails on the data: exit 1" 1 "$DBMIG" test 2 --filter '*large'
like "the migration's place" "$out" 'migrations/V2__cents\.sql:2: bigint out of range'
rm tests/V2__large.before.sql

cat >tests/whole.test.sql <<'SQL'
SELECT '1..2';
SELECT 'ok 1 - plain';
SELECT 'not ok 2 - later # TODO not yet';
TABLE items;
SELECT current_setting('search_path') = '"$user", public, extra';
SQL
exits "lines of TAP, a view of a repeatable file, the database's settings" 0 "$DBMIG" test --filter '*.test.sql'
printf "SELECT '1..3';\nSELECT E'not ok 1 - sum\\\\n# have: 1';\n" >tests/whole.test.sql
exits "TAP that fails: exit 1" 1 "$DBMIG" test --filter '*.test.sql'
like "its diagnosis is shown" "$out" '# have: 1'
like "a plan that was not kept" "$out" '3 tests were planned, and 1 ran'
exits "--tap" 1 "$DBMIG" test --tap
is "a line a test and the plan" "$(printf '%s\n' "$out" | grep -E '^(ok|not ok|1\.\.)')" \
    "ok 1 - V2__again
ok 2 - V2__cents
not ok 3 - whole.test.sql
1..3"
exits "--junit" 1 "$DBMIG" test --junit report.xml
ok "is well-formed XML with a case a test" python3 - report.xml <<'PY'
import sys, xml.etree.ElementTree as tree
suite = tree.parse(sys.argv[1]).getroot().find("testsuite")
cases = suite.findall("testcase")
assert [len(cases), suite.get("failures")] == [3, "1"], (len(cases), suite.attrib)
assert cases[2].find("failure").get("message").startswith("tests/whole.test.sql:2: not ok 1 - sum")
PY
rm tests/whole.test.sql

for name in V2__x.befor.sql V2__x.sql.sql V2.before.sql; do
    touch "tests/$name"
    exits "$name is named like a test and is none: exit 2" 2 "$DBMIG" test
    like "$name is named" "$err" "tests/$name is named like a test"
    rm "tests/$name"
done
touch tests/V9__x.after.sql
exits "a version that is not there: exit 2" 2 "$DBMIG" test
like "the version is named" "$err" 'tests/V9__x\.after\.sql tests version 9, which migrations does not have'
rm tests/V9__x.after.sql
exits "a version given that is not there: exit 2" 2 "$DBMIG" test 9
exits "a filter that none matches: exit 2" 2 "$DBMIG" test --filter nothing

# check runs the tests of what is new.
"$DBMIG" check --no-lint >/dev/null 2>&1
exits "check: nothing new, and tests that hold" 0 "$DBMIG" check --no-lint
printf 'SELECT id FROM note;\nSELECT 1/0;\n' >tests/V3__note.after.sql
exits "a test of the newest version that fails, in check" 1 "$DBMIG" check --no-lint
like "is a finding at its place" "$out" '^tests/V3__note\.after\.sql:2: error: division by zero'
like "the step says how many" "$out" 'tests +0 passed, 1 failed'
echo 'SELECT id FROM note;' >tests/V3__note.after.sql
exits "an edited test is no early exit" 0 "$DBMIG" check --no-lint
like "it passes now" "$out" 'tests +1 passed, 0 failed'

project rows
cat >migrations/V1__t.sql <<'SQL'
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE parent (id int PRIMARY KEY, mood mood NOT NULL, email varchar(20) UNIQUE);
CREATE TABLE child (id int PRIMARY KEY, parent int NOT NULL REFERENCES parent, amount int CHECK (amount > 0));
SQL
echo 'ALTER TABLE child RENAME TO kid;' >migrations/V2__rename.sql
echo 'ALTER TABLE parent ADD COLUMN must int NOT NULL;' >migrations/V3__must.sql
echo 'DELETE FROM kid WHERE id IN (SELECT id FROM kid LIMIT 3);' >migrations/V4__delete.sql
printf 'CREATE TABLE n AS SELECT * FROM kid;\nDROP TABLE kid;\nALTER TABLE n RENAME TO kid;\n' >migrations/V5__anew.sql
hash
exits "generated rows: a rename loses none" 0 "$DBMIG" test 2 --rows 20
exits "a new column NOT NULL fails on rows" 1 "$DBMIG" test 3 --rows 20
like "as the server says" "$out" 'migrations/V3__must\.sql:1: column "must" of relation "parent" contains null values'
sed -i 's/ NOT NULL//' migrations/V3__must.sql
hash
exits "lost rows are a failure" 1 "$DBMIG" test 4 --rows 20
like "the table and both numbers" "$out" 'table public\.kid had 20 rows, and has 17'
exits "a table made anew with its rows loses none; the newest is the default" 0 "$DBMIG" test --rows 20 --json
is "of version 5" "$(line '.tests[0].name')" "V5 with 20 rows a table"
echo 'DROP TABLE kid;' >migrations/V6__gone.sql
hash
exits "a table that is gone with its rows" 1 "$DBMIG" test --rows 20
like "is named" "$out" 'table public\.kid is gone, and its 20 rows'

# An existing server as the throwaway: nothing stays there.
server_start a
cd "$SANDBOX/shop" || exit 1
before=$("$PSQL" -qXAt -d "${SERVER_URL[a]}" -c 'SELECT datname FROM pg_database UNION ALL SELECT rolname FROM pg_roles ORDER BY 1')
exits "on an existing server" 0 "$DBMIG" test --dev-url "${SERVER_URL[a]}"
after=$("$PSQL" -qXAt -d "${SERVER_URL[a]}" -c 'SELECT datname FROM pg_database UNION ALL SELECT rolname FROM pg_roles ORDER BY 1')
is "no database and no role is left" "$after" "$before"
echo 'SELECT pg_sleep(30);' >tests/V2__slow.before.sql
"$DBMIG" test --dev-url "${SERVER_URL[a]}" >"$SANDBOX/slow" 2>&1 &
pid=$!
server_until "${SERVER_URL[a]}" "EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)%' AND pid <> pg_backend_pid())"
kill -TERM $pid
wait $pid
is "a signal ends it with 143" $? 143
after=$("$PSQL" -qXAt -d "${SERVER_URL[a]}" -c 'SELECT datname FROM pg_database UNION ALL SELECT rolname FROM pg_roles ORDER BY 1')
is "and leaves nothing either" "$after" "$before"
