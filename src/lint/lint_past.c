/*
 * What the text of the folder has said so far of columns: their types, and which are NOT NULL. For runs
 * without a server, so that a change of type that is stored alike, or a SET NOT NULL of what is so already,
 * needs no guess. What it has not read of a column is unknown. A replay knows better, but for a branch
 * of a DO block that it may have passed by: there the server is asked what the column was.
 */
#include <string.h>

#include "rules.h"

#define MOST_MODS 2
#define FULL_PRECISION 6         /* of times: what they have without a length */
#define ALL_INTERVAL_FIELDS 0x7fff

typedef struct PastColumn {
    const char *type; /* the parser's name, NULL unknown */
    int mods[MOST_MODS];
    size_t mod_count;
    bool array, not_null;
} PastColumn;

/* ---- types ---- */

static void read_type(const LintStatement *s, const PgQuery__TypeName *type, PastColumn *ret)
{
    ret->type = arena_strdup(s->run->arena, lint_type_name(type));
    ret->array = type->n_array_bounds > 0;
    ret->mod_count = type->n_typmods;
    for (size_t i = 0; i < type->n_typmods; i++) {
        const PgQuery__Node *mod = type->typmods[i];
        bool number = i < MOST_MODS && mod->node_case == PG_QUERY__NODE__NODE_A_CONST &&
                      mod->a_const->val_case == PG_QUERY__A__CONST__VAL_IVAL;
        if (!number) {
            ret->type = NULL;
            return;
        }
        ret->mods[i] = mod->a_const->ival->ival;
    }
    /* numeric(8) is numeric(8, 0). */
    if (strcmp(ret->type, "numeric") == 0 && ret->mod_count == 1)
        ret->mod_count = 2;
}

static bool is(const PastColumn *column, const char *type)
{
    return strcmp(column->type, type) == 0;
}

/* The last number may grow, or go; what stands before it (a precision's scale is behind it) may not. */
static bool grows(const PastColumn *old, const PastColumn *new, size_t which)
{
    if (new->mod_count == 0)
        return true;
    if (old->mod_count != new->mod_count)
        return false;
    for (size_t i = 0; i < old->mod_count; i++)
        if (i == which ? new->mods[i] < old->mods[i] : new->mods[i] != old->mods[i])
            return false;
    return true;
}

/* timestamp(6) is what timestamp is; the same of the other times. */
static bool is_full_time(const PastColumn *column)
{
    if (is(column, "interval"))
        return column->mod_count == 0 || (column->mod_count == 2 && column->mods[0] == ALL_INTERVAL_FIELDS &&
                                          column->mods[1] >= FULL_PRECISION);
    return column->mod_count == 0 || (column->mod_count == 1 && column->mods[0] >= FULL_PRECISION);
}

/* As measured on servers 13 to 18: no rewrite. */
static bool is_stored_alike(const LintStatement *s, const PastColumn *old, const PastColumn *new)
{
    static const char *const times[] = {"timestamp", "timestamptz", "time", "timetz"};
    if (old->type == NULL || new->type == NULL || old->array != new->array)
        return false;
    if (is(old, new->type) && old->mod_count == new->mod_count &&
        memcmp(old->mods, new->mods, sizeof(old->mods)) == 0)
        return true;
    if (old->array) /* is converted element by element */
        return false;
    bool from_text = is(old, "text") || is(old, "varchar");
    if (from_text && (is(new, "text") || (is(new, "varchar") && new->mod_count == 0)))
        return true;
    if (is(old, "cidr") && is(new, "inet"))
        return true;
    bool stamps = (is(old, "timestamp") && is(new, "timestamptz")) ||
                  (is(old, "timestamptz") && is(new, "timestamp"));
    if (stamps && s->file->in_utc)
        return old->mod_count == new->mod_count && memcmp(old->mods, new->mods, sizeof(old->mods)) == 0;
    if (!is(old, new->type))
        return false;
    if (is(old, "varchar") || is(old, "numeric"))
        return grows(old, new, 0);
    if (is(old, "interval"))
        return is_full_time(new) || grows(old, new, 1);
    if (is(old, "varbit"))
        return grows(old, new, 0);
    for (size_t i = 0; i < ARRAY_LENGTH(times); i++)
        if (is(old, times[i]))
            return is_full_time(new) || grows(old, new, 0);
    return false;
}

/* ---- columns ---- */

static Map *columns_of(const LintStatement *s, const char *full)
{
    Map *columns = map_get(s->run->past, full);
    if (columns == NULL) {
        columns = map_new(s->run->arena);
        map_set(s->run->past, arena_strdup(s->run->arena, full), columns);
    }
    return columns;
}

