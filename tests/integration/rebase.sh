#!/usr/bin/env bash
# Two branches: each adds a version, one is merged after the other, rebase mends it, both deploy.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/servers.sh
. "$(dirname "$0")/../lib/servers.sh"
cd "$SANDBOX" || exit 2
export DBMIG_DEV_URL=embedded:// GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=$SANDBOX/gitconfig
git config --global user.name t && git config --global user.email t@example.org
git config --global init.defaultBranch main && git config --global advice.detachedHead false

commit() { git add -A && git commit -qm "$1"; }
table() { echo "CREATE TABLE $1 (id int);" >"$2"; }
files() { (cd db && find . -name '*.sql*' | sed 's|^\./||' | LC_ALL=C sort -V | tr '\n' ' ' | sed 's/ $//'); }
rebase() { run "$DBMIG" rebase --dir db "$@"; }
sum_is_right() { "$DBMIG" hash -q --dir db --force --json | jq -e '.changed == false' >/dev/null; }
# A repository with three versions on main, and a branch "feature" that is checked out.
repository() { # NAME FILE…
    local name=$1 file
    shift
    cd "$SANDBOX" && rm -rf "$name" && git init -q "$name" && cd "$name" && mkdir db || exit 2
    for file in "$@"; do table "t_$(tr -cd 'a-z0-9' <<<"$file")" "db/$file"; done
    "$DBMIG" hash -q --dir db >/dev/null
    commit start
    git checkout -q -b feature
}
on_main() { # FILE…: main gets them in a commit; feature stays checked out
    local file
    git checkout -q main
    for file in "$@"; do table "m_$(tr -cd 'a-z0-9' <<<"$file")" "db/$file"; done
    "$DBMIG" hash -q --dir db --force >/dev/null && commit "main: $*" && git checkout -q feature
}

# ---- the story, with a deployment template ----
repository story V1__users.sql V2__orders.sql
cat >atlas.hcl <<'HCL'
env "local" {
  migration { dir = "file://db" }
}
template {
  file     = "deploy.yaml"
  property = "MigrationHash"
}
HCL
printf 'Resources:\n  Größe: {Properties: {A: !Ref B, MigrationHash: ""}} # x\n' >deploy.yaml
"$DBMIG" hash -q >/dev/null && commit "template"
git checkout -q main && git merge -q feature && git checkout -q feature
exits "the branch adds a version" 0 "$DBMIG" create add_invoices
is "the third" "$out" "db/V3__add_invoices.sql"
table invoices db/V3__add_invoices.sql && "$DBMIG" hash -q >/dev/null && "$DBMIG" create -q add_notes >/dev/null
table notes db/V4__add_notes.sql && "$DBMIG" hash -q >/dev/null && commit "feature"
git checkout -q main
exits "meanwhile main adds one, too" 0 "$DBMIG" create add_stock
table stock db/V3__add_stock.sql && "$DBMIG" hash -q >/dev/null && commit "stock" && git checkout -q feature
exits "a check against main refuses the branch" 5 "$DBMIG" check --git-base main
like "and says why" "$err" 'db/V3__add_invoices\.sql: the new version 3 is not above 3, the newest of main'
like "and the next free version" "$err" 'next free version is 4'
like "and what to do" "$err" 'dbmig rebase --git-base main'
ok "the merge conflicts" bash -c '! git merge -q main >/dev/null 2>&1'
like "in the sum file" "$(cat db/atlas.sum)" '^<<<<<<<'
like "and in the template" "$(cat deploy.yaml)" '^<<<<<<<'
exits "nothing can be checked now" 2 "$DBMIG" check
like "two files of one version are told" "$err" 'two files have version 3'
like "with the way out" "$err" 'dbmig rebase'
exits "rebase --dry-run" 0 "$DBMIG" rebase --dry-run
like "tells the plan" "$err" 'V4__add_notes\.sql → V5__add_notes\.sql'
is "and does nothing" "$(files)" "V1__users.sql V2__orders.sql V3__add_invoices.sql V3__add_stock.sql V4__add_notes.sql"
exits "rebase" 0 "$DBMIG" rebase
like "prints old and new names" "$err" 'db: V3__add_invoices\.sql → V4__add_invoices\.sql'
is "and on stdout the new paths" "$out" "$(printf 'db/V4__add_invoices.sql\ndb/V5__add_notes.sql')"
like "what is next has the template, too" "$err" 'Next: git add -A db deploy\.yaml,'
is "the branch's files are behind main's, in their order" "$(files)" \
    "V1__users.sql V2__orders.sql V3__add_stock.sql V4__add_invoices.sql V5__add_notes.sql"
