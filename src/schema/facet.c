/* Owner, comment, grants and security labels of objects of every kind. */
#include "dbmig/schema/facet.h"

#include <string.h>

#include "dbmig/base/text.h"

static bool takes_grants(const Object *object)
{
    return object->acl_default != NULL;
}

const char *facet_owner(const Snapshot *snapshot, const Object *object)
{
    if (snapshot->throwaway && text_equal(object->owner, snapshot->user))
        return NULL;
    return object->owner;
}

static const char *owner_of(const Object *object)
{
    for (; object; object = object->parent) {
        if (object->owner)
            return object->owner;
    }
    return NULL;
}

void facet_read_acl(Arena *arena, const Object *object, AclList *ret)
{
    facet_parse_acl(arena, object->acl ? object->acl : object->acl_default, owner_of(object), ret);
}

static bool same_acl(Arena *arena, const Object *before, const Object *after)
{
    if (!takes_grants(before) || !takes_grants(after))
        return true;
    if (text_equal(before->acl, after->acl) && text_equal(owner_of(before), owner_of(after)))
        return true;
    AclList old = {0}, new = {0};
    facet_read_acl(arena, before, &old);
    facet_read_acl(arena, after, &new);
    return facet_acl_equal(&old, &new);
}

static bool same_owner(const Snapshot *from, const Object *before, const Snapshot *to,
                       const Object *after)
{
    const char *old = facet_owner(from, before), *new = facet_owner(to, after);
    return !old || !new || strcmp(old, new) == 0;
}

void facet_compare(Arena *arena, const Snapshot *from, const Object *before, const Snapshot *to,
                   const Object *after, StringList *ret)
{
    if (!same_owner(from, before, to, after))
        VEC_PUSH(arena, *ret, "owner");
    if (!text_equal(before->comment, after->comment))
        VEC_PUSH(arena, *ret, "comment");
    if (!same_acl(arena, before, after))
        VEC_PUSH(arena, *ret, "acl");
    if (!text_equal(before->labels, after->labels))
        VEC_PUSH(arena, *ret, "labels");
}

/* ---- writing ---- */

static void emit_owner(DdlWriter *ddl, const Object *before, const Object *after)
{
    const char *owner = facet_owner(ddl->to, after);
    const char *had = before ? facet_owner(ddl->from, before) : ddl->runner;
    if (!owner || (before && !had) || text_equal(owner, had))
        return;
    ddl_add(ddl, "ALTER %s %s OWNER TO %s", kind_noun(after), after->key,
            ddl_identifier(ddl->arena, owner));
}

/* What DDL calls it. */
static const char *called(const Object *object)
{
    const KindSpec *spec = kind_spec(object->kind);
    return spec->called ? spec->called(object) : object->key;
}

static void emit_comment(DdlWriter *ddl, const Object *before, const Object *after)
{
    const char *had = before ? before->comment : NULL;
    if (text_equal(had, after->comment))
        return;
    ddl_add(ddl, "COMMENT ON %s %s IS %s", kind_noun(after), called(after),
            after->comment ? ddl_literal(ddl->arena, after->comment) : "NULL");
}

static const char *provider_of(Arena *arena, const char *line)
{
    const char *blank = strchr(line, ' ');
    return blank ? arena_strndup(arena, line, (size_t)(blank - line)) : line;
}

static void emit_labels(DdlWriter *ddl, const Object *before, const Object *after)
{
    StringList old = {0}, new = {0}, providers = {0};
    if (before)
        ddl_lines(ddl->arena, before->labels, &old);
    ddl_lines(ddl->arena, after->labels, &new);
    for (size_t i = 0; i < new.count; i++) {
        const char *provider = provider_of(ddl->arena, new.items[i]);
        VEC_PUSH(ddl->arena, providers, provider);
        if (!text_list_has(&old, new.items[i]))
            ddl_add(ddl, "SECURITY LABEL FOR %s ON %s %s IS %s", provider, kind_noun(after),
                    called(after), new.items[i] + strlen(provider) + 1);
    }
    for (size_t i = 0; i < old.count; i++) {
        const char *provider = provider_of(ddl->arena, old.items[i]);
        if (!text_list_has(&providers, provider))
            ddl_add(ddl, "SECURITY LABEL FOR %s ON %s %s IS NULL", provider, kind_noun(after),
                    called(after));
    }
}

