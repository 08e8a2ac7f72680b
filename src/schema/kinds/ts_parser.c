/* Text search parsers. */
#include "../kinds.h"

static const AttributeSpec attributes[] = {{"definition", ATTRIBUTE_REPLACE}};

const KindSpec kind_ts_parser = {
    .name = "text search parser",
    .json = "text_search_parsers",
    .noun = "TEXT SEARCH PARSER",
    .sql = sql_kind_ts_parser,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_TEXT_SEARCH,
};
