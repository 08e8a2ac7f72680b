#!/usr/bin/env bash
# The static program of `make dist` (made before this runs): it needs nothing on the machine, says what it
# lacks, is hardened, and the same tree gives the same bytes in another folder at another time.
. "$(dirname "$0")/../lib/tap.sh"
. "$(dirname "$0")/../lib/servers.sh"

version=$(cat "$ROOT/VERSION")
name=dbmig-$version-linux-x86_64
dist=$ROOT/dist
# A copy of the tree need not be git's.
epoch=$(git -C "$ROOT" log -1 --format=%ct 2>/dev/null || date -r "$ROOT/VERSION" +%s)

# ---- What is in the tarball ----

exits "the sums are those of the files" 0 sh -c 'cd "$1" && sha256sum --check --strict --quiet SHA256SUMS' sh "$dist"
like "the tarball has its sum" "$(cat "$dist/SHA256SUMS")" "  $name\.tar\.gz\$"
tar xzf "$dist/$name.tar.gz" -C "$SANDBOX"
top=$SANDBOX/$name
static=$top/bin/dbmig
for file in LICENSE README.md CHANGELOG.md licenses/README.md licenses/LIBRARIES share/man/man1/dbmig.1 \
    share/man/man1/dbmig-apply.1 share/man/man5/atlas.hcl.5 \
    share/bash-completion/completions/dbmig share/zsh/site-functions/_dbmig \
    share/fish/vendor_completions.d/dbmig.fish; do
    ok "the tarball has $file" test -s "$top/$file"
done
while read -r package _; do
    ok "and the licence of $package" test -s "$top/licenses/$package"
done <"$top/licenses/LIBRARIES"
is "nothing in it belongs to the builder" \
    "$(tar tvzf "$dist/$name.tar.gz" --numeric-owner | awk '{print $2}' | sort -u)" "0/0"
is "its times are the commit's" "$(tar tzvf "$dist/$name.tar.gz" --full-time --utc | awk '{print $4, $5}' | sort -u)" \
    "$(date -u -d "@$epoch" '+%Y-%m-%d %H:%M:%S')"

# ---- The program ----

headers=$(readelf --wide --file-header --program-headers --dynamic "$static")
unlike "needs no library and no loader" "$headers" '\(NEEDED\)|INTERP'
like "position independent" "$headers" 'Type: +DYN'
like "relocations are made read-only, at once" "$headers" 'BIND_NOW'
like "GNU_RELRO" "$headers" 'GNU_RELRO'
like "the stack is not executable" "$headers" 'GNU_STACK .* RW '
unlike "no page is writable and executable" "$headers" ' LOAD .* RWE '
is "stripped" "$(readelf --wide --sections "$static" | grep -cE '\.(symtab|debug_info) ')" 0
ok "below 12 MB" test "$(stat -c %s "$static")" -lt 12000000
unlike "no folder of the build in it" "$(strings -n 8 "$static")" "$ROOT"
like "guards against smashed stacks are compiled in" "$(nm "$ROOT/build-dist/amd64/libdbmig.a" 2>/dev/null)" 'U __stack_chk_fail'

# as_only_file FILE…: in a folder in which the program is all there is.
mkdir -p "$SANDBOX/root/tmp"
cp "$static" "$SANDBOX/root/dbmig"
if [ "$(id -u)" -eq 0 ]; then alone=(chroot "$SANDBOX/root"); else alone=(unshare -r chroot "$SANDBOX/root"); fi
exits "runs where it is the only file" 0 "${alone[@]}" /dbmig version --verbose
for line in "dbmig $version" 'static: +yes' 'gssapi: +no' 'ldap: +no' 'libpq +[0-9]+\.' 'OpenSSL +3\.' 'libyaml +0\.' \
    'libpg_query +PostgreSQL 1' 'protobuf-c +1\.' 'C library +glibc 2\.'; do
    like "version --verbose says: $line" "$out" "^$line"
done

