/* User mappings, without their passwords. */
#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"user", ATTRIBUTE_IGNORE},
    {"options", ATTRIBUTE_ALTER},
};

static void create(DdlWriter *ddl, const Object *object)
{
    const char *options = object_get(object, "options");
    ddl_add(ddl, "CREATE USER MAPPING %s%s%s%s", object->key, options ? " OPTIONS (" : "",
            options ? ddl_options_join(ddl->arena, options, ' ') : "", options ? ")" : "");
}

static void drop(DdlWriter *ddl, const Object *object)
{
    ddl_add(ddl, "DROP USER MAPPING %s", object->key);
}

static void alter(DdlWriter *ddl, const Object *before, const Object *after)
{
    ddl_add(ddl, "ALTER USER MAPPING %s OPTIONS (%s)", after->key,
            ddl_alter_fdw_options(ddl->arena, object_get(before, "options"),
                                  object_get(after, "options")));
}

const KindSpec kind_user_mapping = {
    .name = "user mapping",
    .json = "user_mappings",
    .sql = sql_kind_user_mapping,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_SERVER,
    .create = create,
    .drop = drop,
    .alter = alter,
};
