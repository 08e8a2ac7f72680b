#!/usr/bin/env bash
# dbmig lint of large files: its time grows as the file does, its memory stays a small multiple of the longest
# statement, and a signal ends it.
. "$(dirname "$0")/../lib/tap.sh"
cd "$SANDBOX" || exit 1

# make KIND N: a file of n parts
make_file() {
    python3 - "$1" "$2" >"$1.$2.sql" <<'PYTHON'
import sys
kind, n = sys.argv[1], int(sys.argv[2])
out = sys.stdout.write
if kind == "comments":
    out("-- c\n/* d */ " * n + "SELECT 1;\n")
elif kind == "nested":
    out("/*" * n + "*/" * n + "SELECT 1;\n")
elif kind == "columns":
    out("CREATE TABLE t (" + ", ".join(f"c{i} int" for i in range(n)) + ");\n")
for i in range(n):
    if kind == "drops":
        out(f"DROP TABLE t{i};\n")
    elif kind == "ignores":
        out(f"-- dbmig:nolint DM001 x\nDROP TABLE t{i};\n")
    elif kind == "alters":
        out(f"ALTER TABLE t{i} ADD COLUMN a int NOT NULL;\n")
PYTHON
}

# seconds KIND N: of the processor, for lint --static
seconds() {
    make_file "$1" "$2"
    python3 - "$DBMIG" "$1.$2.sql" <<'PYTHON'
import resource, subprocess, sys
subprocess.run([sys.argv[1], "lint", "-q", "--static", sys.argv[2]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime)
PYTHON
}

# Four times the file in at most seven times the time, what a start costs aside: quadratic would be sixteen.
for kind in comments:100000 nested:100000 drops:8000 ignores:8000 alters:10000 columns:16000; do
    n=${kind#*:} kind=${kind%:*}
    small=$(seconds "$kind" "$n") large=$(seconds "$kind" $((4 * n)))
    ok "$kind: linear ($n in $small s, $((4 * n)) in $large s)" \
        python3 -c "import sys; sys.exit(not float($large) <= 7 * float($small) + 0.3)"
done

python3 -c 'print("INSERT INTO t VALUES " + ",".join("(%d, 1.5, null)" % i for i in range(1000000)) + ";")' >rows.sql
got=$(python3 - "$DBMIG" rows.sql <<'PYTHON'
import os, resource, subprocess, sys
subprocess.run([sys.argv[1], "lint", "-q", "--static", sys.argv[2]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
print("ok" if peak <= 8 * os.path.getsize(sys.argv[2]) else peak)
PYTHON
)
is "a long INSERT takes at most eight times its length" "$got" ok
run "$DBMIG" lint --static rows.sql
like "and is said not to be parsed" "$err" "rows.sql:1: tree rules skipped: it is longer than 1 MB"

make_file alters 400000
"$DBMIG" lint -q --static alters.400000.sql >/dev/null 2>&1 &
pid=$!
sleep 0.3
kill -TERM "$pid"
started=$(date +%s%N)
wait "$pid"
is "SIGTERM ends a run that does nothing but compute" "$?" 143
ok "at once" [ $((($(date +%s%N) - started) / 1000000)) -lt 3000 ]