server_start main
url=${SERVER_URL[main]}
cp -r "$ROOT/migrations" "$SANDBOX/root/migrations"
# There is no /etc/passwd either: the URL names the user.
exits "applies from there" 0 "${alone[@]}" /dbmig apply --dir /migrations -u "$url"
exits "and nothing is pending" 0 "${alone[@]}" /dbmig status --exit-code --dir /migrations -u "$url"
exits "gssencmode=require is refused, not ignored" 3 "${alone[@]}" /dbmig status --dir /migrations -u "$url?gssencmode=require"
like "and says why" "$err" 'GSSAPI'

# TLS, by names and roots that only the URL gives.
openssl req -new -x509 -days 2 -nodes -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 \
    -keyout "$SANDBOX/server.key" -out "$SANDBOX/server.crt" 2>/dev/null
cp "$SANDBOX/server.crt" "$SANDBOX/root/ca.pem"
data=${SERVER_DATA[main]}
cp "$SANDBOX/server.key" "$SANDBOX/server.crt" "$data/"
chmod 600 "$data/server.key"
[ "$(id -u)" -ne 0 ] || chown "$(server_user)" "$data/server.key" "$data/server.crt"
echo "ssl = on" >>"$data/postgresql.conf"
server_stop main && server_again main
exits "TLS, the server verified" 0 "${alone[@]}" /dbmig status --dir /migrations -u "$url?sslmode=verify-full&sslrootcert=/ca.pem"
exits "another root is refused" 3 "${alone[@]}" /dbmig status --dir /migrations -u "$url?sslmode=verify-full&sslrootcert=/dbmig"

# The main job, with the machine's PostgreSQL and with a Docker engine.
mkdir "$SANDBOX/project"
cp -r "$ROOT/migrations" "$SANDBOX/project/"
cd "$SANDBOX/project" || exit 1
exits "check on an embedded server" 0 "$static" check --dev-url embedded://
if docker image inspect dbmig-test-postgres:15 >/dev/null 2>&1; then
    exits "check with a Docker engine" 0 "$static" check --force --dev-url docker+postgres://dbmig-test-postgres:15/dev
else
    skip "check with a Docker engine" "no Docker engine with the test image"
fi

# --version at most half of psql's time: the medians of 31 runs of each, one beside the other.
times() {
    python3 - "$static" "$PSQL" <<'PYTHON'
import statistics, subprocess, sys, time
def once(program):
    start = time.perf_counter()
    subprocess.run([program, "--version"], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start
pairs = [(once(sys.argv[1]), once(sys.argv[2])) for _ in range(31)]
ours, theirs = (statistics.median(column) for column in zip(*pairs))
print(f"# --version: {ours / theirs:.2f} of psql's time")
sys.exit(ours > theirs / 2)
PYTHON
}
ok "--version takes at most half of psql's time" times

# ---- The same bytes ----

mkdir "$SANDBOX/elsewhere"
tar cf - -C "$ROOT" --exclude='./build*' --exclude=./dist --exclude=./.git . |
    tar xf - -C "$SANDBOX/elsewhere"
mkdir "$SANDBOX/elsewhere/build-dist"
cp -r "$ROOT/build-dist/deps-amd64" "$SANDBOX/elsewhere/build-dist/"
run env SOURCE_DATE_EPOCH="$epoch" make -s -j2 -C "$SANDBOX/elsewhere" dist
is "builds again elsewhere" "$code" 0 || printf '%s\n' "$err" | tail -n 5 | sed 's/^/# /'
is "with the same bytes" "$(cat "$SANDBOX/elsewhere/dist/SHA256SUMS")" "$(grep "$name" "$dist/SHA256SUMS")"

# ---- Several architectures on one machine ----

# A compiler for another architecture has its own libpg_query.
printf '#!/bin/sh\n[ "$1" != -print-file-name=libpg_query.a ] || echo /other/libpg_query.a\n' >"$SANDBOX/other-cc"
chmod +x "$SANDBOX/other-cc"
like "libpg_query is the one of the compiler's architecture" \
    "$(make -pn -C "$ROOT" CC="$SANDBOX/other-cc" clean 2>/dev/null | grep '^PG_QUERY_LIB')" ' /other/libpg_query\.a$'
