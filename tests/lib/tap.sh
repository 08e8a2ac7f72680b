# shellcheck shell=bash
# TAP for test scripts. Each case runs in a sandbox folder ($SANDBOX) of its own script, removed at
# the end. `run CMD…` keeps stdout, stderr and exit code in $out, $err, $code.

set -u
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
DBMIG=${DBMIG:-$ROOT/build/dbmig}
CORPORA=${DBMIG_CORPORA:-$ROOT/../shared/corpora}
SANDBOX=$(mktemp -d "${TMPDIR:-/tmp}/dbmig-test.XXXXXX")
export XDG_CACHE_HOME=$SANDBOX/cache XDG_STATE_HOME=$SANDBOX/state
# Nothing of the user's surroundings may change a result.
unset DATABASE_URL PGHOST PGPORT PGUSER PGPASSWORD PGDATABASE PGSERVICE PGOPTIONS "${!DBMIG_@}" 2>/dev/null
# The job that runs the tests may itself be for a pull request, or a hook.
unset GITHUB_BASE_REF "${!CI_MERGE_REQUEST_@}" CODEBUILD_WEBHOOK_BASE_REF "${!BITBUCKET_PR_@}" \
    CHANGE_TARGET SYSTEM_PULLREQUEST_TARGETBRANCH CIRCLE_PULL_REQUEST CIRCLE_PR_NUMBER \
    GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE 2>/dev/null
export NO_COLOR=1 LC_ALL=C
tap_count=0
tap_failed=0

tap_end() {
    local status=$?
    declare -F servers_end >/dev/null && servers_end
    rm -rf "$SANDBOX"
    if [ "$tap_count" -eq 0 ] && [ "$status" -eq 0 ]; then
        return
    fi
    echo "1..$tap_count"
    [ "$tap_failed" -eq 0 ] || exit 1
}
trap tap_end EXIT
trap 'exit 130' INT TERM

# ok "name" CMD…: passes when the command succeeds.
ok() {
    local name=$1
    shift
    tap_count=$((tap_count + 1))
    if "$@"; then
        echo "ok $tap_count - $name"
    else
        tap_failed=$((tap_failed + 1))
        echo "not ok $tap_count - $name"
        echo "#   command: $*"
        return 1
    fi
}

# is "name" GOT WANTED
is() {
    tap_count=$((tap_count + 1))
    if [ "$2" = "$3" ]; then
        echo "ok $tap_count - $1"
    else
        tap_failed=$((tap_failed + 1))
        echo "not ok $tap_count - $1"
        printf '%s\n' "$2" | head -n 30 | sed 's/^/#   got:    /'
        printf '%s\n' "$3" | head -n 30 | sed 's/^/#   wanted: /'
        return 1
    fi
}

# like "name" TEXT REGEX (extended)
like() {
    tap_count=$((tap_count + 1))
    if printf '%s\n' "$2" | grep -Eq -- "$3"; then
        echo "ok $tap_count - $1"
    else
        tap_failed=$((tap_failed + 1))
        echo "not ok $tap_count - $1"
        printf '%s\n' "$2" | head -n 30 | sed 's/^/#   got:    /'
        echo "#   wanted: /$3/"
        return 1
    fi
}

# unlike "name" TEXT REGEX
unlike() {
    tap_count=$((tap_count + 1))
    if printf '%s\n' "$2" | grep -Eq -- "$3"; then
        tap_failed=$((tap_failed + 1))
        echo "not ok $tap_count - $1"
        printf '%s\n' "$2" | grep -E -- "$3" | head -n 5 | sed 's/^/#   got:    /'
        return 1
    else
        echo "ok $tap_count - $1"
    fi
}

# skip "name" REASON
skip() {
    tap_count=$((tap_count + 1))
    echo "ok $tap_count - $1 # SKIP $2"
}

# skip_all REASON: the whole script, where that is allowed (no ../shared).
skip_all() {
    echo "1..0 # SKIP $1"
    tap_count=0
    exit 0
}

run() {
    "$@" >"$SANDBOX/.out" 2>"$SANDBOX/.err"
    code=$?
    out=$(cat "$SANDBOX/.out")
    err=$(cat "$SANDBOX/.err")
    return 0
}

# exits "name" CODE CMD…: runs and compares the exit code; shows stderr when it differs.
exits() {
    local name=$1 wanted=$2
    shift 2
    run "$@"
    tap_count=$((tap_count + 1))
    if [ "$code" -eq "$wanted" ]; then
        echo "ok $tap_count - $name"
    else
        tap_failed=$((tap_failed + 1))
        echo "not ok $tap_count - $name"
        echo "#   exit code $code, wanted $wanted: $*"
        printf '%s\n' "$err" | head -n 20 | sed 's/^/#   stderr: /'
        return 1
    fi
}
