#!/usr/bin/env bash
# Pull requests: the revision to compare with comes from each CI service's variables; a clone that is too
# shallow says which depth to set; several databases in one repository.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
cd "$SANDBOX" || exit 2
export DBMIG_DEV_URL=embedded:// GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=$SANDBOX/gitconfig
git config --global user.name t && git config --global user.email t@example.org
git config --global init.defaultBranch main && git config --global protocol.file.allow always
git config --global advice.detachedHead false

table() { echo "CREATE TABLE $1 (id bigint PRIMARY KEY);" >"$2"; }
commit() { "$DBMIG" hash -q --dir db --force >/dev/null && git add -A && git commit -qm "$1"; }

# origin: main has V1 … V3, the branch "stale" V3 of its own, "fine" a V4; "edit" edits V1.
git init -q origin && cd origin && mkdir db || exit 2
table a db/V1__a.sql && table b db/V2__b.sql && commit start
git checkout -q -b stale && table s db/V3__s.sql && commit stale
git checkout -q main && table c db/V3__c.sql && commit c
git checkout -q -b fine && table f db/V4__f.sql && commit fine
git checkout -q -b edit main && echo "-- edited" >>db/V1__a.sql && commit edit
git checkout -q main
tip=$(git rev-parse main)
cd .. || exit 2
clone() { # BRANCH [OPTION…]: as CI does it
    local branch=$1
    shift
    rm -rf work && git clone -q "$@" --branch "$branch" "file://$SANDBOX/origin" work 2>/dev/null && cd work || exit 2
}
check() { run env "$@" "$DBMIG" check --dir db --json; }
base() { printf '%s' "$out" | jq -r '.git_base // "none"'; }

# ---- each service ----
service() { # NAME REF VARIABLE=VALUE…: a pull request of each branch
    local name=$1 ref=$2
    shift 2
    clone fine
    check "$@"
    is "$name: a right branch is compared with the target" "$code $(base)" "0 $ref"
    is "$name: its new file is told" "$(printf '%s' "$out" | jq -c '[.new_files[].file]')" '["V4__f.sql"]'
    cd ..
    clone stale
    check "$@"
    is "$name: a version that the target has got meanwhile" "$code" 5
    like "$name: is refused" "$(printf '%s' "$out" | jq -r .error.message)" 'the new version 3 is not above 3'
    cd ..
    clone edit
    check "$@"
    is "$name: an edited file" "$code" 5
    cd ..
    clone fine --depth 1
    check "$@"
    is "$name: a shallow clone" "$code" 2
    cd ..
}
hint() { printf '%s' "$out" | jq -r .error.hint; }
service GitHub origin/main GITHUB_ACTIONS=true GITHUB_BASE_REF=main GITHUB_HEAD_REF=fine
like "GitHub: names the depth" "$(hint)" 'fetch-depth: 0'
service GitLab origin/main GITLAB_CI=true CI_MERGE_REQUEST_TARGET_BRANCH_NAME=main \
    CI_MERGE_REQUEST_DIFF_BASE_SHA="$(git -C origin rev-parse main~1)"
like "GitLab: names the depth" "$(hint)" 'GIT_DEPTH: 0'
service CodeBuild origin/main CODEBUILD_BUILD_ID=x:1 CODEBUILD_WEBHOOK_BASE_REF=refs/heads/main
like "CodeBuild: names the depth" "$(hint)" 'git clone depth'
service Bitbucket "$tip" BITBUCKET_BUILD_NUMBER=7 BITBUCKET_PR_DESTINATION_COMMIT="$tip" BITBUCKET_PR_DESTINATION_BRANCH=main
like "Bitbucket: names the depth" "$(hint)" 'depth: full'
service "Bitbucket, a branch" origin/main BITBUCKET_BUILD_NUMBER=7 BITBUCKET_PR_DESTINATION_BRANCH=main
service Jenkins origin/main JENKINS_URL=http://jenkins/ CHANGE_TARGET=main CHANGE_ID=1
like "Jenkins: names the setting" "$(hint)" 'Shallow clone'
service Azure origin/main TF_BUILD=True SYSTEM_PULLREQUEST_TARGETBRANCH=refs/heads/main
like "Azure: names the depth" "$(hint)" 'fetchDepth: 0'
service CircleCI origin/HEAD CIRCLECI=true CIRCLE_PULL_REQUEST=https://example.org/pull/1
like "CircleCI: names the setting" "$(hint)" 'method: full'

