#!/usr/bin/env bash
# The Debian package: clean for lintian, with nothing to depend on; installed in an empty Debian by
# tests/packages/clean (make packages-test-clean), which takes a few minutes.
. "$(dirname "$0")/../lib/tap.sh"

version=$(cat "$ROOT/VERSION")
for tool in dh lintian; do
    command -v "$tool" >/dev/null || {
        skip "the Debian package" "$tool is not installed (tools/setup check)"
        exit 0
    }
done
epoch=$(git -C "$ROOT" log -1 --format=%ct 2>/dev/null || date -r "$ROOT/VERSION" +%s)
build() {
    (cd "$ROOT" && SOURCE_DATE_EPOCH=$epoch tools/dist/deb "dist/dbmig-$version-linux-x86_64.tar.gz" "$1")
}
mkdir "$SANDBOX/one" "$SANDBOX/two"
name=$(build "$SANDBOX/one")
deb=$SANDBOX/one/$name
ok "debhelper builds it" test -s "$deb"
is "lintian has nothing to say" "$(lintian --pedantic --tag-display-limit 0 --allow-root "$deb" 2>&1)" ""
build "$SANDBOX/two" >/dev/null
is "built again, the same bytes" "$(sha256sum <"$SANDBOX/two/$name")" "$(sha256sum <"$deb")"
is "it depends on nothing" "$(dpkg-deb -f "$deb" Depends Pre-Depends)" ""
mkdir "$SANDBOX/root" && dpkg-deb -x "$deb" "$SANDBOX/root"
is "its program runs" "$("$SANDBOX/root/usr/bin/dbmig" --version)" "dbmig $version"
for file in man/man1/dbmig.1.gz bash-completion/completions/dbmig zsh/vendor-completions/_dbmig doc/dbmig/copyright; do
    ok "it has $file" test -s "$SANDBOX/root/usr/share/$file"
done
