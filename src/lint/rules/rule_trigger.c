/* Triggers, policies and rules on tables that were there. */
#include "../rules.h"

static void tell(const LintStatement *s, const PgQuery__RangeVar *relation, const char *what,
                 const char *name)
{
    if (relation == NULL)
        return;
    LintTarget table = lint_target(s, relation);
    LockMode mode = lint_lock_on(s, &table);
    if (!table.existing || (table.relation != NULL && table.relation->kind == 'v') ||
        (lint_proven(s) && !lint_locks_anew(s, &table)))
        return;
    Finding *finding = lint_add(s, LINT_TRIGGER_LOCK, 0, "creating %s %s locks %s until the transaction "
                                "ends", what, lint_quoted(s->run->arena, name), table.shown);
    lint_fixf(s, finding,
              "SET LOCAL lock_timeout = '3s' before it, and as little as possible behind it.");
    if (mode != LOCK_NONE)
        lint_provef(s, finding, "%s on %s", lint_lock_name(mode), table.shown);
}

void lint_rules_trigger(const LintStatement *s)
{
    const PgQuery__Node *node = s->node;
    switch (node->node_case) {
    case PG_QUERY__NODE__NODE_CREATE_TRIG_STMT:
        tell(s, node->create_trig_stmt->relation, "trigger", node->create_trig_stmt->trigname);
        break;
    case PG_QUERY__NODE__NODE_CREATE_POLICY_STMT:
        tell(s, node->create_policy_stmt->table, "policy", node->create_policy_stmt->policy_name);
        break;
    case PG_QUERY__NODE__NODE_RULE_STMT:
        tell(s, node->rule_stmt->relation, "rule", node->rule_stmt->rulename);
        break;
    default:
        break;
    }
}