# ---- what is not a pull request, and what goes before it ----
clone fine
check GITHUB_ACTIONS=true GITHUB_REF=refs/heads/fine
is "a build of a branch takes for new what the default one has not" "$code $(base)" "0 origin/HEAD"
check GITHUB_ACTIONS=true GITHUB_BASE_REF=
is "an empty variable is none" "$code $(base)" "0 origin/HEAD"
check GITHUB_BASE_REF=nowhere DBMIG_GIT_BASE=main
is "the setting goes before the service" "$code $(base)" "0 main"
check GITHUB_BASE_REF=nowhere DBMIG_GIT_BASE=none
is "none compares with nothing" "$code $(base)" "0 none"
check GITHUB_BASE_REF=nowhere
is "a target that is not here" "$code" 2
check GITHUB_ACTIONS=true GITHUB_BASE_REF=main CI=true DBMIG_OUT_OF_ORDER=1
is "a version to admit" "$code" 0
git remote set-head origin --delete
check CIRCLECI=true CIRCLE_PR_NUMBER=1
is "CircleCI, without origin's HEAD: its main" "$code $(base)" "0 origin/HEAD"
git checkout -q -b x edit 2>/dev/null || git checkout -q -b x origin/edit
check CIRCLECI=true CIRCLE_PR_NUMBER=1
is "which is not taken for our own HEAD" "$code" 5
cd ..
cp -r work/db loose
run env GITHUB_BASE_REF=main "$DBMIG" check --dir loose --git-base none
is "outside of a repository" "$code" 0
run env GITHUB_BASE_REF=main "$DBMIG" check --dir loose
is "a job's variables alone are no error" "$code" 0
like "but are told" "$err" 'GITHUB_BASE_REF names a branch'
# GitHub checks a merge of both out: two files of one version.
clone main && git merge -q origin/stale >/dev/null 2>&1
table s db/V3__s.sql && git add -A && git commit -qm merge
check GITHUB_ACTIONS=true GITHUB_BASE_REF=main
is "a merge of both sides" "$code" 2
like "says what helps" "$(hint)" 'dbmig rebase'
cd ..

# ---- several databases ----
mkdir several && cd several && git init -q . && mkdir orders stock users || exit 2
for name in orders stock users; do
    table "$name" "$name/V1__$name.sql" && "$DBMIG" hash -q --dir $name >/dev/null
done
cat >atlas.hcl <<'HCL'
variable "x" {
  type    = string
  default = "embedded://"
}
env "orders" {
  dev = var.x
  migration { dir = "file://orders" }
}
env "stock" {
  dev = var.x
  migration { dir = "file://stock" }
}
env "users" {
  dev = var.x
  migration { dir = "file://users" }
}
HCL
git add -A && git commit -qm start && git branch base
exits "--all-envs" 0 "$DBMIG" check --all-envs
is "has a row for each" "$(grep -cE '^(orders|stock|users) ' <<<"$out")" 3
run "$DBMIG" check --all-envs --json
is "json: one report" "$(printf '%s' "$out" | jq -c '[.envs[] | [.env, .folder, .files, .early_exit]]')" \
    '[["orders","orders",1,true],["stock","stock",1,true],["users","users",1,true]]'
echo "-- edited" >>"$(ls orders/V1__*.sql)" && echo "CREATE TABLE x (id nothing);" >stock/V2__x.sql && "$DBMIG" hash -q --dir stock >/dev/null
run "$DBMIG" check --all-envs --json
is "two of them fail" "$code" 5
like "it says which" "$(printf '%s' "$out" | jq -r '.error.message + .error.detail')" '2 of 3 envs failed.*orders: V1__.*was edited'
is "the third is checked nevertheless" "$(printf '%s' "$out" | jq -r '.envs[2].outcome')" \
    "$(printf '%s' "$out" | jq -r '.envs[2].outcome' | grep 'nothing changed')"
is "each failure has its place" "$(printf '%s' "$out" | jq -c '[.findings[] | select(.code == "check") | [.file, .line]]')" \
    '[["orders/atlas.sum",2],["stock/V2__x.sql",1]]'
run "$DBMIG" check --all-envs --format github
is "github: an annotation for each" "$(grep -cE '^::error file=(orders|stock)/' <<<"$out")" 2
git checkout -q orders && table more orders/V2__more.sql && "$DBMIG" hash -q --dir orders >/dev/null && echo "CREATE TABLE x (id bigint PRIMARY KEY);" >stock/V2__x.sql && "$DBMIG" hash -q --dir stock >/dev/null
run "$DBMIG" check --all-envs --git-base base --json
is "flags are for all of them" "$code $(printf '%s' "$out" | jq -c '[.envs[].new_files]')" \
    '0 [["V2__more.sql"],["V2__x.sql"],[]]'
sed 's|migration { dir = "file://stock" }|&\n  src = "stock.sql"|' atlas.hcl >drift.hcl
{ cat stock/V*.sql; echo 'CREATE TABLE wanted (id bigint PRIMARY KEY);'; } >stock.sql
run "$DBMIG" check --all-envs -c drift.hcl
like "drift of one of them is told with its SQL" "$code $(tr '\n' ' ' <<<"$out")" \
    '^1 .*-- env "stock": SQL that would bring the migrations to the schema source \(not verified\).*CREATE TABLE public.wanted'
run "$DBMIG" check --all-envs -c drift.hcl --json
is "in JSON as well" "$(printf '%s' "$out" | jq -c '[.envs[] | .drift_sql // "" | test("wanted")]')" '[false,true,false]'
exits "--env and --all-envs" 2 "$DBMIG" check --all-envs --env stock
exits "--url and --all-envs" 2 "$DBMIG" check --all-envs --url postgres://localhost/one
exits "no configuration" 2 "$DBMIG" check --all-envs -c ../origin/none.hcl
cd ..
exits "no env blocks" 2 "$DBMIG" check --all-envs --dir loose
