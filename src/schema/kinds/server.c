/* Foreign servers. */
#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"wrapper", ATTRIBUTE_REPLACE},
    {"type", ATTRIBUTE_REPLACE},
    {"version", ATTRIBUTE_ALTER},
    {"options", ATTRIBUTE_ALTER},
};

static void create(DdlWriter *ddl, const Object *object)
{
    Buf out = {0};
    if (object_get(object, "type"))
        buf_printf(&out, " TYPE %s", object_get(object, "type"));
    if (object_get(object, "version"))
        buf_printf(&out, " VERSION %s", object_get(object, "version"));
    buf_printf(&out, " FOREIGN DATA WRAPPER %s", object_get(object, "wrapper"));
    if (object_get(object, "options"))
        buf_printf(&out, " OPTIONS (%s)",
                   ddl_options_join(ddl->arena, object_get(object, "options"), ' '));
    ddl_add(ddl, "CREATE SERVER %s%s", object->key, buf_text(&out));
    buf_free(&out);
}

static void alter(DdlWriter *ddl, const Object *before, const Object *after)
{
    Buf out = {0};
    const char *version = object_get(after, "version");
    const char *options = ddl_alter_fdw_options(ddl->arena, object_get(before, "options"),
                                                object_get(after, "options"));
    if (object_differs(before, after, "version"))
        buf_printf(&out, " VERSION %s", version ? version : "NULL");
    if (options[0])
        buf_printf(&out, " OPTIONS (%s)", options);
    ddl_add(ddl, "ALTER SERVER %s%s", after->key, buf_text(&out));
    buf_free(&out);
}

const KindSpec kind_server = {
    .name = "foreign server",
    .json = "foreign_servers",
    .noun = "SERVER",
    .grant_as = "FOREIGN SERVER",
    .sql = sql_kind_server,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_SERVER,
    .create = create,
    .alter = alter,
};
