#!/usr/bin/env bash
# Folders of other migration tools are read where they are, by each tool's own rules; what is not read is
# refused before anything runs.
. "$(dirname "$0")/../lib/tap.sh"
. "$(dirname "$0")/../lib/servers.sh"

server_start main
number=0

# A folder named $d without files, and an empty database $url.
fresh() {
    number=$((number + 1))
    d=$SANDBOX/f$number/migrations
    mkdir -p "$d"
    url=$(server_database main "formats$number")
}

sql() { "$PSQL" -qXAt -d "$url" -c "$1"; }

# put NAME TEXT: a file of the folder; the text with printf's escapes.
put() {
    mkdir -p "$(dirname "$d/$1")"
    printf '%b' "$2" >"$d/$1"
}

# ---- read in place ----

# reads FORMAT: the folder holds two migrations, which make table one and add column b to it, and apply runs
# them without their down parts. What the format is, is found out.
reads() {
    local before=$SANDBOX/before
    rm -rf "$before" && cp -r "$d" "$before"
    exits "$1: check" 0 "$DBMIG" check --dir "$d" --dev-url embedded:// --no-lint
    like "$1: the format is found and told" "$err" "read as a folder of $1, as"
    exits "$1: apply" 0 "$DBMIG" apply --dir "$d" -u "$url"
    is "$1: both up parts ran, no down part" "$(sql "SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute
        WHERE attrelid = 'one'::regclass AND attnum > 0 AND NOT attisdropped")" 'a,b'
    is "$1: both are recorded" "$(sql 'SELECT count(*) FROM schema_history WHERE success')" 2
    exits "$1: status" 0 "$DBMIG" status --exit-code --dir "$d" -u "$url"
    exits "$1: a second apply has nothing to do" 0 "$DBMIG" apply --dir "$d" -u "$url"
    like "$1: it says so" "$out$err" 'Nothing to apply'
    is "$1: nothing was written into the folder" "$(diff -r "$before" "$d")" ''
}

one='CREATE TABLE one (a int);\n' two='ALTER TABLE one ADD b int;\n'
fresh
put 9_one.up.sql "$one" && put 9_one.down.sql 'DROP TABLE one;' && put 10_two.up.sql "$two"
reads golang-migrate
fresh
put 009_one.sql "-- +goose Up\n-- +goose StatementBegin\nCREATE TABLE one (a int)\n-- +goose StatementEnd\n-- +goose Down\nDROP TABLE one;\n"
put 10_two.sql "-- +goose NO TRANSACTION\n-- +goose Up\r\n$two-- +goose Down\nALTER TABLE one DROP b;\n"
reads goose
fresh
put 2024_one.sql "-- migrate:up\n$one\n-- migrate:down\nDROP TABLE one;\n"
put 2025_two.sql "-- migrate:up transaction:false\n$two\n-- migrate:down\n"
reads dbmate
fresh
put 9-one.sql "-- +migrate Up\n$one\n-- +migrate Down\nDROP TABLE one;\n"
put 10-two.sql "-- +migrate Up notransaction\n$two"
reads sql-migrate
fresh
echo '[dependencies] sqlx = "0.8"' >"$d/../Cargo.toml"
put 9_one.sql "$one" && put 10_two.sql "-- no-transaction\n$two"
reads sqlx
fresh
put 2024-01-01-000000_one/up.sql "$one" && put 2024-01-01-000000_one/down.sql 'DROP TABLE one;'
put 2024-01-02-000000_two/up.sql "$two" && put 2024-01-02-000000_two/metadata.toml 'run_in_transaction = false\n'
reads diesel
fresh
put tern.conf '' && put 001_one.sql "$one---- create above / drop below ----\nDROP TABLE one;\n" && put 002_two.sql "$two"
reads tern
fresh
put 9_one.sql "-- Down Migration\nDROP TABLE one;\n-- Up Migration\n$one" && put 10_two.sql "$two"
reads node-pg-migrate
fresh
put migration_lock.toml 'provider = "postgresql"\n' && put 1_one/migration.sql "$one" && put 2_two/migration.sql "$two"
reads prisma
fresh
echo 'project_id = "x"' >"$d/../config.toml"
put 1_one.sql "$one" && put 2_two.sql "$two"
reads supabase
fresh
echo '[dependencies] refinery = "0.8"' >"$d/../Cargo.toml"
put V9__one.sql "$one" && put U10__two.sql "$two"
reads refinery
fresh
put 0001_one.sql "CREATE TABLE one (a int)--> statement-breakpoint\nSELECT 1" && put 0000_two.sql "$two"
put meta/_journal.json '{"dialect":"postgresql","entries":[{"idx":1,"when":2,"tag":"0000_two"},{"idx":0,"when":1,"tag":"0001_one"}]}'
reads drizzle
fresh
put a.sql "--liquibase formatted sql\n--changeset me:1\n$one--rollback DROP TABLE one;\n-- changeset me:2 endDelimiter:/\n${two%;*}/\n--rollback empty\n"
reads liquibase
fresh
put sqitch.plan '%syntax-version=1.0.0\n%project=x\n\none 2024-01-01T00:00:00Z A <a@b> # x\ntwo [one] 2024-01-02T00:00:00Z A <a@b> # y\n@v1 2024-01-03T00:00:00Z A <a@b> # t\n'
put deploy/one.sql "BEGIN;\n${one}COMMIT;\n" && put deploy/two.sql "$two" && put revert/one.sql 'DROP TABLE one;'
reads sqitch
fresh
put 20_one.postgres.up.sql "$one" && put 20_one.mysql.up.sql 'x' && put 20_one.up.sql 'y' && put 20_one.down.sql 'DROP TABLE one;'
put 21_two.autocommit.up.sql "$two"
reads popx

