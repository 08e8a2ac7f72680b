/* Columns of views and materialized views. The query makes them; a few things can be set on them. */
#include "dbmig/base/text.h"
#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"type", ATTRIBUTE_IGNORE},       {"collation", ATTRIBUTE_IGNORE}, {"storage", ATTRIBUTE_ALTER},
    {"compression", ATTRIBUTE_ALTER}, {"statistics", ATTRIBUTE_ALTER}, {"options", ATTRIBUTE_ALTER},
    {"default_storage", ATTRIBUTE_IGNORE},
};

static void nothing(DdlWriter *ddl, const Object *object)
{
    (void)ddl;
    (void)object;
}

static void set(DdlWriter *ddl, const Object *before, const Object *after)
{
    const char *prefix =
        arena_printf(ddl->arena, "ALTER %s %s ALTER COLUMN %s", kind_noun(after->parent),
                     after->parent->key, ddl_identifier(ddl->arena, after->name));
    const char *const names[][3] = {
        {"storage", "STORAGE", object_get(after, "default_storage")}, /* DEFAULT: since 16 */
        {"compression", "COMPRESSION", "DEFAULT"},
        {"statistics", "STATISTICS", "-1"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        const char *had = before ? object_get(before, names[i][0]) : NULL;
        const char *wanted = object_get(after, names[i][0]);
        if (!text_equal(had, wanted))
            ddl_add(ddl, "%s SET %s %s", prefix, names[i][1], wanted ? wanted : names[i][2]);
    }
    ddl_alter_reloptions(ddl, prefix, before ? object_get(before, "options") : NULL,
                         object_get(after, "options"));
}

static void finish(DdlWriter *ddl, const Object *object)
{
    set(ddl, NULL, object);
}

const KindSpec kind_view_column = {
    .name = "view column",
    .json = "view_columns",
    .noun = "COLUMN",
    .grant_as = "TABLE",
    .sql = sql_kind_view_column,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_VIEW,
    .flags = KIND_WITH_PARENT | KIND_FOLDED,
    .create = nothing,
    .finish = finish,
    .drop = nothing,
    .alter = set,
};
