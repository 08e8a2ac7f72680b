/* Publications, without what is in them. */
#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"all_tables", ATTRIBUTE_REPLACE},
    {"options", ATTRIBUTE_ALTER},
};

static void create(DdlWriter *ddl, const Object *object)
{
    ddl_add(ddl, "CREATE PUBLICATION %s%s WITH (%s)", object->key,
            object_true(object, "all_tables") ? " FOR ALL TABLES" : "", object_get(object, "options"));
}

static void alter(DdlWriter *ddl, const Object *before, const Object *after)
{
    (void)before;
    ddl_add(ddl, "ALTER PUBLICATION %s SET (%s)", after->key, object_get(after, "options"));
}

const KindSpec kind_publication = {
    .name = "publication",
    .json = "publications",
    .noun = "PUBLICATION",
    .sql = sql_kind_publication,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_PUBLICATION,
    .create = create,
    .alter = alter,
};
