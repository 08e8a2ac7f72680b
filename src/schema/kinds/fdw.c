/* Foreign data wrappers. */
#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"handler", ATTRIBUTE_ALTER},
    {"validator", ATTRIBUTE_ALTER},
    {"options", ATTRIBUTE_ALTER},
};

static void add_function(Buf *out, const Object *object, const char *attribute, const char *word)
{
    const char *function = object_get(object, attribute);
    if (function)
        buf_printf(out, " %s %s", word, function);
    else
        buf_printf(out, " NO %s", word);
}

static void create(DdlWriter *ddl, const Object *object)
{
    Buf out = {0};
    if (object_get(object, "handler"))
        add_function(&out, object, "handler", "HANDLER");
    if (object_get(object, "validator"))
        add_function(&out, object, "validator", "VALIDATOR");
    if (object_get(object, "options"))
        buf_printf(&out, " OPTIONS (%s)",
                   ddl_options_join(ddl->arena, object_get(object, "options"), ' '));
    ddl_add(ddl, "CREATE FOREIGN DATA WRAPPER %s%s", object->key, buf_text(&out));
    buf_free(&out);
}

static void alter(DdlWriter *ddl, const Object *before, const Object *after)
{
    Buf out = {0};
    const char *options = ddl_alter_fdw_options(ddl->arena, object_get(before, "options"),
                                                object_get(after, "options"));
    if (object_differs(before, after, "handler"))
        add_function(&out, after, "handler", "HANDLER");
    if (object_differs(before, after, "validator"))
        add_function(&out, after, "validator", "VALIDATOR");
    if (options[0])
        buf_printf(&out, " OPTIONS (%s)", options);
    ddl_add(ddl, "ALTER FOREIGN DATA WRAPPER %s%s", after->key, buf_text(&out));
    buf_free(&out);
}

const KindSpec kind_fdw = {
    .name = "foreign data wrapper",
    .json = "foreign_data_wrappers",
    .noun = "FOREIGN DATA WRAPPER",
    .sql = sql_kind_fdw,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_FOREIGN_DATA_WRAPPER,
    .create = create,
    .alter = alter,
};
