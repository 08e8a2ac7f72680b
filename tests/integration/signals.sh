#!/usr/bin/env bash
# A signal at every point: SIGTERM comes at each place where one matters (before, in and after each call to
# the server, each wait, each step of an apply), in turn. Each time the exit code is 143, or 0 with the work
# done; nothing speaks of a bug; what the summary counts is what the history has; nothing is left behind; and
# the next run reaches the end. SWEEP=all goes through all points, else an even sample of them.
. "$(dirname "$0")/../lib/tap.sh"
. "$(dirname "$0")/../lib/servers.sh"

make -s -C "$ROOT" TORTURE=1 build-torture/dbmig >/dev/null || exit 1
torture=$ROOT/build-torture/dbmig
server_start main
url=$(server_database main work)
sample=${SWEEP_POINTS:-24}
sql() { "$PSQL" -qXAt -d "$url" "$@"; }

fresh() {
    sql -c 'SET client_min_messages = error; DROP SCHEMA public CASCADE; CREATE SCHEMA public' >/dev/null
}
state() {
    sql -c "SELECT installed_rank, version, script, success FROM schema_history ORDER BY 1" \
        -c "SELECT c.relname, c.relkind FROM pg_class c WHERE relnamespace = 'public'::regnamespace ORDER BY 1" \
        -c "SELECT array_agg(id ORDER BY id) FROM a" \
        -c "SELECT indexrelid::regclass, indisvalid FROM pg_index WHERE indrelid = 'a'::regclass ORDER BY 1" 2>&1
}
others() { sql -c 'SELECT datname FROM pg_database ORDER BY 1' -c 'SELECT rolname FROM pg_roles ORDER BY 1'; }

points() {
    rm -f "$SANDBOX/points"
    DBMIG_SIGNAL_LOG=$SANDBOX/points "$@" >"$SANDBOX/o" 2>"$SANDBOX/e"
    tail -n 1 "$SANDBOX/points"
}

# tells N: what is wrong with the run that got the signal at point N and ended with $code, or nothing.
tells() {
    [ "$code" = 143 ] || [ "$code" = 0 ] || echo "exit $code"
    grep -iE 'bug|report it|not allowed in pipeline' "$SANDBOX/e" "$SANDBOX/o"
    [ "$code" = 0 ] || grep -q 'SIGTERM' "$SANDBOX/e" || echo "no word of the signal"
}

# sweep NAME START CHECK CMD…: START makes the beginning, CHECK says what is wrong after the run (code is in
# $code, what it printed in o and e), or nothing.
sweep() {
    local name=$1 start=$2 check=$3 total step n wrong=0 said
    shift 3
    $start
    total=$(points "$@")
    ok "$name passes points ($total)" test "${total:-0}" -gt 20
    step=1
    [ "${SWEEP:-}" = all ] || step=$((total / sample + 1))
    for ((n = 1; n <= total; n += step)); do
        $start
        DBMIG_SIGNAL_AT=$n "$@" >"$SANDBOX/o" 2>"$SANDBOX/e"
        code=$?
        said=$(tells "$n"; $check)
        [ -n "$said" ] || continue
        wrong=$((wrong + 1))
        echo "# $name, point $n ($(grep -m1 'dbmig: signal' "$SANDBOX/e")): $said"
        tail -n 4 "$SANDBOX/e" | sed 's/^/#   /'
    done
    is "$name: a signal at any point ends as it must" "$wrong" 0
}

# After an apply: the summary is true, exit 0 means all, and the next run reaches the end.
apply_check() {
    local counted rows
    [ "$code" != 0 ] || [ "$(state)" = "$wanted" ] || echo "exit 0 with a wrong end"
    counted=$(grep -hoE 'Applied [0-9]+ ' "$SANDBOX/o" | grep -oE '[0-9]+')
    rows=$(sql -c 'SELECT count(*) FROM schema_history WHERE success' 2>/dev/null)
    [ -z "$counted" ] || [ "$counted" = "${rows:-0}" ] || echo "the summary says $counted, the history has $rows"
    "$torture" apply -q --lock-timeout 70s "$@" -u "$url" >"$SANDBOX/o2" 2>"$SANDBOX/e2" || {
        echo "the next run fails:"
        tail -n 4 "$SANDBOX/e2"
    }
    [ "$(state)" = "$wanted" ] || echo "the next run does not reach the end"
}