# ---- places are those of the user's own file ----

fresh
put 1_a.sql '-- +goose Up\n-- +goose StatementBegin\nSELECT 1\n-- +goose StatementEnd\n  SELECT nothing;\n-- +goose Down\nSELECT 2;\n'
exits "a fault in an up part" 4 "$DBMIG" check --dir "$d" --dev-url embedded://
like "its place is that in the file" "$err" '1_a\.sql:5:10'
fresh
put 1_a.sql '-- migrate:up\nCREATE TABLE a (i int);\n\n-- migrate:down\nDROP TABLE a;\n'
"$DBMIG" apply -q --dir "$d" -u "$url" >/dev/null
put 1_a.sql '-- migrate:up\nCREATE TABLE a (i int);\n\n-- migrate:down\nDROP TABLE IF EXISTS a;\n'
exits "an edited down part of an applied file is no edit of what ran" 0 "$DBMIG" apply --dir "$d" -u "$url"
put 1_a.sql '-- migrate:up\nCREATE TABLE a (i text);\n\n-- migrate:down\nDROP TABLE a;\n'
exits "an edited up part is" 5 "$DBMIG" apply --dir "$d" -u "$url"

# ---- new migrations, and a sum file on request ----

fresh
put 001_a.sql "-- +goose Up\n$one"
exits "create in a goose folder" 0 "$DBMIG" create 'add c' --dir "$d"
like "create: in the folder's habit" "$(ls "$d")" '^002_add_c\.sql$'
is "create: in goose's marks" "$(grep -c '^-- +goose \(Up\|Down\)$' "$d/002_add_c.sql")" 2
ok "create: no sum file" test ! -e "$d/atlas.sum"
sed -i 's/^-- add c/ALTER TABLE one ADD c int;/' "$d/002_add_c.sql"
exits "hash on request" 0 "$DBMIG" hash --dir "$d"
exits "check agrees with it" 0 "$DBMIG" check --dir "$d" --dev-url embedded:// --no-lint
like "and says so" "$out" 'sum file *ok, 2 files'
echo '-- x' >>"$d/001_a.sql"
exits "from then on an edit is noticed" 5 "$DBMIG" check --dir "$d" --dev-url embedded://
fresh
exits "create in a new folder of diesel" 0 "$DBMIG" create 'first' --dir "file://$d?format=diesel"
like "create: a folder with up.sql" "$(cd "$d" && find . -name up.sql)" '^\./20[0-9]{2}-[0-9]{2}-[0-9]{2}-[0-9]{6}_first/up\.sql$'
fresh
exits "create where the tool must do it" 2 "$DBMIG" create x --dir "file://$d?format=liquibase"
fresh
put 001_a.sql "-- +goose Up\n$one"
git -C "$d" init -q && git -C "$d" -c user.name=a -c user.email=b commit -q --allow-empty -m x
exits "rebase" 2 "$DBMIG" rebase --dir "$d" --git-base HEAD
like "rebase: left to the tool" "$err" 'rebase does not renumber the migrations of goose'

# ---- the format by flag, address, variable and file ----

