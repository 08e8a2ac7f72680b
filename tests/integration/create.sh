#!/usr/bin/env bash
# create and hash: names in the folder's habit, the sum file, editors, and what is refused.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
cd "$SANDBOX" || exit 2

folder() { # NAME FILE…
    local dir=$1 file
    shift
    rm -rf "$dir" && mkdir "$dir"
    for file in "$@"; do
        echo "SELECT 1;" >"$dir/$file"
    done
    [ $# -eq 0 ] || "$DBMIG" hash -q --dir "$dir" >/dev/null
}

# ---- the next name ----
next() { # "what" WANTED FILE…
    local what=$1 wanted=$2
    shift 2
    folder m "$@"
    run "$DBMIG" create -q --dir m "add notes"
    is "$what" "$code $out" "0 m/$wanted"
}
next "first file of an empty folder" V1__add_notes.sql
next "a counter" V3__add_notes.sql V1__a.sql V2__b.sql
next "padding is kept" V010__add_notes.sql V008__a.sql V009__b.sql
next "a single underscore is kept" V3_add_notes.sql V1_a.sql V2_b.sql
next "parts are kept" V0_0_96__add_notes.sql V0_0_94__a.sql V0_0_95__b.sql
folder m 20240101000000_a.sql 20240201000000_b.sql
run "$DBMIG" create -q --dir m "add notes"
like "a plain folder of timestamps" "$out" '^m/20[0-9]{12}_add_notes\.sql$'

# ---- what is written ----
folder m V1__a.sql
exits "create makes the file" 0 "$DBMIG" create --dir m add_notes
is "stdout is the path alone" "$out" "m/V2__add_notes.sql"
like "it says that the file is empty" "$err" 'is empty: write it'
is "the file is a comment" "$(cat m/V2__add_notes.sql)" "-- add notes"
like "the sum file has it" "$(cat m/atlas.sum)" '^V2__add_notes\.sql h1:'
exits "the sum file is right" 0 "$DBMIG" hash --dir m
like "hash says so" "$err" 'is up to date'
run "$DBMIG" create --dir m --json several words
is "several words are one name" "$(printf '%s' "$out" | jq -r .name)" "V3__several_words.sql"
like "json has the sum" "$(printf '%s' "$out" | jq -r .sum)" '^h1:.{44}$'
exits "a missing folder is made" 0 "$DBMIG" create --dir deep/er/m first
ok "with its sum file" test -s deep/er/m/atlas.sum
exits "a file:// folder" 0 "$DBMIG" create --dir "file://m" url
ok "is the folder" test -e m/V4__url.sql

# ---- versions ----
folder m V1__a.sql V5__b.sql
exits "a version of one's own" 0 "$DBMIG" create --dir m --version 7.1 x
is "is taken as it stands" "$out" "m/V7.1__x.sql"
exits "a version below the newest" 0 "$DBMIG" create --dir m --version 3 y
like "is warned about" "$err" 'warning: version 3 is below the newest, 7\.1.*--out-of-order'
for version in 5 05 5.0; do
    exits "version $version is taken" 2 "$DBMIG" create --dir m --version $version z
    like "and the file is named" "$err" 'V5__b\.sql.*taken'
done
for version in x 1..2 1. -- 123456789012345678901234567890123456789012345678901; do
    exits "version $version is not a valid version" 2 "$DBMIG" create --dir m --version=$version z
done
is "nothing was written by what failed" "$(find m -name '*z*')" ""

# ---- names that would not survive ----
folder m V1__a.sql
for name in "" " " . .. a/b 'a\b' 'a:b' 'a*b' 'a?b' 'a"b' 'a<b' 'a|b' .hidden \
    "$(printf 'a\nb')" "$(printf 'a\377b')" "$(printf '%0300d' 0)"; do
    exits "refused: $(printf '%.20s' "$name" | tr -c 'a-z.:*?/\\\"<|0' '~')" 2 "$DBMIG" create --dir m "$name"
done
exits "no name" 2 "$DBMIG" create --dir m
is "nothing was written" "$(ls m)" "$(printf 'V1__a.sql\natlas.sum')"
exits "letters of any language survive" 0 "$DBMIG" create --dir m "größe ändern"
ok "as they are" test -e "m/V2__größe_ändern.sql"

# ---- a sum file that is not right ----
folder m V1__a.sql V2__b.sql
echo "SELECT 2;" >m/V1__a.sql
exits "create never blesses an edit" 5 "$DBMIG" create --dir m x
like "and names the file" "$err" 'V1__a\.sql'
is "nothing was written" "$(ls m)" "$(printf 'V1__a.sql\nV2__b.sql\natlas.sum')"
exits "hash accepts it" 0 "$DBMIG" hash --dir m
exits "then create works" 0 "$DBMIG" create --dir m x
rm m/atlas.sum
exits "a missing sum file is refused too" 5 "$DBMIG" create --dir m y
like "with what to do" "$err" 'dbmig hash'

# ---- editors ----
cat >editor <<'SH'
#!/bin/sh
[ "$1" = --flag ] || exit 9
shift
echo "CREATE TABLE made();" >>"$1"
SH
chmod +x editor
folder m V1__a.sql
run env EDITOR="$SANDBOX/editor   --flag" "$DBMIG" create --edit --dir m edited
is "an editor with arguments" "$code" 0
is "has written the file" "$(tail -n 1 m/V2__edited.sql)" "CREATE TABLE made();"
unlike "it is not called empty" "$err" 'is empty'
exits "the sum is that of the edited file" 0 "$DBMIG" hash --dir m
like "hash agrees" "$err" 'is up to date'
run env VISUAL=true EDITOR=false "$DBMIG" create --edit --dir m unchanged
is "VISUAL goes before EDITOR" "$code" 0
like "a file left unchanged is kept and told" "$err" 'is empty: write it'
run env VISUAL= EDITOR=false "$DBMIG" create --edit --dir m failed
is "an editor that fails" "$code" 2
like "creates nothing" "$err" 'nothing created: the editor false ended with exit code 1'
ok "the file is gone" test ! -e m/V4__failed.sql
printf '#!/bin/sh\necho "SELECT 1;" >"$1"\nexit 1\n' >half-editor && chmod +x half-editor
run env VISUAL= EDITOR="$SANDBOX/half-editor" "$DBMIG" create --edit --dir m half
is "one that fails after a change" "$code" 2
ok "loses nothing" grep -q 'SELECT 1' m/V4__half.sql
rm m/V4__half.sql
run env VISUAL= EDITOR= "$DBMIG" create --edit --dir m none </dev/null
is "no editor and no terminal" "$code" 2
like "is refused" "$err" 'needs a terminal, or an editor'
run env EDITOR=no-such-editor-here "$DBMIG" create --edit --dir m missing
is "no such editor" "$code" 2
like "says what to set" "$err" 'VISUAL or EDITOR'
# shellcheck disable=SC2016 # the dollar must arrive
run env EDITOR='touch $(id)' "$DBMIG" create --edit --dir n shell
ok "no shell reads the editor's name" test -e 'n/V1__shell.sql'

# ---- hash ----
folder m V1__a.sql
exits "hash prints the header" 0 "$DBMIG" hash --dir m
is "alone on stdout" "$out" "$(head -n 1 m/atlas.sum)"
is "json says whether it changed" "$("$DBMIG" hash -q --dir m --json | jq -c '[.changed,.files]')" '[false,1]'
echo "SELECT 3;" >m/V1__a.sql
is "and when it did" "$("$DBMIG" hash -q --dir m --json | jq -c .changed)" true
exits "a missing folder" 2 "$DBMIG" hash --dir nowhere
rm -rf m && mkdir m
exits "an empty folder has a sum too" 0 "$DBMIG" hash --dir m
if [ "$(id -u)" -ne 0 ]; then
    folder m V1__a.sql
    before=$(cat m/atlas.sum)
    echo "SELECT 4;" >m/V1__a.sql
    chmod 555 m
    exits "a folder that cannot be written" 2 "$DBMIG" hash --dir m
    exits "create there" 2 "$DBMIG" create --dir m x
    chmod 755 m
    is "the old sum file is still there" "$(cat m/atlas.sum)" "$before"
elif (mkdir full && mount -t tmpfs -o size=16k tmpfs full) 2>/dev/null; then
    echo "SELECT 1;" >full/V1__a.sql
    "$DBMIG" hash -q --dir full >/dev/null
    before=$(cat full/atlas.sum)
    cat /dev/zero >full/ballast 2>/dev/null
    exits "a full disk: create fails" 2 "$DBMIG" create --dir full x
    like "and says so" "$err" 'No space left'
    is "with nothing left of it" "$(find full -name 'V2*' -o -name '*tmp*')" ""
    is "and the old sum file whole" "$(cat full/atlas.sum)" "$before"
    umount full
else
    skip "a full disk" "no mount here"
fi

# ---- the sum of real histories ----
for name in marquez odd-platform opencue; do
    if [ -d "$CORPORA/migrations/$name" ]; then
        cp -r "$CORPORA/migrations/$name" . && chmod -R u+w "$name"
        exits "hash of $name" 0 "$DBMIG" hash --dir "$name"
        ok "$name: equal to Atlas's, byte for byte" \
            cmp "$name/atlas.sum" "$CORPORA/migrations/oracle/$name.format-flyway.atlas.sum"
        exits "create in $name" 0 "$DBMIG" create --dir "$name" one more
        echo "# $out"
    else
        skip "hash of $name" "no corpora here"
    fi
done
