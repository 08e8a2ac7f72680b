/* The roles that a schema mentions: owners, grants, policies, default privileges, user mappings. */
#include <string.h>

#include "dbmig/schema/facet.h"
#include "dbmig/schema/snapshot.h"

typedef struct Roles {
    Arena *arena;
    Map *seen;
    StringList *list;
} Roles;

static void add(Roles *roles, const char *name)
{
    if (!name || strcmp(name, facet_acl_owner) == 0 || map_has(roles->seen, name))
        return;
    map_set(roles->seen, name, roles);
    VEC_PUSH(roles->arena, *roles->list, name);
}

static void add_acl(Roles *roles, const char *acl)
{
    AclList entries = {0};
    facet_parse_acl(roles->arena, acl, NULL, &entries);
    for (size_t i = 0; i < entries.count; i++) {
        add(roles, entries.items[i].grantee);
        add(roles, entries.items[i].grantor);
    }
}

/* "a, \"b c\"" as in a policy. */
static void add_list(Roles *roles, const char *list)
{
    Buf name = {0};
    bool quoted = false;
    for (const char *c = list ? list : ""; *c; c++) {
        if (*c == '"' && quoted && c[1] == '"')
            buf_add_char(&name, *c++);
        else if (*c == '"')
            quoted = !quoted;
        else if (*c != ',' || quoted)
            buf_add_char(&name, *c);
        if (!quoted && (c[1] == ',' || c[1] == '\0')) {
            add(roles, arena_strdup(roles->arena, buf_text(&name)));
            buf_clear(&name);
            c += c[1] ? strspn(c + 1, ", ") : 0;
        }
    }
    buf_free(&name);
}

void snapshot_roles(Arena *arena, const Snapshot *snapshot, StringList *ret)
{
    Roles roles = {arena, map_new(arena), ret};
    for (size_t i = 0; i < snapshot->objects.count; i++) {
        const Object *object = snapshot->objects.items[i];
        add(&roles, object->owner);
        add_acl(&roles, object->acl);
        if (object->kind == KIND_POLICY)
            add_list(&roles, object_get(object, "roles"));
        if (object->kind == KIND_DEFAULT_ACL) {
            add(&roles, object_get(object, "role"));
            add_acl(&roles, object_get(object, "privileges"));
        }
        if (object->kind == KIND_USER_MAPPING)
            add(&roles, object_get(object, "user"));
    }
}
