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

# Whatever the README shows as a command, in blocks, tables and sentences: the command is there, and takes the
# options that stand with it.
shown() {
    grep -oE '`dbmig [^`]*`' "$ROOT/README.md" | tr -d '`'
    awk '/^```(sh|console|yaml)/ {on = 1; next} /^```/ {on = 0} on' "$ROOT/README.md" |
        sed 's/#.*//' | grep -oE '(^|[ $])dbmig [a-z].*' | sed 's/^[ $]*//'
}
seen=0
while read -r _ command rest; do
    [[ $command =~ ^[a-z]+$ ]] || continue
    seen=$((seen + 1))
    page=$(dbmig help "$command" 2>&1)
    ok "the README's $command is a command" test $? -eq 0
    page+=$'\n'$(dbmig help) # which has the options of all commands
    for option in $(grep -oE -- '(^| )--[a-z][a-z-]+' <<<"$rest"); do
        name=${option#--}
        ok "and $command takes $option" grep -qE -- "^ {2,6}(-., )?(--[a-z-]+, )?--(\[no-\])?(${name}|${name#no-})([][ ,=]|\$)" <<<"$page"
    done
done < <(shown | sort -u)
ok "the README shows commands" test "$seen" -ge 20
cd "$ROOT" || exit 1
exits "the sample project of this repository checks" 0 "$DBMIG" check --dir migrations --dev-url embedded://
