#!/usr/bin/env bash
# The command line itself: help, version and bad options of each command; what scripts rely on; and the
# texts made from the tables held against each other. Needs no server.
. "$(dirname "$0")/../lib/tap.sh"
cd "$SANDBOX" || exit 2

# Text of several lines as one, for patterns that reach over them.
flat() { printf '%s' "$1" | tr '\n' ' '; }

run "$DBMIG" help --dump json
is "the command line can be dumped" "$code" 0
commands=$(printf '%s\n' "$out" | sed -n '/^  "commands"/,$s/^      "name": "\([a-z]*\)",$/\1/p')
like "the dump has the commands" "$commands" 'apply.*'
options=$(printf '%s\n' "$out" | grep -B1 '"aliases":' | sed -n 's/^ *"name": "\([a-z-]*\)",$/\1/p' | sort -u)
like "the dump has the options" "$options" 'dir'

# The trio, per command, without a database, a configuration or an environment in the way.
export DBMIG_TX_MODE=nonsense DATABASE_URL=postgres://127.0.0.1:1/none
printf 'not a configuration\n' >atlas.hcl
for command in $commands; do
    run "$DBMIG" "$command" --help
    is "$command --help: exit code" "$code" 0
    like "$command --help: usage" "$out" "^Usage: dbmig $command "
    is "$command --help: nothing on stderr" "$err" ""
    whole=$out
    run "$DBMIG" -h "$command" --no-such-option
    is "-h $command: the same" "$out" "$whole"
    run "$DBMIG" help "$command"
    is "help $command: the same" "$out" "$whole"
    run "$DBMIG" "$command" -V
    is "$command -V: the version" "$out" "dbmig $(cat "$ROOT/VERSION")"
    run "$DBMIG" "$command" --no-such-option
    is "$command, bad option: exit code" "$code" 2
    is "$command, bad option: nothing on stdout" "$out" ""
    is "$command, bad option: message" "$err" "dbmig: error: unknown option --no-such-option
  hint: Try 'dbmig $command --help'."
done
unset DBMIG_TX_MODE DATABASE_URL
rm atlas.hcl

# Who reads JSON gets a wrong command line as JSON too, wherever in it the format stands.
for words in "--json status --no-such" "status --no-such --json" "status --no-such --format=json" \
    "status --format json --no-such" "status --no-such --format json" "no-such --json" "--json" "status --format bogus --json"; do
    read -ra words <<<"$words"
    run "$DBMIG" "${words[@]}"
    is "dbmig ${words[*]}: exit code" "$code" 2
    like "dbmig ${words[*]}: an object on stdout" "$(flat "$out")" \
        '^\{ +"version": 1,.*"outcome": "error", +"exit_code": 2,.*"message": "(unknown|no command|invalid value)'
    like "dbmig ${words[*]}: and the words on stderr" "$err" '^dbmig: error: (unknown|no command|invalid value)'
done
run env DBMIG_FORMAT=json "$DBMIG" status --no-such
like "the format of the environment counts too" "$(flat "$out")" '"message": "unknown option --no-such'
run "$DBMIG" status --no-such -- --json
is "what stands behind -- is no option" "$out" ""
run "$DBMIG" inspect --no-such --format json
is "the format of a schema is not that of errors" "$out" ""

run "$DBMIG" --version
is "--version" "$out" "dbmig $(cat "$ROOT/VERSION")"
run "$DBMIG" version --json
like "version --json" "$out" "\"dbmig_version\": \"$(cat "$ROOT/VERSION")\""
run "$DBMIG" version --verbose
is "version --verbose: a line a library, with its version" \
    "$(grep -cE '^(libpq|OpenSSL|libyaml|libpg_query|protobuf-c|C library) +(PostgreSQL |glibc )?[0-9]+\.[0-9.]+$' <<<"$out")" 6
libpq=$(ldd "$DBMIG" | grep -oE '/[^ ]*libpq\.so[^ ]*')
for feature in gssapi:libgssapi ldap:libldap; do
    has=no
    ldd "$libpq" | grep -q "${feature#*:}" && has=yes
    like "version --verbose: ${feature%:*} as this libpq has it" "$out" "^${feature%:*}: +$has\$"
done
run "$DBMIG" version --json
is "version --json has the libraries, and what they can do" \
    "$(jq -r '[.libraries[].name, (.static|type), (.gssapi|type), (.ldap|type)] | join(" ")' <<<"$out")" \
    "libpq OpenSSL libyaml libpg_query protobuf-c C library boolean boolean boolean"
