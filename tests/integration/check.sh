#!/usr/bin/env bash
# check: real histories, the early exit, the cache, errors with their place, git.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/servers.sh
. "$(dirname "$0")/../lib/servers.sh"
cd "$SANDBOX" || exit 2
# A folder of this script's own for servers: others may run beside it.
chmod 711 "$SANDBOX" && mkdir -m 711 srv
export DBMIG_DEV_URL="embedded://?folder=$SANDBOX/srv"

field() { printf '%s' "$out" | jq -c "$1"; }
check() { run "$DBMIG" check -q --json --dir "$@"; }
hash_folder() { "$DBMIG" hash -q --dir "$1" >/dev/null; }
leftovers() {
    ls -A "$SANDBOX/srv"
    pgrep -f "$SANDBOX/srv"
}
folder() { # NAME: three files, hashed
    rm -rf "$1" && mkdir "$1"
    echo "CREATE TABLE a (id int);" >"$1/V1__a.sql"
    echo "CREATE TABLE b (id int);" >"$1/V2__b.sql"
    echo "CREATE TABLE c (id int);" >"$1/V3__c.sql"
    hash_folder "$1"
}

# ---- real histories ----
# What lint finds in them is no matter here: exit code 0 or 1.
real() { # NAME FILES VERSIONED NEXT
    local name=$1 files=$2 versioned=$3 new=$4
    if [ ! -d "$CORPORA/migrations/$name" ]; then
        skip "$name" "no corpora here"
        return
    fi
    cp -r "$CORPORA/migrations/$name" . && chmod -R u+w "$name" && hash_folder "$name"
    check "$name"
    is "$name: first check" "$((code < 2)) $(field '[.replayed,.cached,.early_exit]')" "1 [$files,0,false]"
    check "$name"
    is "$name: nothing changed" "$((code < 2)) $(field .early_exit)" "1 true"
    check "$name" --force --no-lint
    is "$name: --force takes all from the cache" "$((code < 2)) $(field '[.replayed,.cached]')" "1 [0,$files]"
    echo "CREATE TABLE one_more (id int);" >"$name/$new"
    hash_folder "$name"
    check "$name"
    is "$name: a new file replays itself and the repeatable ones" \
        "$((code < 2)) $(field '[.replayed,.cached]')" "1 [$((files - versioned + 1)),$versioned]"
    check "$name" --no-cache --force
    is "$name: without the cache" "$((code < 2)) $(field '[.replayed,.cached]')" "1 [$((files + 1)),0]"
}
real marquez 84 81 V900__one_more.sql
real odd-platform 95 95 V0_9_0__one_more.sql
real opencue 40 40 V900__one_more.sql

# ---- the early exit ----
folder m
exits "a first check" 0 "$DBMIG" check --dir m
like "says what it did" "$out" 'replay +3 files replayed, 0 from the cache'
exits "a second one" 0 "$DBMIG" check --dir m
like "says why it did nothing" "$out" \
    'nothing changed since the check at 20[0-9-]+ [0-9:]+Z \(3 files, sum h1:.{44}\)'
exits "--force checks" 0 "$DBMIG" check --dir m --force --no-lint
like "again" "$out" '0 files replayed, 3 from the cache'
cp -r m elsewhere
exits "another folder has a state of its own" 0 "$DBMIG" check --dir elsewhere
unlike "and is checked" "$out" 'nothing changed'
exits "other settings have, too" 0 "$DBMIG" check --dir m --tx-mode none
unlike "and are checked" "$out" 'nothing changed'
exits "the first one is still known" 0 "$DBMIG" check --dir file://m
like "by any name of the folder" "$out" 'nothing changed'
printf 'SELECT 1;' >init.sql
check m --init-sql init.sql && check m --init-sql init.sql
is "init SQL: early exit" "$(field .early_exit)" true
printf 'SELECT 2;' >init.sql
check m --init-sql init.sql
is "init SQL changed: none" "$(field .early_exit)" false
mkdir cache/dbmig/broken && find cache/dbmig/check -type f -exec sh -c 'echo rubbish >"$1"' _ {} \;
check m
is "a damaged state is as good as none" "$code $(field .early_exit)" "0 false"
chmod 000 cache/dbmig/check 2>/dev/null
mv cache/dbmig/check cache/dbmig/check.away && echo "in the way" >cache/dbmig/check
check m
is "a cache folder in bad shape only costs the early exit" "$code $(field .early_exit)" "0 false"
rm cache/dbmig/check && chmod 700 cache/dbmig/check.away && rm -r cache/dbmig/check.away

