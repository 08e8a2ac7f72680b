#!/usr/bin/env bash
# What check takes for new, in a hook, on a branch, in the middle of a merge and before the first commit; new files
# on a database that has the base's; unmerged files that are edited again; empty ones; roles of a shared server.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/servers.sh
. "$(dirname "$0")/../lib/servers.sh"
cd "$SANDBOX" || exit 2
export DBMIG_DEV_URL=embedded:// GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=$SANDBOX/gitconfig
git config --global user.name t && git config --global user.email t@example.org
git config --global init.defaultBranch main

hash_m() { "$DBMIG" hash -q --force >/dev/null || echo "# hash failed"; }
commit() { hash_m && git add -A && git commit -qm "$1"; }
check() { run "$DBMIG" check "$@"; }
repository() { # NAME: V1 on main
    cd "$SANDBOX" && rm -rf "$1" && git init -q "$1" && cd "$1" && mkdir migrations || exit 2
    echo "CREATE TABLE u (id bigint PRIMARY KEY);" >migrations/V1__u.sql
    commit one
}
on_branch() { repository "$1" && git checkout -qb feature; }

# ---- which files are new ----
on_branch several
echo "DROP TABLE u;" >migrations/V2__drop.sql
echo "CREATE TABLE v (id bigint PRIMARY KEY);" >migrations/V3__v.sql
hash_m
check
is "of two new files the older one is judged, too" "$code" 1
like "with its finding" "$out" 'migrations/V2__drop\.sql:1.*DM047'
like "the base is named" "$out" '2 new since main, none of its files changed'
git add -A
check --staged
is "in a hook the same" "$code" 1
like "against HEAD" "$out" '2 new since HEAD'
git commit -qm two
check
is "committed on the branch, they are new to main" "$code" 1
check --staged
is "and not to a further commit" "$code" 0
like "which has nothing new" "$out" '0 new since HEAD'
git checkout -q main && git merge -q feature
check --git-base none
like "without a base the newest is judged" "$out" '1 file (judged|analyzed)'

repository unborn && rm -rf .git && git init -q
echo "DROP TABLE u;" >migrations/V2__drop.sql && echo "SELECT 1;" >migrations/V3__x.sql && hash_m && git add -A
check --staged
is "before the first commit" "$code" 0
like "everything is new" "$out" '3 new since HEAD'
like "and judged together" "$out" '3 files (judged|analyzed)'

on_branch merging
echo "CREATE TABLE w (id bigint PRIMARY KEY);" >migrations/V3__w.sql && commit three
git checkout -q main && echo "DROP TABLE u;" >migrations/V2__drop.sql && commit two
git checkout -q feature && git merge main >/dev/null 2>&1
hash_m && git add -A
check --staged
is "what a merge brings is not new to it" "$code" 0

# ---- repeatable files ----
on_branch repeatable
git checkout -q main && echo "CREATE OR REPLACE VIEW av AS SELECT id FROM u;" >migrations/R__av.sql && commit view
git checkout -q feature && git merge -q main
echo "CREATE OR REPLACE VIEW av AS SELECT id::text FROM u;" >migrations/R__av.sql && hash_m
for base in "" "--git-base=main"; do
    check $base
    is "an edit that an existing view does not take fails ($base)" "$code" 4
    like "as on a database of the base" "$err" 'on a database that has the files of main: cannot change data type of view column'
    like "at its place" "$err" 'migrations/R__av\.sql:1'
    unlike "and the file counts as changed" "$out" 'none of its files changed'
done
git add -A
check --staged
is "in a hook, too" "$code" 4
echo "DROP VIEW IF EXISTS av; TRUNCATE u; CREATE VIEW av AS SELECT id::text FROM u;" >migrations/R__av.sql && hash_m
check
is "an edited file is judged" "$code" 1
like "on what the base made" "$out" 'R__av\.sql:1.*DM046'
like "the edit is named" "$out" '1 edited: R__av\.sql'
exits "lint judges it" 1 "$DBMIG" lint --git-base main
git checkout -q migrations/R__av.sql
echo "ALTER TABLE u ALTER COLUMN id TYPE numeric;" >migrations/V2__x.sql && hash_m
check
is "a new file that the base's view stands in the way of" "$code" 4
like "is told" "$err" 'on a database that has the files of main: cannot alter type of a column used by a view'

