/* Which function looks at which statement, as the rows of rules.def say. */
#include "../rules.h"

#include "dbmig/base/text.h"

enum { MOST_KINDS = 6, MOST_JUDGES = 4 };

typedef struct Judge {
    void (*look)(const LintStatement *s); /* NULL ends the list */
    LintWhen when;
    int kinds[MOST_KINDS]; /* all 0: any */
} Judge;

/* "ON(A, B)" for { PG_QUERY__NODE__NODE_A, PG_QUERY__NODE__NODE_B } */
#define KIND(name) PG_QUERY__NODE__NODE_##name
#define ON_1(a) KIND(a)
#define ON_2(a, b) KIND(a), KIND(b)
#define ON_3(a, b, c) KIND(a), KIND(b), KIND(c)
#define ON_4(a, b, c, d) KIND(a), KIND(b), KIND(c), KIND(d)
#define ON_5(a, b, c, d, e) KIND(a), KIND(b), KIND(c), KIND(d), KIND(e)
#define ON_NAMED(a, b, c, d, e, name, ...) name
#define ON(...)                                                                                    \
    LINT_WHEN_TREE, {ON_NAMED(__VA_ARGS__, ON_5, ON_4, ON_3, ON_2, ON_1, )(__VA_ARGS__)}
#define EACH_TREE LINT_WHEN_TREE, {0}
#define FIRST LINT_WHEN_FIRST, {0}
#define FOLLOWING LINT_WHEN_FOLLOWING, {0}
#define SEEN LINT_WHEN_SEEN, {0}
#define AFTER LINT_WHEN_AFTER, {0}
#define BY(name, ...) {lint_rules_##name, __VA_ARGS__},
#define BY_CATALOGS
#define BY_PLAN
#define BY_COMMENTS

static const Judge rows[LINT_RULE_COUNT][MOST_JUDGES + 1] = {
#define RULE(id, code, name, severity, group, aliases, judges, ...) [LINT_##id] = {judges {0}},
#include "../rules.def"
#undef RULE
};

static bool is_for(const Judge *judge, const LintStatement *s, LintWhen when)
{
    if (judge->when != when)
        return false;
    if (judge->kinds[0] == 0)
        return true;
    for (size_t i = 0; i < MOST_KINDS && judge->kinds[i] != 0; i++)
        if ((int)s->node->node_case == judge->kinds[i])
            return true;
    return false;
}

/* True when a row before this one has the same function: it has run. */
static bool has_run(const Judge *of, const LintStatement *s, LintWhen when)
{
    for (LintRuleId id = 0; id < LINT_RULE_COUNT; id++)
        for (const Judge *judge = rows[id]; judge->look != NULL; judge++) {
            if (judge == of)
                return false;
            if (judge->look == of->look && is_for(judge, s, when))
                return true;
        }
    return false;
}

void lint_rules_run(const LintStatement *s, LintWhen when)
{
    for (LintRuleId id = 0; id < LINT_RULE_COUNT; id++)
        for (const Judge *judge = rows[id]; judge->look != NULL; judge++)
            if (is_for(judge, s, when) && !has_run(judge, s, when))
                judge->look(s);
}

void lint_rules_run_tree(const LintStatement *s)
{
    lint_rules_run(s, LINT_WHEN_TREE);
    if (s->node->node_case == PG_QUERY__NODE__NODE_DO_STMT)
        lint_body_read(s);
}