fresh
put 2_b.sql "$two" && put 10_a.sql 'SELECT 1;\n' && put 1_one.sql "$one"
exits "--dir-format" 0 "$DBMIG" apply --dir "$d" --dir-format sqlx -u "$url"
exits "the same in the address" 0 "$DBMIG" status --dir "file://$d?format=sqlx" -u "$url"
exits "both, agreeing" 0 "$DBMIG" status --dir "file://$d?format=sqlx" --dir-format sqlx -u "$url"
exits "both, contradicting" 2 "$DBMIG" status --dir "file://$d?format=sqlx" --dir-format goose -u "$url"
like "it says which" "$err" '--dir-format goose contradicts .* sqlx'
DBMIG_DIR_FORMAT=sqlx exits "by variable" 0 "$DBMIG" status --exit-code --dir "$d" -u "$url"
printf 'env "x" {\n  migration {\n    dir = "file://migrations"\n    format = SQLX\n  }\n}\n' >"$d/../atlas.hcl"
exits "by atlas.hcl" 0 "$DBMIG" status --exit-code --config "$d/../atlas.hcl" -u "$url"
exits "an unknown one by flag" 2 "$DBMIG" status --dir "$d" --dir-format ruby -u "$url"
like "what can be read is listed" "$err" 'flyway, atlas, golang-migrate, goose'
exits "an unknown one in the address" 2 "$DBMIG" status --dir "file://$d?format=ruby" -u "$url"
like "it is named" "$err" 'format "ruby" cannot be read'

# ---- what is malformed, each with its place ----

