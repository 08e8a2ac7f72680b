/* Transforms of types for procedural languages. */
#include "../kinds.h"

static const AttributeSpec attributes[] = {{"definition", ATTRIBUTE_REPLACE}};

const KindSpec kind_transform = {
    .name = "transform",
    .json = "transforms",
    .noun = "TRANSFORM",
    .sql = sql_kind_transform,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_TRANSFORM,
};
