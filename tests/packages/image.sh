#!/usr/bin/env bash
# The image: nothing but the program, run as nobody in particular; as process 1 it obeys signals and hands
# on exit codes.
. "$(dirname "$0")/../lib/tap.sh"
. "$(dirname "$0")/../lib/servers.sh"

version=$(cat "$ROOT/VERSION")
file=$ROOT/dist/dbmig-$version-image-amd64.tar.gz
layer=$(tar xzOf "$file" --wildcards '*/layer.tar' | tar tvf -)
is "the only program is dbmig" "$(awk '$1 ~ /^-rwx/ {print $6}' <<<"$layer")" usr/bin/dbmig
like "root certificates are there" "$layer" 'etc/ssl/certs/ca-certificates\.crt'
if ! docker info >/dev/null 2>&1; then
    skip "the image in an engine" "no Docker engine"
    exit 0
fi
# A name of this run's own: the tag may be somebody's.
docker load -q -i "$file" >/dev/null || exit 1
image=dbmig-packages-test:$$
docker tag "dbmig:$version" "$image"
trap 'docker rm -f "dbmig-packages-$$" >/dev/null 2>&1; docker rmi "$image" >/dev/null 2>&1; tap_end' EXIT
ok "below 20 MB" test "$(docker image inspect -f '{{.Size}}' "$image")" -lt 20000000
is "not root" "$(docker image inspect -f '{{.Config.User}}' "$image")" 65532:65532

server_start main
url=${SERVER_URL[main]}
cp -r "$ROOT/migrations" "$SANDBOX/migrations"
chmod -R a+rX "$SANDBOX"
# Without a user in the URL: the image's own user has a name.
contain() { docker run --rm --network host -v "$SANDBOX:/work:ro" --read-only "$image" "$@"; }
is "runs" "$(contain --version)" "dbmig $version"
exits "exit code 2" 2 contain nonsense
exits "exit code 3" 3 contain status -u postgres://postgres@127.0.0.1:1/none
exits "exit code 1" 1 contain status --exit-code -u "$url"
exits "applies" 0 contain apply -u "$url"
exits "exit code 0" 0 contain status --exit-code -u "$url"
exits "check on an existing server" 0 contain check --no-cache --dev-url "$url"

mkdir "$SANDBOX/slow" && echo 'SELECT pg_sleep(120);' >"$SANDBOX/slow/V1__slow.sql"
"$DBMIG" hash --dir "$SANDBOX/slow" >/dev/null 2>&1
chmod -R a+rX "$SANDBOX/slow"
for signal in TERM:143 INT:130; do
    url=$(server_database main "signal_${signal%:*}")
    contain_named=dbmig-packages-$$
    docker run -d --name "$contain_named" --network host -v "$SANDBOX:/work:ro" "$image" apply --dir slow -u "$url" >/dev/null
    ok "a migration runs" server_until "$url" \
        "EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(120)%' AND pid <> pg_backend_pid())"
    docker kill -s "${signal%:*}" "$contain_named" >/dev/null
    is "SIG${signal%:*} ends it with ${signal#*:}" "$(timeout 20 docker wait "$contain_named")" "${signal#*:}"
    ok "and cancels the statement" server_until "$url" \
        "NOT EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(120)%' AND pid <> pg_backend_pid())"
    docker rm -f "$contain_named" >/dev/null
done
