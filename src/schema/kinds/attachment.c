/* Which table a partition belongs to, and its bounds. */
#include <string.h>

#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"partition_of", ATTRIBUTE_REPLACE},
    {"bounds", ATTRIBUTE_REPLACE},
    {"foreign_keys", ATTRIBUTE_IGNORE},
};

static void create(DdlWriter *ddl, const Object *object)
{
    ddl_add(ddl, "ALTER TABLE ONLY %s ATTACH PARTITION %s %s", object_get(object, "partition_of"),
            object->parent->key, object_get(object, "bounds"));
}

/* They would stay as the table's own. (Cloned triggers go by themselves.) A key that the table is to have
   is made anew; one that its former parent lost before is gone already. */
static void drop_foreign_keys(DdlWriter *ddl, const Object *object)
{
    const char *name = object_get(object, "foreign_keys");
    while (name && *name) {
        size_t length = strcspn(name, "\n");
        ddl_add(ddl, "ALTER TABLE ONLY %s DROP CONSTRAINT IF EXISTS %.*s", object->parent->key, (int)length,
                name);
        name += length + (name[length] != '\0');
    }
}

static void drop(DdlWriter *ddl, const Object *object)
{
    ddl_add(ddl, "ALTER TABLE ONLY %s DETACH PARTITION %s", object_get(object, "partition_of"),
            object->parent->key);
    drop_foreign_keys(ddl, object);
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
