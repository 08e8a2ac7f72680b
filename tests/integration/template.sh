#!/usr/bin/env bash
# The deployment template: every golden case through the program, read back by another YAML reader;
# what create, hash and rebase write, and what check says.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
cd "$SANDBOX" || exit 2
export DBMIG_DEV_URL=embedded://

# Reads YAML as its user would: prints the values of all keys and items, with tags, a line each.
cat >reader.py <<'EOF_PY'
import json, sys, yaml
def walk(node, path, seen):
    # An anchor's node is shown once, where it stands.
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            walk(value, path + [key.value if isinstance(key, yaml.ScalarNode) else "?"], seen)
    elif isinstance(node, yaml.SequenceNode):
        for i, value in enumerate(node.value):
            walk(value, path + [str(i)], seen)
    else:
        tag = node.tag if not node.tag.startswith("tag:yaml.org,2002:") else ""
        print(".".join(path), tag, repr(node.value))
with open(sys.argv[1], encoding="utf-8-sig", newline="") as file:
    text = file.read()
try:
    documents = list(yaml.compose_all(text, Loader=yaml.SafeLoader))
except yaml.YAMLError:  # tabs between the tokens of a JSON file
    documents = [yaml.compose(json.dumps(json.loads(text)), Loader=yaml.SafeLoader)]
seen = set()
for document in documents:
    walk(document, [], seen)
EOF_PY
python=python3
for candidate in /usr/bin/python3 python3; do
    "$candidate" -c 'import yaml' 2>/dev/null && python=$candidate && break
done
ok "there is a YAML reader (python3-yaml)" "$python" -c 'import yaml'
read_yaml() { "$python" reader.py "$1"; }

