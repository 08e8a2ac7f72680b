/*
 * Ordinary and partitioned tables: CREATE TABLE with what the planner folds into it (columns, defaults,
 * constraints, INHERITS, OF). A partition is made as a table of its own and then attached.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/schema/snapshot.h"
#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"persistence", ATTRIBUTE_ALTER},        {"access_method", ATTRIBUTE_ALTER},
    {"tablespace", ATTRIBUTE_ALTER},         {"options", ATTRIBUTE_ALTER},
    {"partition_key", ATTRIBUTE_REPLACE},    {"is_partition", ATTRIBUTE_IGNORE},
    {"row_security", ATTRIBUTE_ALTER},       {"force_row_security", ATTRIBUTE_ALTER},
    {"replica_identity", ATTRIBUTE_ALTER},
};

static const Object *folded_child(const Object *object, ObjectKind kind)
{
    for (size_t i = 0; i < object->children.count; i++) {
        const Object *child = object->children.items[i];
        if (child->kind == kind && child->folded)
            return child;
    }
    return NULL;
}

/* Columns and checks that come from a parent table are not written, but for a partition: that is complete
   before it is attached. */
static bool writes_part(const Object *table, const Object *part)
{
    return object_true(table, "is_partition") || !object_true(part, "inherited") ||
           !folded_child(table, KIND_INHERITANCE);
}

static void add_item(Buf *list)
{
    buf_add_str(list, list->len > 0 ? ",\n    " : "\n    ");
}

static void add_columns(Buf *list, Arena *arena, const Object *table, bool typed)
{
    for (size_t i = 0; i < table->children.count; i++) {
        const Object *child = table->children.items[i];
        if (child->kind != KIND_COLUMN || !child->folded)
            continue;
        Buf column = {0};
        if (typed ? column_add_options(&column, arena, child) : writes_part(table, child)) {
            if (!typed)
                column_add_definition(&column, arena, child);
            add_item(list);
            buf_add_str(list, buf_text(&column));
        }
        buf_free(&column);
    }
}

static void add_constraints(Buf *list, Arena *arena, const Object *table)
{
    static const char order[] = "puxc";
    for (const char *type = order; *type; type++) {
        for (size_t i = 0; i < table->children.count; i++) {
            const Object *child = table->children.items[i];
            if (child->kind != KIND_CONSTRAINT || !child->folded ||
                object_get(child, "type")[0] != *type || !writes_part(table, child))
                continue;
            add_item(list);
            constraint_add_definition(list, arena, child);
        }
    }
}

void table_add_items(Buf *list, Arena *arena, const Object *table, bool typed)
{
    add_columns(list, arena, table, typed);
    add_constraints(list, arena, table);
}

void table_add_inherits(Buf *out, const Object *table)
{
    const char *separator = " INHERITS (";
    for (size_t i = 0; i < table->children.count; i++) {
        const Object *child = table->children.items[i];
        if (child->kind != KIND_INHERITANCE || !child->folded)
            continue;
        buf_printf(out, "%s%s", separator, object_get(child, "parent_table"));
        separator = ", ";
    }
    if (separator[0] == ',')
        buf_add_char(out, ')');
}

static void add_tail(Buf *out, Arena *arena, const Object *table)
{
    table_add_inherits(out, table);
    if (object_get(table, "partition_key"))
        buf_printf(out, " PARTITION BY %s", object_get(table, "partition_key"));
    const char *method = object_get(table, "access_method");
    /* A partitioned table has one only when it was said (17): for partitions to come. */
    if (method && (strcmp(method, "heap") != 0 || object_get(table, "partition_key")))
        buf_printf(out, " USING %s", method);
    if (object_get(table, "options"))
        buf_printf(out, " WITH (%s)", ddl_options_join(arena, object_get(table, "options"), '='));
    if (object_get(table, "tablespace"))
        buf_printf(out, " TABLESPACE %s", object_get(table, "tablespace"));
}

static void create(DdlWriter *ddl, const Object *object)
{
    Buf list = {0}, out = {0};
    const Object *typed = folded_child(object, KIND_TYPED);
    buf_printf(&out, "CREATE %sTABLE %s",
               text_equal(object_get(object, "persistence"), "u") ? "UNLOGGED " : "", object->key);
    if (typed)
        buf_printf(&out, " OF %s", object_get(typed, "of_type"));
    table_add_items(&list, ddl->arena, object, typed != NULL);
    if (!typed || list.len > 0)
        buf_printf(&out, " (%s%s)", buf_text(&list), list.len > 0 ? "\n" : "");
    add_tail(&out, ddl->arena, object);
    ddl_add(ddl, "%s", buf_text(&out));
    buf_free(&list);
    buf_free(&out);
}

