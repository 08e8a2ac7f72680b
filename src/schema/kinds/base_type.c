/*
 * Base types. Their functions need the type and the type needs them: the planner declares the type
 * first, as pg_dump does, and drops the functions with it.
 */
#include "../kinds.h"

static const AttributeSpec attributes[] = {{"options", ATTRIBUTE_REPLACE}};

static void prepare(DdlWriter *ddl, const Object *object)
{
    ddl_add(ddl, "CREATE TYPE %s", object->key);
}

static void create(DdlWriter *ddl, const Object *object)
{
    if (object_get(object, "options"))
        ddl_add(ddl, "CREATE TYPE %s (\n    %s\n)", object->key, object_get(object, "options"));
    else
        prepare(ddl, object);
}

/* By then nothing hangs on it but its own functions. */
static void drop(DdlWriter *ddl, const Object *object)
{
    ddl_add(ddl, "DROP TYPE %s%s", object->key, object_get(object, "options") ? " CASCADE" : "");
}

const KindSpec kind_base_type = {
    .name = "base type",
    .json = "base_types",
    .noun = "TYPE",
    .sql = sql_kind_base_type,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_TYPE,
    .flags = KIND_TYPE,
    .prepare = prepare,
    .create = create,
    .drop = drop,
};
