#!/usr/bin/env bash
# Torture: each file, process and libpq call of a short apply, of a rebase and of a check with lint on an existing
# server is made to fail in turn, and of a check on a server of its own the first 120 and a sample of the rest. Each time the exit code is one of the table (never a crash, never 0
# for work not done), nothing is left behind, and the next run without a fault reaches the same end as an
# undisturbed one.
. "$(dirname "$0")/../lib/tap.sh"
. "$(dirname "$0")/../lib/servers.sh"

make -s -C "$ROOT" TORTURE=1 build-torture/dbmig >/dev/null || exit 1
torture=$ROOT/build-torture/dbmig
server_start main
d=$SANDBOX/migrations
mkdir "$d"
echo 'CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a VALUES (1);' >"$d/V1__a.sql"
echo 'CREATE INDEX CONCURRENTLY a_id ON a (id);' >"$d/V2__index.sql"
printf 'COPY a FROM STDIN;\n2\n3\n\\.\n' >"$d/V3__data.sql"
echo 'CREATE OR REPLACE VIEW v AS SELECT * FROM a;' >"$d/R__v.sql"
"$DBMIG" hash -q --dir "$d"

state() {
    "$PSQL" -qXAt -d "$1" -c "SELECT version, script, success FROM schema_history ORDER BY installed_rank" \
        -c "SELECT array_agg(id ORDER BY id) FROM a" \
        -c "SELECT indexrelid::regclass, indisvalid FROM pg_index WHERE indrelid = 'a'::regclass ORDER BY 1" 2>&1
}

# points CMD…: how many fault points the command passes.
points() {
    rm -f "$SANDBOX/points"
    DBMIG_FAULT_LOG=$SANDBOX/points "$@" >/dev/null 2>&1
    tail -n 1 "$SANDBOX/points" | grep -oE '[0-9]+' | tail -n 1
}

url=$(server_database main whole)
total=$(points "$torture" apply -q --dir "$d" -u "$url")
wanted=$(state "$url")
ok "apply passes fault points ($total)" test "$total" -gt 30
crashed=0 lied=0 lost=0 unclear=
for ((n = 1; n <= total; n++)); do
    url=$(server_database main "t$n")
    DBMIG_FAULT=$n "$torture" apply --dir "$d" -u "$url" >"$SANDBOX/o" 2>"$SANDBOX/e"
    code=$?
    case $code in
    0) [ "$(state "$url")" = "$wanted" ] || { lied=$((lied + 1)); echo "# fault $n: exit 0 with a wrong end"; } ;;
    2 | 3 | 4 | 5 | 6) [ -s "$SANDBOX/e" ] || unclear="$unclear $n" ;;
    *)
        crashed=$((crashed + 1))
        echo "# fault $n: exit $code"
        tail -n 3 "$SANDBOX/e" | sed 's/^/#   /'
        ;;
    esac
    if ! "$torture" apply -q --dir "$d" -u "$url" >"$SANDBOX/o" 2>"$SANDBOX/e2" || [ "$(state "$url")" != "$wanted" ]; then
        lost=$((lost + 1))
        echo "# fault $n: the next run did not reach the end"
        sed 's/^/#   first: /' "$SANDBOX/e" | tail -n 3
        sed 's/^/#   next: /' "$SANDBOX/e2" | tail -n 5
    fi
    "$PSQL" -qX -d "${SERVER_URL[main]}" -c "DROP DATABASE \"t$n\" WITH (FORCE)" 2>/dev/null
done
is "apply: exit codes of the table" "$crashed" 0
is "apply: exit 0 only with the work done" "$lied" 0
is "apply: the next run reaches the end" "$lost" 0
is "apply: each failure says something" "$unclear" ""

export TMPDIR=$SANDBOX/tmp XDG_CACHE_HOME=$SANDBOX/tcache
mkdir -p "$TMPDIR" "$XDG_CACHE_HOME"
chmod 711 "$SANDBOX" "$TMPDIR"
# A folder of this script's own for the server, so that what is left there is from here.
check=("$torture" check --dir "$d" --dev-url "embedded://?folder=$TMPDIR" --force --no-cache --no-lint)
total=$(points "${check[@]}")
ok "check passes fault points ($total)" test "$total" -gt 30
# check_with_fault N: counts a crash, and a failure without a word.
check_with_fault() {
    local code
    DBMIG_FAULT=$1 "${check[@]}" >"$SANDBOX/o" 2>"$SANDBOX/e"
    code=$?
    case $code in
    0) ;;
    2 | 3 | 4 | 5 | 6) [ -s "$SANDBOX/e" ] || unclear="$unclear $1" ;;
    *)
        crashed=$((crashed + 1))
        echo "# fault $1: exit $code"
        tail -n 3 "$SANDBOX/e" | sed 's/^/#   /'
        ;;
    esac
}
leftovers() {
    find "$TMPDIR" -mindepth 1 -maxdepth 1
    pgrep -f "postgres.*$TMPDIR/"
    true
}
crashed=0 left=0 unclear=
# Copying and removing a data folder is thousands of equal calls: the first 120 points each, then 130
# spread evenly over the rest.
step=$(((total - 120) / 130 + 1))
echo "# points 1 to 120, then each ${step}th of $total"
for ((n = 1; n <= total; n += n < 120 ? 1 : step)); do
    check_with_fault "$n"
    rest=$(leftovers)
    if [ -n "$rest" ]; then
        # A fault in the removal itself cannot remove: the next run must.
        "${check[@]}" -q >/dev/null 2>&1
        rest=$(leftovers)
        [ -z "$rest" ] || { left=$((left + 1)); echo "# fault $n left: $rest"; }
    fi
