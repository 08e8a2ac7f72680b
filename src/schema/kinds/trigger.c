/* Triggers, event triggers aside. */
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
    ddl_add(ddl, "ALTER TABLE %s %s TRIGGER %s", object->parent->key, verb,
            ddl_identifier(ddl->arena, object->name));
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

const KindSpec kind_trigger = {
    .name = "trigger",
    .json = "triggers",
    .noun = "TRIGGER",
    .sql = sql_kind_trigger,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_TRIGGER,
    .flags = KIND_WITH_PARENT,
    .finish = finish,
    .alter = alter,
    .reaction = kind_reaction_rigid,
};