static PastColumn *column_of(const LintStatement *s, Map *columns, const char *name)
{
    PastColumn *column = map_get(columns, name);
    if (column == NULL) {
        column = arena_alloc(s->run->arena, sizeof(*column));
        map_set(columns, arena_strdup(s->run->arena, name), column);
    }
    return column;
}

bool lint_changed_here(const LintStatement *s, const LintTarget *table)
{
    const size_t *first = map_get(s->file->made_first, table->full);
    return first != NULL && *first < s->number;
}

/* As the server of the replay has it, for a statement that may not have run there. */
static const PastColumn *asked(const LintStatement *s, const LintTarget *table, const char *name)
{
    const char *type;
    SqlParseFailure failure;
    PastColumn *column = arena_alloc(s->run->arena, sizeof(*column));
    if (table->relation == NULL || lint_changed_here(s, table) ||
        !lint_observed_column(s->run, table->relation, name, &type, &column->not_null))
        return NULL;
    const char *cast = arena_printf(s->scratch, "SELECT NULL::%s", type);
    SqlTree *tree = sqlparse_parse(s->scratch, cast, strlen(cast), &failure);
    const PgQuery__Node *value =
        tree == NULL ? NULL
                     : sqlparse_tree(tree)->stmts[0]->stmt->select_stmt->target_list[0]->res_target->val;
    if (value != NULL && value->node_case == PG_QUERY__NODE__NODE_TYPE_CAST)
        read_type(s, value->type_cast->type_name, column);
    return column;
}

static const PastColumn *known(const LintStatement *s, const LintTarget *table, const char *name)
{
    if (name == NULL || (s->evidence != NULL && !s->maybe))
        return NULL;
    if (s->evidence != NULL)
        return asked(s, table, name);
    Map *columns = s->run->past == NULL ? NULL : map_get(s->run->past, table->full);
    return columns == NULL ? NULL : map_get(columns, name);
}

bool lint_past_knows(const LintStatement *s, const LintTarget *table, const char *column)
{
    return known(s, table, column) != NULL;
}

bool lint_past_not_null(const LintStatement *s, const LintTarget *table, const char *column)
{
    const PastColumn *past = known(s, table, column);
    return past != NULL && past->not_null;
}

bool lint_past_nullable(const LintStatement *s, const LintTarget *table, const char *column)
{
    const PastColumn *past = known(s, table, column);
    return past != NULL && !past->not_null &&
           !map_has(s->run->not_null, arena_printf(s->run->arena, "%s.%s", table->full, column));
}

bool lint_past_alike(const LintStatement *s, const LintTarget *table,
                     const PgQuery__AlterTableCmd *command)
{
    const PastColumn *past = known(s, table, command->name);
    const PgQuery__ColumnDef *def = command->def->column_def;
    PastColumn changed = {0};
    if (past == NULL || def->type_name == NULL || def->raw_default != NULL)
        return false;
    read_type(s, def->type_name, &changed);
    return is_stored_alike(s, past, &changed);
}

/* ---- following the text ---- */

static void not_null_keys(const LintStatement *s, Map *columns, const PgQuery__Constraint *constraint)
{
    if (constraint->contype != PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY)
        return;
    for (size_t i = 0; i < constraint->n_keys; i++)
        if (lint_string(constraint->keys[i]) != NULL)
            column_of(s, columns, lint_string(constraint->keys[i]))->not_null = true;
}

static void add_column(const LintStatement *s, Map *columns, const PgQuery__ColumnDef *def)
{
    if (def->colname == NULL || def->type_name == NULL)
        return;
    PastColumn *column = column_of(s, columns, def->colname);
    *column = (PastColumn){0};
    read_type(s, def->type_name, column);
    column->not_null =
        lint_is_serial(lint_type_name(def->type_name)) ||
        lint_column_constraint(def, PG_QUERY__CONSTR_TYPE__CONSTR_NOTNULL) != NULL ||
        lint_column_constraint(def, PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY) != NULL ||
        lint_column_constraint(def, PG_QUERY__CONSTR_TYPE__CONSTR_IDENTITY) != NULL;
}

static void follow_create(const LintStatement *s, const PgQuery__CreateStmt *create)
{
    LintTarget table = lint_target(s, create->relation);
    if (create->if_not_exists && map_get(s->run->past, table.full) != NULL)
        return;
    Map *columns = map_new(s->run->arena);
    map_set(s->run->past, arena_strdup(s->run->arena, table.full), columns);
    for (size_t i = 0; i < create->n_table_elts; i++)
        if (create->table_elts[i]->node_case == PG_QUERY__NODE__NODE_COLUMN_DEF)
            add_column(s, columns, create->table_elts[i]->column_def);
    for (size_t i = 0; i < create->n_table_elts; i++)
        if (create->table_elts[i]->node_case == PG_QUERY__NODE__NODE_CONSTRAINT)
            not_null_keys(s, columns, create->table_elts[i]->constraint);
}

