#!/usr/bin/env bash
# docker-engine.sh: makes sure that a Docker engine answers. As root, where none does, it starts Debian's
# dockerd and leaves it running; it says so. Fails when there can be none.
set -u
log=${TMPDIR:-/tmp}/dbmig-dockerd.log

answers() { timeout 10 docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

# The plain start first; then what helps where the kernel lacks something.
start() {
    nohup dockerd "$@" >"$log" 2>&1 </dev/null &
    local pid=$! i
    for ((i = 0; i < 60; i++)); do
        answers && return 0
        kill -0 "$pid" 2>/dev/null || return 1
        sleep 0.5
    done
    kill "$pid"
    wait "$pid"
    return 1
}

[ "${DBMIG_TEST_DOCKER:-}" != no ] || { echo "docker-engine: DBMIG_TEST_DOCKER=no" >&2; exit 1; }
command -v docker >/dev/null || { echo "docker-engine: there is no docker command" >&2; exit 1; }
answers && exit 0
[ "$(id -u)" -eq 0 ] || { echo "docker-engine: no engine answers, and only root can start one" >&2; exit 1; }
command -v dockerd >/dev/null || { echo "docker-engine: no engine answers, and there is no dockerd" >&2; exit 1; }
for options in "" "--storage-driver=vfs" "--iptables=false --ip6tables=false" \
    "--storage-driver=vfs --iptables=false --ip6tables=false"; do
    # shellcheck disable=SC2086 # options are words
    if start $options; then
        echo "docker-engine: started dockerd $options"
        exit 0
    fi
done
echo "docker-engine: dockerd does not start; its last words:" >&2
tail -n 5 "$log" >&2
exit 1
