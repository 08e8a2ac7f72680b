/* Operators. */
#include "../kinds.h"

static const AttributeSpec attributes[] = {{"definition", ATTRIBUTE_REPLACE}};

const KindSpec kind_operator = {
    .name = "operator",
    .json = "operators",
    .noun = "OPERATOR",
    .sql = sql_kind_operator,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_OPERATOR,
};