# ---- golden cases ----
# These files have the header that the cases expect: Atlas's own test vector.
hash='hnQZfRcN6sV+y+0YePtkLazMy+Ty3lhyGv69ixeYoXc='
mkdir m
echo 'CREATE TABLE t1 ( c1 int );' >m/20230727105553_init.sql
echo 'CREATE TABLE t2 ( c1 int, c2 text );' >m/20230727105615_t2.sql
echo 'DROP TABLE t2;' >m/20230926085734_destructive-change.sql
configure() { # FILE [LINES]: LINES are the block's, by default the property MigrationHash
    printf 'env "x" {\n  migration { dir = "file://m" }\n}\ntemplate {\n  file = "%s"\n%s\n}\n' "$1" \
        "${2:-  property = \"MigrationHash\"}" >atlas.hcl
}
cases=0
for in in "$ROOT"/tests/golden/template/*.in; do
    name=$(basename "$in" .in)
    cases=$((cases + 1))
    cp "$in" template
    options=
    [ ! -e "${in%.in}.options" ] || options=$(cat "${in%.in}.options")
    configure template "$options"
    rm -f m/atlas.sum
    run "$DBMIG" hash -q
    cmp -s template "${in%.in}.out"
    is "$name: as expected" "$code $?" "0 0"
    is "$name: one line differs" "$(diff --strip-trailing-cr -a "$in" template | grep -c '^>')" 1
    read_yaml "$in" >before 2>&1
    read_yaml template >after 2>&1
    is "$name: a YAML reader sees one new value" \
        "$(diff before after | sed -nE "s/^> .* '(.*)'\$/\\1/p")" "$hash"
    is "$name: nothing else, to it" "$(diff before after | grep -c '^[<>]')" 2
done
ok "there are at least 40 cases ($cases)" test "$cases" -ge 40

# ---- the commands ----
rm -rf m && mkdir m
printf '# Deployment\r\nResources:\r\n  M: {Properties: {MigrationHash: "", A: !GetAtt B.C}} # ü\r\n' >t.yaml
configure t.yaml
value() { read_yaml t.yaml | sed -nE "s/^Resources\.M\.Properties\.MigrationHash +'(.*)'\$/\\1/p"; }
sum() { head -n 1 m/atlas.sum | cut -c 4-; }
exits "create" 0 "$DBMIG" create one
is "writes the hash" "$(value)" "$(sum)"
like "and says so" "$err" 't\.yaml: the new hash is in it'
is "stdout is the path alone" "$out" "m/V1__one.sql"
echo 'CREATE TABLE one (id int);' >m/V1__one.sql
exits "hash" 0 "$DBMIG" hash --json
is "writes it" "$(value)" "$(sum)"
is "json has the file" "$(printf '%s' "$out" | jq -c .templates)" '["t.yaml"]'
is "nothing else changed" "$(sed "s|$(sum)||" t.yaml | od -c)" \
    "$(printf '# Deployment\r\nResources:\r\n  M: {Properties: {MigrationHash: "", A: !GetAtt B.C}} # ü\r\n' | od -c)"
touch -d '2001-01-01' t.yaml
exits "hash again" 0 "$DBMIG" hash
like "has nothing to do" "$err" 't\.yaml: is up to date'
is "and does not touch the file" "$(date -r t.yaml +%Y)" 2001
exits "check" 0 "$DBMIG" check
like "has a step for it" "$out" 'template +t\.yaml has it'
cp t.yaml right.yaml
sed -i 's/MigrationHash: "[^"]*"/MigrationHash: "other"/' t.yaml
exits "another hash" 5 "$DBMIG" check
like "is told with its place" "$err" 't\.yaml:3:35: Resources\.M\.Properties\.MigrationHash is not the sum file'
ok "both are shown" grep -qF "\"other\", the migrations' is \"$(sum)\"" <<<"$err"
like "with what to do" "$err" 'dbmig hash'
run "$DBMIG" check --format github
like "github: an annotation at the line" "$out" '^::error file=t\.yaml,line=3'
cp right.yaml t.yaml
exits "set right, nothing changed" 0 "$DBMIG" check
like "which an early exit finds" "$out" 'nothing changed'
chmod 640 t.yaml && echo '-- more' >>m/V1__one.sql
exits "the mode of the file" 0 "$DBMIG" hash
is "is kept" "$(stat -c %a t.yaml)" 640
mv t.yaml real.yaml && ln -s real.yaml t.yaml && echo '-- more' >>m/V1__one.sql
exits "a symbolic link" 0 "$DBMIG" hash
ok "is followed" test -L t.yaml -a "$(value)" = "$(sum)"

# ---- several ----
printf 'Resources:\n  A: {P: {Hash: "1"}}\n  B: {P: {Hash: "2"}}\n' >t2.yaml
echo '{"hash": "x"}' >t3.json
rm t.yaml
cat >atlas.hcl <<'HCL'
env "x" {
  migration { dir = "file://m" }
  template "first" {
    file     = "t2.yaml"
    property = "Hash"
    resource = "A"
  }
  template "second" {
    file     = "t2.yaml"
    property = "Hash"
    resource = "B"
  }
  template {
    file     = "file://t3.json"
    property = "hash"
  }
}
template {
  file     = "the env has its own"
  property = "x"
}
HCL
exits "several places, two in one file" 0 "$DBMIG" hash
is "all have it" "$(grep -c "$(sum)" t2.yaml t3.json | tr '\n' ' ')" "t2.yaml:2 t3.json:1 "
exits "check" 0 "$DBMIG" check
like "sees them all" "$out" 'template +3 places have it'
sed -i 's/resource = "B"/resource = "A"/' atlas.hcl
exits "twice the same place is no harm" 0 "$DBMIG" hash
mkdir -p sub/db && cp m/*.sql sub/db && printf 'h: ""\n' >sub/t.yaml
printf 'env "x" {\n  migration { dir = "file://db" }\n}\ntemplate {\n  file = "t.yaml"\n  property = "h"\n}\n' >sub/atlas.hcl
exits "a configuration elsewhere" 0 "$DBMIG" hash -c sub/atlas.hcl
like "has its template there" "$(cat sub/t.yaml)" '^h: ".{44}"$'

# ---- refused, with nothing written ----
rm -rf m && mkdir m && echo 'SELECT 1;' >m/V1__a.sql && configure t.yaml && printf 'MigrationHash: ""\n' >t.yaml
"$DBMIG" hash -q >/dev/null
cp m/atlas.sum sum.before && echo 'SELECT 2;' >>m/V1__a.sql
refused() { # "what" REGEX [TEMPLATE]
    [ $# -lt 3 ] || printf '%b' "$3" >t.yaml
    exits "$1: hash" 2 "$DBMIG" hash
    like "$1: said" "$err" "$2"
    ok "$1: the sum file is as it was" cmp m/atlas.sum sum.before
}
refused "no such property" 'there is no property "MigrationHash" in t\.yaml' 'Other: 1\n'
like "with what to write" "$err" 'MigrationHash: ""'
refused "two of them" 't\.yaml:1:20: t\.yaml has more than one property' 'A: {MigrationHash: 1}\nB: {MigrationHash: 2}\n'
like "with their lines" "$err" 'line 2: B\.MigrationHash'
refused "a reference" 'comes from elsewhere: !Ref' 'MigrationHash: !Ref Hash\n'
refused "no YAML" 't\.yaml:2:1: .*cannot be read as YAML' 'a: "b\n'
refused "conflicts" 'merge conflicts beyond its hash' \
    '<<<<<<< a\nMigrationHash: 1\nb: 1\n=======\nMigrationHash: 2\nb: 2\n>>>>>>> b\n'
printf '<<<<<<< a\nMigrationHash: "1"\n=======\nMigrationHash: "2"\n>>>>>>> b\n' >t.yaml
exits "conflict markers: check" 5 "$DBMIG" check --git-base none
like "said" "$err" 'sum file|conflict markers'
rm t.yaml
refused "no such file" 'template: .*t\.yaml.*No such file'
exits "create writes nothing either" 5 "$DBMIG" create two
git -C . --version >/dev/null && cp sum.before m/atlas.sum && echo 'SELECT 1;' >m/V1__a.sql
exits "nor with the sum right" 2 "$DBMIG" create two
like "and says so" "$err" 'no file was created: template'
is "nothing is there" "$(ls m)" "$(printf 'V1__a.sql\natlas.sum')"
configure t.yaml '  propety = "x"'
exits "a misspelt attribute" 2 "$DBMIG" hash
like "is told" "$err" 'atlas\.hcl:6:3: .*unknown attribute "propety"'
like "and so is the missing one" "$err" 'atlas\.hcl:4:1: the template block has no "property"'
