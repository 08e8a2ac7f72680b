/*
 * The schema that is left to reach when changes are skipped: the target with its objects as they are
 * for what is left alone, without those that are not to come, and with those that are to stay. All that
 * follows plans for it as for any other, so nothing skipped comes in with a rebuild.
 */
#include "plan_internal.h"

static char listed; /* what Object.plan of a part in its parent's list points to meanwhile */

/* What stands for an object of either side; NULL when nothing does. */
static Object *stand_in(const Object *object)
{
    return object ? plan_entry(object)->target : NULL;
}

/* The object's definition, on its way into the new target. */
static Object *copy_object(Arena *arena, const Object *object)
{
    Object *copy = arena_alloc(arena, sizeof(*copy));
    *copy = *object;
    copy->needs = copy->needed_by = copy->children = (ObjectList){0};
    copy->plan = NULL;
    return copy;
}

static const Object *definition(const Entry *entry)
{
    return entry->left ? entry->before : entry->after;
}

static void link_object(Arena *arena, const Object *source, Object *copy)
{
    copy->parent = stand_in(source->parent);
    copy->origin = stand_in(source->origin);
    for (size_t i = 0; i < source->needs.count; i++) {
        Object *need = stand_in(source->needs.items[i]);
        if (need)
            object_add_need(arena, copy, need);
    }
    for (size_t i = 0; i < source->children.count; i++) {
        Object *child = stand_in(source->children.items[i]);
        if (!child)
            continue;
        VEC_PUSH(arena, copy->children, child);
        child->plan = &listed;
    }
}

static void add_to_parent(Arena *arena, Object *copy)
{
    if (copy->parent && copy->plan != &listed)
        VEC_PUSH(arena, copy->parent->children, copy);
}

void plan_skip_target(Planner *planner)
{
    Snapshot *target = arena_alloc(planner->arena, sizeof(*target));
    *target = *planner->to;
    target->objects = (ObjectList){0};
    for (int kind = 0; kind < KIND_COUNT; kind++)
        target->by_key[kind] = map_new(planner->arena);
    for (size_t i = 0; i < planner->entries.count; i++) {
        Entry *entry = planner->entries.items[i];
        const Object *object = definition(entry);
        if (!object)
            continue;
        entry->target = copy_object(planner->arena, object);
        VEC_PUSH(planner->arena, target->objects, entry->target);
        map_set(target->by_key[object->kind], object->key, entry->target);
    }
    for (size_t i = 0; i < planner->entries.count; i++) {
        const Entry *entry = planner->entries.items[i];
        if (entry->target)
            link_object(planner->arena, definition(entry), entry->target);
    }
    for (size_t i = 0; i < target->objects.count; i++)
        add_to_parent(planner->arena, target->objects.items[i]);
    planner->to = target;
    planner->entries.count = 0;
    plan_merge(planner);
}
