/* Extensions: that they are there and in which schema. Their objects are their own business. */
#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"in_schema", ATTRIBUTE_ALTER},
    {"version", ATTRIBUTE_IGNORE},
    {"relocatable", ATTRIBUTE_IGNORE},
};

static void create(DdlWriter *ddl, const Object *object)
{
    ddl_add(ddl, "CREATE EXTENSION IF NOT EXISTS %s WITH SCHEMA %s", object->key,
            object_get(object, "in_schema"));
}

static bool can_alter(const Object *before, const Object *after)
{
    (void)after;
    return object_true(before, "relocatable");
}

static void alter(DdlWriter *ddl, const Object *before, const Object *after)
{
    (void)before;
    ddl_add(ddl, "ALTER EXTENSION %s SET SCHEMA %s", after->key, object_get(after, "in_schema"));
}

const KindSpec kind_extension = {
    .name = "extension",
    .json = "extensions",
    .noun = "EXTENSION",
    .sql = sql_kind_extension,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_EXTENSION,
    .create = create,
    .alter = alter,
    .can_alter = can_alter,
};
