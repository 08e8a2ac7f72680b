/*
 * The rebuild closure: what depends on something that is replaced or dropped, or on a column that gets
 * another type, is dropped before and created again after; columns whose type is replaced are moved
 * to the new one (the type is swapped). Each kind says how it reacts.
 */
#include "kinds.h"
#include "plan_internal.h"

typedef struct Closure {
    Planner *planner;
    VEC(Entry *) work;
} Closure;

Reaction kind_reaction_rigid(const Object *object, const Object *need, NeedEvent event)
{
    (void)object;
    (void)need;
    (void)event;
    return REACTION_REBUILD;
}

static void push(Closure *closure, Entry *entry)
{
    VEC_PUSH(closure->planner->arena, closure->work, entry);
}

static void force_replace(Closure *closure, Entry *entry)
{
    if (entry->change != CHANGE_NONE && entry->change != CHANGE_ALTER)
        return;
    entry->change = CHANGE_REPLACE;
    push(closure, entry);
}

static void force_retype(Closure *closure, Entry *entry, Entry *type)
{
    type->swap = true;
    if (entry->retype || (entry->change != CHANGE_NONE && entry->change != CHANGE_ALTER))
        return;
    entry->retype = true;
    entry->change = CHANGE_ALTER;
    push(closure, entry);
}

/* True when what happens to the dependent by itself takes it off what it needed. */
static bool lets_go(const Entry *dependent, const Entry *entry)
{
    if (dependent->change != CHANGE_ALTER || !dependent->altered)
        return false;
    return !entry->after || !object_needs(dependent->after, entry->after);
}

/* A part that is inherited stays when its table lets go of the parent table. */
static bool survives_parent(const Object *object, const Entry *origin)
{
    if (!object->origin || object->origin != origin->before || object->kind == KIND_INDEX)
        return false;
    return origin->change == CHANGE_DROP || plan_entry(origin->before->parent)->change == CHANGE_REPLACE;
}

static void react(Closure *closure, Entry *entry, NeedEvent event)
{
    for (size_t i = 0; i < entry->before->needed_by.count; i++) {
        Entry *dependent = plan_entry(entry->before->needed_by.items[i]);
        bool stays = event != NEED_RETYPED || dependent->before->kind == KIND_COLUMN;
        if (!dependent->after || (stays && lets_go(dependent, entry)) ||
            (event != NEED_RETYPED && survives_parent(dependent->before, entry)))
            continue;
        const KindSpec *spec = kind_spec(dependent->before->kind);
        Reaction reaction = event == NEED_RETYPED ? REACTION_NONE : REACTION_REBUILD;
        if (spec->reaction)
            reaction = spec->reaction(dependent->before, entry->before, event);
        if (reaction == REACTION_REBUILD)
            force_replace(closure, dependent);
        else if (reaction == REACTION_RETYPE)
            force_retype(closure, dependent, entry);
    }
}

static bool is_going(const Object *object)
{
    return plan_entry(object)->change == CHANGE_DROP || plan_entry(object)->change == CHANGE_REPLACE;
}

/* No statement takes an index off the parent table's index: it goes with that, or when its table is
   detached. */
static void pull_parent_index(Closure *closure, const Object *object)
{
    if (!object->origin || (object->kind != KIND_INDEX && object->kind != KIND_CONSTRAINT) ||
        !object_child(object, KIND_INDEX_ATTACH, object->name))
        return;
    const Object *link = object_child(object->parent, KIND_ATTACHMENT, object->parent->name);
    if (link && !is_going(link))
        force_replace(closure, plan_entry(object->origin));
}

static bool has_columns(const Object *type)
{
    for (size_t i = 0; i < type->needed_by.count; i++) {
        if (type->needed_by.items[i]->kind == KIND_COLUMN)
            return true;
    }
    return false;
}

static void process(Closure *closure, Entry *entry)
{
    if (!entry->before)
        return;
    const KindSpec *spec = kind_spec(entry->before->kind);
    if (entry->change == CHANGE_REPLACE || entry->change == CHANGE_DROP)
        pull_parent_index(closure, entry->before);
    if (entry->change == CHANGE_REPLACE) {
        react(closure, entry, NEED_REPLACED);
    } else if (entry->change == CHANGE_DROP) {
        react(closure, entry, NEED_DROPPED);
    } else if (entry->retype ||
               (entry->altered && spec->retypes && spec->retypes(entry->before, entry->after))) {
        Object *parent = entry->before->parent;
        /* An attribute of a type that tables use cannot be altered in place. */
        if (parent && (kind_spec(parent->kind)->flags & KIND_SWAPPED) && has_columns(parent))
            force_replace(closure, plan_entry(parent));
        else
            react(closure, entry, NEED_RETYPED);
    }
}

/* An old type that is kept for a while keeps the types it is made of. */
static bool spread_swap(Entry *entry)
{
    bool changed = false;
    for (size_t i = 0; i < entry->before->needs.count; i++) {
        Entry *need = plan_entry(entry->before->needs.items[i]);
        bool is_type = (kind_spec(need->before->kind)->flags & KIND_SWAPPED) != 0;
        if (is_type && !need->swap && need->drop == NULL && need->change == CHANGE_REPLACE) {
            need->swap = true;
            changed = true;
        }
    }
    for (size_t i = 0; i < entry->before->children.count; i++)
        changed = spread_swap(&(Entry){.before = entry->before->children.items[i]}) || changed;
    return changed;
}

static void spread_swaps(Planner *planner)
{
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < planner->entries.count; i++) {
            if (planner->entries.items[i]->swap && spread_swap(planner->entries.items[i]))
                again = true;
        }
    }
}

void plan_close(Planner *planner)
{
    Closure closure = {.planner = planner};
    for (size_t i = 0; i < planner->entries.count; i++) {
        if (planner->entries.items[i]->change != CHANGE_NONE)
            push(&closure, planner->entries.items[i]);
    }
    while (closure.work.count > 0)
        process(&closure, closure.work.items[--closure.work.count]);
    spread_swaps(planner);
}
