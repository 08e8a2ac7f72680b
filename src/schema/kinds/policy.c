/* Row security policies. */
#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"permissive", ATTRIBUTE_REPLACE}, {"command", ATTRIBUTE_REPLACE}, {"roles", ATTRIBUTE_ALTER},
    {"using", ATTRIBUTE_ALTER},        {"check", ATTRIBUTE_ALTER},
};

static const char *roles_of(const Object *object)
{
    const char *roles = object_get(object, "roles");
    return roles ? roles : "PUBLIC";
}

static void add_expressions(Buf *out, const Object *object)
{
    if (object_get(object, "using"))
        buf_printf(out, " USING (%s)", object_get(object, "using"));
    if (object_get(object, "check"))
        buf_printf(out, " WITH CHECK (%s)", object_get(object, "check"));
}

static void create(DdlWriter *ddl, const Object *object)
{
    Buf out = {0};
    add_expressions(&out, object);
    ddl_add(ddl, "CREATE POLICY %s%s FOR %s TO %s%s", object->key,
            object_true(object, "permissive") ? "" : " AS RESTRICTIVE", object_get(object, "command"),
            roles_of(object), buf_text(&out));
    buf_free(&out);
}

/* An expression can be set, not taken away. */
static bool can_alter(const Object *before, const Object *after)
{
    return (!object_get(before, "using") || object_get(after, "using")) &&
           (!object_get(before, "check") || object_get(after, "check"));
}

static void alter(DdlWriter *ddl, const Object *before, const Object *after)
{
    Buf out = {0};
    if (object_differs(before, after, "roles"))
        buf_printf(&out, " TO %s", roles_of(after));
    if (object_differs(before, after, "using"))
        buf_printf(&out, " USING (%s)", object_get(after, "using"));
    if (object_differs(before, after, "check"))
        buf_printf(&out, " WITH CHECK (%s)", object_get(after, "check"));
    ddl_add(ddl, "ALTER POLICY %s%s", after->key, buf_text(&out));
    buf_free(&out);
}

const KindSpec kind_policy = {
    .name = "policy",
    .json = "policies",
    .noun = "POLICY",
    .sql = sql_kind_policy,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_POLICY,
    .flags = KIND_WITH_PARENT,
    .create = create,
    .alter = alter,
    .can_alter = can_alter,
    .reaction = kind_reaction_rigid,
};