ok "the sum file is right" sum_is_right
is "the template is whole, with the new hash" "$(cat deploy.yaml)" \
    "$(printf 'Resources:\n  Größe: {Properties: {A: !Ref B, MigrationHash: "%s"}} # x' "$(head -n 1 db/atlas.sum | cut -c 4-)")"
is "the contents moved with the names" "$(cat db/V4__add_invoices.sql)" "CREATE TABLE invoices (id int);"
commit "merge"
exits "a check against main is clean" 0 "$DBMIG" check --git-base main
like "and tells the new files" "$out" 'V5__add_notes\.sql'
exits "rebase again" 0 "$DBMIG" rebase
like "has nothing to do" "$out" 'Nothing to renumber'
is "and changes nothing" "$(git status --porcelain)" ""
server_start main
url=$(server_database main story)
git checkout -q main
exits "main deploys" 0 "$DBMIG" apply -u "$url"
git merge -q feature
exits "then the branch" 0 "$DBMIG" apply -u "$url"
is "in their order" "$("$PSQL" -qXAt -d "$url" -c "SELECT string_agg(version, ',' ORDER BY installed_rank) FROM schema_history")" "1,2,3,4,5"

# ---- before the merge, and in the middle of git rebase ----
repository before V1__a.sql V2__b.sql
table c db/V3__c.sql && "$DBMIG" hash -q --dir db >/dev/null && commit "c"
on_main V3__x.sql V4__y.sql
rebase
is "before a merge" "$code $(files)" "0 V1__a.sql V2__b.sql V5__c.sql"
like "the default branch is found" "$err" 'git-base main'
commit "rebased"
exits "check" 0 "$DBMIG" check --dir db --git-base main
git merge -q main >/dev/null 2>&1
rebase
is "then the sum file alone" "$code $(files)" "0 V1__a.sql V2__b.sql V3__x.sql V4__y.sql V5__c.sql"
ok "is made anew" sum_is_right
repository middle V1__a.sql
table b db/V2__b.sql && "$DBMIG" hash -q --dir db >/dev/null && commit "b"
on_main V2__x.sql
git rebase -q main >/dev/null 2>&1
is "in the middle of a git rebase" "$(grep -c '^<<<<<<<' db/atlas.sum)" 1
rebase
is "it works as well" "$code $(files)" "0 V1__a.sql V2__x.sql V3__b.sql"
git add -A && GIT_EDITOR=true git rebase --continue >/dev/null 2>&1
is "and the rebase goes on" "$(git status --porcelain) $(git log --format=%s | tr '\n' ' ')" " b main: V2__x.sql start "
exits "check" 0 "$DBMIG" check --dir db --git-base main

# ---- habits, kinds, what goes along ----
repository kinds V001__a.sql V002__b.sql
for file in V003__c.sql U003__c.sql B003__c.sql V004__d.sql V010__e.sql R__v.sql; do table "k$RANDOM" "db/$file"; done
echo "executeInTransaction=true" >db/V003__c.sql.conf
"$DBMIG" hash -q --dir db >/dev/null && commit "kinds"
on_main V003__m.sql V004__n.sql
rebase --git-base main
is "padding, undo, baseline and .conf files; what is above stays" "$code $(files)" \
    "0 B005__c.sql R__v.sql U005__c.sql V001__a.sql V002__b.sql V005__c.sql V005__c.sql.conf V006__d.sql V010__e.sql"