# ---- a folder that was moved ----
on_branch moved
git mv migrations db && hash_moved() { "$DBMIG" hash -q --force --dir db >/dev/null; }
hash_moved
check --dir db --git-base main
like "a moved folder is found again" "$out" '0 new since main'
echo "-- edited" >>db/V1__u.sql && hash_moved
check --dir db --git-base main
is "an edit in it is seen" "$code" 5
like "and named" "$err" 'V1__u\.sql was edited, and main has it already'

# ---- edits of files that are not merged ----
on_branch unmerged
echo "CREATE TABLE v (id bigint PRIMARY KEY);" >migrations/V2__v.sql && hash_m
check
is "a new file" "$code" 0
echo "CREATE TABLE v (id bigint PRIMARY KEY, b int);" >migrations/V2__v.sql
check
is "edited again, it needs no hash" "$code" 0
like "which is said" "$err" 'V2__v\.sql .*it is not on main yet, so migrations/atlas\.sum was updated'
exits "and the sum file is right" 0 "$DBMIG" check
unlike "for good" "$err" 'was updated'
echo "-- edited" >>migrations/V1__u.sql
check
is "a file that main has needs one" "$code" 5
git checkout -q migrations/V1__u.sql
git add -A && echo "-- once more" >>migrations/V2__v.sql && git commit -qam "sum file left behind"
check
is "what is committed must be right" "$code" 5
like "and is told" "$err" 'V2__v\.sql'

# ---- what is not staged ----
on_branch staging
echo "CREATE TABLE v (id bigint PRIMARY KEY);" >migrations/V2__v.sql && hash_m && git add migrations/atlas.sum
check --staged
is "a file that is not staged" "$code" 5
like "needs git add" "$err" 'V2__v\.sql is not staged'
like "just that" "$err" 'git add migrations/V2__v\.sql$'
git add migrations/V2__v.sql && git reset -q migrations/atlas.sum
check --staged
is "a sum file that is not staged" "$code" 5
like "needs git add, too" "$err" 'git add migrations/atlas\.sum$'
git add -A
check --staged
is "all of it" "$code" 0

# ---- empty files ----
on_branch empty
run "$DBMIG" create add_thing
check
is "a file as create wrote it fails check" "$code" 1
like "with its name" "$out" 'migrations/V2__add_thing\.sql:1.*V2__add_thing\.sql is empty'
: >migrations/V2__add_thing.sql
check
is "so does an empty one" "$code" 1
echo "-- nothing to do here: see the ticket" >migrations/V2__add_thing.sql
check
is "a comment of one's own says that it is meant" "$code" 0
: >migrations/V2__add_thing.sql
echo "CREATE TABLE v (id bigint PRIMARY KEY);" >migrations/V3__v.sql && commit "empty one merged"
git checkout -q main && git merge -q feature
check
is "an old one is no longer looked at" "$code" 0
server_start main
url=$(server_database main empty)
exits "nor by apply" 0 "$DBMIG" apply -u "$url"
run "$DBMIG" create add_more
exits "the newest one is refused" 5 "$DBMIG" apply -u "$url"
like "with the reason" "$err" 'V4__add_more\.sql:1: V4__add_more\.sql is empty'
is "and not recorded" "$("$PSQL" -XAt -d "$url" -c 'SELECT max(version) FROM schema_history')" 3

# ---- roles of a server that others use ----
repository roles
echo "CREATE ROLE nf_app NOLOGIN; ALTER ROLE nf_app SET work_mem = '8MB'; COMMENT ON ROLE nf_app IS 'x'; GRANT pg_monitor TO nf_app;
GRANT SELECT ON u TO nf_app;" >migrations/V2__role.sql && commit role
url=$(server_database main roles)
exits "roles: apply" 0 "$DBMIG" apply -u "$url"
exits "a check on the same server" 0 "$DBMIG" check --dev-url "${SERVER_URL[main]}" --rule DM047=off
like "takes the role as created" "$err" 'V2__role\.sql:1: CREATE ROLE left out: this server has a role "nf_app" already'
is "and leaves it as it is" \
    "$("$PSQL" -XAt -d "$url" -c "SELECT rolconfig FROM pg_roles WHERE rolname = 'nf_app'")" '{work_mem=8MB}'
echo "DROP ROLE nf_app;" >migrations/V3__drop.sql && hash_m
exits "dropping it there is refused" 2 "$DBMIG" check --dev-url "${SERVER_URL[main]}"
