/*
 * What the text has said so far of indexes and foreign keys, for runs without a server: which foreign key
 * has no index, whether an index has columns that may be NULL, which table is partitioned. Only of tables
 * whose making the text has shown can it be said that an index is missing.
 */
#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/text.h"
#include "rules.h"

typedef struct PastIndex {
    const char *name;   /* NULL: not known */
    StringList columns; /* up to the first expression */
    bool partial, gone;
} PastIndex;

typedef struct PastTable {
    VEC(PastIndex) indexes;
    bool whole; /* the text shows all of them */
    bool partitioned;
} PastTable;

typedef struct PastKey { /* a foreign key that the judged file makes */
    const char *table, *name, *parent;
    StringList columns;
    LintMade place;
    bool rows; /* one of its tables was there before */
    bool gone;
} PastKey;

struct PastShapes {
    Map *tables;    /* "public.t": PastTable */
    Map *by_index;  /* bare name of an index: PastTable */
    VEC(PastKey) keys;
};

/* ---- what there is ---- */

static struct PastShapes *shapes(const LintStatement *s)
{
    if (s->run->shapes == NULL) {
        s->run->shapes = arena_alloc(s->run->arena, sizeof(*s->run->shapes));
        *s->run->shapes = (struct PastShapes){.tables = map_new(s->run->arena),
                                              .by_index = map_new(s->run->arena)};
    }
    return s->run->shapes;
}

static PastTable *table_of(const LintStatement *s, const char *full)
{
    PastTable *table = map_get(shapes(s)->tables, full);
    if (table == NULL) {
        table = arena_alloc(s->run->arena, sizeof(*table));
        map_set(shapes(s)->tables, arena_strdup(s->run->arena, full), table);
    }
    return table;
}

static bool has(const StringList *names, const char *name)
{
    return lint_evidence_has(names, name);
}

static void add_name(const LintStatement *s, StringList *names, const char *name)
{
    if (name != NULL)
        VEC_PUSH(s->run->arena, *names, arena_strdup(s->run->arena, name));
}

static StringList names_of(const LintStatement *s, PgQuery__Node *const *nodes, size_t count)
{
    StringList names = {0};
    for (size_t i = 0; i < count; i++)
        add_name(s, &names, lint_string(nodes[i]));
    return names;
}

static void add_index(const LintStatement *s, const char *table, const char *name, StringList columns,
                      bool partial)
{
    PastIndex index = {.columns = columns, .partial = partial};
    PastTable *of = table_of(s, table);
    if (name != NULL && name[0] != '\0') {
        index.name = arena_strdup(s->run->arena, name);
        map_set(shapes(s)->by_index, index.name, of);
    }
    VEC_PUSH(s->run->arena, of->indexes, index);
}

static const char *key_name(const LintStatement *s, const LintTarget *table, const char *name,
                            const StringList *columns)
{
    Buf derived = {0};
    if (name != NULL && name[0] != '\0')
        return arena_strdup(s->run->arena, name);
    buf_add_str(&derived, table->name);
    for (size_t i = 0; i < columns->count; i++)
        buf_printf(&derived, "_%s", columns->items[i]);
    buf_add_str(&derived, "_fkey");
    return buf_steal(&derived, s->run->arena);
}

static void add_key(const LintStatement *s, const LintTarget *table, const PgQuery__Constraint *constraint,
                    StringList columns)
{
    if (constraint->pktable == NULL)
        return;
    LintTarget parent = lint_target(s, constraint->pktable);
    PastKey key = {
        .table = arena_strdup(s->run->arena, table->full),
        .name = key_name(s, table, constraint->conname, &columns),
        .parent = arena_strdup(s->run->arena, parent.full),
        .columns = columns,
        .rows = table->existing || (parent.existing && strcmp(parent.full, table->full) != 0),
        .place = {.statement = s->number, .line = s->item->line, .column = s->item->column,
                  .excerpt = sqlscan_excerpt(s->run->arena, s->item->text, s->item->len, 0)},
    };
    VEC_PUSH(s->run->arena, shapes(s)->keys, key);
}

/* of: the column that the constraint stands with; NULL: it names its own. */
static void add_constraint(const LintStatement *s, const LintTarget *table,
                           const PgQuery__Constraint *constraint, const char *of)
{
    StringList columns = {0};
    bool foreign = constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN;
    if (of != NULL)
        add_name(s, &columns, of);
    else if (foreign)
        columns = names_of(s, constraint->fk_attrs, constraint->n_fk_attrs);
    else
        columns = names_of(s, constraint->keys, constraint->n_keys);
    if (foreign)
        add_key(s, table, constraint, columns);
    else if (columns.count > 0 && (constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY ||
                                   constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE))
        add_index(s, table->full, constraint->conname, columns, false);
}

