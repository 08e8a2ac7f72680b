#!/usr/bin/env bash
# The README's examples do what it says: each line of its ```console blocks that starts with "$" is run
# in a new project, and what it prints must be in the real output.
. "$(dirname "$0")/../lib/tap.sh"
. "$(dirname "$0")/../lib/servers.sh"

server_start main
mkdir -p "$SANDBOX/project" "$SANDBOX/bin"
ln -s "$DBMIG" "$SANDBOX/bin/dbmig"
PATH=$SANDBOX/bin:$PATH
cd "$SANDBOX/project" || exit 1
wanted=
line=
finish() {
    [ -z "$wanted" ] || ok "prints: $wanted" grep -qF -- "$wanted" <<<"$out"
    wanted=
}
examples=0
while IFS= read -r line; do
    case $line in
    '$ export DATABASE_URL='*) export DATABASE_URL=${SERVER_URL[main]} ;;
    '$ '*)
        examples=$((examples + 1))
        printf '%s\n' "${line#\$ }" >"$SANDBOX/command"
        exits "runs: ${line#\$ }" 0 bash "$SANDBOX/command"
        ;;
    *)
        wanted=$line
        finish
        ;;
    esac
done < <(awk '/^```console/ {on = 1; next} /^```/ {on = 0} on && NF' "$ROOT/README.md")
ok "the README has examples" test "$examples" -ge 5
for option in $(grep -oE -- '--[a-z][a-z-]+' "$ROOT/README.md" | sort -u); do
    ok "the README's $option is a real option" bash -c "'$DBMIG' help --all 2>/dev/null | grep -q -- '$option' || for c in \$('$DBMIG' help 2>/dev/null | grep -oE '^  [a-z]+' ); do '$DBMIG' help \$c; done | grep -q -- '$option'"
done
cd "$ROOT" || exit 1
exits "the sample project of this repository checks" 0 "$DBMIG" check --dir migrations --dev-url embedded://
