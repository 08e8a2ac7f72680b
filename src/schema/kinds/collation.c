/* Collations. Columns are moved to a new one as they are to a new type. */
#include "../kinds.h"

static const AttributeSpec attributes[] = {{"definition", ATTRIBUTE_REPLACE}};

const KindSpec kind_collation = {
    .name = "collation",
    .json = "collations",
    .noun = "COLLATION",
    .sql = sql_kind_collation,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_COLLATION,
    .flags = KIND_SWAPPED,
};