# malformed "what" FORMAT REGEX NAME TEXT [NAME TEXT]…: refused by apply, and nothing has run.
malformed() {
    local what=$1 format=$2 pattern=$3
    shift 3
    fresh
    while [ $# -gt 0 ]; do
        put "$1" "$2"
        shift 2
    done
    exits "$format: $what" 2 "$DBMIG" apply --dir "$d" --dir-format "$format" -u "$url"
    like "$format: $what: told with its place" "$err" "$pattern"
    is "$format: $what: nothing ran" "$(sql "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")" 0
}
up='-- +goose Up\n'
malformed "no Up" goose '1_a\.sql.*no "-- \+goose Up"' 1_a.sql '-- nothing\n'
malformed "statement before Up" goose '1_a\.sql:1:.*before' 1_a.sql "SELECT 1;\n$up"
malformed "Down before Up" goose '1_a\.sql:1:.*before' 1_a.sql '-- +goose Down\n-- +goose Up\n'
malformed "Up twice" goose '1_a\.sql:2:.*second' 1_a.sql "$up$up"
malformed "StatementBegin without end" goose '1_a\.sql:2:.*without a StatementEnd' 1_a.sql "$up-- +goose StatementBegin\n$one"
malformed "StatementEnd without begin" goose '1_a\.sql:2:' 1_a.sql "$up-- +goose StatementEnd\n"
malformed "unknown annotation" goose '1_a\.sql:2:.*Upp' 1_a.sql "$up-- +goose Upp\n"
malformed "substitution" goose '1_a\.sql:3:.*\$\{X\}' 1_a.sql "$up-- +goose ENVSUB ON\nSELECT '\${X}';\n"
malformed "one version twice" goose 'version 0?01' 1_a.sql "$up$one" 001_b.sql "$up$two"
malformed "marks of another tool" goose '2_b\.sql:2:.*marks of dbmate' 1_a.sql "$up$one" 2_b.sql "$up-- migrate:up\n"
malformed "statement before up" dbmate '1_a\.sql:1:' 1_a.sql "SELECT 1;\n-- migrate:up\n"
malformed "no up" dbmate '1_a\.sql.*no "-- migrate:up"' 1_a.sql '-- nothing\n'
malformed "unknown option" dbmate '1_a\.sql:1:.*lazy' 1_a.sql "-- migrate:up lazy\n$one"
malformed "mixed transactions" dbmate '1_a\.sql:3:' 1_a.sql "-- migrate:up\n$one-- migrate:up transaction:false\n"
malformed "unknown command" sql-migrate '1_a\.sql:1:.*Op' 1_a.sql "-- +migrate Op\n$one"
malformed "down without up" golang-migrate '1_a\.down\.sql' 1_a.down.sql 'SELECT 1;' 2_b.up.sql "$one"
malformed "one version twice" golang-migrate '(1_a|01_b)\.up\.sql' 1_a.up.sql "$one" 01_b.up.sql "$two"
malformed "name without a number" sqlx 'x_a\.sql' x_a.sql "$one"
malformed "no up.sql" diesel '1_a/down\.sql' 1_a/down.sql 'SELECT 1;'
malformed "bad metadata" diesel 'metadata\.toml:1:' 1_a/up.sql "$one" 1_a/metadata.toml 'run_in_transaction = yes\n'
malformed "gap in the numbers" tern '3_b\.sql.*2 is due' 1_a.sql "$one" 3_b.sql "$two"
malformed "template" tern '1_a\.sql:2:.*template' 1_a.sql "$one{{ .x }}\n"
malformed "Down without Up" node-pg-migrate '1_a\.sql:2:' 1_a.sql "$one-- Down Migration\nDROP TABLE one;\n"
malformed "file missing" drizzle '0000_a\.sql, which is not there' meta/_journal.json '{"dialect":"postgresql","entries":[{"idx":0,"when":1,"tag":"0000_a"}]}'
malformed "another dialect" drizzle 'dialect' meta/_journal.json '{"dialect":"sqlite","entries":[]}'
malformed "broken journal" drizzle '_journal\.json' meta/_journal.json '{"dialect":'
malformed "no id" liquibase 'a\.sql:2:.*author:id' a.sql "--liquibase formatted sql\n--changeset me\n$one"
malformed "preconditions" liquibase 'a\.sql:3:.*preconditions' a.sql "--liquibase formatted sql\n--changeset me:1\n--preconditions onFail:HALT\n$one"
malformed "substitution" liquibase 'a\.sql:3:.*\$\{t\}' a.sql "--liquibase formatted sql\n--changeset me:1\nCREATE TABLE \${t} (i int);\n"
malformed "script missing" sqitch 'sqitch\.plan:2:.*deploy/a\.sql' sqitch.plan '%project=x\na 2024-01-01T00:00:00Z A <a@b>\n'
malformed "no time" sqitch 'sqitch\.plan:2:.*no time' sqitch.plan '%project=x\na today\n'
malformed "invalid UTF-8" goose '1_a\.sql:2:.*UTF-8' 1_a.sql "$up-- \\0377\n"

# ---- files of another tool in a folder that is not read so ----

# divided TOOL LINE TEXT: a file divided by that tool's marks, named as Flyway names them, runs nowhere.
divided() {
    fresh
    put V1__a.sql "$3"
    exits "$1 in a Flyway folder: hash refuses it" 2 "$DBMIG" hash --dir "$d"
    exits "$1 in a Flyway folder: check refuses it" 2 "$DBMIG" check --dir "$d" --dev-url embedded://
    exits "$1 in a Flyway folder: apply refuses it" 2 "$DBMIG" apply --dir "$d" -u "$url" --allow-dirty
    like "$1 in a Flyway folder: tool, file and line are named" "$err" "V1__a.sql:$2.*divided by marks of $1"
    is "$1 in a Flyway folder: nothing ran" "$(sql "SELECT count(*) FROM pg_class WHERE relname = 'up1'")" 0
}
divided goose 1 '-- +goose Up\nCREATE TABLE up1 (id int);\n-- +goose Down\nDROP TABLE up1;\n'
divided dbmate 1 '-- migrate:up\nCREATE TABLE up1 (id int);\n-- migrate:down\nDROP TABLE up1;\n'
divided sql-migrate 2 '\n-- +migrate Up\nCREATE TABLE up1 (id int);\n-- +migrate Down\nDROP TABLE up1;\n'
divided tern 2 'CREATE TABLE up1 (id int);\n---- create above / drop below ----\nDROP TABLE up1;\n'
divided node-pg-migrate 3 '-- Up Migration\nCREATE TABLE up1 (id int);\n-- Down Migration\nDROP TABLE up1;\n'
divided liquibase 1 '--liquibase formatted sql\n--changeset a:1\nCREATE TABLE up1 (id int);\n'
fresh
put 1_a.sql "-- +goose Up\n$one"
exits "goose's file where atlas is asked for" 2 "$DBMIG" apply --dir "file://$d?format=atlas" -u "$url"
like "the flag that reads it is shown" "$err" '--dir-format goose'

# A folder in which no file lies, only folders with SQL in them.
fresh
put postgres/1_a.sql "$one"
for command in hash "apply -u $url" "status -u $url" "check --dev-url embedded://"; do
    # shellcheck disable=SC2086 # words
    exits "only folders with SQL: ${command%% *}" 2 "$DBMIG" $command --dir "$d"
    like "only folders with SQL: ${command%% *} says so" "$err" 'only folders with SQL'
done

# directive NAME: known from Atlas, changes what a file means, not obeyed.
directive() {
    fresh
    put 1_a.sql "-- atlas:$1 x\n\n$one"
    exits "atlas:$1" 2 "$DBMIG" apply --dir "$d" -u "$url"
    like "atlas:$1: told with its place" "$err" "1_a.sql:1.*atlas:$1 is not supported"
}
directive checkpoint
directive delimiter
directive assert
directive txtar

# A placeholder that nothing replaces is told, and is no role that a replay makes up.
fresh
put V1__a.sql 'CREATE TABLE a (i text);\nINSERT INTO a VALUES ($$\${env}$$);\n'
"$DBMIG" hash -q --dir "$d" >/dev/null
exits "an unreplaced placeholder" 0 "$DBMIG" apply --dir "$d" -u "$url"
like "is told with place and flag" "$err" 'V1__a\.sql:2: \$\{env\} is sent as it stands.*--placeholder env=VALUE'
put V2__b.sql 'GRANT SELECT ON a TO "\${app}";\n'
"$DBMIG" hash -q --dir "$d" >/dev/null
exits "as a role it fails in the replay too" 4 "$DBMIG" check --dir "$d" --dev-url embedded:// --no-lint
