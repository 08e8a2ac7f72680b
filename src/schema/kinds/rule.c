/* Rules. */
#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"definition", ATTRIBUTE_REPLACE},
    {"enabled", ATTRIBUTE_ALTER},
};

const KindSpec kind_rule = {
    .name = "rule",
    .json = "rules",
    .noun = "RULE",
    .sql = sql_kind_rule,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_RULE,
    .flags = KIND_WITH_PARENT,
    .finish = kind_enabled_finish,
    .alter = kind_enabled_alter,
    .reaction = kind_reaction_rigid,
};
