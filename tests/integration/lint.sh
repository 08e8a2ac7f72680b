#!/usr/bin/env bash
# dbmig lint: golden cases (tests/golden/lint), by text alone and by replay; then the command itself.
# GOLDEN_UPDATE=1 writes the .out files anew.
#
# A case: "-- options: …" (optional), "-- setup" with what is there before, and one "-- file" for each
# migration that is judged.
. "$(dirname "$0")/../lib/tap.sh"
. "$(dirname "$0")/../lib/servers.sh"

# The order of the newest major that is here: the cases' facts are the same from 13 on, but for syntax.
if pg_bindir 15 >/dev/null; then server_start main 15; else server_start main; fi
DEV=${SERVER_URL[main]}
"$PSQL" -qX -d "$DEV" -c "ALTER SYSTEM SET TimeZone = 'UTC'" -c "SELECT pg_reload_conf()" >/dev/null

# split CASE FOLDER: writes the migrations; prints how many are judged
split() {
    awk -v dir="$2" '
        /^-- options: / { next }
        /^-- setup$/ { file = dir "/V1__setup.sql"; printf "" > file; next }
        /^-- file$/ { n++; file = dir "/V" (n + 1) "__case.sql"; printf "" > file; next }
        { print > file }
        END { print n }' "$1"
}

# judge CASE: both ways, into $SANDBOX/NAME.static and .replay
judge() {
    local case=$1 name dir count options
    name=$(basename "$case" .sql)
    dir=$SANDBOX/$name
    mkdir "$dir"
    count=$(split "$case" "$dir")
    options=$(sed -n 's/^-- options: //p' "$case")
    # shellcheck disable=SC2086 # options are words
    "$DBMIG" lint -q --dir "$dir" --latest "$count" --static --json $options >"$SANDBOX/$name.static" 2>"$SANDBOX/$name.err"
    # shellcheck disable=SC2086
    "$DBMIG" lint -q --dir "$dir" --latest "$count" --dev-url "$DEV" --no-cache --json $options \
        >"$SANDBOX/$name.replay" 2>>"$SANDBOX/$name.err"
}

# A line a finding, with its evidence and fix, and the notes: into $SANDBOX/NAME.out for all cases.
show_all() {
    python3 - "$SANDBOX" <<'PYTHON'
import glob, json, os, sys
for static in glob.glob(sys.argv[1] + "/*.static"):
    with open(static[:-7] + ".out", "w") as out:
        for way in "static", "replay":
            out.write(way + ":\n")
            try:
                report = json.load(open(static[:-7] + "." + way))
            except ValueError as trouble:
                out.write("  no JSON: %s\n" % trouble)
                continue
            for f in report["findings"]:
                out.write("  %s:%s:%s %s %s %s\n" % (os.path.basename(f["file"]), f["line"], f["column"],
                                                     f["severity"], f["code"], f["message"]))
                if f["evidence"]:
                    out.write("      evidence: " + f["evidence"] + "\n")
                out.write("      fix: %s\n" % f["fix"])
            for note in report.get("notes", []):
                if "--static" not in note:
                    out.write("  note: " + note[note.rfind("/") + 1:] + "\n")
            if report["error"]:
                out.write("  failed: " + report["error"]["message"] + "\n")
PYTHON
}

# Cases of rules that a case may look at alone: LINT_CASES='dm01*'
for case in "$ROOT"/tests/golden/lint/${LINT_CASES:-*}.sql; do
    judge "$case"
done
show_all
for case in "$ROOT"/tests/golden/lint/${LINT_CASES:-*}.sql; do
    name=$(basename "$case" .sql)
    [ -z "${GOLDEN_UPDATE:-}" ] || cp "$SANDBOX/$name.out" "${case%.sql}.out"
    is "golden: $name" "$(cat "$SANDBOX/$name.out")" "$(cat "${case%.sql}.out" 2>/dev/null)"
done

[ -z "${LINT_CASES:-}" ] || exit 0

# ---- the command ----

lint() { run "$DBMIG" lint "$@"; }
# codes: the codes of a JSON report, sorted, on one line
codes() { python3 -c 'import json, sys; print(" ".join(sorted(f["code"] for f in json.load(sys.stdin)["findings"])))' <<<"$out"; }
# field PATH: a value of the JSON report, as a Python expression on r
field() { python3 -c "import json, sys; r = json.load(sys.stdin); print($1)" <<<"$out"; }

mkdir "$SANDBOX/p"
cd "$SANDBOX/p" || exit 1
mkdir migrations
cat >migrations/V1__base.sql <<'SQL'
CREATE TABLE orders (id bigint PRIMARY KEY, qty int, note text);
SQL
cat >migrations/V2__new.sql <<'SQL'
CREATE INDEX orders_qty ON orders (qty);
SQL
cat >migrations/V3__more.sql <<'SQL'
ALTER TABLE orders ADD COLUMN x int;
SQL

