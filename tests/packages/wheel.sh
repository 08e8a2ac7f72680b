#!/usr/bin/env bash
# The wheel: installed by pip into a new environment, and as a pre-commit hook of another repository, it
# needs no compiler, no library and no index.
. "$(dirname "$0")/../lib/tap.sh"

version=$(cat "$ROOT/VERSION")
wheel=$(ls "$ROOT"/dist/dbmig-"${version/-/}"-py3-none-*x86_64.whl)
export PIP_NO_INDEX=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$SANDBOX/venv" || exit 1
pip=$SANDBOX/venv/bin/pip
exits "pip takes the wheel" 0 "$pip" install "$wheel"
exits "and finds nothing wrong" 0 "$pip" check
like "pip knows its version and licence" "$("$pip" show dbmig)" "^Version: $version"
program=$SANDBOX/venv/bin/dbmig
is "the program runs" "$("$program" --version)" "dbmig $version"
ok "and is the static one" test "$("$program" version --json | jq .static)" = true
ok "its man page came along" test -s "$SANDBOX/venv/share/man/man1/dbmig.1"
record() {
    python3 - "$wheel" <<'PYTHON'
import base64, csv, hashlib, sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
record = [name for name in wheel.namelist() if name.endswith("/RECORD")][0]
rows = list(csv.reader(wheel.read(record).decode().splitlines()))
assert sorted(row[0] for row in rows) == sorted(wheel.namelist())
for path, digest, size in rows:
    data = wheel.read(path)
    if path != record:
        assert int(size) == len(data), path
        assert digest == "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode(), path
PYTHON
}
ok "every file is in RECORD, with its digest" record

# The main job, from there.
mkdir "$SANDBOX/project" && cp -r "$ROOT/migrations" "$SANDBOX/project/" && cd "$SANDBOX/project" || exit 1
exits "check" 0 "$program" check --dev-url embedded://

# A mirror repository as README has it, and a project that uses its hook; the wheels come from a folder.
if command -v pre-commit >/dev/null; then
    export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@localhost GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@localhost
    export PRE_COMMIT_HOME=$SANDBOX/pre-commit HOME=$SANDBOX PIP_FIND_LINKS=$ROOT/dist
    cp -r "$ROOT/packaging/pre-commit" "$SANDBOX/mirror"
    sed -i "s/@VERSION@/$version/" "$SANDBOX/mirror/.pre-commit-hooks.yaml"
    # The mirror itself is built by setuptools, which comes from the index.
    unset PIP_NO_INDEX
    git -C "$SANDBOX/mirror" init -q && git -C "$SANDBOX/mirror" add -A && git -C "$SANDBOX/mirror" commit -qm mirror
    git -C "$SANDBOX/project" init -q
    cat >.pre-commit-config.yaml <<YAML
repos:
  - repo: $SANDBOX/mirror
    rev: $(git -C "$SANDBOX/mirror" rev-parse HEAD)
    hooks: [{id: dbmig-check}]
YAML
    printf 'env "x" {\n  dev = "embedded://"\n}\n' >atlas.hcl
    git add -A
    exits "the hook is installed and passes" 0 pre-commit run --all-files
    [ "$code" -eq 0 ] || printf '%s\n' "$out" | tail -n 20 | sed 's/^/# /'
    like "it ran" "$out" 'dbmig check.*Passed'
    echo 'SELECT 1/0;' >>migrations/V1__*.sql
    git add -A
    exits "an edited migration stops the commit" 1 pre-commit run --all-files
    like "and is named" "$out" 'V1__'
else
    skip "as a pre-commit hook" "pre-commit is not installed"
fi