static void emit_row_security(DdlWriter *ddl, const Object *object)
{
    bool on = object_true(object, "row_security");
    const char *hazard = arena_printf(
        ddl->arena, "switches row security of table %s off: its policies keep nobody from any row",
        object->key);
    ddl_add_as(ddl, STATEMENT_ANYWHERE, on ? NULL : hazard, "ALTER TABLE %s %s ROW LEVEL SECURITY",
               object->key, on ? "ENABLE" : "DISABLE");
}

static void emit_force_row_security(DdlWriter *ddl, const Object *object)
{
    bool on = object_true(object, "force_row_security");
    const char *hazard = arena_printf(
        ddl->arena, "frees the owner of table %s from its policies", object->key);
    ddl_add_as(ddl, STATEMENT_ANYWHERE, on ? NULL : hazard, "ALTER TABLE %s %s ROW LEVEL SECURITY",
               object->key, on ? "FORCE" : "NO FORCE");
}

/* USING INDEX is set with the index. */
static void emit_replica_identity(DdlWriter *ddl, const Object *object)
{
    const char *how = object_get(object, "replica_identity");
    const char *words = how[0] == 'n' ? "NOTHING" : how[0] == 'f' ? "FULL" : "DEFAULT";
    if (how[0] != 'i')
        ddl_add(ddl, "ALTER TABLE ONLY %s REPLICA IDENTITY %s", object->key, words);
}

void table_finish_filled(DdlWriter *ddl, const Object *table)
{
    if (object_true(table, "row_security"))
        emit_row_security(ddl, table);
    if (object_true(table, "force_row_security"))
        emit_force_row_security(ddl, table);
}

static void finish(DdlWriter *ddl, const Object *object)
{
    if (!object->swapped)
        table_finish_filled(ddl, object);
    if (object_get(object, "replica_identity")[0] != 'd')
        emit_replica_identity(ddl, object);
}

/* Swapped, the rows are in the new one; a partitioned table's are in its partitions. */
static bool keeps_rows(const DdlWriter *ddl, const Object *object)
{
    const Object *heir = snapshot_find(ddl->to, KIND_TABLE, object->key);
    return object->swapped ||
           (heir && object_get(object, "partition_key") && object_get(heir, "partition_key"));
}

static void drop(DdlWriter *ddl, const Object *object)
{
    const char *hazard = NULL;
    for (size_t i = 0; i < object->children.count; i++) {
        if (object->children.items[i]->kind == KIND_COLUMN)
            position_leave(ddl, object->children.items[i]);
    }
    if (!keeps_rows(ddl, object))
        hazard = arena_printf(ddl->arena, "drops table %s and its rows", object->key);
    ddl_add_as(ddl, STATEMENT_ANYWHERE, hazard, "DROP TABLE %s", object->key);
}

static void alter(DdlWriter *ddl, const Object *before, const Object *after)
{
    const char *prefix = arena_printf(ddl->arena, "ALTER TABLE %s", after->key);
    if (object_differs(before, after, "persistence")) {
        bool unlogged = text_equal(object_get(after, "persistence"), "u");
        const char *hazard = arena_printf(ddl->arena, "makes table %s unlogged: a crash empties it",
                                          after->key);
        ddl_add_as(ddl, STATEMENT_ANYWHERE, unlogged ? hazard : NULL, "%s SET %s", prefix,
                   unlogged ? "UNLOGGED" : "LOGGED");
    }
    if (object_differs(before, after, "access_method")) {
        const char *method = object_get(after, "access_method");
        ddl_add(ddl, "%s SET ACCESS METHOD %s", prefix, method ? method : "DEFAULT");
    }
    if (object_differs(before, after, "tablespace")) {
        const char *space = object_get(after, "tablespace");
        ddl_add(ddl, "%s SET TABLESPACE %s", prefix, space ? space : "pg_default");
    }
    ddl_alter_reloptions(ddl, prefix, object_get(before, "options"), object_get(after, "options"));
    if (object_differs(before, after, "row_security"))
        emit_row_security(ddl, after);
    if (object_differs(before, after, "force_row_security"))
        emit_force_row_security(ddl, after);
    if (object_differs(before, after, "replica_identity"))
        emit_replica_identity(ddl, after);
}

/* Parents and row types are links of their own. */
static bool keeps_need(const Object *object, const Object *need)
{
    (void)object;
    return need->kind != KIND_TABLE && need->kind != KIND_FOREIGN_TABLE && need->kind != KIND_COMPOSITE;
}

const KindSpec kind_table = {
    .name = "table",
    .json = "tables",
    .noun = "TABLE",
    .sql = sql_kind_table,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_TABLE,
    .flags = KIND_HOLDS_DATA | KIND_RELATION | KIND_TYPE,
    .create = create,
    .finish = finish,
    .drop = drop,
    .alter = alter,
    .keeps_need = keeps_need,
};
