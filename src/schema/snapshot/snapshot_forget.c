/* Takes objects out of a snapshot, with their parts and all edges to them. */
#include "dbmig/schema/snapshot.h"

static char forgotten; /* what Object.plan points to meanwhile */

static void keep_known(ObjectList *list)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i]->plan != &forgotten)
            list->items[kept++] = list->items[i];
    }
    list->count = kept;
}

static void unlink_forgotten(Object *object)
{
    keep_known(&object->needs);
    keep_known(&object->needed_by);
    keep_known(&object->children);
    if (object->origin && object->origin->plan == &forgotten)
        object->origin = NULL;
}

/* A parent's kind stands before those of its parts. */
static bool mark(Snapshot *snapshot, SnapshotJudge *unwanted, const void *context)
{
    bool any = false;
    for (size_t i = 0; i < snapshot->objects.count; i++) {
        Object *object = snapshot->objects.items[i];
        bool goes = (object->parent && object->parent->plan == &forgotten) || unwanted(object, context);
        object->plan = goes ? &forgotten : NULL;
        any |= goes;
    }
    return any;
}

void snapshot_forget(Arena *arena, Snapshot *snapshot, SnapshotJudge *unwanted, const void *context)
{
    if (!mark(snapshot, unwanted, context))
        return;
    for (size_t i = 0; i < snapshot->objects.count; i++)
        unlink_forgotten(snapshot->objects.items[i]);
    keep_known(&snapshot->objects);
    for (int kind = 0; kind < KIND_COUNT; kind++)
        snapshot->by_key[kind] = map_new(arena);
    for (size_t i = 0; i < snapshot->objects.count; i++) {
        Object *object = snapshot->objects.items[i];
        map_set(snapshot->by_key[object->kind], object->key, object);
    }
}
