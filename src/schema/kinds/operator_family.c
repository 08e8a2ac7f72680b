/* Operator families, with the members that are no operator class's. */
#include <string.h>

#include "dbmig/base/text.h"
#include "../kinds.h"

static const AttributeSpec attributes[] = {{"members", ATTRIBUTE_ALTER}};

/* "OPERATOR 1 public.=(a,b)" is dropped as OPERATOR 1 (a,b), "FUNCTION 1 (a, b) f(…)" as FUNCTION 1
 * (a, b). */
static char *without_name(Arena *arena, const char *member)
{
    const char *number = strchr(member, ' ') + 1;
    const char *list = strchr(number, '(');
    const char *end = list ? strchr(list, ')') : NULL;
    if (!end)
        return arena_strdup(arena, member);
    int head = (int)(strchr(number, ' ') - member);
    return arena_printf(arena, "%.*s %.*s", head, member, (int)(end + 1 - list), list);
}

static void change(DdlWriter *ddl, const Object *object, const char *before, const char *after)
{
    StringList old = {0}, new = {0};
    ddl_lines(ddl->arena, before, &old);
    ddl_lines(ddl->arena, after, &new);
    for (size_t i = 0; i < old.count; i++) {
        if (!text_list_has(&new, old.items[i]))
            ddl_add(ddl, "ALTER OPERATOR FAMILY %s DROP %s", object->key,
                    without_name(ddl->arena, old.items[i]));
    }
    for (size_t i = 0; i < new.count; i++) {
        if (!text_list_has(&old, new.items[i]))
            ddl_add(ddl, "ALTER OPERATOR FAMILY %s ADD %s", object->key, new.items[i]);
    }
}

static void create(DdlWriter *ddl, const Object *object)
{
    ddl_add(ddl, "CREATE OPERATOR FAMILY %s", object->key);
    change(ddl, object, NULL, object_get(object, "members"));
}

static void alter(DdlWriter *ddl, const Object *before, const Object *after)
{
    change(ddl, after, object_get(before, "members"), object_get(after, "members"));
}

const KindSpec kind_operator_family = {
    .name = "operator family",
    .json = "operator_families",
    .noun = "OPERATOR FAMILY",
    .sql = sql_kind_operator_family,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_OPERATOR_FAMILY,
    .create = create,
    .alter = alter,
};
