/* Domains. Their checks are objects of their own; another base type swaps the domain. */
#include "dbmig/base/text.h"
#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"base_type", ATTRIBUTE_REPLACE},
    {"collation", ATTRIBUTE_REPLACE},
    {"default", ATTRIBUTE_ALTER},
    {"not_null", ATTRIBUTE_ALTER},
    {"not_null_name", ATTRIBUTE_ALTER}, /* of its constraint; since 17 */
};

/* "CONSTRAINT name ", unless it is the one that the server gives. */
static const char *not_null_name(Arena *arena, const Object *object)
{
    const char *name = object_get(object, "not_null_name");
    const char *usual = ddl_identifier(arena, arena_printf(arena, "%s_not_null", object->name));
    return name && !text_equal(name, usual) ? arena_printf(arena, "CONSTRAINT %s ", name) : "";
}

static void create(DdlWriter *ddl, const Object *object)
{
    Buf out = {0};
    buf_printf(&out, "CREATE DOMAIN %s AS %s", object->key, object_get(object, "base_type"));
    if (object_get(object, "collation"))
        buf_printf(&out, " COLLATE %s", object_get(object, "collation"));
    if (object_get(object, "default"))
        buf_printf(&out, " DEFAULT %s", object_get(object, "default"));
    if (object_true(object, "not_null"))
        buf_printf(&out, " %sNOT NULL", not_null_name(ddl->arena, object));
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
    bool wanted = object_true(after, "not_null");
    const char *name = wanted ? not_null_name(ddl->arena, after) : "";
    if (object_differs(before, after, "not_null"))
        ddl_add(ddl, "ALTER DOMAIN %s %s%sNOT NULL", after->key,
                !wanted   ? "DROP "
                : name[0] ? "ADD "
                          : "SET ",
                name);
    else if (object_differs(before, after, "not_null_name"))
        ddl_add(ddl, "ALTER DOMAIN %s RENAME CONSTRAINT %s TO %s", after->key,
                object_get(before, "not_null_name"), object_get(after, "not_null_name"));
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
