/* The table of rules: look-up by any of a rule's names, and the page of a rule. */
#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/fatal.h"
#include "dbmig/base/text.h"
#include "dbmig/lint/lint.h"

enum { /* as the rows call them */
    NONE = 0,
    REPLAY = LINT_TRAIT_REPLAY,
    REWRITES = LINT_TRAIT_REWRITES,
    SCANS = LINT_TRAIT_SCANS,
    BUILDS = LINT_TRAIT_BUILDS,
    VALIDATES = LINT_TRAIT_VALIDATES,
    DROPS = LINT_TRAIT_DROPS,
    MOVES = LINT_TRAIT_MOVES,
    FORETELLS = LINT_TRAIT_FORETELLS,
    ANY_SIZE = LINT_TRAIT_ANY_SIZE,
    STRICT = LINT_TRAIT_STRICT,
};

static const LintRule rules[LINT_RULE_COUNT] = {
#define RULE(id, code, name, severity, group, aliases, judges, traits, flags, why, instead) \
    [LINT_##id] = {code, name, SEVERITY_##severity, group, aliases, flags, why, instead, traits},
#include "rules.def"
#undef RULE
};

const LintRule *lint_rule(LintRuleId id)
{
    if (id >= LINT_RULE_COUNT)
        BUG("no lint rule has the number %d", (int)id);
    return &rules[id];
}

bool lint_rule_is(LintRuleId id, LintTrait trait)
{
    return (lint_rule(id)->traits & trait) != 0;
}

static bool in_list(const char *list, const char *word)
{
    size_t len = strlen(word);
    while (*list != '\0') {
        size_t size = strcspn(list, ",");
        if (size == len && strncasecmp(list, word, len) == 0)
            return true;
        list += size + (list[size] == ',');
    }
    return false;
}

bool lint_rule_answers_to(LintRuleId id, const char *word)
{
    const LintRule *rule = lint_rule(id);
    return word[0] != '\0' &&
           (text_equal_nocase(rule->code, word) || text_equal_nocase(rule->name, word) ||
            text_equal_nocase(rule->group, word) || in_list(rule->aliases, word));
}

LintRuleId lint_rule_find(const char *word)
{
    for (LintRuleId id = 0; id < LINT_RULE_COUNT; id++)
        if (text_equal_nocase(rules[id].code, word) || text_equal_nocase(rules[id].name, word))
            return id;
    for (LintRuleId id = 0; id < LINT_RULE_COUNT; id++)
        if (word[0] != '\0' && in_list(rules[id].aliases, word))
            return id;
    return LINT_RULE_COUNT;
}

char *lint_explain(Arena *arena, LintRuleId id)
{
    const LintRule *rule = lint_rule(id);
    Buf out = {0};
    buf_printf(&out, "%s %s\n\n", rule->code, rule->name);
    buf_printf(&out, "Flags:    %s\n", rule->flags);
    buf_printf(&out, "Why:      %s\n", rule->why);
    buf_printf(&out, "Instead:  %s\n", rule->instead);
    buf_printf(&out, "Severity: %s%s\n", severity_name(rule->severity),
               rule->severity == SEVERITY_OFF ? " (opt-in)" : "");
    if (lint_rule_is(id, LINT_TRAIT_REPLAY))
        buf_add_str(&out, "Proof:    the replay alone; --static skips it\n");
    if (rule->group[0] != '\0')
        buf_printf(&out, "Group:    %s\n", rule->group);
    if (rule->aliases[0] != '\0')
        buf_printf(&out, "Also:     %s\n", rule->aliases);
    buf_printf(&out, "\nSilence it for one statement: -- dbmig:nolint %s REASON on the line before it.\n",
               rule->code);
    return buf_steal(&out, arena);
}
