#!/usr/bin/env bash
# The projects in examples/ do what their READMEs say: models change, create writes the migration, check is
# clean, apply brings a database there.
. "$(dirname "$0")/../lib/tap.sh"
. "$(dirname "$0")/../lib/servers.sh"
cd "$SANDBOX" || exit 2

# The python3 of the path need not be the one that Debian's packages are for.
mkdir bin
for python in python3 /usr/bin/python3; do
    "$python" -c 'import sqlalchemy, django, psycopg2' 2>/dev/null &&
        ln -sf "$(command -v "$python")" bin/python3 && break
done
if [ ! -e bin/python3 ] && python3 -m venv venv >/dev/null 2>&1; then
    venv/bin/pip install -q sqlalchemy django psycopg2-binary >/dev/null 2>&1 &&
        ln -sf "$SANDBOX/venv/bin/python3" bin/python3
fi
PATH=$SANDBOX/bin:$PATH
export PYTHONDONTWRITEBYTECODE=1
ok "SQLAlchemy and Django are here (python3-sqlalchemy, python3-django, python3-psycopg2)" test -e bin/python3 || exit

sqlalchemy() { # MAJOR
    local major=$1 url
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
    cd .. || exit 2
}

# Which SQL it is depends on Django's version; that it is what the models say does not.
django() { # MAJOR
    local major=$1 url
    rm -rf django && cp -r "$ROOT/examples/django" django && cd django || exit 2
    exits "$major: Django: the first migration" 0 "$DBMIG" create first tables
    like "$major: Django: has the table between two models" "$(cat migrations/V1__first_tables.sql)" 'TABLE public\.shop_order_tags'
    exits "$major: Django: it checks" 0 "$DBMIG" check
    url=$(server_database "v$major" django)
    exits "$major: Django: it applies" 0 "$DBMIG" apply -q -u "$url"
    sed -i 's/^    tags = .*/&\n    note = models.TextField(null=True, db_index=True)/; s/max_length=40/max_length=60/' shop/models.py
    exits "$major: Django: models changed: check sees it" 1 "$DBMIG" check --no-lint
    like "$major: Django: object by object" "$out" 'table public\.shop_order: column note is not in the migrations'
    exits "$major: Django: create writes the migration" 0 "$DBMIG" create add order note
    like "$major: Django: with what changed" "$(cat migrations/V2__add_order_note.sql)" 'ADD COLUMN note text'
    exits "$major: Django: check is clean" 0 "$DBMIG" check --no-lint
    exits "$major: Django: it applies" 0 "$DBMIG" apply -q -u "$url"
    exits "$major: Django: the database is what the models say" 0 "$DBMIG" diff --from "$url" --to env://src --exit-code
    cd .. || exit 2
}

sql_folder() { # MAJOR
    local major=$1
    rm -rf folder && cp -r "$ROOT/examples/sql-folder" folder && cd folder || exit 2
    exits "$major: the folder of SQL files is in sync" 0 "$DBMIG" check
    sed -i 's/^    name text/    email text,\n&/' schema/10_people.sql
    exits "$major: an edit of it" 0 "$DBMIG" create add people email
    like "$major: is the migration" "$(cat migrations/V2__*.sql)" 'ALTER TABLE public\.people ADD COLUMN email text'
    exits "$major: which checks" 0 "$DBMIG" check --no-lint
    cd .. || exit 2
}

pg_wanted 15 18
for major in $PG_HERE; do
    server_start "v$major" "$major"
    export DBMIG_DEV_URL=${SERVER_URL[v$major]}
    sqlalchemy "$major"
    django "$major"
    sql_folder "$major"
    server_stop "v$major" immediate
done
