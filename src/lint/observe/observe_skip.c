/*
 * Which statements need no look at the locks: by their trees they touch nothing that was there before.
 * A look costs a round trip, and the more the more locks the file holds. Doubt means a look: statements
 * that may run code (triggers, functions, event triggers of the files' own), names that may mean
 * something else than they did.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "observe.h"

/* ---- relations that the file made just before, as its text names them ---- */

static char *key_of(const Observation *observation, const PgQuery__RangeVar *range)
{
    const char *schema = range->schemaname == NULL ? "" : range->schemaname;
    return arena_printf(observation->run->arena, "%s.%s", schema, range->relname);
}

static bool is_fresh(const Observation *observation, const PgQuery__RangeVar *range)
{
    return range != NULL && map_has(observation->fresh, key_of(observation, range));
}

/* ---- parts of statements ---- */

static bool is_constraint(const PgQuery__Node *node, bool (*test)(const PgQuery__Constraint *))
{
    return node->node_case == PG_QUERY__NODE__NODE_CONSTRAINT && test(node->constraint);
}

/* What may lock another table, or evaluate an expression. */
static bool reaches_out(const PgQuery__Constraint *constraint)
{
    return constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN ||
           constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_EXCLUSION ||
           constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_GENERATED;
}

static bool is_plain_key(const PgQuery__Constraint *constraint)
{
    bool new_index = constraint->indexname == NULL || constraint->indexname[0] == '\0';
    return new_index && (constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY ||
                         constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE);
}

static bool is_plain_element(const PgQuery__Node *node)
{
    if (node->node_case == PG_QUERY__NODE__NODE_CONSTRAINT)
        return !is_constraint(node, reaches_out);
    if (node->node_case != PG_QUERY__NODE__NODE_COLUMN_DEF)
        return false;
    for (size_t i = 0; i < node->column_def->n_constraints; i++)
        if (is_constraint(node->column_def->constraints[i], reaches_out))
            return false;
    return true;
}

static bool is_plain_table(const PgQuery__CreateStmt *create)
{
    if (create->n_inh_relations > 0 || create->partbound != NULL || create->of_typename != NULL ||
        create->partspec != NULL)
        return false;
    for (size_t i = 0; i < create->n_table_elts; i++)
        if (!is_plain_element(create->table_elts[i]))
            return false;
    return true;
}

static bool is_plain_index(const PgQuery__IndexStmt *index)
{
    if (index->concurrent || index->where_clause != NULL)
        return false;
    for (size_t i = 0; i < index->n_index_params; i++)
        if (index->index_params[i]->node_case != PG_QUERY__NODE__NODE_INDEX_ELEM ||
            index->index_params[i]->index_elem->expr != NULL)
            return false;
    return true;
}

static bool is_plain_alter(const PgQuery__AlterTableStmt *alter)
{
    for (size_t i = 0; i < alter->n_cmds; i++) {
        if (alter->cmds[i]->node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_CMD)
            return false;
        const PgQuery__AlterTableCmd *command = alter->cmds[i]->alter_table_cmd;
        bool plain = command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_ChangeOwner ||
                     command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_ColumnDefault ||
                     (command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint &&
                      command->def != NULL && is_constraint(command->def, is_plain_key));
        if (!plain)
            return false;
    }
    return true;
}

static bool is_plain_sequence(const PgQuery__CreateSeqStmt *create)
{
    for (size_t i = 0; i < create->n_options; i++)
        if (create->options[i]->node_case != PG_QUERY__NODE__NODE_DEF_ELEM ||
            text_equal(create->options[i]->def_elem->defname, "owned_by"))
            return false;
    return true;
}

/* COMMENT ON TABLE t, COLUMN t.c: the names as a list. */
static bool is_fresh_comment(const Observation *observation, const PgQuery__CommentStmt *comment)
{
    bool column = comment->objtype == PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN;
    if ((!column && comment->objtype != PG_QUERY__OBJECT_TYPE__OBJECT_TABLE) ||
        comment->object == NULL || comment->object->node_case != PG_QUERY__NODE__NODE_LIST)
        return false;
    const PgQuery__List *list = comment->object->list;
    size_t count = column ? list->n_items - 1 : list->n_items;
    if (list->n_items == 0 || count < 1 || count > 2)
        return false;
    const char *name = lint_string(list->items[count - 1]);
    const char *schema = count == 2 ? lint_string(list->items[0]) : "";
    return name != NULL && schema != NULL &&
           map_has(observation->fresh,
                   arena_printf(observation->run->arena, "%s.%s", schema, name));
}

static bool touches_nothing_old(const Observation *observation, const PgQuery__Node *node)
{
    switch (node->node_case) {
    case PG_QUERY__NODE__NODE_CREATE_STMT:
        return is_plain_table(node->create_stmt);
    case PG_QUERY__NODE__NODE_INDEX_STMT:
        return is_plain_index(node->index_stmt) && is_fresh(observation, node->index_stmt->relation);
    case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT:
        return is_plain_alter(node->alter_table_stmt) &&
               is_fresh(observation, node->alter_table_stmt->relation);
    case PG_QUERY__NODE__NODE_CREATE_SEQ_STMT:
        return is_plain_sequence(node->create_seq_stmt);
    case PG_QUERY__NODE__NODE_COMMENT_STMT:
        return is_fresh_comment(observation, node->comment_stmt);
    default:
        return false;
    }
}

