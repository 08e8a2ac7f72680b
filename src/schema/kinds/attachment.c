/* Which table a partition belongs to, and its bounds. */
#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"partition_of", ATTRIBUTE_REPLACE},
    {"bounds", ATTRIBUTE_REPLACE},
};

static void create(DdlWriter *ddl, const Object *object)
{
    ddl_add(ddl, "ALTER TABLE ONLY %s ATTACH PARTITION %s %s", object_get(object, "partition_of"),
            object->parent->key, object_get(object, "bounds"));
}

static void drop(DdlWriter *ddl, const Object *object)
{
    ddl_add(ddl, "ALTER TABLE ONLY %s DETACH PARTITION %s", object_get(object, "partition_of"),
            object->parent->key);
}

static Reaction reaction(const Object *object, const Object *need, NeedEvent event)
{
    (void)object;
    bool table = need->kind == KIND_TABLE || need->kind == KIND_FOREIGN_TABLE;
    return table && event != NEED_RETYPED ? REACTION_REBUILD : REACTION_NONE;
}

const KindSpec kind_attachment = {
    .name = "partition",
    .json = "partitions",
    .sql = sql_kind_attachment,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_ATTACHMENT,
    .flags = KIND_WITH_PARENT | KIND_LINK,
    .create = create,
    .drop = drop,
    .reaction = reaction,
};
