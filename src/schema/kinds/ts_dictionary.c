/* Text search dictionaries. */
#include "../kinds.h"

static const AttributeSpec attributes[] = {{"definition", ATTRIBUTE_REPLACE}};

const KindSpec kind_ts_dictionary = {
    .name = "text search dictionary",
    .json = "text_search_dictionaries",
    .noun = "TEXT SEARCH DICTIONARY",
    .sql = sql_kind_ts_dictionary,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_TEXT_SEARCH,
};
