#!/usr/bin/env bash
# The pipelines in examples/: each is valid for its own linter, its dbmig commands are ones this program takes, and
# what this machine can run is run. The linters come from PyPI and the Go proxy, and are kept in the tests' cache.
. "$(dirname "$0")/../lib/tap.sh"
. "$(dirname "$0")/../lib/servers.sh"

version=$(cat "$ROOT/VERSION")
cache=${DBMIG_TEST_CACHE:-/var/tmp/dbmig-tests-$(id -u)}/linters
lint=$cache/bin
if ! "$lint/check-jsonschema" --version >/dev/null 2>&1; then
    rm -rf "$cache"
    mkdir -p "${cache%/*}"
    python3 -m venv "$cache" && "$lint/pip" install -q check-jsonschema kubernetes-validate >/dev/null 2>&1
fi
[ -x "$lint/actionlint" ] || ! command -v go >/dev/null ||
    GOBIN=$lint GOFLAGS=-modcacherw go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.7 >/dev/null 2>&1

# valid NAME TOOL ARGUMENT…: skipped by name when the tool could not be had.
valid() {
    local name=$1 tool=$2
    shift 2
    if [ -x "$lint/$tool" ]; then
        exits "$name is valid for $tool" 0 "$lint/$tool" "$@"
        [ "$code" -eq 0 ] || printf '%s\n' "$out" | head -n 20 | sed 's/^/# /'
    else
        skip "$name is valid for $tool" "$tool could not be had from its registry"
    fi
}
cd "$ROOT/examples" || exit 1
valid compose check-jsonschema --builtin-schema vendor.compose-spec compose/compose.yaml
valid gitlab check-jsonschema --builtin-schema vendor.gitlab-ci --data-transform gitlab-ci gitlab/.gitlab-ci.yml
valid github check-jsonschema --builtin-schema vendor.github-workflows github/migrations.yml
valid github actionlint github/migrations.yml
valid kubernetes kubernetes-validate --strict kubernetes/job.yaml kubernetes/init-container.yaml

# The unit, with a program and a file that exist here.
if command -v systemd-analyze >/dev/null; then
    sed 's#/usr/bin/dbmig#/bin/true#' systemd/app-migrate.service >"$SANDBOX/app-migrate.service"
    exits "the unit is valid for systemd-analyze" 0 systemd-analyze verify "$SANDBOX/app-migrate.service"
    is "and it warns of nothing" "$err" ""
else
    skip "the unit is valid for systemd-analyze" "systemd is not installed"
fi

# commands: each dbmig command line of the examples, from shell lines, argument lists and units.
commands() {
    {
        grep -hoE 'dbmig [a-z][^>"]*' github/migrations.yml gitlab/.gitlab-ci.yml systemd/app-migrate.service |
            grep -E '^dbmig (check|apply|status) '
        grep -hoE '(args|command): \[(apply|check|status)[^]]*' kubernetes/*.yaml compose/compose.yaml |
            sed -E 's/.*\[/dbmig /; s/, / /g'
    } | sort -u
}
ok "the examples have commands" test "$(commands | wc -l)" -ge 6
server_start main
cp -r "$ROOT/migrations" "$SANDBOX/project-migrations"
number=0
while read -r _ line; do
    number=$((number + 1))
    rm -rf "$SANDBOX/project" && mkdir "$SANDBOX/project" && cp -r "$ROOT/migrations" "$SANDBOX/project/"
    cd "$SANDBOX/project" || exit 1
    line=${line//\/usr\/share\/app\/migrations/migrations}
    # shellcheck disable=SC2086 # words of a command line
    exits "works: dbmig $line" 0 env DATABASE_URL="$(server_database main "example_$number")" \
        DBMIG_DEV_URL="${SERVER_URL[main]}" "$DBMIG" $line
done < <(commands)

# The whole of compose: the last service runs after the migrations, and only then.
postgres=$(docker images --format '{{.Repository}}:{{.Tag}}' dbmig-test-postgres 2>/dev/null | head -n 1)
if command -v docker-compose >/dev/null && [ -n "$postgres" ]; then
    cp -r "$ROOT/examples/compose" "$SANDBOX/compose" && cp -r "$ROOT/migrations" "$SANDBOX/compose/"
    chmod -R a+rX "$SANDBOX"
    cd "$SANDBOX/compose" || exit 1
    docker load -q -i "$ROOT/dist/dbmig-$version-image-amd64.tar.gz" >/dev/null
    sed -i "s#postgres:17#$postgres#" compose.yaml
    export POSTGRES_PASSWORD=example COMPOSE_PROJECT_NAME=dbmigexample$$
    trap 'docker-compose -f "$SANDBOX/compose/compose.yaml" down -v >/dev/null 2>&1; tap_end' EXIT
    compose() { docker-compose -f compose.yaml "$@"; }
    exits "compose config" 0 compose config
    # seen: what the service has printed, waited for.
    seen() {
        local round
        for round in $(seq 40); do
            compose logs --no-color app 2>/dev/null | grep -q "$1" && return 0
            sleep 0.5
        done
        return 1
    }
    exits "compose up" 0 timeout 120 docker-compose -f compose.yaml up -d
    ok "the service ran after its migrations, and saw them" seen 'touch customer'
    compose down -v >/dev/null 2>&1
    echo 'SELECT 1/0;' >migrations/V99__broken.sql
    "$DBMIG" hash >/dev/null 2>&1
    chmod -R a+rX migrations
    run timeout 120 docker-compose -f compose.yaml up -d
    ok "a migration that fails makes compose fail" test "$code" -ne 0
    like "it did run, and failed" "$(compose logs --no-color migrate 2>&1)" 'V99__broken\.sql:1:1: division by zero'
    is "and the service was not started" "$(compose logs --no-color app 2>&1 | grep -c 'touch customer')" 0
    compose down -v >/dev/null 2>&1
else
    skip "compose, up" "no docker-compose, or no Docker engine with the test image"
fi