static void add_column(const LintStatement *s, const LintTarget *table, const PgQuery__ColumnDef *column)
{
    for (size_t i = 0; i < column->n_constraints; i++)
        if (column->constraints[i]->node_case == PG_QUERY__NODE__NODE_CONSTRAINT)
            add_constraint(s, table, column->constraints[i]->constraint, column->colname);
}

/* ---- following the text ---- */

static void forget_table(const LintStatement *s, const char *table)
{
    struct PastShapes *past = shapes(s);
    if (map_get(past->tables, table) != NULL)
        map_set(past->tables, arena_strdup(s->run->arena, table), NULL);
}

/* Its keys go, and by CASCADE those of others that refer to it. */
static void drop_table(const LintStatement *s, const char *table)
{
    struct PastShapes *past = shapes(s);
    forget_table(s, table);
    for (size_t i = 0; i < past->keys.count; i++)
        past->keys.items[i].gone |= strcmp(past->keys.items[i].table, table) == 0 ||
                                    strcmp(past->keys.items[i].parent, table) == 0;
}

static void follow_create(const LintStatement *s, const PgQuery__CreateStmt *create)
{
    LintTarget table = lint_target(s, create->relation);
    if (create->if_not_exists && map_get(shapes(s)->tables, table.full) != NULL)
        return;
    forget_table(s, table.full);
    table.existing = false;
    bool whole = create->n_inh_relations == 0 && create->partbound == NULL && create->of_typename == NULL &&
                 !text_equal(create->relation->relpersistence, "t");
    for (size_t i = 0; i < create->n_table_elts; i++) {
        const PgQuery__Node *element = create->table_elts[i];
        if (element->node_case == PG_QUERY__NODE__NODE_COLUMN_DEF)
            add_column(s, &table, element->column_def);
        else if (element->node_case == PG_QUERY__NODE__NODE_CONSTRAINT)
            add_constraint(s, &table, element->constraint, NULL);
        else
            whole = false; /* LIKE: indexes of another table may come along */
    }
    PastTable *past = table_of(s, table.full);
    past->whole = whole;
    past->partitioned = create->partspec != NULL;
}

static void drop_column(const LintStatement *s, const char *table, const char *column)
{
    struct PastShapes *past = shapes(s);
    PastTable *of = table_of(s, table);
    for (size_t i = 0; i < of->indexes.count; i++)
        of->indexes.items[i].gone |= has(&of->indexes.items[i].columns, column);
    for (size_t i = 0; i < past->keys.count; i++)
        past->keys.items[i].gone |= strcmp(past->keys.items[i].table, table) == 0 &&
                                    has(&past->keys.items[i].columns, column);
}

static void drop_index(PastTable *table, const char *name)
{
    for (size_t i = 0; table != NULL && i < table->indexes.count; i++)
        table->indexes.items[i].gone |= text_equal(table->indexes.items[i].name, name);
}

static void drop_constraint(const LintStatement *s, const char *table, const char *name)
{
    struct PastShapes *past = shapes(s);
    drop_index(table_of(s, table), name);
    for (size_t i = 0; i < past->keys.count; i++)
        past->keys.items[i].gone |= strcmp(past->keys.items[i].name, name) == 0 &&
                                    strcmp(past->keys.items[i].table, table) == 0;
}

static void follow_part(const LintStatement *s, const LintTarget *table,
                        const PgQuery__AlterTableCmd *command)
{
    const PgQuery__Node *def = command->def;
    switch (command->subtype) {
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn:
        if (def != NULL && def->node_case == PG_QUERY__NODE__NODE_COLUMN_DEF)
            add_column(s, table, def->column_def);
        break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint:
        if (def != NULL && def->node_case == PG_QUERY__NODE__NODE_CONSTRAINT)
            add_constraint(s, table, def->constraint, NULL);
        break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropColumn:
        drop_column(s, table->full, command->name);
        break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropConstraint:
        drop_constraint(s, table->full, command->name);
        break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AttachPartition:
        if (def != NULL && def->node_case == PG_QUERY__NODE__NODE_PARTITION_CMD)
            table_of(s, lint_target(s, def->partition_cmd->name).full)->whole = false;
        break;
    default:
        break;
    }
}