done
is "check: exit codes of the table" "$crashed" 0
is "check: nothing left behind" "$left" 0
is "check: each failure says something" "$unclear" ""
exits "check without a fault" 0 "${check[@]}"

# check with lint on an existing server: no thousands of copies, so each point.
check=("$torture" check --dir "$d" --dev-url "${SERVER_URL[main]}" --force --no-cache)
databases() { "$PSQL" -qXAt -d "${SERVER_URL[main]}" -c 'SELECT datname FROM pg_database ORDER BY 1' -c 'SELECT rolname FROM pg_roles ORDER BY 1'; }
before=$(databases)
total=$(points "${check[@]}")
ok "check on an existing server passes fault points ($total)" test "$total" -gt 30
crashed=0 left=0 unclear=
for ((n = 1; n <= total; n++)); do
    check_with_fault "$n"
    if [ "$(databases)" != "$before" ]; then
        "${check[@]}" -q >/dev/null 2>&1
        [ "$(databases)" = "$before" ] || { left=$((left + 1)); echo "# fault $n left: $(databases | tr '\n' ' ')"; }
    fi
done
is "check on an existing server: exit codes of the table" "$crashed" 0
is "check on an existing server: nothing left behind" "$left" 0
is "check on an existing server: each failure says something" "$unclear" ""
exits "check without a fault" 0 "${check[@]}"

# rebase: whatever fails, no file is lost, and the next run finishes.
branch() {
    rm -rf "$SANDBOX/repo" && mkdir -p "$SANDBOX/repo/db" && cd "$SANDBOX/repo" || exit 1
    cp -R "$SANDBOX/repo.git" .git && git reset -q --hard feature
}
mkdir -p "$SANDBOX/repo/db" && cd "$SANDBOX/repo" && git init -q -b main . || exit 1
git config user.name t && git config user.email t@example.org
file() { echo "SELECT '$1';" >"db/$1"; }
printf 'template {\n  file = "t.yaml"\n  property = "Hash"\n}\n' >atlas.hcl
echo 'Hash: ""' >t.yaml
file V1__a.sql && "$DBMIG" hash -q --dir db >/dev/null && git add -A && git commit -qm one && git checkout -q -b feature
file V2__b.sql && file V3__c.sql && file U3__c.sql && file V4__d.sql && "$DBMIG" hash -q --dir db >/dev/null && git add -A && git commit -qm b
git checkout -q main && file V2__m.sql && "$DBMIG" hash -q --dir db --force >/dev/null && git add -A && git commit -qm m && git checkout -q feature
cp -R .git "$SANDBOX/repo.git"
rebase=("$torture" rebase -q --dir db --git-base main)
end() { (cd db && md5sum -- *.sql atlas.sum ../t.yaml); }
branch
total=$(points "${rebase[@]}")
wanted=$(end)
ok "rebase passes fault points ($total)" test "$total" -gt 10
crashed=0 lied=0 lost=0 unclear=
for ((n = 1; n <= total; n++)); do
    branch
    DBMIG_FAULT=$n "${rebase[@]}" >"$SANDBOX/o" 2>"$SANDBOX/e"
    code=$?
    case $code in
    0) [ "$(end)" = "$wanted" ] || { lied=$((lied + 1)); echo "# fault $n: exit 0 with a wrong end"; } ;;
    2 | 3 | 4 | 5 | 6) [ -s "$SANDBOX/e" ] || unclear="$unclear $n" ;;
    *) crashed=$((crashed + 1)) && echo "# fault $n: exit $code" ;;
    esac
    "${rebase[@]}" >/dev/null 2>"$SANDBOX/e2"
    [ "$(end)" = "$wanted" ] || { lost=$((lost + 1)); echo "# fault $n: $(ls db | tr '\n' ' ') $(head -n 2 "$SANDBOX/e2")"; }
done
is "rebase: exit codes of the table" "$crashed" 0
is "rebase: exit 0 only with the work done" "$lied" 0
is "rebase: the next run finishes, and no file is lost" "$lost" 0
is "rebase: each failure says something" "$unclear" ""
