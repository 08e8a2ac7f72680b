/* The attribute "enabled" of what fires: triggers, event triggers, rules. */
#include "kinds.h"

static void emit(DdlWriter *ddl, const Object *object)
{
    const char *noun = kind_spec(object->kind)->noun;
    char state = object_get(object, "enabled")[0];
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
        emit(ddl, object);
}

void kind_enabled_alter(DdlWriter *ddl, const Object *before, const Object *after)
{
    (void)before;
    emit(ddl, after);
}