# ---- a failing check ----
folder m
check m
cat >m/V4__bad.sql <<'SQL'
CREATE TABLE d (id int);

ALTER TABLE d
    ADD COLUMN häßlich no_such_type;
SQL
hash_folder m
exits "a failing statement" 4 "$DBMIG" check --dir m
like "has its place" "$err" 'm/V4__bad\.sql:4:24: type "no_such_type" does not exist \[42704\]'
like "the line" "$err" 'ADD COLUMN häßlich no_such_type'
like "a caret" "$err" '^ {20,}\^'
like "and what works" "$err" 'The 3 files before it replay\.'
exits "it fails again: a failure is never remembered as success" 4 "$DBMIG" check --dir m
run "$DBMIG" check --json -q --dir m
is "json: code, file and line" "$(field '[.exit_code,.error.sqlstate,.error.file,.error.line]')" \
    '[4,"42704","m/V4__bad.sql",4]'
rm m/V4__bad.sql && hash_folder m
check m
is "the state from before is good again" "$code $(field .early_exit)" "0 true"
echo "ALTER ROLE postgres PASSWORD 'geheim' VALID UNTIL 'never ever';" >m/V4__secret.sql
hash_folder m
exits "a failing statement with a password" 4 "$DBMIG" check --dir m
unlike "does not show it" "$out$err" geheim
cat >m/V4__secret.sql <<'SQL'
CREATE TABLE d (a int, b text);
COPY d FROM stdin;
1	x
2	y
z	y
\.
SQL
hash_folder m
exits "bad COPY data" 4 "$DBMIG" check --dir m
like "is placed in the data" "$err" 'V4__secret\.sql:5: invalid input syntax'
echo "CREATE EXTENSION no_such_extension;" >m/V4__secret.sql
hash_folder m
exits "a missing extension" 4 "$DBMIG" check --dir m
like "says where one can be had" "$err" 'docker\+postgres://'
cat >m/V4__secret.sql <<'SQL'
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE q (id int REFERENCES p DEFERRABLE INITIALLY DEFERRED);
INSERT INTO q VALUES (1);
SQL
hash_folder m
exits "what fails at COMMIT" 4 "$DBMIG" check --dir m
like "says so" "$err" 'V4__secret\.sql: at COMMIT: .*foreign key'
echo "SELECT 1;" >>m/V1__a.sql
exits "an edited file" 5 "$DBMIG" check --dir m
like "is told by the sum file" "$err" 'V1__a\.sql'
exits "a missing folder" 2 "$DBMIG" check --dir nowhere
mkdir empty && hash_folder empty
exits "an empty folder" 0 "$DBMIG" check --dir empty
is "nothing is left behind" "$(leftovers)" ""

# ---- this machine: its files, programs and environment ----
folder m
cat >m/V4__copy.sql <<'SQL'
CREATE TABLE d (a text);

COPY d FROM PROGRAM 'touch "$HOME"/dbmig; id';
SQL
hash_folder m
exits "COPY with a program" 2 "$DBMIG" check --dir m
like "is refused at its place" "$err" 'm/V4__copy\.sql:3:1: COPY with a program of the server'
like "with what to do" "$err" 'COPY … FROM STDIN'
echo "COPY a TO '$SANDBOX/srv/out';" >m/V4__copy.sql && hash_folder m
exits "COPY with a file" 2 "$DBMIG" check --dir m
like "is refused, too" "$err" 'm/V4__copy\.sql:1:1: COPY with a file of the server'
cat >m/V4__copy.sql <<'SQL'
DO $$ BEGIN
    RAISE EXCEPTION '% % % %', current_setting('TimeZone'), current_setting('DateStyle'), current_setting('geqo'),
        current_setting('work_mem');
END $$;
SQL
hash_folder m
exits "a look at settings, with PG… variables set" 4 env PGTZ=Asia/Tokyo PGDATESTYLE=German PGGEQO=off \
    PGOPTIONS='-c work_mem=1MB' PGHOSTADDR=192.0.2.1 PGSERVICE=none PGDATA=/x TZ=Asia/Tokyo \
    "$DBMIG" check --dir m --no-cache --force
like "which change nothing" "$err" 'V4__copy\.sql:1:1: (Etc/)?UTC ISO, MDY on 4MB'
is "nothing is left behind by these" "$(leftovers)" ""

