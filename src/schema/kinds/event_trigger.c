/* Event triggers. They are made last: what the plan does must not fire them. */
#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"definition", ATTRIBUTE_REPLACE},
    {"enabled", ATTRIBUTE_ALTER},
};

const KindSpec kind_event_trigger = {
    .name = "event trigger",
    .json = "event_triggers",
    .noun = "EVENT TRIGGER",
    .sql = sql_kind_event_trigger,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_EVENT_TRIGGER,
    .finish = kind_enabled_finish,
    .alter = kind_enabled_alter,
};