run "$DBMIG" --help
is "--help: exit code" "$code" 0
overview=$out
for command in $commands; do
    like "--help lists $command" "$overview" "^  $command "
done
run "$DBMIG"
is "no command: exit code" "$code" 2
like "no command: message" "$(flat "$err")" "no command given.*Try 'dbmig --help'"
run "$DBMIG" confg
is "unknown command: exit code" "$code" 2
like "unknown command: did you mean" "$err" 'unknown command "confg" \(did you mean "config"\?\)'
run "$DBMIG" migrate
like "another tool's command" "$err" 'did you mean "apply"\?'
run "$DBMIG" config --tx-mod file
is "unknown option: two lines" "$(printf '%s\n' "$err" | wc -l)" 2
like "unknown option: did you mean" "$err" 'unknown option --tx-mod \(did you mean --tx-mode\?\)'
# Flyway's options have one dash: none of them is taken for letters, least of all -url for -u.
for word in -url=jdbc:postgresql://127.0.0.1:1/x -url -env=prod -dir; do
    name=${word#-}
    name=${name%%=*}
    run "$DBMIG" status "$word"
    is "$word: exit code" "$code" 2
    like "$word: did you mean" "$err" "unknown option -$name \\(did you mean --$name\\?\\)"
    run "$DBMIG" "$word" status
    is "$word ahead of the command: exit code" "$code" 2
    like "$word ahead of the command: did you mean" "$err" "unknown option -$name \\(did you mean"
done
run "$DBMIG" apply -user=sa -password=s3cret
is "-user: exit code" "$code" 2
like "-user: where it goes" "$err" 'unknown option -user \(here: .*PGUSER'
run "$DBMIG" apply -password=s3cret
like "-password: where it goes" "$err" 'unknown option -password \(here: .*PGPASSWORD'
unlike "-password: not shown" "$err" s3cret
run "$DBMIG" apply --locations=filesystem:sql
like "--locations: what it is here" "$err" 'unknown option --locations \(here: --dir'
# Atlas's commands are two words, and the second one tells.
for words in "migrate status=status" "migrate new=create" "migrate validate=check" "schema inspect=inspect" "migrate set=apply"; do
    # shellcheck disable=SC2086 # words
    run "$DBMIG" ${words%=*}
    like "${words%=*}: did you mean" "$err" "did you mean \"${words#*=}\"\\?"
done
run "$DBMIG" config extra
is "too many arguments: exit code" "$code" 2
like "too many arguments: message" "$err" 'unexpected argument "extra"'
run "$DBMIG" create
is "an argument is missing: exit code" "$code" 2
like "an argument is missing: message" "$err" 'NAME is missing'

# Settings and their sources.
run env DBMIG_TX_MODE=sometimes "$DBMIG" config
is "bad variable: exit code" "$code" 2
like "bad variable: named" "$err" 'environment variable DBMIG_TX_MODE'
printf 'DBMIG_TX_MODE=all\nDBMIG_ROLE=from_file\n' >.env
run env DBMIG_ROLE=set "$DBMIG" --env-file .env config --retries 3
like "config: flag" "$out" 'retries +3 +--retries'
like "config: .env" "$out" 'tx-mode +all +\$DBMIG_TX_MODE'
like "config: a variable that is set wins over .env" "$out" 'role +set +\$DBMIG_ROLE'
like "config: default" "$out" 'dir +migrations +default'
run env DATABASE_URL=postgres://u:s3cret@h/d "$DBMIG" config --json --dev-url 'host=h password=s3cret'
unlike "config: no password" "$out" s3cret
like "config: json" "$(flat "$out")" '"value": "postgres://u:\*\*\*@h/d",.*"source": "\$DATABASE_URL"'
run "$DBMIG" config --env nowhere
is "--env without a file: exit code" "$code" 2
like "--env without a file: message" "$err" '--env needs a configuration, and there is no atlas.hcl here'

# init, and what it writes.
run "$DBMIG" init --dir db/migrations --yes
is "init: exit code" "$code" 0
ok "init: sum file" test -s db/migrations/atlas.sum
ok "init: pre-commit entry" grep -q 'entry: dbmig check' .pre-commit-config.yaml
run "$DBMIG" config
is "init: atlas.hcl is read without a word" "$code/$err" "0/"
like "init: its folder" "$out" 'file://db/migrations +atlas.hcl:[0-9]+'
like "init: its env" "$out" 'env +local +atlas.hcl:[0-9]+'
before=$(cat atlas.hcl .pre-commit-config.yaml)
rm -r db/migrations
run "$DBMIG" init
is "init with an atlas.hcl: exit code" "$code" 0
like "init with an atlas.hcl: said" "$out" 'kept +atlas.hcl'
ok "init with an atlas.hcl: its folder" test -s db/migrations/atlas.sum
is "init again: nothing overwritten" "$(cat atlas.hcl .pre-commit-config.yaml)" "$before"
sed -i 's|^  # src = .*|  src = "file://model.d"|' atlas.hcl && mkdir model.d
printf 'template {\n  file = "deploy.yml"\n  property = "H"\n}\n' >>atlas.hcl
run "$DBMIG" init --hook
like "init --hook: what is configured wakes the hook" "$out" "files: '.*\|\^db/migrations/\|\^model\\\\.d/\|\^deploy\\\\.yml\\$'"
usual=$(sed -n "s/^  files: '\(.*\)'\$/\1/p" "$ROOT/.pre-commit-hooks.yaml")
like "init --hook: the usual files do, too" "$out" "files: '$(sed 's/[][\\.^$*+?(){}|]/\\&/g' <<<"$usual")"
ok "README has the same pattern" grep -qF "files: '$usual'" "$ROOT/README.md"
rm atlas.hcl
printf 'repos:\n- repo: https://example.org/x\n  rev: v1\n  hooks:\n  - id: x' >.pre-commit-config.yaml
run "$DBMIG" init --yes
is "init: entry added to a list" "$(sed -n 6p .pre-commit-config.yaml)" "- repo: local"
rm atlas.hcl
printf 'repos: []\nci: {}\n' >.pre-commit-config.yaml
run "$DBMIG" init --yes
like "init: entry shown where it cannot be added" "$out" 'add to .pre-commit-config.yaml:'
is "init: and the file left alone" "$(cat .pre-commit-config.yaml)" "repos: []
ci: {}"
rm atlas.hcl

# The example of the project.
cp "$ROOT/atlas.hcl.example" atlas.hcl
for env in local prod; do
    run env DB_PASSWORD=s3cret "$DBMIG" config --env $env
    is "atlas.hcl.example, env $env: read without a word" "$code/$err" "0/"
done
run "$DBMIG" config --env prd
like "unknown env: those there are" "$(flat "$err")" 'there is no env "prd" \(did you mean "prod"\?\).*"local", "prod"'
run "$DBMIG" -v config
like "several envs: said with --verbose" "$err" 'using no env of atlas.hcl'
run "$DBMIG" hash
is "several envs, none chosen: exit code" "$code" 2
like "several envs, none chosen: said when it fails" "$err" 'no env of atlas.hcl is in use; --env chooses one: local, prod'
mkdir -p below/it && cd below/it || exit 2
run "$DBMIG" hash
like "below the project's folder: its configuration is named" "$err" 'There is \.\./\.\./atlas\.hcl'
rm ../../atlas.hcl && mkdir ../../migrations
run "$DBMIG" hash
like "below the project's folder: its migrations are named" "$err" 'There is \.\./\.\./migrations: .*--dir'
cd ../.. && rm -r below migrations
printf 'env "only" {\n  ulrs = 1\n}\n' >atlas.hcl
run "$DBMIG" -v config
like "one env: said with --verbose" "$err" 'using env "only" of atlas.hcl'
like "unknown attribute: warning with its place" "$err" 'warning: atlas.hcl:2:3: unknown attribute "ulrs"'
printf 'env "x" {\n  url = "a\n}\n' >atlas.hcl
run "$DBMIG" config --json
is "syntax error: exit code" "$code" 2
like "syntax error: place" "$err" 'atlas.hcl:2:9: the string opened here'
like "syntax error: in the report" "$(flat "$out")" '"outcome": "error",.*"line": 2,'
rm atlas.hcl

# Standard output.
run sh -c '"$1" version >/dev/full' sh "$DBMIG"
ok "full device: exit code" test "$code" -ne 0
like "full device: message" "$err" 'could not write to standard output: No space left on device'
run sh -c '"$1" --help >/dev/full' sh "$DBMIG"
ok "full device, help: exit code" test "$code" -ne 0
run sh -c '"$1" version >&-' sh "$DBMIG"
ok "closed standard output: exit code" test "$code" -ne 0
run bash -c '"$1" help --dump json | true; echo ${PIPESTATUS[0]}' bash "$DBMIG"
is "a reader that goes away: quiet" "$out/$err" "0/"
for locale in $(locale -a | grep -iE '^(de_DE|fr_FR|C)\.utf-?8$'); do
    run env -u LC_ALL LC_ALL="$locale" "$DBMIG" config
    first=${first:-$out}
    is "the same output under $locale" "$out" "$first"
done
run env -u NO_COLOR TERM=xterm "$DBMIG" --nonsense
unlike "no colour off a terminal" "$err" $'\033'
run "$DBMIG" --color=always config --tx-mode x
like "colour when it is asked for" "$err" $'\033'

# A password in argv is overwritten: seen from outside, through a data source that prints it.
if [ -r /proc/self/cmdline ]; then
    printf "tr '\\\\000' . </proc/\$PPID/cmdline\n" >show
    cat >atlas.hcl <<'HCL'
data "external" "x" {
  program = ["sh", "show"]
}
env "x" {
  dbmig {
    role = data.external.x
  }
}
variable "v" {}
HCL
    run "$DBMIG" config -upostgres://u:s3cret@h/d --dev-url 'host=h password=s3cret' --var v=s3cret
    like "the words are there" "$out" 'role +.*-upostgres://u:\*+@h/d\.--dev-url\.host=h password=\*+'
    unlike "no password among them" "$out" s3cret
    rm atlas.hcl
fi

# Manual and README against the table. The manual is made again, from the program that is there: one of an earlier
# build may lack what the table has got since.
if ok "the manual can be made" make -s -C "$ROOT" -o build/dbmig -W tools/wrap-man man; then
    manual=$(sed 's/\\-/-/g' "$ROOT"/build/man/*.[15])
    for option in $options; do
        like "the manual has --$option" "$manual" "--$option"
    done
    for command in $("$DBMIG" help --dump json | jq -r '.commands[].name'); do
        ok "$command has a page" test -s "$ROOT/build/man/dbmig-$command.1"
    done
    unlike "literals keep their case" "$manual" '^(Lock_timeout|List \(the|Bash, zsh)'
    if command -v mandoc >/dev/null; then
        for page in "$ROOT"/build/man/*.[15]; do
            run mandoc -T lint "$page"
            is "mandoc finds nothing, not even of style: ${page##*/}" "$out$err" ""
        done
    fi
fi
aliases=$("$DBMIG" help --dump json | sed -n 's/^ *"aliases": "\(.*\)",$/\1/p' | tr '|' '\n')
if [ -f "$ROOT/README.md" ]; then
    unknown=$(grep -E '(^|[ `])dbmig ' "$ROOT/README.md" | grep -oE '(^|[ `])--[a-z][a-z-]+' | tr -d ' `' | sort -u | while read -r word; do
        name=${word#--}
        printf '%s\n' "$options" "$aliases" | grep -qxE "(${name}|${name#no-})" || echo "$word"
    done)
    is "README mentions no option that is not there" "$unknown" ""
fi
for shell in bash zsh fish; do
    run "$DBMIG" completion $shell
    is "completion $shell: exit code" "$code" 0
    if command -v $shell >/dev/null; then
        printf '%s\n' "$out" >script
        run $shell -n script
        is "completion $shell: its shell takes it" "$code/$err" "0/"
    fi
done
run "$DBMIG" completion tcsh
is "completion for another shell: exit code" "$code" 2
run bash -c '. <("$1" completion bash); COMP_WORDS=(dbmig config --tx-mode ""); COMP_CWORD=3; _dbmig; echo ${COMPREPLY[*]}' bash "$DBMIG"
is "completion bash: words of an option" "$out" "file all none"
run bash -c '. <("$1" completion bash); COMP_WORDS=(dbmig conf); COMP_CWORD=1; _dbmig; echo ${COMPREPLY[*]}' bash "$DBMIG"
is "completion bash: commands" "$out" "config"

# The examples of each command that are meant to be run.
mkdir examples && cd examples || exit 2
"$DBMIG" help --dump json | sed -n '/"examples": \[/,/\]/s/^ *"\(dbmig \(config\|help\|version\|completion\).*\)",\{0,1\}$/\1/p' >../lines
while read -r line; do
    run bash -c "PATH=$(dirname "$DBMIG"):\$PATH; $line"
    is "example: $line" "$code" 0
done <../lines
