/*
 * Sequences of identity columns: their grants and comments. The column makes, alters and renames them
 * (column.c), and they belong to whom its table belongs to.
 */
#include "dbmig/base/text.h"
#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"sequence", ATTRIBUTE_ALTER},
    {"persistence", ATTRIBUTE_ALTER}, /* NULL: its table's; since 15 */
};

static const char *called(const Object *object)
{
    return object_get(object, "sequence");
}

static void come_and_go(DdlWriter *ddl, const Object *object)
{
    (void)ddl;
    (void)object;
}

static void emit_persistence(DdlWriter *ddl, const Object *object)
{
    const char *own = object_get(object, "persistence");
    const Object *table = object->parent->parent;
    const char *wanted = own || table->kind != KIND_TABLE ? own : object_get(table, "persistence");
    ddl_add(ddl, "ALTER SEQUENCE %s SET %s", object_get(object, "sequence"),
            text_equal(wanted, "u") ? "UNLOGGED" : "LOGGED");
}

static void finish(DdlWriter *ddl, const Object *object)
{
    if (object_get(object, "persistence"))
        emit_persistence(ddl, object);
}

static void alter(DdlWriter *ddl, const Object *before, const Object *after)
{
    if (object_differs(before, after, "persistence"))
        emit_persistence(ddl, after);
}

const KindSpec kind_identity_sequence = {
    .name = "identity sequence",
    .json = "identity_sequences",
    .noun = "SEQUENCE",
    .called = called,
    .sql = sql_kind_identity_sequence,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_OWNED,
    .flags = KIND_WITH_PARENT | KIND_FOLDED,
    .create = come_and_go,
    .finish = finish,
    .drop = come_and_go,
    .alter = alter,
};