# ---- a file that changes while it runs ----
rm -rf cut && mkdir cut
{ printf 'CREATE TABLE a (id int);\nSELECT pg_sleep(4);\nCOPY a FROM STDIN;\n'; seq 1 2000000; echo '\.'; } >cut/V1__cut.sql
hash_folder cut
server_start dev
"$DBMIG" check -q --no-cache --no-lint --dev-url "${SERVER_URL[dev]}" --dir cut >/dev/null 2>cut.err &
pid=$!
for ((i = 0; i < 300; i++)); do
    [ "$("$PSQL" -qXAt -d "${SERVER_URL[dev]}" -c "SELECT count(*) FROM pg_stat_activity
        WHERE query ~ '^SELECT pg_sleep' AND state = 'active'")" = 0 ] || break
    sleep 0.1
done
truncate -s 5000000 cut/V1__cut.sql
wait "$pid"
is "a file cut off in its COPY data: exit code" "$?" 5
like "which is told with its name" "$(cat cut.err)" "V1__cut.sql"
is "no database is left" "$("$PSQL" -qXAt -d "${SERVER_URL[dev]}" -c 'SELECT count(*) FROM pg_database')" 3
server_stop dev

# ---- interruption ----
folder m
echo "SELECT pg_sleep(60);" >m/V4__slow.sql
hash_folder m
for signal in INT TERM; do
    timeout --preserve-status --signal=$signal --kill-after=20 3 "$DBMIG" check --dir m \
        >/dev/null 2>"$SANDBOX/err"
    code=$?
    like "SIG$signal: told" "$code $(cat "$SANDBOX/err")" "^1(30|43) .*interrupted by SIG$signal"
    is "SIG$signal: nothing is left behind" "$(leftovers)" ""
done
rm m/V4__slow.sql && hash_folder m
"$DBMIG" check --dir m --force --no-cache >/dev/null 2>&1
is "and none after a check" "$(leftovers)" ""

# ---- git ----
folder m
rm -rf repo && mkdir repo && cp -r m repo/m && cd repo || exit 2
git init -q . && git config user.email t@example.org && git config user.name t
git add -A && git commit -qm one && git branch base
echo "CREATE OR REPLACE VIEW v AS SELECT 1 AS one;" >m/R__v.sql && hash_folder m && git add -A && git commit -qm two
git branch -f base
echo "CREATE TABLE d (id int);" >m/V4__d.sql && hash_folder m
check m --git-base base
is "--git-base tells the new files" "$code $(field '[.new_files[].file]')" '0 ["V4__d.sql"]'
check m --git-base base
is "also after an early exit" "$code $(field '[.early_exit,.new_files[].file]')" '0 [true,"V4__d.sql"]'
echo "CREATE OR REPLACE VIEW v AS SELECT 2 AS one;" >m/R__v.sql && hash_folder m
check m --git-base base
is "a repeatable file may be edited" "$code" 0
echo "-- edited" >>m/V2__b.sql && hash_folder m
exits "a versioned one may not" 5 "$DBMIG" check --dir m --git-base base
like "and is named" "$err" 'm/V2__b\.sql: V2__b\.sql was edited, and base has it already'
like "with what to do" "$err" 'git checkout base -- m/V2__b\.sql'
git checkout -q m/V2__b.sql && mv m/V2__b.sql m/V2__renamed.sql && hash_folder m
exits "nor be renamed" 5 "$DBMIG" check --dir m --git-base base
like "and is named" "$err" 'V2__b\.sql was removed or renamed'
mv m/V2__renamed.sql m/V2__b.sql && hash_folder m
git worktree add -q ../other base && (cd ../other && echo "CREATE TABLE e (id int);" >m/V3.1__e.sql &&
    hash_folder m && git add -A && git commit -qm three)
check m --git-base base
is "what the base got meanwhile is not held against the folder" "$code $(field .error.message)" "0 null"
exits "a revision that is none" 2 "$DBMIG" check --dir m --git-base nonsense
cd ..
folder m
exits "no repository" 2 "$DBMIG" check --dir m --git-base base

# With one transaction for all files lint needs a replay of its own.
folder m
echo "ALTER TABLE c OWNER TO ghost;" >m/V4__owner.sql && hash_folder m
exits "a role that nobody makes" 0 "$DBMIG" check --dir m --no-cache --tx-mode all
is "is told once" "$(printf '%s\n' "$err" | grep -c 'role "ghost"')" 1
