/* Extended statistics. */
#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"definition", ATTRIBUTE_REPLACE},
    {"statistics", ATTRIBUTE_ALTER},
};

static void finish(DdlWriter *ddl, const Object *object)
{
    if (object_get(object, "statistics"))
        ddl_add(ddl, "ALTER STATISTICS %s SET STATISTICS %s", object->key,
                object_get(object, "statistics"));
}

static void alter(DdlWriter *ddl, const Object *before, const Object *after)
{
    (void)before;
    const char *target = object_get(after, "statistics");
    ddl_add(ddl, "ALTER STATISTICS %s SET STATISTICS %s", after->key, target ? target : "-1");
}

const KindSpec kind_statistics = {
    .name = "statistics object",
    .json = "statistics",
    .noun = "STATISTICS",
    .sql = sql_kind_statistics,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_STATISTICS,
    .flags = KIND_WITH_PARENT,
    .finish = finish,
    .alter = alter,
    .reaction = kind_reaction_rigid,
};