/* What ALTER DEFAULT PRIVILEGES has to do with objects of this kind: its letter, or 0. */
static char default_letter(const Object *object)
{
    switch (object->kind) {
    case KIND_TABLE:
    case KIND_FOREIGN_TABLE:
    case KIND_VIEW:
    case KIND_MATVIEW:
        return 'r';
    case KIND_SEQUENCE:
    case KIND_IDENTITY_SEQUENCE:
        return 's';
    case KIND_FUNCTION:
    case KIND_AGGREGATE:
        return 'f';
    case KIND_ENUM:
    case KIND_DOMAIN:
    case KIND_COMPOSITE:
    case KIND_RANGE:
    case KIND_BASE_TYPE:
        return 'T';
    case KIND_SCHEMA:
        return 'n';
    default:
        return 0;
    }
}

/*
 * The ACL that the server gives a new object: the built-in default, or the default privileges of the
 * role that makes it, and those for the schema beside. They are changed last (see default_acl.c), so
 * those of the old side hold.
 */
static void initial_acl(const DdlWriter *ddl, const Object *object, AclList *ret)
{
    const char *builtin = object->acl_default, *owner = owner_of(object);
    char letter = default_letter(object);
    StringList added = {0};
    const Map *acls = ddl->from->by_key[KIND_DEFAULT_ACL];
    for (size_t i = 0; letter && i < map_count(acls); i++) {
        const Object *acl = map_at(acls, i)->value;
        if (object_get(acl, "object_type")[0] != letter ||
            !text_equal(object_get(acl, "role"), ddl->runner))
            continue;
        if (!acl->schema) {
            builtin = object_get(acl, "privileges");
            owner = facet_acl_owner;
        } else if (text_equal(acl->schema, object->schema)) {
            VEC_PUSH(ddl->arena, added, object_get(acl, "privileges"));
        }
    }
    facet_parse_acl(ddl->arena, builtin, owner, ret);
    for (size_t i = 0; i < added.count; i++)
        facet_parse_acl(ddl->arena, added.items[i], facet_acl_owner, ret);
}

static const char *grant_noun(const Object *object)
{
    const char *as = kind_spec(object->kind)->grant_as;
    return as ? as : kind_noun(object);
}

static const char *grant_key(const Object *object)
{
    const KindSpec *spec = kind_spec(object->kind);
    return spec->grant_key ? spec->grant_key(object) : called(object);
}

static void emit_acl(DdlWriter *ddl, const Object *before, const Object *after)
{
    if (!takes_grants(after))
        return;
    Arena *arena = ddl->arena;
    AclList old = {0}, new = {0};
    if (before)
        facet_read_acl(arena, before, &old);
    else
        initial_acl(ddl, after, &old);
    facet_read_acl(arena, after, &new);
    bool is_column = after->kind == KIND_COLUMN || after->kind == KIND_VIEW_COLUMN;
    const Object *target = is_column ? after->parent : after;
    const char *column = is_column ? ddl_identifier(arena, after->name) : NULL;
    const char *on = arena_printf(arena, "%s %s", is_column ? "TABLE" : grant_noun(after),
                                 grant_key(target));
    const char *owner = facet_owner(ddl->to, target);
    if (!owner)
        owner = before && ddl->from ? owner_of(before) : ddl->runner;
    if (before && owner && !text_equal(owner, owner_of(before)))
        facet_acl_give_to(arena, &old, owner);
    facet_emit_acl(ddl, &old, &new, "", on, column, owner ? owner : owner_of(after), before != NULL);
}

void facet_emit(DdlWriter *ddl, const Object *before, const Object *after)
{
    if (!kind_noun(after))
        return;
    if (after->owner)
        emit_owner(ddl, before, after);
    emit_comment(ddl, before, after);
    emit_labels(ddl, before, after);
    emit_acl(ddl, before, after);
}