lint --dev-url "$DEV" --json
is "an error finding: exit 1" "$code" 1
is "what scripts may rely on" "$(field 'sorted(r["findings"][0])')" \
    "['code', 'column', 'evidence', 'excerpt', 'file', 'fix', 'line', 'message', 'name', 'severity', 'why']"
is "its place" "$(field '[r["findings"][0][k] for k in ("code", "name", "severity", "file", "line", "column")]')" \
    "['DM024', 'create-index', 'error', 'migrations/V2__new.sql', 1, 1]"
lint --dev-url "$DEV" --latest 1 --json
is "--latest 1: the newest alone" "$code $(codes)" "0 "
printf 'CREATE OR REPLACE VIEW v AS SELECT 1 AS one;\n' >migrations/R__view.sql
cp migrations/V3__more.sql more.before && echo 'DROP TABLE orders;' >>migrations/V3__more.sql && "$DBMIG" hash -q >/dev/null
lint --dev-url "$DEV" --latest 1 --json
is "--latest 1 is the newest version, not a repeatable file that runs behind it" "$code $(codes)" "1 DM047"
run "$DBMIG" check --dev-url "$DEV" --json
is "so for check" "$code $(codes)" "1 DM047"
rm migrations/R__view.sql migrations/atlas.sum && mv more.before migrations/V3__more.sql
lint --static --json
is "--static finds it too" "$code $(codes)" "1 DM024"
like "--static says what was skipped" "$err" "without a replay"
# The golden cases tell which rules find nothing without a server.
alone=$(cat "$ROOT"/tests/golden/lint/*.out | awk '
    /^[a-z]+:$/ { way = $1 } match($0, /^  [^ ]+ [a-z]+ DM[0-9]+/) { split(substr($0, RSTART, RLENGTH), w, " "); seen[way w[3]]; all[w[3]] }
    END { for (c in all) if (("replay:" c in seen) && !("static:" c in seen)) print c }' | sort | paste -sd, | sed 's/,/, /g')
like "and which rules were" "$err" "\\($alone\\)"
lint --static --rule DM024=warning
is "warnings: exit 0" "$code" 0
lint --static --rule create-index=loud
is "a wrong severity: exit 2" "$code" 2
lint --explain set-not-null
like "--explain by name" "$out" "DM011 set-not-null"
lint --explain all --json
is "--explain all lists each row" "$(field 'len(r["rules"])')" "$(grep -c '^RULE(' "$ROOT/src/lint/rules.def")"
# Roff's escapes and line breaks aside, the man page says of each rule what --explain does.
run "$DBMIG" help --dump man lint
page=$(sed 's/\\-/-/g; s/\\f[BIR]//g; s/\\&//g' <<<"$out" | tr '\n' ' ' | tr -s ' ')
missing=
while read -r rule; do
    lint --explain "$rule"
    while IFS= read -r line; do
        line=$(tr -s ' ' <<<"$line" | sed 's/…/.../g')
        [ -z "$line" ] || [[ $line == "Silence it"* ]] || [[ $page == *"$line"* ]] || missing+="$line
"
    done <<<"$out"
done < <("$DBMIG" lint --explain all --json | python3 -c 'import json, sys; [print(r["code"]) for r in json.load(sys.stdin)["rules"]]')
is "the man page has all that --explain says of each rule" "$missing" ""
printf 'selct 1;\nCREATE TABEL x (a int);\nDROP TABLE orders;\n' >nosql.sql
lint --static nosql.sql --json
is "what cannot be parsed is a finding without a server, and the rest is judged" "$code $(codes)" "1 DM047 DM056 DM056"
is "with its place" "$(field '[(f["line"], f["column"]) for f in r["findings"]]')" "[(1, 1), (2, 8), (3, 1)]"
like "and the word that may be meant" "$out" 'Did you mean select'
run bash -c "echo 'selct 1;' | \"$DBMIG\" lint --static -"
is "so on standard input" "$code" 1
if [ "$("$DBMIG" version | grep -oE 'grammar of PostgreSQL [0-9]+|grammar [0-9]+' | grep -oE '[0-9]+$')" != 18 ]; then
    printf 'ALTER TABLE orders ADD UNIQUE (id, during WITHOUT OVERLAPS);\n' >newer.sql
    lint --static newer.sql --json
    is "what a newer grammar may know is a warning" "$code $(codes)" "0 DM056"
fi
lint --explain nothing
is "--explain of nothing: exit 2" "$code" 2

printf 'CREATE TABLE t (id bigint PRIMARY KEY);\nALTER TABLE u ADD COLUMN c int NOT NULL;\nDROP TABLE v;\n' >plain.sql
lint plain.sql --dev-url "$DEV" --json
is "a path whose tables are not there: judged by its text" "$code $(codes)" "1 DM005 DM037 DM047"
printf 'CREATE TABLE mine (id bigint PRIMARY KEY);\nDROP TABLE IF EXISTS mine;\nDROP TABLE IF EXISTS orders;\n' >gone.sql
lint gone.sql --dev-url "$DEV" --json
is "what IF EXISTS does not find in the empty database of a file is judged by its text" \
    "$(field '[(f["code"], f["line"]) for f in r["findings"]], r["notes"][0][:12]')" \
    "[('DM047', 3)] gone.sql:3: "
printf 'SELECT 1;\nALTER TABL x;\nDROP TABLE orders;\n' >typo.sql
lint typo.sql plain.sql --dev-url "$DEV" --json
is "a syntax error is an error by path, too, and the other files are judged all the same" \
    "$code $(codes) $(field '(r["error"]["file"], r["error"]["line"], r["files"])')" \
    "4 DM005 DM037 DM047 DM047 ('typo.sql', 2, 2)"
printf 'SELECT 1;\nALTER TABL x;\n' >typo.sql
run "$DBMIG" lint typo.sql --dev-url "$DEV"
is "which is not called without findings" "$code $out" "4 "
run bash -c "\"$DBMIG\" lint - --dev-url '$DEV' --json <plain.sql"
is "standard input" "$code $(codes)" "1 DM005 DM037 DM047"
is "its name" "$(field 'r["findings"][0]["file"]')" "<stdin>"

printf 'ALTER TABLE nothing ADD COLUMN c int;\n' >migrations/V4__fails.sql
lint --dev-url "$DEV" --json
is "a migration that fails: exit 4, with the findings until then" "$code $(codes)" "4 DM024"
is "and the error's place" "$(field '[r["error"][k] for k in ("file", "line", "sqlstate")]')" \
    "['migrations/V4__fails.sql', 1, '42P01']"
rm migrations/V4__fails.sql

# From 17 on a file can switch event triggers off; 18 is where they are all known to be.
if pg_bindir 18 >/dev/null; then
    server_start newest 18
    mkdir unheard
    echo 'CREATE TABLE orders (id bigint PRIMARY KEY);' >unheard/V1__base.sql
    printf 'SET event_triggers = off;\nDROP TABLE IF EXISTS orders CASCADE;\n' >unheard/V2__drop.sql
    lint --dir unheard --latest 1 --dev-url "${SERVER_URL[newest]}" --json
    is "a file that switches event triggers off hides no DROP" "$code $(codes)" "1 DM047"
    like "and it is said" "$(field 'r["notes"]')" "V2__drop.sql switches event triggers off"
    server_stop newest
fi

# ---- statistics ----

cat >stats.json <<'JSON'
{"tables": [{"table": "public.orders", "rows": 1200000000, "bytes": 332859965440}]}
JSON
lint --static --stats-file stats.json --json
is "sizes" "$(field 'r["findings"][0]["evidence"]')" "public.orders: 1.2 billion rows, 310 GB"
sed -i 's/1200000000/12/' stats.json
lint --static --stats-file stats.json --json
is "small tables: one step down, and said" "$(field 'r["findings"][0]["severity"], r["findings"][0]["message"][-41:]')" \
    "warning (a small table: warning instead of error)"
database=$(server_database main stats)
"$PSQL" -qX -d "$database" -c "CREATE TABLE big AS SELECT generate_series(1, 1000) AS id; ANALYZE big" >/dev/null
lint --stats-from "$database" --dump-stats --json
is "--dump-stats" "$(field '[(t["table"], t["rows"]) for t in r["tables"]]')" "[('public.big', 1000)]"
lint --dump-stats
is "--dump-stats of nothing: exit 2" "$code" 2

# ---- severities of atlas.hcl ----

cat >atlas.hcl <<'HCL'
lint {
  concurrent_index { error = false }
  DM047 { severity = "info" }
  naming { match = "^[a-z_]+$" }
}
HCL
lint --static --json
is "a group of Atlas's" "$code $(field 'r["findings"][0]["severity"]')" "0 warning"
echo 'lint { concurent_index { error = true } }' >atlas.hcl
lint --static
is "an unknown rule is a warning" "$code" 1
like "with its place and the nearest name" "$err" \
    'atlas.hcl:1:8: unknown block "concurent_index" in lint is ignored \(did you mean "concurrent_index"\?\)'
echo 'lint { DM024 { severty = "off" }
smal_table = 5 }' >atlas.hcl
lint --static
like "as an unknown attribute of a rule" "$err" 'atlas.hcl:1:16: unknown attribute "severty" in lint.DM024 is ignored \(did you mean "severity"\?\)'
like "and of lint" "$err" 'atlas.hcl:2:1: unknown attribute "smal_table" in lint is ignored \(did you mean "small_table"\?\)'
# Each form does something, or is refused with its place.
severity_of() { lint --static --json >/dev/null && field '[f["severity"] for f in r["findings"]]'; }
for block in 'DM024 { severity = "info" }' 'create_index { severity = "info" }' 'create-index { severity = "info" }' \
    'rule "DM024" { severity = "info" }' 'concurrent_index { severity = "info" }'; do
    echo "lint { $block }" >atlas.hcl
    is "lint { $block }" "$(severity_of)" "['info']"
done
for block in 'DM024 { error = false }' 'concurrent_index { error = false }'; do
    echo "lint { $block }" >atlas.hcl
    is "lint { $block }" "$(severity_of)" "['warning']"
done
for block in 'DM024 { strict = true }' 'concurrent_index { strict = true }' 'DM024 { severity = 5 }' 'DM024 { error = 5 }' \
    'naming { match = 5 }' 'small_table = "many"' 'timezone = 5' 'require_reason = "perhaps"' 'baseline = ""'; do
    echo "lint { $block }" >atlas.hcl
    lint --static
    is "lint { $block }: exit 2" "$code $(grep -c 'atlas.hcl:1:' <<<"$err")" "2 1"
done
echo 'lint { latest = 1 }' >atlas.hcl
lint --static
like "what Atlas alone does is said" "$err" 'atlas.hcl:1:8: lint.latest does nothing in dbmig'
echo 'lint { baseline = "2" }' >atlas.hcl
lint --static --json
is "findings up to the baseline are counted alone" "$code $(field 'len(r["findings"]), r["known"]')" "0 0 1"
echo 'lint { require_reason = true }' >atlas.hcl
printf -- '-- dbmig:nolint DM047\nDROP TABLE a;\n-- dbmig:nolint DM047 nobody reads it\nDROP TABLE b;\n' >reasons.sql
lint --static reasons.sql --json
is "an ignore without a reason is a finding where reasons are required" \
    "$code $(field '[f["line"] for f in r["findings"] if f["code"] == "DM057"], r["silenced"]')" "1 [1] 2"
rm atlas.hcl
lint --static reasons.sql
is "and none otherwise" "$code" 0
like "but what is silenced is counted" "$err" "2 findings are silenced by comments"

# ---- --fix ----

cp -r migrations before
cat >migrations/V4__fix.sql <<'SQL'
ALTER TABLE orders ADD CONSTRAINT qty_check CHECK (qty > 0);
CREATE INDEX orders_note ON orders (note);
SQL
lint --latest 1 --fix --static
like "--fix shows a diff" "$out" '^\+ALTER TABLE orders ADD CONSTRAINT qty_check CHECK \(qty > 0\) NOT VALID;'
like "and writes nothing" "$(ls migrations | wc -l)" '^4$'
lint --latest 1 --fix --static --yes
is "--yes writes: the file" "$(cat migrations/V4__fix.sql)" "ALTER TABLE orders ADD CONSTRAINT qty_check CHECK (qty > 0) NOT VALID;"
is "and the next one" "$(cat migrations/V5__*.sql)" "ALTER TABLE orders VALIDATE CONSTRAINT qty_check;
CREATE INDEX CONCURRENTLY orders_note ON orders (note);"
lint --latest 2 --dev-url "$DEV" --json
is "the result is clean" "$code $(codes)" "0 "
rm migrations/V[45]__*
echo 'ALTER TABLE orders ALTER qty DROP NOT NULL; ALTER TABLE orders ADD CONSTRAINT qty_check CHECK (qty > 0); ALTER TABLE orders DROP COLUMN note;' >migrations/V4__fix.sql
lint --latest 1 --fix --static --yes
is "of statements on one line, the right one is rewritten" "$(cat migrations/V4__fix.sql)" 'ALTER TABLE orders ALTER qty DROP NOT NULL; ALTER TABLE orders ADD CONSTRAINT qty_check CHECK (qty > 0) NOT VALID; ALTER TABLE orders DROP COLUMN note;'
is "and goes on once" "$(cat migrations/V5__*.sql)" "ALTER TABLE orders VALIDATE CONSTRAINT qty_check;"
rm -r migrations && mv before migrations

# What --fix cannot rewrite is listed, and counts; the sum file goes with the files; the result has no finding of its own.
mkdir left
echo 'CREATE TABLE orders (id bigint PRIMARY KEY, qty int, note text); CREATE INDEX old ON orders (qty);' >left/V1__base.sql
printf 'CREATE INDEX IF NOT EXISTS orders_note ON orders (note);\nDROP INDEX old;\nALTER TABLE orders DROP COLUMN qty;\n' >left/V2__some.sql
"$DBMIG" hash -q --dir left >/dev/null
lint --dir left --latest 1 --static --fix --json
is "--fix tells what it leaves" "$code $(codes)" "1 DM047"
lint --dir left --latest 1 --static --fix --yes
is "and does so where it writes" "$code" 1
is "what it writes is what lint wants" "$(cat left/V3__*.sql)" "CREATE INDEX CONCURRENTLY orders_note ON orders (note);
DROP INDEX CONCURRENTLY IF EXISTS old;"
run "$DBMIG" check --dir left --dev-url "$DEV" --no-lint
is "the sum file fits" "$code" 0
rm -r left

# One file that cannot be read keeps no other from being judged.
printf "SELECT 'open;\n" >open.sql
printf 'DROP TABLE x;\n' >drop.sql
lint --static open.sql drop.sql --json
is "a file with an open quote: the next is judged, and the exit code is that of the error" "$code $(codes)" "2 DM047"

# Ten statements on forty lines of a hundred columns; --verbose has it all.
mkdir ten
cat >ten/V1__base.sql <<'SQL'
CREATE TABLE customers (id bigint PRIMARY KEY, name varchar(50), email text, count int);
CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint, qty int, note text);
SQL
cat >ten/V2__risky.sql <<'SQL'
ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid();
ALTER TABLE orders ALTER COLUMN qty SET NOT NULL;
ALTER TABLE orders ADD CONSTRAINT qty_positive CHECK (qty > 0);
ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer) REFERENCES customers (id);
CREATE INDEX orders_note ON orders (note);
ALTER TABLE customers ALTER COLUMN count TYPE bigint, ALTER COLUMN name TYPE text;
DELETE FROM orders;
ALTER TABLE customers RENAME COLUMN email TO mail;
ALTER TABLE orders ADD CONSTRAINT orders_note_key UNIQUE (note);
DROP TABLE customers CASCADE;
SQL
lint --dir ten --latest 1 --dev-url "$DEV"
ok "ten risky statements take at most 40 lines of 100 columns" [ "$(fold -w 100 <<<"$out" | wc -l)" -le 40 ]
like "the file has a verdict" "$out" 'V2__risky.sql: closes orders, customers from line 1 on: rewrite, scan'
brief=$(grep -oE 'DM[0-9]{3}' <<<"$out" | sort)
lint --dir ten --latest 1 --dev-url "$DEV" --verbose
is "--verbose has the same findings" "$(grep -oE '\[DM[0-9]{3}' <<<"$out" | tr -d '[' | sort)" "$brief"
like "with evidence" "$out" 'evidence: the replay rewrote orders'
python3 - "$out" >fix.sql <<'PYTHON'
import sys
lines, inside = sys.argv[1].split("\n"), False
for line in lines:
    if line.startswith("  instead:"):
        inside = True
    elif not line.startswith("      "):
        inside = False
    elif inside:
        print(line.strip())
PYTHON
run "$DBMIG" lint --static --json fix.sql
is "and fixes that can be copied: each line is a statement or a comment" "$(field '[f["message"] for f in r["findings"] if f["code"] == "DM056"]')" "[]"
rm -r ten

mkdir fixes
cat >fixes/V1__base.sql <<'SQL'
CREATE TABLE orders (id bigint PRIMARY KEY, qty int, note text);
CREATE TABLE parts (id int, k date) PARTITION BY RANGE (k);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE INDEX parts_id ON parts (id);
SQL
cat >fixes/V2__needed.sql <<'SQL'
CREATE UNIQUE INDEX orders_qty ON orders (qty);
CREATE TABLE lines (id bigint PRIMARY KEY, qty int REFERENCES orders (qty));
SQL
cp -r fixes unfixed
lint --dir fixes --latest 1 --dev-url "$DEV" --fix --yes
is "--fix does not write what does not replay" "$code $(diff -r fixes unfixed && echo same)" "4 same"
like "and says where" "$err" 'V2__needed.sql:1: there is no unique constraint'
is "nothing is left of the trial" "$(ls -d "${TMPDIR:-/tmp}"/dbmig-fix-* 2>/dev/null)" ""
rm fixes/V2__needed.sql
echo 'CREATE INDEX parts_k ON parts (k);' >fixes/V2__parts.sql
echo 'DROP INDEX parts_id;' >fixes/V3__parts.sql
lint --dir fixes --latest 2 --dev-url "$DEV" --fix
like "of partitioned tables nothing is made concurrent" "$code $out" '^1 .*nothing that can be rewritten mechanically'
rm fixes/V[23]__*
printf -- '-- about orders\n-- dbmig:nolint DM012 a small table\nALTER TABLE orders ADD CONSTRAINT positive CHECK (qty > 0);\n' >fixes/V2__kept.sql
lint --dir fixes --latest 1 --dev-url "$DEV" --ddl-lock-timeout 0 --fix --yes
is "a lock_timeout does not come between an ignore and its statement" "$code $(cat fixes/V2__kept.sql)" "0 -- about orders
SET LOCAL lock_timeout = '3s';
-- dbmig:nolint DM012 a small table
ALTER TABLE orders ADD CONSTRAINT positive CHECK (qty > 0);"

# ---- check ----

"$DBMIG" hash -q >/dev/null
printf 'DROP TABLE orders;\n' >migrations/V4__drop.sql && "$DBMIG" hash -q >/dev/null
run "$DBMIG" check --dev-url "$DEV" --json
is "check includes lint" "$code $(codes)" "1 DM047"
run "$DBMIG" check --dev-url "$DEV" --no-lint --json
is "check --no-lint" "$code $(codes)" "0 "

# One replay serves both, and what it keeps is what a replay without lint keeps.
export XDG_CACHE_HOME=$SANDBOX/cache
checked() { run "$DBMIG" check --dir migrations --dev-url embedded:// --json "$@"; }
checked
is "check and lint are one replay" "$code $(codes) $(field 'r["replayed"], r["cached"]')" "1 DM047 4 0"
checked --force
is "a state that has the judged file in it is not used: the findings are there again" "$code $(codes)" "1 DM047"
run "$DBMIG" inspect migrations --dev-url embedded://
is "nothing of lint is left in the state that was kept" "$code $(grep -c dbmig_lint <<<"$out")" "0 0"
checked --force --no-lint
is "and it is used" "$(field 'r["replayed"], r["cached"]')" "0 4"
cat >migrations/V5__slow.sql <<'SQL'
CREATE TABLE slow (id bigint PRIMARY KEY);
SELECT pg_sleep(0.3);
SQL
"$DBMIG" hash -q >/dev/null
checked --statement-timeout 100ms
is "what the observation alone made fail is no failure" "$code $(field 'r["error"]')" "0 None"
like "but said" "$(field 'r["notes"]')" "lint by text alone"
rm migrations/V5__slow.sql && "$DBMIG" hash -q >/dev/null
unset XDG_CACHE_HOME

# ---- files deployed together ----

mkdir together && cd together && git init -q . && git config user.email t@example.com && git config user.name t
mkdir migrations
echo 'CREATE TABLE a (id bigint PRIMARY KEY);' >migrations/V1__a.sql
git add -A && git commit -qm base
echo 'CREATE TABLE b (id int PRIMARY KEY);' >migrations/V2__b.sql
echo 'ALTER TABLE b ADD COLUMN a bigint REFERENCES a;' >migrations/V3__c.sql
lint --git-base HEAD --dev-url "$DEV" --json
is "of files deployed together each tells what it made, once" \
    "$(field '[(f["file"][11:13], f["code"]) for f in r["findings"]]')" "[('V2', 'DM023'), ('V3', 'DM022')]"
cd ..

# ---- the change as a whole, for a pull request ----

mkdir -p change/migrations && cd change || exit 1
cat >migrations/V1__base.sql <<'SQL'
CREATE TABLE customers (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint REFERENCES customers);
CREATE TABLE unrelated (id bigint PRIMARY KEY);
CREATE TABLE old (id bigint PRIMARY KEY);
SQL
cat >migrations/V2__items.sql <<'SQL'
ALTER TABLE orders ADD COLUMN note text;
CREATE TABLE items (id bigint PRIMARY KEY, "order" bigint NOT NULL REFERENCES orders);
DROP TABLE old;
SQL
"$DBMIG" hash -q >/dev/null
for command in "lint --latest 1" check; do
    # shellcheck disable=SC2086 # words
    run "$DBMIG" $command --dev-url "$DEV" --format markdown
    like "$command: the locks" "$out" 'public.orders \| ACCESS EXCLUSIVE \| reads, writes, DDL'
    like "$command: a Mermaid diagram" "$out" '```mermaid'
    like "of what was made" "$out" '"items" \{'
    like "and altered, with its new column" "$out" 'text note'
    like "tied to its neighbours" "$out" 'customers.*orders|orders.*customers'
    unlike "and nothing else" "$out" 'unrelated'
    like "what is gone is named" "$out" 'Tables dropped.*public\.old'
done
lint --latest 1 --static --format markdown
unlike "without a server there is no diagram" "$out" mermaid
cd ..

# ---- time zones ----

# Another zone is tried where a type changes; whatever the files do runs in the server's own.
mkdir zone
cat >zone/V1__base.sql <<'SQL'
CREATE TABLE visits (id bigint PRIMARY KEY, at timestamp, day date, CHECK ((at AT TIME ZONE 'UTC') >= day));
INSERT INTO visits VALUES (1, '2024-01-01 23:00', '2024-01-01');
SQL
cat >zone/V2__types.sql <<'SQL'
ALTER TABLE visits ADD COLUMN seen timestamptz CHECK ((seen AT TIME ZONE 'UTC')::date = day);
UPDATE visits SET seen = '2024-01-01 23:00';
ALTER TABLE visits DROP CONSTRAINT visits_check, ADD CHECK (at >= '2024-01-01 01:00'), ALTER COLUMN at TYPE timestamptz USING CASE WHEN extract(timezone FROM now()) <> 0 THEN (1 / (extract(day FROM at)::int - 1))::text::timestamptz ELSE at::timestamptz END;
SQL
cat >zone/V3__stamp.sql <<'SQL'
ALTER TABLE visits ALTER COLUMN seen TYPE timestamp;
SQL
lint --dir zone --dev-url "$DEV" --latest 2 --json
is "what the zone of the server lets pass is no error" "$code $(field 'r["error"]')" "1 None"
is "and a rewrite in other zones is told" "$(field '[f["evidence"] for f in r["findings"] if f["code"] == "DM008"][-1]')" \
    "the replay rewrote visits in TimeZone America/New_York, though not in its own"
"$DBMIG" hash -q --dir zone >/dev/null
run "$DBMIG" check --dir zone --dev-url "$DEV" --json
is "check says so as well: a warning, for production may not be in that zone" "$code $(codes) $(field 'r["error"]')" "0 DM008 None"
echo 'lint { timezone = "Europe/Berlin" }' >atlas.hcl
lint --dir zone --dev-url "$DEV" --latest 1 --json
is "unless lint {} says that it is" "$code $(field '[(f["severity"], f["evidence"][-45:]) for f in r["findings"] if f["code"] == "DM008"]')" \
    "1 [('error', 'TimeZone Europe/Berlin, though not in its own')]"
echo 'lint { timezone = "UTC" }' >atlas.hcl
lint --dir zone --dev-url "$DEV" --latest 1 --json
is "in UTC nothing is rewritten" "$code $(codes | tr ' ' '\n' | grep -c DM008)" "0 0"
rm atlas.hcl

# A trial must not change what the files see: numbers of sequences do not come back.
mkdir shaken
cat >shaken/V1__base.sql <<'SQL'
CREATE TABLE p (id serial PRIMARY KEY, x timestamp);
CREATE TABLE c (pid int REFERENCES p);
SQL
cat >shaken/V2__draws.sql <<'SQL'
DO $$ BEGIN ALTER TABLE p ALTER COLUMN x TYPE timestamptz; INSERT INTO p (x) VALUES (now()); END $$;
INSERT INTO c VALUES (1);
SQL
lint --dir shaken --dev-url "$DEV" --latest 1 --json
is "a DO block that changes a type and draws a number" "$(field 'r["error"]')" None
like "is told to be judged in one zone" "$(field 'r["notes"]')" "own TimeZone alone"
"$DBMIG" hash -q --dir shaken >/dev/null
run "$DBMIG" check --dir shaken --dev-url "$DEV" --json --no-cache
is "and check passes it" "$(field 'r["error"]')" None
cat >shaken/V2__draws.sql <<'SQL'
ALTER TABLE c ALTER COLUMN pid TYPE bigint USING nextval('p_id_seq');
INSERT INTO c SELECT 1 FROM p;
SQL
"$DBMIG" hash -q --dir shaken >/dev/null
run "$DBMIG" check --dir shaken --dev-url "$DEV" --json
is "a type change without numbers drawn" "$(field 'r["error"]') $(field 'r["notes"]')" "None []"
cat >shaken/V1__base.sql <<'SQL'
CREATE TABLE p (id serial PRIMARY KEY);
CREATE TABLE c (pid text); INSERT INTO c VALUES ('7');
SQL
cat >shaken/V3__behind.sql <<'SQL'
INSERT INTO p DEFAULT VALUES;
ALTER TABLE c ADD FOREIGN KEY (pid) REFERENCES p;
INSERT INTO c VALUES (2);
SQL
printf '%s\n' "ALTER TABLE c ALTER COLUMN pid TYPE timestamptz USING now() + nextval('p_id_seq') * interval '1 s';" \
    'DELETE FROM c; ALTER TABLE c DROP pid, ADD pid int;' >shaken/V2__draws.sql
mv shaken/V3__behind.sql .
"$DBMIG" hash -q --dir shaken >/dev/null
run "$DBMIG" check --dir shaken --dev-url "$DEV" --json
is "one that draws some" "$(field 'r["error"]')" None
mv V3__behind.sql shaken
"$DBMIG" hash -q --dir shaken >/dev/null
run "$DBMIG" check --dir shaken --dev-url "$DEV" --json
is "leaves nothing wrong in the cache" "$(field 'r["error"]')" None

# ---- facts: locks, on every major that is here ----

mkdir facts
cat >facts/V1__base.sql <<'SQL'
CREATE TABLE p (id bigint PRIMARY KEY);
CREATE TABLE t (id bigint PRIMARY KEY, p bigint, n int, s varchar(10), at timestamp);
CREATE INDEX t_n ON t (n);
CREATE TABLE e (id bigint, at date) PARTITION BY RANGE (at);
CREATE TABLE e1 PARTITION OF e FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE e2 (LIKE e);
CREATE MATERIALIZED VIEW m AS SELECT id FROM t;
SQL
# fact "STATEMENT" "object mode [work], …" as --locks tells them
facts=()
fact() {
    facts+=("$2")
    printf '%s;\n' "$1" >"facts/V$((${#facts[@]} + 1))__f.sql"
}
fact "ALTER TABLE t ALTER COLUMN n SET NOT NULL" "t ACCESS EXCLUSIVE scan"
fact "ALTER TABLE t ADD CHECK (n > 0) NOT VALID" "t ACCESS EXCLUSIVE"
fact "ALTER TABLE t VALIDATE CONSTRAINT t_n_check" "t SHARE UPDATE EXCLUSIVE scan"
fact "ALTER TABLE t ADD FOREIGN KEY (p) REFERENCES p NOT VALID" "p SHARE ROW EXCLUSIVE, t SHARE ROW EXCLUSIVE"
fact "ALTER TABLE t DROP CONSTRAINT t_p_fkey" "p ACCESS EXCLUSIVE, t ACCESS EXCLUSIVE"
fact "CREATE INDEX t_s ON t (s)" "t SHARE index build"
fact "CREATE INDEX CONCURRENTLY t_at ON t (at)" "t SHARE UPDATE EXCLUSIVE index build"
fact "DROP INDEX CONCURRENTLY t_at" "t SHARE UPDATE EXCLUSIVE"
fact "DROP INDEX t_s" "t ACCESS EXCLUSIVE"
fact "ALTER TABLE t ALTER COLUMN n TYPE bigint" "t ACCESS EXCLUSIVE rewrite"
fact "ALTER TABLE t ALTER COLUMN s TYPE varchar(20)" "t ACCESS EXCLUSIVE"
fact "ALTER TABLE t ALTER COLUMN at TYPE timestamptz" "t ACCESS EXCLUSIVE rewrite"
fact "ALTER TABLE t ADD COLUMN c int DEFAULT 1" "t ACCESS EXCLUSIVE"
fact "ALTER TABLE t ADD COLUMN r float8 DEFAULT random()" "t ACCESS EXCLUSIVE rewrite"
fact "ALTER TABLE e ATTACH PARTITION e2 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')" "e SHARE UPDATE EXCLUSIVE, e2 ACCESS EXCLUSIVE scan"
fact "ALTER TABLE e DETACH PARTITION e2" "e ACCESS EXCLUSIVE, e2 ACCESS EXCLUSIVE"
fact "REFRESH MATERIALIZED VIEW m" "m ACCESS EXCLUSIVE, t ACCESS SHARE"
fact "ALTER TABLE t ALTER COLUMN n SET STATISTICS 10" "t SHARE UPDATE EXCLUSIVE"
fact "COMMENT ON TABLE t IS 'x'" "t SHARE UPDATE EXCLUSIVE"

wanted=$(for i in "${!facts[@]}"; do echo "V$((i + 2)): ${facts[i]}"; done)
pg_wanted $PG_ALL_MAJORS
for major in $PG_HERE; do
    lint --dir facts --all --locks --json --dev-url "embedded://$(pg_bindir "$major")" --no-cache
    got=$(python3 -c '
import collections, json, re, sys
report = json.load(sys.stdin)
locks = collections.defaultdict(list)
for l in report["locks"]:
    file = re.sub(".*/V([0-9]+)__.*", r"\1", l["file"])
    if not re.search("_pkey|_seq$", l["object"]):
        locks[int(file)].append((l["object"].replace("public.", "") + " " + l["mode"] + (" " + l["work"] if l["work"] else "")))
for file in sorted(locks): print("V%d: %s" % (file, ", ".join(sorted(locks[file]))))
if report["error"]: print(report["error"]["message"])' <<<"$out")
    # Before 14, DETACH took less on the partition.
    [ "$major" -gt 13 ] || got=${got/e2 SHARE UPDATE EXCLUSIVE/e2 ACCESS EXCLUSIVE}
    is "locks, rewrites and scans on $major" "$got" "$wanted"
done

# What the parser at hand cannot read is judged by the replay.
if newest=$(pg_bindir 18); then
    mkdir newer
    cp facts/V1__base.sql newer
    printf 'ALTER TABLE t ADD CONSTRAINT s_nn NOT NULL s;\n' >newer/V2__named.sql
    lint --dir newer --latest 1 --json --dev-url "embedded://$newest" --no-cache
    is "a newer statement: by evidence" "$code $(codes)" "1 DM011"
fi

# ---- real histories ----

for history in marquez odd-platform opencue; do
    if [ -d "$CORPORA/migrations/$history" ]; then
        lint --dir "$CORPORA/migrations/$history" --all --dev-url "$DEV" --json -q
        is "lint --all of $history finishes" "$code $(field 'r["error"]')" "1 None"
    else
        skip "lint --all of $history" "no corpora here"
    fi
done
