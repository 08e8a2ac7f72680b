/* Foreign tables. Columns, defaults, checks and triggers are those of tables. */
#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"server", ATTRIBUTE_REPLACE},
    {"options", ATTRIBUTE_ALTER},
    {"is_partition", ATTRIBUTE_IGNORE},
};

static void create(DdlWriter *ddl, const Object *object)
{
    Buf list = {0}, tail = {0};
    table_add_items(&list, ddl->arena, object, false);
    table_add_inherits(&tail, object);
    buf_printf(&tail, " SERVER %s", object_get(object, "server"));
    if (object_get(object, "options"))
        buf_printf(&tail, " OPTIONS (%s)",
                   ddl_options_join(ddl->arena, object_get(object, "options"), ' '));
    ddl_add(ddl, "CREATE FOREIGN TABLE %s (%s%s)%s", object->key, buf_text(&list),
            list.len > 0 ? "\n" : "", buf_text(&tail));
    buf_free(&list);
    buf_free(&tail);
}

static void alter(DdlWriter *ddl, const Object *before, const Object *after)
{
    ddl_add(ddl, "ALTER FOREIGN TABLE %s OPTIONS (%s)", after->key,
            ddl_alter_fdw_options(ddl->arena, object_get(before, "options"),
                                  object_get(after, "options")));
}

static bool keeps_need(const Object *object, const Object *need)
{
    (void)object;
    return need->kind != KIND_TABLE && need->kind != KIND_FOREIGN_TABLE;
}

const KindSpec kind_foreign_table = {
    .name = "foreign table",
    .json = "foreign_tables",
    .noun = "FOREIGN TABLE",
    .grant_as = "TABLE",
    .sql = sql_kind_foreign_table,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_TABLE,
    .flags = KIND_RELATION | KIND_TYPE,
    .create = create,
    .alter = alter,
    .keeps_need = keeps_need,
};
