/* Pairs the objects of two snapshots by kind and key, and says for each what happens to it. */
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/schema/facet.h"
#include "../ddl.h"
#include "plan_internal.h"

static bool counts(const Planner *planner, AttributeChange change)
{
    if (change == ATTRIBUTE_ORDER)
        return planner->options->strict_order;
    return change != ATTRIBUTE_IGNORE;
}

/* What is secret has a name there that it had not before. */
static bool has_new_secret(Arena *arena, const char *before, const char *after)
{
    StringList old = {0}, new = {0};
    ddl_lines(arena, before, &old);
    ddl_lines(arena, after, &new);
    for (size_t i = 0; i < new.count; i++) {
        if (!text_list_has(&old, new.items[i]))
            return true;
    }
    return false;
}

/* What the server prints before and after a dump and a restore is equal. */
static bool same_text(Arena *arena, const char *before, const char *after)
{
    if (text_equal(before, after))
        return true;
    if (!before || !after || !strchr(before, '(') || !strchr(after, '('))
        return false;
    return strcmp(ddl_canonical(arena, before), ddl_canonical(arena, after)) == 0;
}

/* Compares the attributes; *ret_replace when one of them needs a replacement. */
static void compare_attributes(Planner *planner, Entry *entry, bool *ret_replace)
{
    const KindSpec *spec = kind_spec(entry->after->kind);
    *ret_replace = false;
    for (size_t i = 0; i < spec->attribute_count; i++) {
        const AttributeSpec *attribute = &spec->attributes[i];
        if (!counts(planner, attribute->change) ||
            same_text(planner->arena, entry->before->attributes[i], entry->after->attributes[i]))
            continue;
        if (attribute->change == ATTRIBUTE_SECRET &&
            !has_new_secret(planner->arena, entry->before->attributes[i], entry->after->attributes[i]))
            continue;
        VEC_PUSH(planner->arena, entry->attributes, attribute->name);
        if (attribute->change != ATTRIBUTE_ALTER && attribute->change != ATTRIBUTE_SECRET)
            *ret_replace = true;
    }
}

static void classify(Planner *planner, Entry *entry)
{
    bool replace;
    if (!entry->before || !entry->after) {
        entry->change = entry->after ? CHANGE_CREATE : CHANGE_DROP;
        return;
    }
    const KindSpec *spec = kind_spec(entry->after->kind);
    compare_attributes(planner, entry, &replace);
    entry->altered = entry->attributes.count > 0;
    if (entry->altered && (replace || !spec->alter ||
                           (spec->can_alter && !spec->can_alter(entry->before, entry->after))))
        entry->change = CHANGE_REPLACE;
    else if (entry->altered)
        entry->change = CHANGE_ALTER;
    facet_compare(planner->arena, planner->from, entry->before, planner->to, entry->after,
                  &entry->attributes);
    if (entry->change == CHANGE_NONE && entry->attributes.count > 0)
        entry->change = CHANGE_ALTER;
}

static void add_entry(Planner *planner, Object *before, Object *after)
{
    Entry *entry = arena_alloc(planner->arena, sizeof(*entry));
    entry->before = before;
    entry->after = after;
    if (before) {
        before->plan = entry;
        before->folded = before->swapped = before->alone = before->online = false;
    }
    if (after) {
        after->plan = entry;
        after->folded = after->swapped = after->alone = after->online = after->renewed = false;
    }
    classify(planner, entry);
    VEC_PUSH(planner->arena, planner->entries, entry);
}

static int compare_objects(const Object *left, const Object *right)
{
    if (left->kind != right->kind)
        return left->kind < right->kind ? -1 : 1;
    return strcmp(left->key, right->key);
}

void plan_merge(Planner *planner)
{
    const ObjectList *from = &planner->from->objects, *to = &planner->to->objects;
    size_t a = 0, b = 0;
    while (a < from->count || b < to->count) {
        int order = a == from->count  ? 1
                    : b == to->count ? -1
                                     : compare_objects(from->items[a], to->items[b]);
        add_entry(planner, order <= 0 ? from->items[a] : NULL, order >= 0 ? to->items[b] : NULL);
        a += order <= 0;
        b += order >= 0;
    }
}