/* ---- statement by statement ---- */

/* Behind these, names mean what they meant, and no code of the files' has run. */
static bool leaves_names_alone(const PgQuery__Node *node)
{
    switch (node->node_case) {
    case PG_QUERY__NODE__NODE_CREATE_STMT:
    case PG_QUERY__NODE__NODE_INDEX_STMT:
    case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT:
    case PG_QUERY__NODE__NODE_CREATE_SEQ_STMT:
    case PG_QUERY__NODE__NODE_ALTER_SEQ_STMT:
    case PG_QUERY__NODE__NODE_COMMENT_STMT:
    case PG_QUERY__NODE__NODE_CREATE_ENUM_STMT:
    case PG_QUERY__NODE__NODE_CREATE_FUNCTION_STMT:
    case PG_QUERY__NODE__NODE_CREATE_TRIG_STMT:
    case PG_QUERY__NODE__NODE_VIEW_STMT:
    case PG_QUERY__NODE__NODE_GRANT_STMT:
        return true;
    default:
        return false;
    }
}

bool lint_is_data(const PgQuery__Node *node)
{
    switch (node->node_case) {
    case PG_QUERY__NODE__NODE_INSERT_STMT:
    case PG_QUERY__NODE__NODE_UPDATE_STMT:
    case PG_QUERY__NODE__NODE_DELETE_STMT:
        return true;
    case PG_QUERY__NODE__NODE_SELECT_STMT:
        return node->select_stmt->into_clause == NULL;
    default:
        return false;
    }
}

/* Behind these they may not (set_config), but no code of the files' has run either. */
static bool only_moves_names(const Observation *observation, const PgQuery__Node *node)
{
    switch (node->node_case) {
    case PG_QUERY__NODE__NODE_INSERT_STMT:
    case PG_QUERY__NODE__NODE_UPDATE_STMT:
    case PG_QUERY__NODE__NODE_DELETE_STMT:
    case PG_QUERY__NODE__NODE_SELECT_STMT:
        return !observation->code && lint_is_data(node);
    case PG_QUERY__NODE__NODE_VARIABLE_SET_STMT:
    case PG_QUERY__NODE__NODE_DROP_STMT:
    case PG_QUERY__NODE__NODE_RENAME_STMT:
    case PG_QUERY__NODE__NODE_ALTER_OBJECT_SCHEMA_STMT:
    case PG_QUERY__NODE__NODE_CREATE_SCHEMA_STMT:
        return true;
    default:
        return false;
    }
}

/* Settings, types and functions whose bodies nobody reads lock nothing, whatever else holds. */
static bool locks_nothing(const SqlItem *item)
{
    static const char *const kinds[] = {"TYPE", "DOMAIN"};
    if (item->verb == SQL_VERB_SET || item->verb == SQL_VERB_SET_LOCAL || item->verb == SQL_VERB_RESET)
        return true;
    if (item->verb != SQL_VERB_CREATE)
        return false;
    SqlToken token = sqlscan_token(item->text, item->len, 0);
    token = sqlscan_token(item->text, item->len, token.end);
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++)
        if (sqlscan_is_word(item->text, &token, kinds[i]))
            return true;
    if (sqlscan_is_word(item->text, &token, "OR")) {
        token = sqlscan_token(item->text, item->len, token.end);
        token = sqlscan_token(item->text, item->len, token.end);
    }
    /* Bodies in SQL are parsed, and lock what they name. */
    return (sqlscan_is_word(item->text, &token, "FUNCTION") ||
            sqlscan_is_word(item->text, &token, "PROCEDURE")) &&
           strcasestr(item->text, "plpgsql") != NULL;
}

void lint_skip_begin(Observation *observation)
{
    observation->fresh = map_new(observation->run->arena);
    observation->unsure = observation->foreign_triggers;
    observation->code = observation->old_code;
}

static void follow(Observation *observation, const PgQuery__Node *node)
{
    bool alone = leaves_names_alone(node);
    if (!alone) {
        observation->fresh = map_new(observation->run->arena);
        observation->unsure |= !only_moves_names(observation, node);
    } else if (node->node_case == PG_QUERY__NODE__NODE_CREATE_STMT && !node->create_stmt->if_not_exists) {
        map_set(observation->fresh, key_of(observation, node->create_stmt->relation), observation);
    }
    observation->code |= node->node_case == PG_QUERY__NODE__NODE_CREATE_FUNCTION_STMT || observation->unsure;
}

bool lint_skip_look(Observation *observation, const SqlItem *item)
{
    const PgQuery__Node *node = observation->unsure ? NULL : lint_parse(observation->run, item, NULL);
    bool skip = !observation->foreign_triggers && locks_nothing(item);
    if (node == NULL) {
        observation->unsure = observation->code = true;
        return skip;
    }
    skip |= touches_nothing_old(observation, node);
    follow(observation, node);
    return skip;
}
