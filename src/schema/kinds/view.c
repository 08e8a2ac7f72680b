/*
 * Views. CREATE OR REPLACE VIEW keeps what depends on the view, but may only add columns at the end.
 * It takes options as they are given, so they are always given.
 */
#include <string.h>

#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"query", ATTRIBUTE_ALTER},
    {"options", ATTRIBUTE_ALTER},
    {"columns", ATTRIBUTE_IGNORE},
};

static void write_view(DdlWriter *ddl, const Object *object, const char *verb)
{
    const char *options = object_get(object, "options");
    ddl_add(ddl, "%s VIEW %s%s%s%s AS\n%s", verb, object->key, options ? " WITH (" : "",
            options ? ddl_options_join(ddl->arena, options, '=') : "", options ? ")" : "",
            object_get(object, "query"));
}

static void create(DdlWriter *ddl, const Object *object)
{
    write_view(ddl, object, "CREATE");
}

static bool can_alter(const Object *before, const Object *after)
{
    const char *old = object_get(before, "columns"), *new = object_get(after, "columns");
    if (!old || !new)
        return !old;
    size_t len = strlen(old);
    return strncmp(old, new, len) == 0 && (new[len] == '\0' || new[len] == '\n');
}

/* The columns without a query: SELECT NULL::type AS name, … */
static void prepare(DdlWriter *ddl, const Object *object)
{
    Buf list = {0};
    for (size_t i = 0; i < object->children.count; i++) {
        const Object *column = object->children.items[i];
        if (column->kind != KIND_VIEW_COLUMN)
            continue;
        const char *collation = object_get(column, "collation");
        buf_printf(&list, "%sNULL::%s%s%s AS %s", list.len ? ", " : "", object_get(column, "type"),
                   collation ? " COLLATE " : "", collation ? collation : "",
                   ddl_identifier(ddl->arena, column->name));
    }
    ddl_add(ddl, "CREATE VIEW %s AS SELECT %s", object->key, buf_text(&list));
    buf_free(&list);
}

static void complete_prepared(DdlWriter *ddl, const Object *object)
{
    write_view(ddl, object, "CREATE OR REPLACE");
}

static void alter(DdlWriter *ddl, const Object *before, const Object *after)
{
    if (object_differs(before, after, "query"))
        write_view(ddl, after, "CREATE OR REPLACE");
    else
        ddl_alter_reloptions(ddl, arena_printf(ddl->arena, "ALTER VIEW %s", after->key),
                             object_get(before, "options"), object_get(after, "options"));
}

const KindSpec kind_view = {
    .name = "view",
    .json = "views",
    .noun = "VIEW",
    .grant_as = "TABLE",
    .sql = sql_kind_view,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_VIEW,
    .flags = KIND_RELATION | KIND_TYPE,
    .prepare = prepare,
    .complete_prepared = complete_prepared,
    .create = create,
    .alter = alter,
    .can_alter = can_alter,
    .reaction = kind_reaction_rigid,
};
