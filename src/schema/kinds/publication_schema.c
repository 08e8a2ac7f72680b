/* Schemas in publications. */
#include "../kinds.h"

static const AttributeSpec attributes[] = {{"published", ATTRIBUTE_REPLACE}};

static void create(DdlWriter *ddl, const Object *object)
{
    ddl_add(ddl, "ALTER PUBLICATION %s ADD TABLES IN SCHEMA %s", object->parent->key,
            object_get(object, "published"));
}

static void drop(DdlWriter *ddl, const Object *object)
{
    ddl_add(ddl, "ALTER PUBLICATION %s DROP TABLES IN SCHEMA %s", object->parent->key,
            object_get(object, "published"));
}

const KindSpec kind_publication_schema = {
    .name = "published schema",
    .json = "published_schemas",
    .sql = sql_kind_publication_schema,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_PUBLICATION,
    .flags = KIND_WITH_PARENT,
    .create = create,
    .drop = drop,
};
