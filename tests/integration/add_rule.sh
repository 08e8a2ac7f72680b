#!/usr/bin/env bash
# A lint rule is added in a copy of the tree, with the files alone that ARCHITECTURE.md names for it: its row and
# its function. It then fires, is explained, can be silenced and is on the man page.
. "$(dirname "$0")/../lib/tap.sh"

tree=$SANDBOX/tree
mkdir "$tree"
for part in src include mk tools build/gen build/obj Makefile VERSION; do
    mkdir -p "$tree/$(dirname "$part")"
    cp -a "$ROOT/$part" "$tree/$(dirname "$part")/"
done

named=$(sed -n 's/^| a lint rule |//p' "$ROOT/ARCHITECTURE.md")
ok "ARCHITECTURE names the row and the function" grep -q 'src/lint/rules\.def.*src/lint/rules/rule_<topic>\.c' <<<"$named"

row='RULE(DUMMY, "DM999", "dummy-comment", WARNING, "", "their-name",
     BY(dummy, ON(COMMENT_STMT)), NONE,
     "COMMENT ON", "It is a dummy.", "Leave it out.")'
awk -v row="$row" '/^\/\* clang-format on/ { print row } { print }' "$ROOT/src/lint/rules.def" >"$tree/src/lint/rules.def"
cat >"$tree/src/lint/rules/rule_dummy.c" <<'C'
/* A dummy. */
#include "../rules.h"

void lint_rules_dummy(const LintStatement *s)
{
    lint_add(s, LINT_DUMMY, 0, "a comment is set");
}
C
run make -s -C "$tree" WERROR=1 CC="$(command -v ccache >/dev/null && echo 'ccache gcc' || echo cc)" \
    CFLAGS="-O0 -g" build/dbmig
is "it builds" "$code" 0 || echo "$err" | head -n 20 | sed 's/^/# /'

DBMIG=$tree/build/dbmig
printf '%s\n' "COMMENT ON TABLE t IS 'x';" "-- dbmig:nolint DM999 wanted" "COMMENT ON TABLE t IS 'y';" >"$SANDBOX/a.sql"
run "$DBMIG" lint --static --json "$SANDBOX/a.sql"
is "it fires where it is not silenced" "$(grep -o '"code": *"DM999"' <<<"$out" | wc -l)" 1
run "$DBMIG" lint --static --rule their-name=off --json "$SANDBOX/a.sql"
is "it is switched off by another linter's name" "$(grep -c '"code": *"DM999"' <<<"$out")" 0
run "$DBMIG" lint --explain DM999
ok "it is explained" grep -q '^DM999 dummy-comment' <<<"$out"
run "$DBMIG" help --dump man lint
ok "it is on the man page" grep -q 'DM999' <<<"$out"
