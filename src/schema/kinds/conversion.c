/* Conversions between encodings. */
#include "../kinds.h"

static const AttributeSpec attributes[] = {{"definition", ATTRIBUTE_REPLACE}};

const KindSpec kind_conversion = {
    .name = "conversion",
    .json = "conversions",
    .noun = "CONVERSION",
    .sql = sql_kind_conversion,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_CONVERSION,
};
