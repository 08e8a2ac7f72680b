/* Domains. Their checks are objects of their own; another base type swaps the domain. */
#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"base_type", ATTRIBUTE_REPLACE},
    {"collation", ATTRIBUTE_REPLACE},
    {"default", ATTRIBUTE_ALTER},
    {"not_null", ATTRIBUTE_ALTER},
};

static void create(DdlWriter *ddl, const Object *object)
{
    Buf out = {0};
    buf_printf(&out, "CREATE DOMAIN %s AS %s", object->key, object_get(object, "base_type"));
    if (object_get(object, "collation"))
        buf_printf(&out, " COLLATE %s", object_get(object, "collation"));
    if (object_get(object, "default"))
        buf_printf(&out, " DEFAULT %s", object_get(object, "default"));
    if (object_true(object, "not_null"))
        buf_add_str(&out, " NOT NULL");
    for (size_t i = 0; i < object->children.count; i++) {
        const Object *child = object->children.items[i];
        if (child->folded)
            buf_printf(&out, "\n    CONSTRAINT %s %s", ddl_identifier(ddl->arena, child->name),
                       object_get(child, "definition"));
    }
    ddl_add(ddl, "%s", buf_text(&out));
    buf_free(&out);
}

static void alter(DdlWriter *ddl, const Object *before, const Object *after)
{
    if (object_differs(before, after, "default")) {
        const char *value = object_get(after, "default");
        ddl_add(ddl, "ALTER DOMAIN %s %s%s", after->key, value ? "SET DEFAULT " : "DROP DEFAULT",
                value ? value : "");
    }
    if (object_differs(before, after, "not_null"))
        ddl_add(ddl, "ALTER DOMAIN %s %s NOT NULL", after->key,
                object_true(after, "not_null") ? "SET" : "DROP");
}

const KindSpec kind_domain = {
    .name = "domain",
    .json = "domains",
    .noun = "DOMAIN",
    .grant_as = "TYPE",
    .sql = sql_kind_domain,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_TYPE,
    .flags = KIND_TYPE | KIND_SWAPPED,
    .create = create,
    .alter = alter,
};
