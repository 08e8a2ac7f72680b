#!/usr/bin/env bash
# Drift in check: the migrations against the schema source, and against a live database.
. "$(dirname "$0")/../lib/tap.sh"
. "$(dirname "$0")/../lib/servers.sh"
cd "$SANDBOX" || exit 2
chmod 711 "$SANDBOX" && mkdir -m 711 srv
dev() {
    local bin
    bin=$(pg_bindir "$1") || return 1
    export DBMIG_DEV_URL="embedded://$bin?folder=$SANDBOX/srv"
}
field() { printf '%s' "$out" | jq -c "$1"; }
check() { run "$DBMIG" check -q --json --no-lint "$@"; }

project() {
    rm -rf migrations schema.sql atlas.hcl && mkdir migrations
    cat >schema.sql <<'SQL'
CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);
CREATE VIEW emails AS SELECT email FROM users;
SQL
    printf 'env "local" {\n  src = "file://schema.sql"\n}\n' >atlas.hcl
    "$DBMIG" create -q first >/dev/null
}

# A column may be named like its table.
dev 15
rm -rf migrations schema.sql && mkdir migrations
echo 'CREATE TABLE color (color text, id int DEFAULT 1);' >schema.sql
printf 'env "local" {\n  src = "file://schema.sql"\n}\n' >atlas.hcl
"$DBMIG" create -q first >/dev/null
echo 'CREATE TABLE color (color int, id int DEFAULT 2);' >schema.sql
exits "a column named like its table" 1 "$DBMIG" check --no-lint
like "is told by its name" "$out" 'table public\.color: column color: type is integer, the migrations say text'
like "a default by its column's" "$out" 'table public\.color: column id: default'

# Lint asserts settings of its own on the way; what a function takes of them is not drift.
dev 15
project
echo "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET lock_timeout FROM CURRENT AS 'SELECT 1';" |
    tee -a schema.sql >migrations/V2__f.sql
"$DBMIG" hash -q >/dev/null
exits "SET … FROM CURRENT under lint" 0 "$DBMIG" check
like "is as the source has it" "$out" 'drift +no difference'

# ---- the schema source ----
for major in 13 18; do
    dev "$major" || { skip "PostgreSQL $major" "not here"; continue; }
    project
    exits "$major: in sync" 0 "$DBMIG" check --no-lint
    like "$major: which is said" "$out" 'drift +no difference'
    check
    is "$major: nothing changed" "$code $(field .early_exit)" "0 true"
    cat >schema.sql <<'SQL'
CREATE TABLE users (id bigint PRIMARY KEY, email varchar(99) NOT NULL, age int);
CREATE TABLE notes (id int PRIMARY KEY);
SQL
    exits "$major: the models changed" 1 "$DBMIG" check --no-lint
    like "$major: another type" "$out" 'schema source differs from migrations: table public\.users: column email: type is character varying\(99\), the migrations say text'
    like "$major: a new column" "$out" 'table public\.users: column age is not in the migrations'
    like "$major: a new table" "$out" 'table public\.notes is not in the migrations'
    unlike "$major: whose parts go without saying" "$out" 'notes: column'
    like "$major: a view that went" "$out" 'view public\.emails missing'
    like "$major: the SQL" "$out" '^ALTER TABLE public\.users ADD COLUMN age integer;'
    like "$major: what to do" "$out" 'dbmig create NAME'
    exits "$major: it is told again" 1 "$DBMIG" check --no-lint
    like "$major: in full" "$out" 'ADD COLUMN age integer'
    check
    is "$major: json has it" "$(field '[.drift[] | select(.object == "public.users.age")][0] | [.against, .change, .kind]')" \
        '["schema-source","create","column"]'
    is "$major: and the SQL" "$(field '.drift_sql | test("ADD COLUMN age")')" true
    exits "$major: --no-drift" 0 "$DBMIG" check --no-lint --no-drift
    exits "$major: create" 0 "$DBMIG" create follow
    exits "$major: and it is gone" 0 "$DBMIG" check --no-lint
done
dev 15

# ---- the early exit ----
project
printf '#!/bin/sh\necho run >>runs\ncat schema.sql\n' >print && chmod +x print
cat >atlas.hcl <<'HCL'
data "external_schema" "models" {
  program = ["./print"]
}
env "local" {
  src = data.external_schema.models.url
}
HCL
check && check
is "a program runs for each check, and no server" "$(wc -l <runs) $(field '[.early_exit,.server]')" "2 [true,null]"
echo 'CREATE TABLE extra (id int);' >>schema.sql
check
is "what it prints has changed: no early exit" "$code $(field .early_exit)" "1 false"
sed -i '$d' schema.sql
check
is "and back" "$code $(field .early_exit)" "0 true"
cat >>schema.sql <<'SQL'
CREATE INDEX one ON users (email);
CREATE INDEX two ON users (id, email);
SQL
"$DBMIG" create -q indexes >/dev/null
check
{ sed '/INDEX/d' schema.sql && grep INDEX schema.sql | tac; } >other && mv other schema.sql
check
is "indexes in another order are no change" "$code $(field .early_exit)" "0 true"
cat >>schema.sql <<'SQL'
CREATE INDEX ON users (email);
CREATE INDEX ON users (email) WHERE id > 0;
SQL
"$DBMIG" create -q unnamed >/dev/null
check && check
is "so are unnamed ones in one order" "$code $(field .early_exit)" "0 true"
{ sed '/INDEX ON/d' schema.sql && grep 'INDEX ON' schema.sql | tac; } >other && mv other schema.sql
check
is "in another they get other names" "$code $(field .early_exit)" "1 false"
like "which is told" "$(field '[.drift[].object]')" 'users_email_idx'
{ sed '/INDEX ON/d' schema.sql && grep 'INDEX ON' schema.sql | tac; } >other && mv other schema.sql
sed -i 's/id bigint PRIMARY KEY, email text NOT NULL/email text NOT NULL, id bigint PRIMARY KEY/' schema.sql
check
is "anything else is looked at" "$code $(field .early_exit)" "0 false"
check --strict-order
is "column order counts with --strict-order" "$code" 1
printf '#!/bin/sh\nexit 3\n' >print
exits "a program that fails, fails the check" 2 "$DBMIG" check
like "with its exit code" "$err" 'exit code 3'
git init -q . && printf '#!/bin/sh\ncat schema.sql\n' >print
git add migrations atlas.hcl >/dev/null
check --staged && check --staged
is "a staged check knows what it has seen" "$code $(field .early_exit)" "0 true"
echo 'CREATE TABLE extra (id int);' >>schema.sql
check --staged
is "but not with other models" "$code $(field .early_exit)" "1 false"

# ---- what is left out ----
project
echo 'CREATE TABLE keep (id int);' >>migrations/V1__first.sql && "$DBMIG" hash -q --force >/dev/null
exits "a table more" 1 "$DBMIG" check --no-lint
exits "--exclude" 0 "$DBMIG" check --no-lint --exclude public.keep
sed -i 's/src = .*/&\n  diff {\n    skip {\n      drop_table = true\n    }\n  }/' atlas.hcl
exits "diff { skip {} }" 0 "$DBMIG" check --no-lint
like "is said" "$out$err" 'skipped|keep'
is "no server is left" "$(ls -A srv)" ""
