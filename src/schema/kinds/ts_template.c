/* Text search templates. */
#include "../kinds.h"

static const AttributeSpec attributes[] = {{"definition", ATTRIBUTE_REPLACE}};

const KindSpec kind_ts_template = {
    .name = "text search template",
    .json = "text_search_templates",
    .noun = "TEXT SEARCH TEMPLATE",
    .sql = sql_kind_ts_template,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_TEXT_SEARCH,
};
