/* Which tables a table inherits from (partitions: attachment.c). */
#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"parent_table", ATTRIBUTE_IGNORE},
    {"position", ATTRIBUTE_ORDER},
};

static void create(DdlWriter *ddl, const Object *object)
{
    ddl_add(ddl, "ALTER TABLE %s INHERIT %s", object->parent->key, object_get(object, "parent_table"));
}

static void drop(DdlWriter *ddl, const Object *object)
{
    ddl_add(ddl, "ALTER TABLE %s NO INHERIT %s", object->parent->key,
            object_get(object, "parent_table"));
}

static Reaction reaction(const Object *object, const Object *need, NeedEvent event)
{
    (void)object;
    bool table = need->kind == KIND_TABLE || need->kind == KIND_FOREIGN_TABLE;
    return table && event != NEED_RETYPED ? REACTION_REBUILD : REACTION_NONE;
}

const KindSpec kind_inheritance = {
    .name = "inheritance",
    .json = "inheritances",
    .sql = sql_kind_inheritance,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_ATTACHMENT,
    .flags = KIND_WITH_PARENT | KIND_FOLDED | KIND_LINK,
    .create = create,
    .drop = drop,
    .reaction = reaction,
};
