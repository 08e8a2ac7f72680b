#!/usr/bin/env bash
# check --staged: what is in git's index counts, not the disk; and how fast the hook is when nothing
# changed.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
cd "$SANDBOX" || exit 2
export DBMIG_DEV_URL=embedded:// GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=$SANDBOX/gitconfig
git config --global user.name t && git config --global user.email t@example.org
git config --global init.defaultBranch main

repository() {
    cd "$SANDBOX" && rm -rf repo && git init -q repo && cd repo && mkdir -p db/m || exit 2
    echo "CREATE TABLE a (id int);" >db/m/V1__a.sql
    echo "CREATE TABLE b (id int);" >db/m/V2__b.sql
    "$DBMIG" hash -q --dir db/m >/dev/null && git add -A && git commit -qm one
}
staged() { run "$DBMIG" check --staged --dir db/m "$@"; }

repository
staged
is "a first check" "$code" 0
like "replays" "$out" '2 files replayed'
staged
is "a second one" "$code" 0
like "exits early" "$out" 'nothing changed since'
echo "this is no SQL" >db/m/V3__unstaged.sql
staged
is "what is not staged does not count" "$code" 0
like "at all" "$out" 'nothing changed since'
echo "-- edited" >>db/m/V1__a.sql
staged
is "nor edits that are not staged" "$code" 0
exits "a check of the disk sees them" 5 "$DBMIG" check --dir db/m
git checkout -q db/m/V1__a.sql && rm db/m/V3__unstaged.sql
echo "CREATE TABLE c (id no_such_type);" >db/m/V3__c.sql && "$DBMIG" hash -q --dir db/m >/dev/null && git add -A
echo "CREATE TABLE c (id int);" >db/m/V3__c.sql && "$DBMIG" hash -q --dir db/m >/dev/null
staged
is "what is staged counts, though the disk is right" "$code" 4
like "with its place" "$err" 'db/m/V3__c\.sql:1:20: type "no_such_type" does not exist'
exits "the disk is" 0 "$DBMIG" check --dir db/m
git add db/m/V3__c.sql
staged
is "a sum file that was not staged with its migration" "$code" 5
like "is told" "$err" 'atlas\.sum is not staged as it is on the disk'
like "with what to do" "$err" 'git add db/m/atlas\.sum$'
git add -A
staged
is "all staged" "$code" 0
like "the check of the disk is as good" "$out" 'nothing changed since'
like "the content was read" "$out" 'sum file +ok, 3 files'
staged
unlike "the next time it is not" "$out" 'sum file'
git rm -q --cached db/m/V3__c.sql
staged
is "a file taken out of the index" "$code" 5
git commit -qm "broken" && git reset -q --hard HEAD~1 && git clean -qfd

# ---- the template and the configuration ----
printf 'template {\n  file = "t.yaml"\n  property = "Hash"\n}\n' >atlas.hcl
echo 'Hash: ""' >t.yaml
"$DBMIG" hash -q --dir db/m >/dev/null && git add -A
staged
is "a template" "$code" 0
sed -i 's/".*"/"other"/' t.yaml
staged
is "that is wrong on the disk" "$code" 0
git add t.yaml
staged
is "one that is staged so" "$code" 5
like "is told" "$err" 't\.yaml:1:7: Hash is not the sum file'
"$DBMIG" hash -q --dir db/m >/dev/null
staged
is "setting it right on the disk is not enough" "$code" 5
git rm -q -f --cached t.yaml
staged
is "a template that git does not know is the disk's" "$code" 0
sed -i 's/".*"/"other"/' t.yaml
staged
is "and is looked at again when it changes" "$code" 5
"$DBMIG" hash -q --dir db/m >/dev/null
staged && staged
like "an early exit" "$out" 'nothing changed since'
staged --tx-mode none
unlike "is for the same settings only" "$out" 'nothing changed since'
staged --force
unlike "and not with --force" "$out" 'nothing changed since'
cd db || exit 2
exits "from a folder below" 0 "$DBMIG" check --staged --dir m -c ../atlas.hcl
cd ..

