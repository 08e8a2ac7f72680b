/* Tables in publications. */
#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"table", ATTRIBUTE_REPLACE},
    {"columns", ATTRIBUTE_REPLACE},
    {"filter", ATTRIBUTE_REPLACE},
};

static void create(DdlWriter *ddl, const Object *object)
{
    const char *columns = object_get(object, "columns"), *filter = object_get(object, "filter");
    ddl_add(ddl, "ALTER PUBLICATION %s ADD TABLE ONLY %s%s%s%s%s%s%s", object->parent->key,
            object_get(object, "table"), columns ? " (" : "", columns ? columns : "", columns ? ")" : "",
            filter ? " WHERE (" : "", filter ? filter : "", filter ? ")" : "");
}

static void drop(DdlWriter *ddl, const Object *object)
{
    ddl_add(ddl, "ALTER PUBLICATION %s DROP TABLE ONLY %s", object->parent->key,
            object_get(object, "table"));
}

const KindSpec kind_publication_table = {
    .name = "published table",
    .json = "published_tables",
    .sql = sql_kind_publication_table,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_PUBLICATION,
    .flags = KIND_WITH_PARENT,
    .create = create,
    .drop = drop,
    .reaction = kind_reaction_rigid,
};
