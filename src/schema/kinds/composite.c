/* Composite types. */
#include "../kinds.h"

static void create(DdlWriter *ddl, const Object *object)
{
    Buf list = {0};
    for (size_t i = 0; i < object->children.count; i++) {
        const Object *child = object->children.items[i];
        if (child->kind != KIND_ATTRIBUTE || !child->folded)
            continue;
        buf_printf(&list, "%s\n    %s %s", list.len ? "," : "", ddl_identifier(ddl->arena, child->name),
                   object_get(child, "type"));
        if (object_get(child, "collation"))
            buf_printf(&list, " COLLATE %s", object_get(child, "collation"));
    }
    ddl_add(ddl, "CREATE TYPE %s AS (%s%s)", object->key, buf_text(&list), list.len ? "\n" : "");
    buf_free(&list);
}

const KindSpec kind_composite = {
    .name = "composite type",
    .json = "composite_types",
    .noun = "TYPE",
    .sql = sql_kind_composite,
    .priority = PRIORITY_TYPE,
    .flags = KIND_TYPE | KIND_RELATION | KIND_SWAPPED,
    .create = create,
};
