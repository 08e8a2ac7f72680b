#!/usr/bin/env bash
# The lint rules on the trees of PostgreSQL 18's grammar: the golden cases and the parser's tests with a
# program of its own (build-pg18, made by tests/lib/prepare), and what only the newer grammar can read.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/servers.sh
. "$(dirname "$0")/../lib/servers.sh"

newer=$ROOT/build-pg18
if [ ! -x "$newer/dbmig" ]; then
    [ -n "${CI:-}" ] || skip_all "no libpg_query 18 (needs cargo): the rules ran on the grammar at hand alone"
    ok "a dbmig with PostgreSQL 18's grammar was built" false
    exit
fi

passes() { # NAME COMMAND…: a TAP program, as one case
    local name=$1 code
    shift
    "$@" >"$SANDBOX/tap" 2>&1
    code=$?
    is "$name" "$code $(grep -E '^not ok' "$SANDBOX/tap")" "0 "
    [ "$code" -eq 0 ] || sed 's/^/# /' "$SANDBOX/tap" | head -n 60
}
passes "the parser's own tests" "$newer/tests/test_sqlparse"
passes "golden cases" env DBMIG="$newer/dbmig" LINT_CASES='*' bash "$ROOT/tests/integration/lint.sh"
like "all of them" "$(grep -c '^ok' "$SANDBOX/tap")" '^1[0-9][0-9]$|^[2-9][0-9][0-9]$'

# ---- syntax of 16 to 18 ----

mkdir "$SANDBOX/m" && cd "$SANDBOX" || exit 1
echo 'CREATE TABLE t (id bigint PRIMARY KEY, s int);' >m/V1__base.sql
cat >m/V2__newer.sql <<'SQL'
ALTER TABLE t ADD CONSTRAINT s_nn NOT NULL s;
ALTER TABLE t ADD COLUMN v int GENERATED ALWAYS AS (s + 1) VIRTUAL;
ALTER TABLE t ADD COLUMN w int GENERATED ALWAYS AS (s + 1) STORED;
ALTER TABLE t ADD CONSTRAINT c CHECK (s > 0) NOT ENFORCED;
CREATE TABLE p (id int4range, during daterange, PRIMARY KEY (id, during WITHOUT OVERLAPS));
MERGE INTO t USING (SELECT 1 AS id) x ON t.id = x.id WHEN MATCHED THEN DELETE RETURNING t.id;
SELECT JSON_OBJECT('a': 1);
SQL
# found PROGRAM OPTION…: line and code of each finding that is no info
found() {
    local program=$1
    shift
    run "$program" lint --dir m --latest 1 --json "$@"
    python3 -c '
import json, sys
r = json.loads(sys.argv[1])
print(" ".join("%s:%s" % (f["line"], f["code"]) for f in r["findings"] if f["severity"] == "error"), r["skipped_by_tree_rules"])' "$out"
}
is "the newer grammar reads it all" "$(found "$newer/dbmig" --static)" "1:DM011 3:DM002 0"
found "$DBMIG" --static >"$SANDBOX/older"
grammar=$("$DBMIG" version --json | jq .grammar)
is "the grammars of the two programs" "$("$newer/dbmig" version --json | jq .grammar) $grammar" "18 ${grammar:-none}"
if [ "$grammar" -lt 18 ]; then
    run "$DBMIG" lint --dir m --latest 1 --static --verbose
    like "the older one says line by line what it cannot, as warnings" "$out" \
        'V2__newer.sql:1:[0-9]+: warning: cannot be parsed: .* by the grammar of an older PostgreSQL'
    is "and never as errors" "$(grep -c 'error: cannot be parsed' <<<"$out")" 0
fi
