#!/usr/bin/env bash
# dbmig squash: the B file stands for the history, and databases go on as if nothing had happened.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/servers.sh
. "$(dirname "$0")/../lib/servers.sh"
export DBMIG_DEV_URL=embedded://
server_start a
dump() { "$PG_DUMP" -T schema_history "$1" | grep -v -E '^(--|$|\\(un)?restrict)'; }
line() { jq -r "$1" "$SANDBOX/.out"; }

mkdir -p "$SANDBOX/shop/migrations" && cd "$SANDBOX/shop" || exit 1
cat >migrations/V1__base.sql <<'SQL'
CREATE TABLE parent (id serial PRIMARY KEY, name text, up int REFERENCES parent);
CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := NEW.name || '!'; RETURN NEW; END $$;
CREATE TRIGGER shout BEFORE INSERT ON parent FOR EACH ROW EXECUTE FUNCTION shout();
INSERT INTO parent (name, up) VALUES ('a', NULL), (E'tab\tback\\slash', 1), ('null', 2), (NULL, 3);
UPDATE parent SET up = 3 WHERE id = 1;
SQL
cat >migrations/V2__kinds.sql <<'SQL'
CREATE ROLE clerk NOLOGIN;
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path TO "$user", public, extra', current_database()); END $$;
CREATE MATERIALIZED VIEW names AS SELECT count(*) FROM parent;
CREATE TABLE gen (id int GENERATED ALWAYS AS IDENTITY, twice int GENERATED ALWAYS AS (2) STORED, at timestamptz DEFAULT now());
INSERT INTO gen (id) OVERRIDING SYSTEM VALUE VALUES (7);
CREATE TABLE part (d int NOT NULL, t text) PARTITION BY RANGE (d);
CREATE TABLE part1 PARTITION OF part FOR VALUES FROM (0) TO (10);
CREATE TABLE part2 PARTITION OF part FOR VALUES FROM (10) TO (20);
INSERT INTO part VALUES (1, 'one'), (11, 'eleven');
CREATE SEQUENCE spare START 5;
SELECT setval('spare', 40, false);
GRANT SELECT ON parent TO clerk;
SQL
cat >migrations/V3__later.sql <<'SQL'
INSERT INTO parent (name) VALUES ('z');
ALTER TABLE parent ADD UNIQUE (name);
SQL
echo 'CREATE OR REPLACE VIEW childless AS SELECT * FROM parent WHERE up IS NULL;' >migrations/R__childless.sql
"$DBMIG" hash -q >/dev/null

old=$(server_database a old)
below=$(server_database a below)
"$DBMIG" apply -q -u "$old" && "$DBMIG" apply -q -u "$below" 1
wanted=$(dump "$old")
"$PSQL" -qX -d "$old" -c 'DROP ROLE IF EXISTS nobody' >/dev/null

exits "--dry-run" 0 "$DBMIG" squash --to 2 --dry-run --json
is "writes nothing" "$(ls migrations)" "R__childless.sql
V1__base.sql
V2__kinds.sql
V3__later.sql
atlas.sum"
exits "squash to version 2" 0 "$DBMIG" squash start --to 2 --json
is "makes the B file" "$(line .path)" migrations/B2__start.sql
is "of two files and their rows" "$(line '[.files, .rows] | join(" ")')" "2 7"
is "the differences are none" "$(line '.differences | length')" 0
exits "the sum file is right, and check passes" 0 "$DBMIG" check --no-lint
exits "again: there is one of that version" 2 "$DBMIG" squash --to 2
new=$(server_database a new)
# The role is the server's, and there already: the B file leaves it alone.
exits "a new database starts with the B file" 0 "$DBMIG" apply -u "$new" --json
is "and goes on with version 3" "$("$PSQL" -qXAt -d "$new" -c \
    "SELECT string_agg(script, ' ' ORDER BY installed_rank) FROM schema_history")" \
    "B2__start.sql V3__later.sql R__childless.sql"
is "schema, rows and sequences are those of the history" "$(dump "$new" | sed -E 's/[0-9-]+ [0-9:.]+\+00/TIME/')" \
    "$(printf '%s\n' "$wanted" | sed -E 's/[0-9-]+ [0-9:.]+\+00/TIME/')"
is "the setting of the database, too" "$("$PSQL" -qXAt -d "$new" -c 'SHOW search_path')" '"$user", public, extra'
exits "the old database notices nothing" 0 "$DBMIG" apply -u "$old"
like "" "$out" "Nothing to apply"

