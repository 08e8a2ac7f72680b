/* Procedural languages. */
#include "../kinds.h"

static const AttributeSpec attributes[] = {{"definition", ATTRIBUTE_REPLACE}};

const KindSpec kind_language = {
    .name = "language",
    .json = "languages",
    .noun = "LANGUAGE",
    .sql = sql_kind_language,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_LANGUAGE,
};