# ---- inside a commit ----
git add -A && git commit -qm two
printf '#!/bin/sh\nexec "%s" check -q --staged --dir db/m\n' "$DBMIG" >.git/hooks/pre-commit && chmod +x .git/hooks/pre-commit
echo "CREATE TABLE d (id int);" >db/m/V3__d.sql && "$DBMIG" hash -q --dir db/m >/dev/null && git add -A
exits "a hook lets a right commit pass" 0 git commit -qm three
echo "CREATE TABLE e (id no_such_type);" >db/m/V4__e.sql && "$DBMIG" hash -q --dir db/m >/dev/null && git add -A
exits "and stops a wrong one" 1 git commit -qm four
sed -i 's/no_such_type/int/' db/m/V4__e.sql && "$DBMIG" hash -q --dir db/m >/dev/null
git reset -q && git add db/m/V4__e.sql
exits "git commit -a has an index of its own" 0 git commit -qam four
git worktree add -q ../tree -b other 2>/dev/null && cd ../tree || exit 2
exits "in a linked work tree" 0 "$DBMIG" check --staged --dir db/m
cd ../repo || exit 2

# ---- conflicts, no repository ----
git checkout -q -b side HEAD~1 && echo "-- side" >>db/m/V2__b.sql && git commit -qanm side
git checkout -q main && echo "-- main" >>db/m/V2__b.sql && git commit -qanm main
git merge -q side >/dev/null 2>&1
staged
is "an unresolved conflict" "$code" 2
like "is named" "$err" 'unresolved merge conflict'
git merge --abort
cp -r db/m "$SANDBOX/alone"
exits "no repository" 2 "$DBMIG" check --staged --dir "$SANDBOX/alone"
like "is told" "$err" 'not in a git work tree'

# ---- the schema source ----
repository
for env in 'one "schema.sql"' 'folder "models"' 'both ["made.sql", "models"]'; do
    printf 'env "%s" {\n  src = %s\n  migration {\n    dir = "file://db/m"\n  }\n}\n' "${env%% *}" "${env#* }"
done >atlas.hcl
both=$'CREATE TABLE a (id int);\nCREATE TABLE b (id int);'
type="CREATE TYPE t AS ENUM ('x');" function="CREATE FUNCTION f(t) RETURNS int LANGUAGE sql AS 'SELECT 1';"
echo "$both" >schema.sql
git add -A && git commit -qm source
echo "CREATE TABLE more (id int);" >>schema.sql
staged --env one --force
is "a schema source that was edited, not staged: as the commit will have it" "$code" 0
git add schema.sql && echo "$both" >schema.sql
staged --env one
is "one that is staged, though the disk is right" "$code" 1
like "with what differs" "$out" 'more'
git checkout -q HEAD -- schema.sql
mkdir -p models/a && echo "$type" >models/a/first.sql
echo "$both" >models/a.sql && echo "$function" >models/b.sql
printf '%s\n%s\n' "$type" "$function" >db/m/V3__f.sql
"$DBMIG" hash -q --dir db/m >/dev/null && git add -A && git commit -qm models
rm -r models/a
staged --env folder
is "a folder is read from the index, in the order of the disk" "$code" 0
git checkout -q -- models && git mv models/a.sql made.sql
echo '/made.sql' >.gitignore && git rm -q --cached made.sql && git add -A
staged --env both
is "a file that git ignores" "$code" 0
like "is read from the disk, which is told" "$out$err" "made.sql is not in git's index: read from the disk"

# ---- 1,000 migrations, nothing changed (tests/bench/run hook measures it) ----
cd "$SANDBOX" && git init -q big && cd big && mkdir db || exit 2
for ((i = 1; i <= 1000; i++)); do
    printf 'CREATE TABLE t%d (id bigint, name text);\nCOMMENT ON TABLE t%d IS $$number %d$$;\n' $i $i $i >"db/V${i}__t$i.sql"
done
"$DBMIG" hash -q --dir db >/dev/null && git add -A && git commit -qm big
exits "1,000 migrations" 0 "$DBMIG" check -q --staged --dir db
run "$DBMIG" check --staged --dir db --json
is "no server was started" "$(printf '%s' "$out" | jq -c '[.early_exit,.server,.files]')" '[true,null,1000]'
