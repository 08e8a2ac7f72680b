#!/usr/bin/env bash
# The npm packages, in a new project, without a registry and without install scripts; and what the launcher
# hands on: arguments, exit code, streams, signals.
. "$(dirname "$0")/../lib/tap.sh"
. "$(dirname "$0")/../lib/servers.sh"

version=$(cat "$ROOT/VERSION")
mkdir "$SANDBOX/project" && cp -r "$ROOT/migrations" "$SANDBOX/project/" && cd "$SANDBOX/project" || exit 1
echo '{"name": "project", "private": true}' >package.json
export npm_config_cache=$SANDBOX/npm npm_config_offline=true npm_config_update_notifier=false
# Both at once: their dependency on each other is then met without a registry.
exits "npm installs both packages" 0 npm install --ignore-scripts --no-audit --no-fund \
    "$ROOT/dist/dbmig-linux-x64-$version.tgz" "$ROOT/dist/dbmig-$version.tgz"
is "npx dbmig runs" "$(npx --no-install dbmig --version)" "dbmig $version"
manifest() { tar xzOf "$ROOT/dist/$1" package/package.json; }
is "the platform package is for its platform" \
    "$(manifest "dbmig-linux-x64-$version.tgz" | jq -c '[.name, .version, .os, .cpu, .scripts]')" \
    "[\"@dbmig/linux-x64\",\"$version\",[\"linux\"],[\"x64\"],null]"
is "the main one wants the very same version of it" \
    "$(manifest "dbmig-$version.tgz" | jq -r '.version, .optionalDependencies["@dbmig/linux-x64"], .scripts')" \
    "$version"$'\n'"$version"$'\n'"null"
program=$(npx --no-install dbmig --print-path)
is "--print-path names the program" "$("$program" --version)" "dbmig $version"
ok "which is the static one" test "$("$program" version --json | jq .static)" = true
exits "exit codes are handed on" 2 npx --no-install dbmig nonsense
exits "check" 0 npx --no-install dbmig check --dev-url embedded://

# A signal to the launcher stops the program; its exit code says so.
server_start main
mkdir slow && echo 'SELECT pg_sleep(120);' >slow/V1__slow.sql && "$program" hash --dir slow >/dev/null 2>&1
node node_modules/dbmig/bin/dbmig.js apply --dir slow -u "${SERVER_URL[main]}" >/dev/null 2>&1 &
launcher=$!
ok "the migration runs" server_until "${SERVER_URL[main]}" \
    "EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(120)%' AND pid <> pg_backend_pid())"
kill -TERM "$launcher"
wait "$launcher"
is "SIGTERM to the launcher ends it with 143" "$?" 143
ok "and its statement is cancelled" server_until "${SERVER_URL[main]}" \
    "NOT EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(120)%' AND pid <> pg_backend_pid())"

rm -rf node_modules/@dbmig
exits "without the platform package it says so" 3 node node_modules/dbmig/bin/dbmig.js --version
like "and what to do" "$err" '@dbmig/linux-x64 is not installed.*without --omit=optional'