static void follow_index(const LintStatement *s, const PgQuery__IndexStmt *index)
{
    StringList columns = {0};
    for (size_t i = 0; i < index->n_index_params; i++) {
        const PgQuery__Node *param = index->index_params[i];
        if (param->node_case != PG_QUERY__NODE__NODE_INDEX_ELEM || param->index_elem->name == NULL ||
            param->index_elem->name[0] == '\0')
            break;
        add_name(s, &columns, param->index_elem->name);
    }
    add_index(s, lint_target(s, index->relation).full, index->idxname, columns, index->where_clause != NULL);
}

static void rename_in(const LintStatement *s, StringList *names, const char *old, const char *new)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->items[i], old) == 0)
            names->items[i] = arena_strdup(s->run->arena, new);
}

static void move_table(const LintStatement *s, const char *from, const char *schema, const char *name)
{
    struct PastShapes *past = shapes(s);
    const char *dot = strchr(from, '.');
    const char *to = schema != NULL ? arena_printf(s->run->arena, "%s.%s", schema, name)
                                    : arena_printf(s->run->arena, "%.*s.%s", (int)(dot - from), from, name);
    for (size_t i = 0; i < past->keys.count; i++)
        if (strcmp(past->keys.items[i].table, from) == 0)
            past->keys.items[i].table = to;
    map_set(past->tables, arena_strdup(s->run->arena, to), map_get(past->tables, from));
    map_set(past->tables, arena_strdup(s->run->arena, from), NULL);
}

static void rename_column(const LintStatement *s, const char *table, const char *old, const char *new)
{
    struct PastShapes *past = shapes(s);
    PastTable *of = table_of(s, table);
    for (size_t i = 0; i < of->indexes.count; i++)
        rename_in(s, &of->indexes.items[i].columns, old, new);
    for (size_t i = 0; i < past->keys.count; i++)
        if (strcmp(past->keys.items[i].table, table) == 0)
            rename_in(s, &past->keys.items[i].columns, old, new);
}

static void rename_index(const LintStatement *s, const char *old, const char *new)
{
    PastTable *table = map_get(shapes(s)->by_index, old);
    for (size_t i = 0; table != NULL && i < table->indexes.count; i++)
        if (text_equal(table->indexes.items[i].name, old))
            table->indexes.items[i].name = arena_strdup(s->run->arena, new);
    map_set(shapes(s)->by_index, arena_strdup(s->run->arena, new), table);
}

static void follow_rename(const LintStatement *s, const PgQuery__RenameStmt *rename)
{
    if (rename->relation == NULL)
        return;
    LintTarget target = lint_target(s, rename->relation);
    if (rename->rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE)
        move_table(s, target.full, NULL, rename->newname);
    else if (rename->rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN)
        rename_column(s, target.full, rename->subname, rename->newname);
    else if (rename->rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_INDEX)
        rename_index(s, target.name, rename->newname);
}

static void follow_drop(const LintStatement *s, const PgQuery__DropStmt *drop)
{
    for (size_t i = 0; i < drop->n_objects; i++) {
        const PgQuery__Node *node = drop->objects[i];
        if (node->node_case != PG_QUERY__NODE__NODE_LIST || node->list->n_items == 0)
            continue;
        const PgQuery__List *list = node->list;
        const char *name = lint_string(list->items[list->n_items - 1]);
        const char *schema = list->n_items > 1 ? lint_string(list->items[list->n_items - 2]) : NULL;
        if (drop->remove_type == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE)
            drop_table(s, lint_target_named(s, schema, name).full);
        else if (drop->remove_type == PG_QUERY__OBJECT_TYPE__OBJECT_INDEX)
            drop_index(map_get(shapes(s)->by_index, name), name);
    }
}

void lint_past_key_follow(const LintStatement *s)
{
    const PgQuery__Node *node = s->node;
    if (s->run->past == NULL || s->maybe || s->dynamic)
        return;
    if (node->node_case == PG_QUERY__NODE__NODE_CREATE_STMT) {
        follow_create(s, node->create_stmt);
    } else if (node->node_case == PG_QUERY__NODE__NODE_INDEX_STMT && node->index_stmt->relation != NULL) {
        follow_index(s, node->index_stmt);
    } else if (node->node_case == PG_QUERY__NODE__NODE_RENAME_STMT) {
        follow_rename(s, node->rename_stmt);
    } else if (node->node_case == PG_QUERY__NODE__NODE_DROP_STMT) {
        follow_drop(s, node->drop_stmt);
    } else if (node->node_case == PG_QUERY__NODE__NODE_ALTER_OBJECT_SCHEMA_STMT &&
               node->alter_object_schema_stmt->relation != NULL) {
        LintTarget table = lint_target(s, node->alter_object_schema_stmt->relation);
        move_table(s, table.full, node->alter_object_schema_stmt->newschema, table.name);
    } else if (node->node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_STMT &&
               node->alter_table_stmt->relation != NULL) {
        LintTarget table = lint_target(s, node->alter_table_stmt->relation);
        for (size_t i = 0; i < node->alter_table_stmt->n_cmds; i++)
            if (node->alter_table_stmt->cmds[i]->node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_CMD)
                follow_part(s, &table, node->alter_table_stmt->cmds[i]->alter_table_cmd);
    }
}