repository stamps V20240101120000__a.sql
table b db/V20240105120000__b.sql && table c db/V20240106120000__c.sql && "$DBMIG" hash -q --dir db >/dev/null && commit "b"
on_main V20240110120000__m.sql
rebase --git-base main
like "timestamps" "$(files)" '^V20240101120000__a\.sql V202[5-9][0-9]{10}__b\.sql V202[5-9][0-9]{10}__c\.sql$'
repository plain 1_a.sql 2_b.sql
table c db/3_c.sql && "$DBMIG" hash -q --dir db >/dev/null && commit "c"
on_main 3_m.sql
rebase --git-base main
is "a plain folder" "$code $(files)" "0 1_a.sql 2_b.sql 4_c.sql"
repository nested V1__a.sql
mkdir -p db/2024/q1 && table b db/2024/q1/V2__b.sql && "$DBMIG" hash -q --dir db >/dev/null && commit "b"
on_main V2__m.sql
rebase --git-base main
is "a file stays in its folder" "$code $(files)" "0 2024/q1/V3__b.sql V1__a.sql"
repository same V1__a.sql
table mine db/V2__add.sql && "$DBMIG" hash -q --dir db >/dev/null && commit "mine"
on_main V2__add.sql
exits "both branches chose one name: check" 5 "$DBMIG" check --dir db --git-base main
like "says so" "$err" 'V2__add\.sql is another file than the one that main has'
rebase --git-base main
is "rebase gives the branch's own another" "$code $(files)" "0 V1__a.sql V3__add.sql"
is "and keeps its content" "$(cat db/V3__add.sql)" "CREATE TABLE mine (id int);"
repository hotfix V41__a.sql V42__b.sql
exits "a hotfix has a version of its own" 0 "$DBMIG" create --dir db --version 41.1 hotfix
like "with a word about what it takes" "$err" '--out-of-order=41\.1'
table hot db/V41.1__hotfix.sql && "$DBMIG" hash -q --dir db >/dev/null && commit "hotfix"
exits "check refuses it" 5 "$DBMIG" check --dir db --git-base main
like "and says how to admit it" "$err" '--out-of-order=41\.1'
exits "another version does not admit it" 5 "$DBMIG" check --dir db --git-base main --out-of-order=41.2
exits "its own does" 0 "$DBMIG" check --dir db --git-base main --out-of-order=41.1
exits "and so does a team's habit" 0 "$DBMIG" check --dir db --git-base main --exec-order non-linear
rebase --git-base main --out-of-order=41.1
is "rebase leaves it then" "$code $(files)" "0 V41.1__hotfix.sql V41__a.sql V42__b.sql"
url=$(server_database main hotfix)
git stash -q && git checkout -q main && "$DBMIG" apply -q --dir db -u "$url" >/dev/null && git checkout -q feature
exits "apply refuses it" 5 "$DBMIG" apply --dir db -u "$url"
exits "but for --out-of-order" 0 "$DBMIG" apply --dir db -u "$url" --out-of-order=41.1
is "that one runs" "$("$PSQL" -qXAt -d "$url" -c "SELECT string_agg(version, ',' ORDER BY installed_rank) FROM schema_history")" "41,42,41.1"
rebase --git-base main
is "without it the file is renumbered" "$code $(files)" "0 V41__a.sql V42__b.sql V43__hotfix.sql"

