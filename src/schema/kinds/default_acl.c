/* Default privileges. They are set last, so that they do not reach what the plan itself creates. */
#include <string.h>

#include "dbmig/schema/facet.h"
#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"role", ATTRIBUTE_IGNORE},
    {"target", ATTRIBUTE_IGNORE},
    {"object_type", ATTRIBUTE_IGNORE},
    {"privileges", ATTRIBUTE_ALTER},
    {"base", ATTRIBUTE_IGNORE},
};

static void set(DdlWriter *ddl, const Object *object, const char *before, const char *after)
{
    AclList old = {0}, new = {0};
    const char *target = object_get(object, "target");
    /* The key is "FOR ROLE r IN SCHEMA s ON TABLES"; the role may be missing. */
    int head = (int)(strlen(object->key) - strlen("ON ") - strlen(target));
    char *prefix = arena_printf(ddl->arena, "ALTER DEFAULT PRIVILEGES %.*s", head, object->key);
    facet_parse_acl(ddl->arena, before, facet_acl_owner, &old);
    facet_parse_acl(ddl->arena, after, facet_acl_owner, &new);
    facet_emit_acl(ddl, &old, &new, prefix, target, NULL, object_get(object, "role"),
                   false);
}

/* The list with a word for the role that it belongs to, whose name may differ on the two sides. */
static const char *without_role(Arena *arena, const char *acl, const char *role)
{
    AclList list = {0};
    Buf out = {0};
    facet_parse_acl(arena, acl, role, &list);
    for (size_t i = 0; i < list.count; i++) {
        const AclEntry *entry = &list.items[i];
        buf_printf(&out, "%c\"%s=%c%s/%s\"", i ? ',' : '{', entry->grantee ? entry->grantee : "",
                   entry->privilege, entry->grantable ? "*" : "", entry->grantor);
    }
    buf_add_str(&out, out.len ? "}" : "{}");
    return buf_steal(&out, arena);
}

static void complete(Arena *arena, Object *object)
{
    static const char *const lists[] = {"privileges", "base"};
    for (size_t i = 0; i < ARRAY_LENGTH(lists); i++)
        object_set(object, lists[i],
                   without_role(arena, object_get(object, lists[i]), object_get(object, "role")));
}

static void create(DdlWriter *ddl, const Object *object)
{
    set(ddl, object, object_get(object, "base"), object_get(object, "privileges"));
}

static void drop(DdlWriter *ddl, const Object *object)
{
    set(ddl, object, object_get(object, "privileges"), object_get(object, "base"));
}

static void alter(DdlWriter *ddl, const Object *before, const Object *after)
{
    set(ddl, after, object_get(before, "privileges"), object_get(after, "privileges"));
}

const KindSpec kind_default_acl = {
    .name = "default privileges",
    .json = "default_privileges",
    .sql = sql_kind_default_acl,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_DEFAULT_ACL,
    .create = create,
    .drop = drop,
    .alter = alter,
    .complete = complete,
};
