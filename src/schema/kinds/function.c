/*
 * Functions, window functions and procedures. CREATE OR REPLACE changes all but what callers see:
 * result type, argument names and fewer defaults need a replacement.
 */
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/text.h"
#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"noun", ATTRIBUTE_REPLACE},     {"prokind", ATTRIBUTE_REPLACE}, {"language", ATTRIBUTE_ALTER},
    {"signature", ATTRIBUTE_REPLACE}, {"defaults", ATTRIBUTE_ALTER}, {"definition", ATTRIBUTE_ALTER},
};

static const char *noun_of(const Object *object)
{
    return object_get(object, "noun");
}

/* The server prints CREATE OR REPLACE: what is there already under that name would be lost. */
static void create(DdlWriter *ddl, const Object *object)
{
    const char *definition = object_get(object, "definition");
    bool or_replace = text_starts(definition, "CREATE OR REPLACE ");
    ddl_add(ddl, "CREATE %s", definition + strlen(or_replace ? "CREATE OR REPLACE " : "CREATE "));
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
    .create = create,
    .alter = alter,
    .can_alter = can_alter,
    .reaction = kind_reaction_rigid,
};