# ---- what is refused, with nothing changed ----
refused() { # "what" CODE REGEX
    local before
    before=$(find db -type f -exec md5sum {} + | sort)
    rebase --git-base main
    is "$1: exit code" "$code" "$2"
    like "$1: said" "$err" "$3"
    is "$1: nothing changed" "$(find db -type f -exec md5sum {} + | sort)" "$before"
}
repository bad V1__a.sql V2__b.sql
table c db/V3__c.sql && "$DBMIG" hash -q --dir db >/dev/null && commit "c"
on_main V3__x.sql
echo "-- edited" >>db/V2__b.sql
refused "an edited file of main" 5 'V2__b\.sql was edited, and main has it already'
git checkout -q db/V2__b.sql && printf 'SELECT \377;' >db/V4__d.sql
refused "a file that cannot be read" 2 'V5__d\.sql is not valid UTF-8'
rm db/V4__d.sql && mkdir db/V4__c.sql
refused "a folder in the way" 2 'V4__c\.sql'
rmdir db/V4__c.sql && echo x >db/misnamed.sql
refused "a misnamed file" 2 'misnamed\.sql is not named like a migration'
rm db/misnamed.sql
exits "a revision that is none" 2 "$DBMIG" rebase --dir db --git-base nowhere
like "says so" "$err" 'no commit "nowhere"'
(cd "$SANDBOX" && mkdir -p plain_folder && table a plain_folder/V1__a.sql)
exits "no repository" 2 "$DBMIG" rebase --dir "$SANDBOX/plain_folder" --git-base main
printf 'template {\n  file = "t.yaml"\n  property = "Hash"\n}\n' >atlas.hcl
printf '<<<<<<< HEAD\nHash: "a"\nOther: 1\n=======\nHash: "b"\nOther: 2\n>>>>>>> main\n' >t.yaml
refused "a template with another conflict" 2 't\.yaml has merge conflicts beyond its hash'
printf '<<<<<<< HEAD\nHash: "a"\n||||||| base\nHash: "0"\n=======\nHash: "b"\n>>>>>>> main\nOther: 1\n' >t.yaml
rebase --git-base main
is "one about the hash alone is resolved" "$code $(cat t.yaml)" \
    "0 $(printf 'Hash: "%s"\nOther: 1' "$(head -n 1 db/atlas.sum | cut -c 4-)")"

# ---- cut short ----
repository cut V1__a.sql
for i in 2 3 4 5; do table "c$i" "db/V${i}__c$i.sql"; done
"$DBMIG" hash -q --dir db >/dev/null && commit "c"
on_main V2__m.sql
wanted="V1__a.sql V3__c2.sql V4__c3.sql V5__c4.sql V6__c5.sql"
for done in 1 2 3 4; do # so many renames were done
    git checkout -q -f feature && git clean -qfd
    for i in 5 4 3 2; do
        [ "$i" -gt $((5 - done)) ] && mv "db/V${i}__c$i.sql" "db/V$((i + 1))__c$i.sql"
    done
    rebase --git-base main
    is "cut short after $done of 4: the next run finishes" "$code $(files)" "0 $wanted"
    ok "cut short after $done of 4: the sum is right" sum_is_right
done
# ---- hash ----
repository bless V1__a.sql V2__b.sql
table c db/V3__c.sql && "$DBMIG" hash -q --dir db >/dev/null
echo "-- edited" >>db/V3__c.sql
exits "hash accepts an edit of the branch's own file" 0 "$DBMIG" hash --dir db
echo "-- edited" >>db/V2__b.sql
before=$(cat db/atlas.sum)
exits "but not of one that main has" 5 "$DBMIG" hash --dir db
like "it is named" "$err" 'V2__b\.sql was edited, and main has it already'
like "with the way to do it" "$err" 'dbmig hash --force'
is "the sum file is as it was" "$(cat db/atlas.sum)" "$before"
exits "--git-base names another revision" 5 "$DBMIG" hash --dir db --git-base main
exits "none compares with nothing" 0 "$DBMIG" hash --dir db --git-base none
git checkout -q db/V2__b.sql && echo "-- edited" >>db/V1__a.sql
exits "--force" 0 "$DBMIG" hash --dir db --force
exits "a revision that is none" 2 "$DBMIG" hash --dir db --git-base nowhere
