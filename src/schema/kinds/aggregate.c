/* Aggregates. */
#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"routine", ATTRIBUTE_IGNORE},
    {"definition", ATTRIBUTE_REPLACE},
};

static const char *grant_key(const Object *object)
{
    return object_get(object, "routine");
}

const KindSpec kind_aggregate = {
    .name = "aggregate",
    .json = "aggregates",
    .noun = "AGGREGATE",
    .grant_as = "FUNCTION",
    .grant_key = grant_key,
    .sql = sql_kind_aggregate,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_AGGREGATE,
    .flags = KIND_ROUTINE,
};
