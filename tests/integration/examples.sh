#!/usr/bin/env bash
# The projects in examples/ do what their READMEs say: models change, create writes the migration, check is
# clean, apply brings a database there.
. "$(dirname "$0")/../lib/tap.sh"
. "$(dirname "$0")/../lib/servers.sh"
cd "$SANDBOX" || exit 2

# The python3 of the path need not be the one that Debian's packages are for.
mkdir bin
for python in python3 /usr/bin/python3; do
    "$python" -c 'import sqlalchemy' 2>/dev/null && ln -sf "$(command -v "$python")" bin/python3 && break
done
if [ ! -e bin/python3 ] && python3 -m venv venv >/dev/null 2>&1; then
    venv/bin/pip install -q sqlalchemy >/dev/null 2>&1 && ln -sf "$SANDBOX/venv/bin/python3" bin/python3
fi
PATH=$SANDBOX/bin:$PATH
export PYTHONDONTWRITEBYTECODE=1
ok "SQLAlchemy is here (python3-sqlalchemy)" test -e bin/python3 || exit

workflow() { # MAJOR
    local major=$1 url
    server_start "v$major" "$major"
    url=${SERVER_URL[v$major]}
    export DBMIG_DEV_URL=$url
    rm -rf shop && cp -r "$ROOT/examples/sqlalchemy" shop && cd shop || exit 2
    exits "$major: the example is in sync as it stands" 0 "$DBMIG" check
    url=$(server_database "v$major" shop)
    exits "$major: its migrations apply" 0 "$DBMIG" apply -q -u "$url"
    sed -i 's/^    total = .*/&\n    note = Column(Text, index=True)/; s/shipped = "shipped"/&\n    lost = "lost"/' models.py
    sed -i 's/ondelete="CASCADE"/ondelete="RESTRICT"/; s/total >= 0/total > 0/' models.py
    exits "$major: models changed: check sees it" 1 "$DBMIG" check --no-lint
    like "$major: object by object" "$out" 'table public\.orders: column note is not in the migrations'
    like "$major: and says what to do" "$out" 'dbmig create'
    exits "$major: create writes the migration" 0 "$DBMIG" create add order note
    is "$major: the next one" "$out" migrations/V2__add_order_note.sql
    like "$major: with what changed" "$(cat migrations/V2__add_order_note.sql)" 'ADD COLUMN note text'
    exits "$major: check is clean" 0 "$DBMIG" check --no-lint
    exits "$major: and again, early" 0 "$DBMIG" check --no-lint
    like "$major: without a server" "$out" 'nothing changed since'
    exits "$major: it applies" 0 "$DBMIG" apply -q -u "$url"
    exits "$major: the database is what the models say" 0 "$DBMIG" diff --from "$url" --to env://src --exit-code
    exits "$major: there is nothing left to create" 0 "$DBMIG" create more
    like "$major: which is said" "$err" 'nothing to do'
    rm -rf "../folder" && cp -r "$ROOT/examples/sql-folder" ../folder && cd ../folder || exit 2
    exits "$major: the folder of SQL files is in sync" 0 "$DBMIG" check
    sed -i 's/^    name text/    email text,\n&/' schema/10_people.sql
    exits "$major: an edit of it" 0 "$DBMIG" create add people email
    like "$major: is the migration" "$(cat migrations/V2__*.sql)" 'ALTER TABLE public\.people ADD COLUMN email text'
    exits "$major: which checks" 0 "$DBMIG" check --no-lint
    cd .. || exit 2
    server_stop "v$major" immediate
}
for major in 15 18; do workflow "$major"; done
