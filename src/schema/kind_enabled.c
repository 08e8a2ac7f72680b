/* The attribute "enabled" of what fires: triggers, event triggers, rules. */
#include "kinds.h"

void kind_enabled_set(DdlWriter *ddl, const Object *object, char state)
{
    const char *noun = kind_spec(object->kind)->noun;
    const char *verb = state == 'D'   ? "DISABLE"
                       : state == 'R' ? "ENABLE REPLICA"
                       : state == 'A' ? "ENABLE ALWAYS"
                                      : "ENABLE";
    if (object->parent != NULL)
        ddl_add(ddl, "ALTER TABLE %s %s %s %s", object->parent->key, verb, noun,
                ddl_identifier(ddl->arena, object->name));
    else
        ddl_add(ddl, "ALTER %s %s %s", noun, object->key, verb);
}

void kind_enabled_finish(DdlWriter *ddl, const Object *object)
{
    if (object_get(object, "enabled")[0] != 'O')
        kind_enabled_set(ddl, object, object_get(object, "enabled")[0]);
}

void kind_enabled_alter(DdlWriter *ddl, const Object *before, const Object *after)
{
    (void)before;
    kind_enabled_set(ddl, after, object_get(after, "enabled")[0]);
}
