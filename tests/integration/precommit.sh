#!/usr/bin/env bash
# .pre-commit-hooks.yaml from another repository, with pre-commit itself, in real commits.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
cd "$SANDBOX" || exit 2
export DBMIG_DEV_URL=embedded:// GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=$SANDBOX/gitconfig
export PRE_COMMIT_HOME=$SANDBOX/pre-commit-home HOME=$SANDBOX
git config --global user.name t && git config --global user.email t@example.org
git config --global init.defaultBranch main && git config --global protocol.file.allow always

ok "pre-commit is installed (Debian's package)" command -v pre-commit
mkdir bin && ln -s "$DBMIG" bin/dbmig
PATH=$SANDBOX/bin:$PATH

# What pre-commit takes from this repository is the one file.
git init -q dbmig && cp "$ROOT/.pre-commit-hooks.yaml" dbmig/ && git -C dbmig add -A && git -C dbmig commit -qm hooks
ok "pre-commit finds the file valid" pre-commit validate-manifest "$ROOT/.pre-commit-hooks.yaml"
ok "and this repository's own configuration" pre-commit validate-config "$ROOT/.pre-commit-config.yaml"

git init -q app && cd app || exit 2
cat >.pre-commit-config.yaml <<YAML
repos:
  - repo: $SANDBOX/dbmig
    rev: $(git -C ../dbmig rev-parse HEAD)
    hooks:
      - id: dbmig-check
YAML
ok "pre-commit install" pre-commit install
exits "create" 0 dbmig create users
echo "CREATE TABLE users (id bigint PRIMARY KEY);" >migrations/V1__users.sql && dbmig hash -q >/dev/null
echo "readme" >README && git add -A
exits "a commit with a right migration" 0 git commit -m one
like "runs the hook" "$err$out" 'dbmig check\.+Passed'
echo "more" >>README && git add -A
exits "a commit that touches no migration" 0 git commit -m two
like "does not run it" "$err$out" 'dbmig check.*\(no files to check\)Skipped'
for file in template.yaml deploy/cloud-formation.json app/models.py src/models/user.py src/entities/User.ts app/models/user.rb prisma/schema.prisma atlas.hcl \
    migrations/V1__users.sql.conf; do
    mkdir -p "$(dirname "$file")" && : >"$file"
    [ "$file" != migrations/V1__users.sql.conf ] || dbmig hash -q >/dev/null
    git add -A
    exits "a change of $file" 0 git commit -m "$file"
    like "runs it" "$err$out" 'dbmig check\.+Passed'
done
for file in app/remodel.py docs/models.md src/main.py data.json; do
    mkdir -p "$(dirname "$file")" && : >"$file" && git add -A
    exits "a change of $file" 0 git commit -m "$file"
    like "does not" "$err$out" 'Skipped'
done
exits "create" 0 dbmig create orders
echo "CREATE TABLE orders (id no_such_type);" >migrations/V2__orders.sql && dbmig hash -q >/dev/null && git add -A
exits "a commit with a wrong migration is stopped" 1 git commit -m orders
like "with the reason" "$err$out" 'V2__orders\.sql:1:25: type "no_such_type" does not exist'
echo "CREATE TABLE orders (id bigint PRIMARY KEY);" >migrations/V2__orders.sql && git add migrations/V2__orders.sql
exits "one without its sum file, too" 1 git commit -m orders
like "with the reason" "$err$out" 'edited after the sum file was made'
dbmig hash -q >/dev/null
exits "the sum file on the disk is not enough" 1 git commit -m orders
git add -A
exits "staged it is" 0 git commit -m orders
echo "this is no SQL" >>migrations/V2__orders.sql && echo "x" >>atlas.hcl && git checkout -q atlas.hcl
echo "CREATE TABLE notes (id bigint PRIMARY KEY);" >migrations/V3__notes.sql
git stash -q -- migrations/V2__orders.sql && dbmig hash -q >/dev/null && git add -A && git stash pop -q && git reset -q migrations/V2__orders.sql
exits "edits that are not staged do not matter" 0 git commit -m notes
like "and are still there" "$(tail -n 1 migrations/V2__orders.sql)" 'this is no SQL'
git checkout -q migrations/V2__orders.sql
exits "all files" 0 pre-commit run --all-files
exits "a pull request's range" 0 pre-commit run --from-ref HEAD~1 --to-ref HEAD
