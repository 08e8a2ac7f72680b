/* Casts. */
#include "../kinds.h"

static const AttributeSpec attributes[] = {{"definition", ATTRIBUTE_REPLACE}};

const KindSpec kind_cast = {
    .name = "cast",
    .json = "casts",
    .noun = "CAST",
    .sql = sql_kind_cast,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_CAST,
};