/* ---- what follows from it ---- */

static const PastTable *known_table(const LintRun *run, const char *full)
{
    return run->shapes == NULL ? NULL : map_get(run->shapes->tables, full);
}

bool lint_past_partitioned(const LintStatement *s, const LintTarget *table)
{
    const PastTable *past = known_table(s->run, table->full);
    return s->evidence == NULL && past != NULL && past->partitioned;
}

bool lint_past_nullable_index(const LintStatement *s, const LintTarget *table, const char *name)
{
    const PastTable *past = known_table(s->run, table->full);
    for (size_t i = 0; past != NULL && s->evidence == NULL && i < past->indexes.count; i++) {
        const PastIndex *index = &past->indexes.items[i];
        if (index->gone || !text_equal(index->name, name))
            continue;
        for (size_t k = 0; k < index->columns.count; k++)
            if (lint_past_nullable(s, table, index->columns.items[k]))
                return true;
    }
    return false;
}

/* The first columns of the index are those of the key, in whatever order. */
static bool covers(const PastIndex *index, const PastKey *key)
{
    if (index->gone || index->partial || index->columns.count < key->columns.count)
        return false;
    StringList first = index->columns;
    first.count = key->columns.count;
    for (size_t i = 0; i < key->columns.count; i++)
        if (!has(&first, key->columns.items[i]))
            return false;
    return true;
}

/* A column that the file itself adds has no index from before. */
static bool is_new_column(const LintRun *run, const PastKey *key)
{
    for (size_t i = 0; i < key->columns.count; i++)
        if (map_has(run->created,
                    arena_printf(run->arena, "COLUMN %s.%s", key->table, key->columns.items[i])))
            return true;
    return false;
}

static void tell(LintRun *run, const PastKey *key)
{
    Buf columns = {0};
    for (size_t i = 0; i < key->columns.count; i++)
        buf_printf(&columns, "%s%s", i == 0 ? "" : ", ", lint_quoted(run->arena, key->columns.items[i]));
    const char *dot = strchr(key->table, '.');
    char *schema = arena_strndup(run->arena, key->table, (size_t)(dot - key->table));
    const char *shown = arena_printf(run->arena, "%s.%s", lint_quoted(run->arena, schema),
                                     lint_quoted(run->arena, dot + 1));
    Finding *finding = lint_add_at(run, LINT_FOREIGN_KEY_WITHOUT_INDEX, &key->place,
                                   "no index of %s leads with (%s), the columns of foreign key %s", shown,
                                   buf_text(&columns), lint_quoted(run->arena, key->name));
    const PastTable *table = known_table(run, key->table);
    if (map_has(run->created, key->table))
        finding->fix = arena_printf(run->arena, "CREATE INDEX ON %s (%s); in this file: it is empty now.",
                                    shown, buf_text(&columns));
    else if (table != NULL && table->partitioned)
        finding->fix = arena_printf(run->arena, "CREATE INDEX … ON ONLY %s (%s); on each partition CREATE "
                                                "INDEX CONCURRENTLY, in a file of its own; then ALTER "
                                                "INDEX … ATTACH PARTITION ….", shown, buf_text(&columns));
    else
        finding->fix = arena_printf(run->arena, "CREATE INDEX CONCURRENTLY ON %s (%s); in a file of its "
                                                "own.", shown, buf_text(&columns));
    buf_free(&columns);
}

void lint_past_key_begin(LintRun *run)
{
    if (run->shapes != NULL)
        run->shapes->keys.count = 0;
}

void lint_past_key_end(LintRun *run)
{
    const struct PastShapes *past = run->shapes;
    for (size_t i = 0; past != NULL && i < past->keys.count; i++) {
        const PastKey *key = &past->keys.items[i];
        const PastTable *table = known_table(run, key->table);
        bool whole = table != NULL && table->whole;
        bool covered = key->gone || !key->rows || (!whole && !is_new_column(run, key));
        for (size_t k = 0; !covered && table != NULL && k < table->indexes.count; k++)
            covered = covers(&table->indexes.items[k], key);
        if (!covered)
            tell(run, key);
    }
}
