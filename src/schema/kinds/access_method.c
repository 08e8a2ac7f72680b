/* Access methods. */
#include "../kinds.h"

static const AttributeSpec attributes[] = {{"definition", ATTRIBUTE_REPLACE}};

const KindSpec kind_access_method = {
    .name = "access method",
    .json = "access_methods",
    .noun = "ACCESS METHOD",
    .sql = sql_kind_access_method,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_ACCESS_METHOD,
};
