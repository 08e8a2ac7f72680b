/* Event triggers. They are made last: what the plan does must not fire them. */
#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"definition", ATTRIBUTE_REPLACE},
    {"enabled", ATTRIBUTE_ALTER},
};

static void emit_enabled(DdlWriter *ddl, const Object *object)
{
    char state = object_get(object, "enabled")[0];
    const char *verb = state == 'D'   ? "DISABLE"
                       : state == 'R' ? "ENABLE REPLICA"
                       : state == 'A' ? "ENABLE ALWAYS"
                                      : "ENABLE";
    ddl_add(ddl, "ALTER EVENT TRIGGER %s %s", object->key, verb);
}

static void finish(DdlWriter *ddl, const Object *object)
{
    if (object_get(object, "enabled")[0] != 'O')
        emit_enabled(ddl, object);
}

static void alter(DdlWriter *ddl, const Object *before, const Object *after)
{
    (void)before;
    emit_enabled(ddl, after);
}

const KindSpec kind_event_trigger = {
    .name = "event trigger",
    .json = "event_triggers",
    .noun = "EVENT TRIGGER",
    .sql = sql_kind_event_trigger,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_EVENT_TRIGGER,
    .finish = finish,
    .alter = alter,
};
