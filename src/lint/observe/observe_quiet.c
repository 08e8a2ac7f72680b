/*
 * The event trigger on the end of commands costs as much as a small command (the server tells of each
 * call of it at DEBUG1, in a packet of its own), and tells of most of them what the tree says. So it is
 * off until a statement comes that may run other commands, or whose effect depends on what is there. As
 * switching it has a price too, it then stays on for a few more.
 */
#include "dbmig/base/text.h"
#include "observe.h"

static bool may_be_quiet(const Observation *observation, const PgQuery__Node *node)
{
    const LintRun *run = observation->run;
    /* These rules look at more than tables and indexes. */
    if (lint_on(run, LINT_SECURITY) || run->policy->naming_match != NULL)
        return false;
    if (!observation->code && lint_is_data(node))
        return true;
    switch (node->node_case) {
    case PG_QUERY__NODE__NODE_CREATE_STMT:
        return !node->create_stmt->if_not_exists && node->create_stmt->partbound == NULL;
    case PG_QUERY__NODE__NODE_INDEX_STMT:
        return !node->index_stmt->if_not_exists && node->index_stmt->idxname != NULL &&
               node->index_stmt->idxname[0] != '\0';
    case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT:
        return node->alter_table_stmt->relation != NULL;
    case PG_QUERY__NODE__NODE_VIEW_STMT:
    case PG_QUERY__NODE__NODE_CREATE_FUNCTION_STMT:
    case PG_QUERY__NODE__NODE_CREATE_POLICY_STMT:
    case PG_QUERY__NODE__NODE_CREATE_TRIG_STMT:
    case PG_QUERY__NODE__NODE_CREATE_SEQ_STMT:
    case PG_QUERY__NODE__NODE_CREATE_ENUM_STMT:
    case PG_QUERY__NODE__NODE_COMMENT_STMT:
    case PG_QUERY__NODE__NODE_GRANT_STMT:
    case PG_QUERY__NODE__NODE_DROP_STMT:
    case PG_QUERY__NODE__NODE_VARIABLE_SET_STMT:
        return true;
    default:
        return false;
    }
}

/* Commands that the trigger is called for. */
static bool is_heard(const PgQuery__Node *node)
{
    switch (node->node_case) {
    case PG_QUERY__NODE__NODE_CREATE_STMT:
    case PG_QUERY__NODE__NODE_INDEX_STMT:
    case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT:
    case PG_QUERY__NODE__NODE_VIEW_STMT:
    case PG_QUERY__NODE__NODE_CREATE_FUNCTION_STMT:
    case PG_QUERY__NODE__NODE_CREATE_POLICY_STMT:
        return true;
    default:
        return false;
    }
}

/* The helper does it: what it commits is seen at once, and no ROLLBACK of the file's takes it back. */
static bool switch_trigger(Observation *observation, const SqlItem *item, bool on, Error *err)
{
    observation->spared = 0;
    if (observation->loud == on || observation->blind)
        return true;
    const char *sql = on ? "ALTER EVENT TRIGGER dbmig_lint_end ENABLE ALWAYS"
                         : "ALTER EVENT TRIGGER dbmig_lint_end DISABLE";
    if (!session_exec(observation->helper, sql, err) &&
        (!lint_helper_again(observation, err) || !session_exec(observation->helper, sql, err)))
        return lint_is_closed_out(observation, item, err) ||
               error_prefix(err, "event triggers of the observation");
    observation->loud = on;
    return true;
}

bool lint_quiet(Observation *observation, const SqlItem *item, Error *err)
{
    enum { PATIENCE = 3 }; /* calls that cost as much as switching it off and on again */
    if (!observation->triggers)
        return true;
    const PgQuery__Node *node = observation->unsure ? NULL : lint_parse(observation->run, item, NULL);
    if (node == NULL || !may_be_quiet(observation, node))
        return switch_trigger(observation, item, true, err);
    if (!observation->loud || !is_heard(node) || ++observation->spared < PATIENCE)
        return true;
    return switch_trigger(observation, item, false, err);
}
