/* Triggers, event triggers aside. */
#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"definition", ATTRIBUTE_REPLACE},
    {"enabled", ATTRIBUTE_ALTER},
};

const KindSpec kind_trigger = {
    .name = "trigger",
    .json = "triggers",
    .noun = "TRIGGER",
    .sql = sql_kind_trigger,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_TRIGGER,
    .flags = KIND_WITH_PARENT,
    .finish = kind_enabled_finish,
    .alter = kind_enabled_alter,
    .reaction = kind_reaction_rigid,
};