exits "an archive inside of the folder is refused" 2 "$DBMIG" squash --to 3 --archive migrations/old
exits "--archive moves the old files" 0 "$DBMIG" squash --to 3 --archive attic --json
is "all up to the version, the older B file too" "$(ls attic)" "B2__start.sql
V1__base.sql
V2__kinds.sql
V3__later.sql"
is "what is left" "$(ls migrations)" "B3__squashed.sql
R__childless.sql
atlas.sum"
echo 'CREATE TABLE next (id int PRIMARY KEY);' >migrations/V4__next.sql
"$DBMIG" hash -q >/dev/null
exits "check replays from the B file" 0 "$DBMIG" check
exits "a database at version 3 goes on" 0 "$DBMIG" apply -u "$old" --json
is "with version 4 alone" "$("$PSQL" -qXAt -d "$old" -c \
    "SELECT string_agg(script, ' ' ORDER BY installed_rank) FROM schema_history WHERE version::int > 2")" \
    "V3__later.sql V4__next.sql"
exits "one that started with B2 goes on as well" 0 "$DBMIG" apply -u "$new"
exits "and is what the migrations say" 0 "$DBMIG" check -u "$new" --no-lint
exits "as is the old one" 0 "$DBMIG" check -u "$old" --no-lint
exits "status" 0 "$DBMIG" status -u "$old" --exit-code
exits "a database below is refused" 5 "$DBMIG" apply -u "$below"
like "with where it is" "$err" 'the database is at version 1, and the files up to 3 were squashed into B3__squashed\.sql'
like "and what to do" "$err" 'a release first that still has the files'
fresh=$(server_database a fresh)
exits "a new database starts with the newest B file" 0 "$DBMIG" apply -u "$fresh"
is "and then version 4" "$("$PSQL" -qXAt -d "$fresh" -c \
    "SELECT string_agg(script, ' ' ORDER BY installed_rank) FROM schema_history")" \
    "B3__squashed.sql V4__next.sql R__childless.sql"

exits "on a server with other people's roles: exit 2" 2 "$DBMIG" squash --dev-url "${SERVER_URL[a]}"
like "with the reason" "$err" 'needs a throwaway server of its own'

# What cannot be proved is not written: a function sees another search_path, and a later file fails behind the B file.
mkdir -p "$SANDBOX/bad/migrations" && cd "$SANDBOX/bad" || exit 1
echo 'CREATE TABLE t (id int);' >migrations/V1__t.sql
echo 'CREATE TABLE u AS SELECT pg_current_wal_lsn() AS at;' >migrations/V2__u.sql
cat >migrations/V3__v.sql <<'SQL'
DO $$ BEGIN IF (SELECT attnum FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'b') <> 3
THEN RAISE EXCEPTION 'not as it was'; END IF; END $$;
SQL
echo 'ALTER TABLE t ADD a int; ALTER TABLE t DROP a; ALTER TABLE t ADD b int;' >>migrations/V2__u.sql
"$DBMIG" hash -q >/dev/null
exits "a later file that fails behind the B file: exit 1" 1 "$DBMIG" squash --to 2
like "is named" "$out" 'V3__v\.sql:1: not as it was, behind the B file alone'
like "nothing was written" "$out" 'Nothing was written'
is "really" "$(ls migrations)" "V1__t.sql
V2__u.sql
V3__v.sql
atlas.sum"

# check proves B files, those written by hand as well.
mkdir -p "$SANDBOX/hand/migrations" && cd "$SANDBOX/hand" || exit 1
echo 'CREATE TABLE t (id int PRIMARY KEY, name text);' >migrations/V1__t.sql
echo "INSERT INTO t VALUES (1, 'a');" >migrations/V2__row.sql
echo 'CREATE TABLE t (id int PRIMARY KEY, name varchar);' >migrations/B2__hand.sql
"$DBMIG" hash -q >/dev/null
exits "check: a B file that is not like the history" 1 "$DBMIG" check --no-lint
like "the object" "$out" 'B2__hand\.sql.*column public\.t\.name is another one after the B file'
like "the rows" "$out" 'table public\.t has 1 rows after the history, 0 after the B file'
printf "CREATE TABLE t (id int PRIMARY KEY, name text);\nINSERT INTO t VALUES (1, 'a');\n" >migrations/B2__hand.sql
"$DBMIG" hash -q >/dev/null
exits "check: one that is" 0 "$DBMIG" check --no-lint
like "says so" "$out" 'B files +1 B file like the history'
