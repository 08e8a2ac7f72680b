/* Attribute access, edges and inheritance of the schema model. */
#include "dbmig/schema/object.h"

#include <string.h>

#include "dbmig/base/fatal.h"
#include "dbmig/base/text.h"
#include "kinds.h"

static const KindSpec *const kinds_by_id[] = {
#define KIND(id, file) &kind_##file,
#include "kinds.def"
#undef KIND
};

const KindSpec *kind_spec(ObjectKind kind)
{
    if ((size_t)kind >= ARRAY_LENGTH(kinds_by_id))
        BUG("no object kind %d", (int)kind);
    return kinds_by_id[kind];
}

const char *kind_noun(const Object *object)
{
    const KindSpec *spec = kind_spec(object->kind);
    return spec->noun_of ? spec->noun_of(object) : spec->noun;
}

static size_t attribute_index(ObjectKind kind, const char *name)
{
    const KindSpec *spec = kind_spec(kind);
    for (size_t i = 0; i < spec->attribute_count; i++) {
        if (strcmp(spec->attributes[i].name, name) == 0)
            return i;
    }
    BUG("kind %s has no attribute %s", spec->name, name);
}

const char *object_get(const Object *object, const char *attribute)
{
    return object->attributes[attribute_index(object->kind, attribute)];
}

bool object_true(const Object *object, const char *attribute)
{
    return text_equal(object_get(object, attribute), "t");
}

void object_set(Object *object, const char *attribute, const char *value)
{
    object->attributes[attribute_index(object->kind, attribute)] = value;
}

bool object_differs(const Object *before, const Object *after, const char *attribute)
{
    size_t index = attribute_index(before->kind, attribute);
    return !text_equal(before->attributes[index], after->attributes[index]);
}

Object *object_child(const Object *object, ObjectKind kind, const char *name)
{
    for (size_t i = 0; i < object->children.count; i++) {
        Object *child = object->children.items[i];
        if (child->kind == kind && strcmp(child->name, name) == 0)
            return child;
    }
    return NULL;
}

bool object_needs(const Object *object, const Object *need)
{
    for (size_t i = object->needs.count; i > 0; i--) {
        if (object->needs.items[i - 1] == need)
            return true;
    }
    return false;
}

void object_add_need(Arena *arena, Object *object, Object *need)
{
    if (object == need || object_needs(object, need))
        return;
    VEC_PUSH(arena, object->needs, need);
    VEC_PUSH(arena, need->needed_by, object);
}

unsigned object_spaces(const Object *object)
{
    unsigned flags = kind_spec(object->kind)->flags & (KIND_RELATION | KIND_TYPE | KIND_ROUTINE);
    if (object->kind == KIND_CONSTRAINT && strchr("pux", object_get(object, "type")[0]))
        flags |= KIND_RELATION;
    return flags;
}

static bool is_table(const Object *object)
{
    return object->kind == KIND_TABLE || object->kind == KIND_FOREIGN_TABLE;
}

Object *object_inherited(const Object *object)
{
    const Object *table = object->parent;
    for (size_t i = 0; i < table->children.count; i++) {
        const Object *link = table->children.items[i];
        if (link->kind != KIND_INHERITANCE && link->kind != KIND_ATTACHMENT)
            continue;
        for (size_t n = 0; n < link->needs.count; n++) {
            const Object *need = link->needs.items[n];
            if (need == table || !is_table(need))
                continue;
            Object *origin = object_child(need, object->kind, object->name);
            if (origin)
                return origin;
        }
    }
    return NULL;
}

static Object *find_link(const Object *holder, const Object *target)
{
    for (size_t i = 0; i < holder->children.count; i++) {
        Object *link = holder->children.items[i];
        if ((kind_spec(link->kind)->flags & KIND_LINK) && object_needs(link, target))
            return link;
    }
    return NULL;
}

Object *object_link(const Object *object, const Object *origin)
{
    Object *own = find_link(object, origin);
    if (own || !object->parent || !origin->parent)
        return own;
    return find_link(object->parent, origin->parent);
}
