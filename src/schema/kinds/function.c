/*
 * Functions, window functions and procedures. CREATE OR REPLACE changes all but what callers see:
 * result type, argument names and fewer defaults need a replacement.
 */
#include <stdlib.h>

#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"noun", ATTRIBUTE_REPLACE},     {"prokind", ATTRIBUTE_REPLACE}, {"language", ATTRIBUTE_ALTER},
    {"signature", ATTRIBUTE_REPLACE}, {"defaults", ATTRIBUTE_ALTER}, {"definition", ATTRIBUTE_ALTER},
};

static const char *noun_of(const Object *object)
{
    return object_get(object, "noun");
}

static bool can_alter(const Object *before, const Object *after)
{
    return atoi(object_get(after, "defaults")) >= atoi(object_get(before, "defaults"));
}

static void alter(DdlWriter *ddl, const Object *before, const Object *after)
{
    (void)before;
    ddl_add(ddl, "%s", object_get(after, "definition"));
}

const KindSpec kind_function = {
    .name = "function",
    .json = "functions",
    .noun_of = noun_of,
    .sql = sql_kind_function,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_FUNCTION,
    .flags = KIND_ROUTINE,
    .alter = alter,
    .can_alter = can_alter,
    .reaction = kind_reaction_rigid,
};
