/* Materialized views. Another query makes a new one. */
#include <string.h>

#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"query", ATTRIBUTE_REPLACE},   {"access_method", ATTRIBUTE_ALTER}, {"tablespace", ATTRIBUTE_ALTER},
    {"options", ATTRIBUTE_ALTER},   {"populated", ATTRIBUTE_IGNORE},
};

static void create(DdlWriter *ddl, const Object *object)
{
    Buf out = {0};
    const char *method = object_get(object, "access_method");
    buf_printf(&out, "CREATE MATERIALIZED VIEW %s", object->key);
    if (method && strcmp(method, "heap") != 0)
        buf_printf(&out, " USING %s", method);
    if (object_get(object, "options"))
        buf_printf(&out, " WITH (%s)",
                   ddl_options_join(ddl->arena, object_get(object, "options"), '='));
    if (object_get(object, "tablespace"))
        buf_printf(&out, " TABLESPACE %s", object_get(object, "tablespace"));
    buf_printf(&out, " AS\n%s", object_get(object, "query"));
    if (!object_true(object, "populated"))
        buf_add_str(&out, "\n  WITH NO DATA");
    ddl_add(ddl, "%s", buf_text(&out));
    buf_free(&out);
}

static void alter(DdlWriter *ddl, const Object *before, const Object *after)
{
    const char *prefix = arena_printf(ddl->arena, "ALTER MATERIALIZED VIEW %s", after->key);
    if (object_differs(before, after, "access_method"))
        ddl_add(ddl, "%s SET ACCESS METHOD %s", prefix, object_get(after, "access_method"));
    if (object_differs(before, after, "tablespace")) {
        const char *space = object_get(after, "tablespace");
        ddl_add(ddl, "%s SET TABLESPACE %s", prefix, space ? space : "pg_default");
    }
    ddl_alter_reloptions(ddl, prefix, object_get(before, "options"), object_get(after, "options"));
}

const KindSpec kind_matview = {
    .name = "materialized view",
    .json = "materialized_views",
    .noun = "MATERIALIZED VIEW",
    .grant_as = "TABLE",
    .sql = sql_kind_matview,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_MATVIEW,
    .flags = KIND_RELATION | KIND_TYPE,
    .create = create,
    .alter = alter,
    .reaction = kind_reaction_rigid,
};
