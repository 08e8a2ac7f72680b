/*
 * The event trigger on the end of commands costs as much as a small command, and tells of most of them
 * what the tree says. Behind those it is asked to say nothing. Whatever may run other commands, or whose
 * effect depends on what is there, it watches.
 */
#include "dbmig/base/text.h"
#include "observe.h"

bool lint_may_be_quiet(const LintRun *run, const PgQuery__Node *node)
{
    /* These rules look at more than tables and indexes. */
    if (lint_on(run, LINT_SECURITY) || run->policy->naming_match != NULL)
        return false;
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

bool lint_quiet(Observation *observation, Session *session, const SqlItem *item, Error *err)
{
    if (!observation->quiet || session_tx(session) == SESSION_TX_FAILED)
        return true;
    const PgQuery__Node *node =
        observation->unsure ? NULL : lint_parse(observation->run, item, NULL);
    if (node != NULL && lint_may_be_quiet(observation->run, node))
        return true;
    observation->quiet = false;
    return session_exec(session, "SET dbmig_lint.quiet = off", err);
}
