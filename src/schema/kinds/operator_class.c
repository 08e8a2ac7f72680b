/* Operator classes. */
#include "../kinds.h"

static const AttributeSpec attributes[] = {{"definition", ATTRIBUTE_REPLACE}};

const KindSpec kind_operator_class = {
    .name = "operator class",
    .json = "operator_classes",
    .noun = "OPERATOR CLASS",
    .sql = sql_kind_operator_class,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_OPERATOR_CLASS,
};
