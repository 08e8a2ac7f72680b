/* Schemas. */
#include "../kinds.h"

static void create(DdlWriter *ddl, const Object *object)
{
    ddl_add(ddl, "CREATE SCHEMA %s", object->key);
}

const KindSpec kind_schema = {
    .name = "schema",
    .json = "schemas",
    .noun = "SCHEMA",
    .sql = sql_kind_schema,
    .priority = PRIORITY_SCHEMA,
    .create = create,
};