# apply_sweep NAME FOLDER OPTION…
apply_sweep() {
    local name=$1
    folder=$SANDBOX/$2
    shift 2
    "$DBMIG" hash -q --dir "$folder" >/dev/null
    fresh
    "$torture" apply -q --dir "$folder" "$@" -u "$url" >/dev/null || exit 1
    wanted=$(state)
    options=("$@")
    check_apply() { apply_check --dir "$folder" "${options[@]}"; }
    sweep "$name" fresh check_apply "$torture" apply --dir "$folder" "$@" -u "$url"
}

mkdir "$SANDBOX"/{windows,mixed,copy}
echo 'CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a VALUES (1);' | tee "$SANDBOX"/{windows,mixed,copy}/V1__a.sql >/dev/null
for n in 2 3 4 5 6 7 8 9; do
    echo "INSERT INTO a VALUES ($n); CREATE TABLE t$n (id int);" >"$SANDBOX/windows/V${n}__t.sql"
done
printf '%s\n' "CREATE TYPE mood AS ENUM ('a');" 'SET search_path = public;' 'CREATE INDEX CONCURRENTLY a_id ON a (id);' \
    "ALTER TYPE mood ADD VALUE 'b';" 'INSERT INTO a VALUES (2);' 'VACUUM a;' >"$SANDBOX/mixed/V2__i.sql"
echo 'INSERT INTO a VALUES (3);' >"$SANDBOX/mixed/V3__b.sql"
{
    echo 'COPY a FROM STDIN;'
    seq 2 20000
    echo '\.'
} >"$SANDBOX/copy/V2__data.sql"
echo 'INSERT INTO a VALUES (30000);' >"$SANDBOX/copy/V3__b.sql"

apply_sweep "apply, windows" windows
apply_sweep "apply, no transaction" mixed
apply_sweep "apply, COPY" copy
apply_sweep "apply, lease" windows --lock lease --lease-time 2s
apply_sweep "apply, all in one transaction" copy --tx-mode all

# What reads: nothing is left, and the next run says the same.
folder=$SANDBOX/windows
fresh
"$torture" apply -q --dir "$folder" -u "$url" >/dev/null
before=$(others)
nothing() { :; }
reads() {
    [ "$(others)" = "$before" ] || echo "left: $(diff <(others) <(echo "$before") | tr '\n' ' ')"
}
sweep inspect nothing reads "$torture" inspect "$url"
sweep diff nothing reads "$torture" diff --from "file://$folder" --to "$url" --dev-url "${SERVER_URL[main]}" --no-cache
sweep check nothing reads "$torture" check --dir "$folder" --dev-url "${SERVER_URL[main]}" --force --no-cache
sql -c "UPDATE schema_history SET checksum = 1, sha256 = 'x' WHERE version = '3'"
broken() { sql -c "UPDATE schema_history SET checksum = 1, sha256 = 'x' WHERE version = '3'"; }
repaired() { "$torture" repair -q --yes --dir "$folder" -u "$url" >/dev/null 2>"$SANDBOX/e2" || cat "$SANDBOX/e2"; }
sweep repair broken repaired "$torture" repair --yes --dir "$folder" -u "$url"

branch() {
    rm -rf "$SANDBOX/repo" && mkdir -p "$SANDBOX/repo/db" && cd "$SANDBOX/repo" || exit 1
    cp -R "$SANDBOX/repo.git" .git && git reset -q --hard feature
}
mkdir -p "$SANDBOX/repo/db" && cd "$SANDBOX/repo" && git init -q -b main . || exit 1
git config user.name t && git config user.email t@example.org
file() { echo "SELECT '$1';" >"db/$1"; }
file V1__a.sql && "$DBMIG" hash -q --dir db >/dev/null && git add -A && git commit -qm one && git checkout -q -b feature
file V2__b.sql && file V3__c.sql && file U3__c.sql && "$DBMIG" hash -q --dir db >/dev/null && git add -A && git commit -qm b
git checkout -q main && file V2__m.sql && "$DBMIG" hash -q --dir db --force >/dev/null && git add -A && git commit -qm m && git checkout -q feature
cp -R .git "$SANDBOX/repo.git"
end() { (cd "$SANDBOX/repo/db" && md5sum -- *.sql atlas.sum); }
branch
"$torture" rebase -q --dir db --git-base main >/dev/null || exit 1
wanted=$(end)
rebased() {
    "$torture" rebase -q --dir db --git-base main >/dev/null 2>"$SANDBOX/e2"
    [ "$(end)" = "$wanted" ] || echo "the next run does not finish: $(head -n 2 "$SANDBOX/e2")"
}
sweep rebase branch rebased "$torture" rebase --dir db --git-base main
