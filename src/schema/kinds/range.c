/* Range types, with their multirange types. */
#include "../kinds.h"

static const AttributeSpec attributes[] = {{"options", ATTRIBUTE_REPLACE}};

static void create(DdlWriter *ddl, const Object *object)
{
    ddl_add(ddl, "CREATE TYPE %s AS RANGE (\n    %s\n)", object->key, object_get(object, "options"));
}

const KindSpec kind_range = {
    .name = "range type",
    .json = "range_types",
    .noun = "TYPE",
    .sql = sql_kind_range,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_TYPE,
    .flags = KIND_TYPE | KIND_SWAPPED,
    .create = create,
};
