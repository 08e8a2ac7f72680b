/* Typed tables: the composite type that a table takes its columns from. */
#include "../kinds.h"

static const AttributeSpec attributes[] = {{"of_type", ATTRIBUTE_REPLACE}};

static void create(DdlWriter *ddl, const Object *object)
{
    ddl_add(ddl, "ALTER TABLE %s OF %s", object->parent->key, object_get(object, "of_type"));
}

static void drop(DdlWriter *ddl, const Object *object)
{
    ddl_add(ddl, "ALTER TABLE %s NOT OF", object->parent->key);
}

const KindSpec kind_typed = {
    .name = "typed table",
    .json = "typed_tables",
    .sql = sql_kind_typed,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_ATTACHMENT,
    .flags = KIND_WITH_PARENT | KIND_FOLDED | KIND_LINK,
    .create = create,
    .drop = drop,
};