static void follow_part(const LintStatement *s, Map *columns, const PgQuery__AlterTableCmd *command)
{
    const PgQuery__Node *def = command->def;
    bool column = def != NULL && def->node_case == PG_QUERY__NODE__NODE_COLUMN_DEF;
    switch (command->subtype) {
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn:
        if (column && !(command->missing_ok && map_get(columns, def->column_def->colname) != NULL))
            add_column(s, columns, def->column_def);
        break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropColumn:
        map_set(columns, arena_strdup(s->run->arena, command->name), NULL);
        break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnType:
        if (column && def->column_def->type_name != NULL)
            read_type(s, def->column_def->type_name, column_of(s, columns, command->name));
        break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetNotNull:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropNotNull:
        column_of(s, columns, command->name)->not_null =
            command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_SetNotNull;
        break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint:
        if (def != NULL && def->node_case == PG_QUERY__NODE__NODE_CONSTRAINT)
            not_null_keys(s, columns, def->constraint);
        break;
    default:
        break;
    }
}

static void move(const LintStatement *s, const LintTarget *table, const char *schema, const char *name)
{
    const char *dot = strchr(table->full, '.');
    char *full = schema != NULL ? arena_printf(s->run->arena, "%s.%s", schema, name)
                                : arena_printf(s->run->arena, "%.*s.%s", (int)(dot - table->full),
                                               table->full, name);
    map_set(s->run->past, full, map_get(s->run->past, table->full));
    map_set(s->run->past, arena_strdup(s->run->arena, table->full), NULL);
}

static void follow_rename(const LintStatement *s, const PgQuery__RenameStmt *rename)
{
    if (rename->relation == NULL)
        return;
    LintTarget table = lint_target(s, rename->relation);
    Map *columns = map_get(s->run->past, table.full);
    if (columns == NULL)
        return;
    if (rename->rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE) {
        move(s, &table, NULL, rename->newname);
    } else if (rename->rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN) {
        map_set(columns, arena_strdup(s->run->arena, rename->newname),
                map_get(columns, rename->subname));
        map_set(columns, arena_strdup(s->run->arena, rename->subname), NULL);
    }
}

static void follow_drop(const LintStatement *s, const PgQuery__DropStmt *drop)
{
    for (size_t i = 0; drop->remove_type == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE && i < drop->n_objects;
         i++) {
        const PgQuery__Node *node = drop->objects[i];
        if (node->node_case != PG_QUERY__NODE__NODE_LIST || node->list->n_items == 0)
            continue;
        const PgQuery__List *list = node->list;
        const char *schema = list->n_items > 1 ? lint_string(list->items[list->n_items - 2]) : NULL;
        LintTarget table = lint_target_named(s, schema, lint_string(list->items[list->n_items - 1]));
        map_set(s->run->past, arena_strdup(s->run->arena, table.full), NULL);
    }
}

void lint_past_follow(const LintStatement *s)
{
    const PgQuery__Node *node = s->node;
    if (s->run->past == NULL || s->maybe)
        return;
    if (node->node_case == PG_QUERY__NODE__NODE_CREATE_STMT)
        follow_create(s, node->create_stmt);
    else if (node->node_case == PG_QUERY__NODE__NODE_RENAME_STMT)
        follow_rename(s, node->rename_stmt);
    else if (node->node_case == PG_QUERY__NODE__NODE_DROP_STMT)
        follow_drop(s, node->drop_stmt);
    else if (node->node_case == PG_QUERY__NODE__NODE_ALTER_OBJECT_SCHEMA_STMT &&
             node->alter_object_schema_stmt->relation != NULL) {
        LintTarget table = lint_target(s, node->alter_object_schema_stmt->relation);
        move(s, &table, node->alter_object_schema_stmt->newschema, table.name);
    } else if (node->node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_STMT &&
               node->alter_table_stmt->relation != NULL) {
        Map *columns = columns_of(s, lint_target(s, node->alter_table_stmt->relation).full);
        for (size_t i = 0; i < node->alter_table_stmt->n_cmds; i++)
            if (node->alter_table_stmt->cmds[i]->node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_CMD)
                follow_part(s, columns, node->alter_table_stmt->cmds[i]->alter_table_cmd);
    }
}
