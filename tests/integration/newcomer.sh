#!/usr/bin/env bash
# A newcomer's first five minutes, following the README alone: a fresh checkout (in a folder with a blank),
# built and installed, then a project of one's own under git: first migration created, checked and applied,
# a hook that keeps a mistake out, a second migration, and what the tools of before were called.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/servers.sh
. "$ROOT/tests/lib/servers.sh"

began=$(date +%s)
unset MAKEFLAGS MFLAGS MAKELEVEL DBMIG

# ---- the checkout: what git would hand out, and nothing that was built here ----
checkout="$SANDBOX/a fresh checkout"
mkdir "$checkout"
if [ -e "$ROOT/.git" ]; then
    git -C "$ROOT" -c safe.directory='*' ls-files -z --cached --others --exclude-standard |
        (cd "$ROOT" && tar c --null --ignore-failed-read -T - 2>/dev/null) | tar x -C "$checkout"
else
    tar c -C "$ROOT" --exclude=./build --exclude='./build-*' . | tar x -C "$checkout"
fi
cd "$checkout" || exit 2
exits "builds and installs from a fresh checkout" 0 \
    make -s -j2 ${CC:+CC="$CC"} ${LIBPG_QUERY:+LIBPG_QUERY="$LIBPG_QUERY"} install PREFIX="$SANDBOX/prefix"
PATH=$SANDBOX/prefix/bin:$PATH
exits "the program is on the PATH" 0 dbmig version
for file in share/man/man1/dbmig.1 share/bash-completion/completions/dbmig; do
    ok "installed: $file" test -s "$SANDBOX/prefix/$file"
done
echo "# built after $(($(date +%s) - began)) s"

# ---- a project of one's own ----
export HOME=$SANDBOX/home
mkdir "$HOME" "$SANDBOX/my shop" && cd "$SANDBOX/my shop" || exit 2
git init -q -b main . && git config user.name n && git config user.email n@example.org
server_start main
server_database main app >/dev/null
address=${SERVER_URL[main]%/*}/app

# The README's own commands, up to its end of five minutes; the address is the machine's.
readme() {
    awk '/^<!-- test: new project -->/ {on = 1} on && /^```$/ {exit} on && sub(/^\$ /, "")' "$checkout/README.md" |
        sed "s|^export DATABASE_URL=.*|export DATABASE_URL=$address|"
}
ok "the README has the way" test "$(readme | wc -l)" -ge 6
{
    echo "set -e"
    readme
} >"$SANDBOX/way"
exits "the README's commands, one after the other" 0 bash "$SANDBOX/way"
export DATABASE_URL=$address
exits "the first migration is applied" 0 dbmig status --exit-code
is "its table is there" "$("$PSQL" -qXAt -d "$address" -c "SELECT to_regclass('users')")" users
echo "# the first migration was checked and applied after $(($(date +%s) - began)) s; five minutes are the aim"

# ---- the README's hook, as git runs it ----
exits "init" 0 dbmig init --yes
entry=$(sed -n 's/^ *entry: //p' .pre-commit-config.yaml)
is "the hook is the README's" "$entry" "dbmig check --staged"
printf '#!/bin/sh\nexec %s\n' "$entry" >.git/hooks/pre-commit && chmod +x .git/hooks/pre-commit
git add -A
exits "what was checked can be committed" 0 git commit -qm "Begin"
exits "the next migration" 0 dbmig create "add orders"
is "continues the numbers" "$out" migrations/V2__add_orders.sql
echo 'CREATE TABEL orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);' >"$out"
git add -A
exits "a file that was not hashed cannot be committed" 1 git commit -qm "Orders"
like "what to do is said" "$err" 'dbmig hash'
dbmig hash -q >/dev/null 2>&1
git add -A
exits "nor one with a mistake" 1 git commit -qm "Orders"
like "its place is said" "$err" 'V2__add_orders\.sql:1:8: syntax error'
sed -i.old s/TABEL/TABLE/ migrations/V2__add_orders.sql && rm migrations/*.old
dbmig hash -q >/dev/null 2>&1
git add -A
exits "mended, it is committed" 0 git commit -qm "Orders"
exits "there is something to deploy" 1 dbmig status --exit-code
exits "deployed" 0 dbmig apply --wait 5s
exits "nothing is left to deploy" 0 dbmig status --exit-code

# ---- habits of other tools are answered ----
# answered "what was typed" "what is answered"
answered() {
    # shellcheck disable=SC2086 # words
    run dbmig $1
    is "$1: exit code" "$code" 2
    like "$1: answered" "$err" "$2"
}
answered "migrate" 'did you mean "apply"'
answered "info" 'did you mean "status"'
answered "-url=jdbc:postgresql://h/d -user=sa info" '--url'
answered "migrate apply" 'did you mean "apply"'
answered "migrate lint" 'did you mean "lint"'
answered "apply --locations=filesystem:sql" 'here: --dir'
