/*
 * The rebuild closure: what depends on something that is replaced or dropped, or on a column that gets
 * another type, is dropped before and created again after; columns whose type is replaced are moved
 * to the new one (the type is swapped). Each kind says how it reacts.
 */
#include <ctype.h>
#include <string.h>

#include "../kinds.h"
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

/* Whether something stores values of the type, by itself or within another type. */
static bool is_stored(const Object *type)
{
    for (size_t i = 0; i < type->needed_by.count; i++) {
        const Object *user = type->needed_by.items[i];
        const Object *within = user->kind == KIND_ATTRIBUTE                              ? user->parent
                               : user->kind == KIND_DOMAIN || user->kind == KIND_RANGE ? user
                                                                                         : NULL;
        if (user->kind == KIND_COLUMN || user->kind == KIND_MATVIEW ||
            (within && within != type && is_stored(within)))
            return true;
    }
    return false;
}

Object *plan_attached_to(const Object *attachment)
{
    for (size_t i = 0; attachment->kind == KIND_ATTACHMENT && i < attachment->needs.count; i++) {
        Object *need = attachment->needs.items[i];
        if (need->kind == KIND_TABLE && need != attachment->parent)
            return need;
    }
    return NULL;
}

bool plan_lacks(const Object *partition, const Object *part)
{
    bool has_index = part->kind == KIND_INDEX ||
                     (part->kind == KIND_CONSTRAINT && strchr("pux", object_get(part, "type")[0]));
    for (size_t i = 0; has_index && i < partition->children.count; i++) {
        if (partition->children.items[i]->origin == part)
            return false;
    }
    return has_index;
}

/* Attaching makes an index for each of the parent's: one that is ON ONLY the parent comes behind. */
static void pull_lone_indexes(Closure *closure, const Object *attachment)
{
    const Object *table = plan_attached_to(attachment);
    for (size_t i = 0; table && i < table->children.count; i++) {
        if (plan_lacks(attachment->parent, table->children.items[i]))
            force_replace(closure, plan_entry(table->children.items[i]));
    }
}

/* A partition's constraint holds on to the parent table's plain index: nothing drops that one until the
   partition is detached. */
static void pull_attachments(Closure *closure, const Object *index)
{
    for (size_t i = 0; index->kind == KIND_INDEX && i < index->needed_by.count; i++) {
        const Object *heir = index->needed_by.items[i];
        const Object *link = heir->kind == KIND_CONSTRAINT && heir->origin == index
                                 ? object_child(heir->parent, KIND_ATTACHMENT, heir->parent->name)
                                 : NULL;
        if (link && plan_entry(link)->after)
            force_replace(closure, plan_entry(link));
    }
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$' || c == '"' || (c & 0x80);
}

/* A column of the partition key keeps its type as long as its table stands. */
static bool is_key_column(const Closure *closure, const Object *column)
{
    const Object *table = column->kind == KIND_COLUMN ? column->parent : NULL;
    const char *key = table && table->kind == KIND_TABLE ? object_get(table, "partition_key") : NULL;
    const char *name = ddl_identifier(closure->planner->arena, column->name);
    size_t len = strlen(name);
    for (const char *at = key ? strstr(key, name) : NULL; at; at = strstr(at + 1, name)) {
        if (!is_word(at[-1]) && !is_word(at[len]))
            return true;
    }
    return false;
}

bool plan_takes_row_field(const Object *object, const Object *table)
{
    for (size_t i = 0; object->kind == KIND_FUNCTION && i < object->needs.count; i++) {
        if (object->needs.items[i]->kind == KIND_COLUMN && object->needs.items[i]->parent == table)
            return true;
    }
    return false;
}

static void pull_row_users(Closure *closure, const Object *table)
{
    for (size_t i = 0; i < table->needed_by.count; i++) {
        const Object *user = table->needed_by.items[i];
        if (plan_entry(user)->after && plan_takes_row_field(user, table))
            force_replace(closure, plan_entry(user));
    }
}

/* An attribute of a type whose values are stored: it cannot be altered in place, nor dropped and added
   without losing them. */
static bool is_stored_attribute(const Object *object)
{
    return object->kind == KIND_ATTRIBUTE && is_stored(object->parent);
}

/* Triggers of partitions that stand already are not for rows that only come back. */
static void pull_triggers(Closure *closure, const Object *table)
{
    for (size_t i = 0; i < table->needed_by.count; i++) {
        const Object *link = table->needed_by.items[i];
        const Object *partition = plan_attached_to(link) == table ? plan_entry(link->parent)->before : NULL;
        for (size_t n = 0; partition && n < partition->children.count; n++) {
            if (partition->children.items[n]->kind == KIND_TRIGGER)
                force_replace(closure, plan_entry(partition->children.items[n]));
        }
        if (partition)
            pull_triggers(closure, link->parent);
    }
}

static void process(Closure *closure, Entry *entry)
{
    if (entry->after && entry->change != CHANGE_ALTER)
        pull_lone_indexes(closure, entry->after);
    bool new_column = entry->change == CHANGE_CREATE && entry->after && entry->after->kind == KIND_COLUMN;
    const Object *table = new_column ? entry->after->parent : NULL;
    const Object *standing = table ? plan_entry(table)->before : NULL;
    if (standing && entry->after->children.count > 0)
        pull_row_users(closure, standing);
    if (!entry->before)
        return;
    const KindSpec *spec = kind_spec(entry->before->kind);
    if (entry->change == CHANGE_REPLACE || entry->change == CHANGE_DROP) {
        pull_parent_index(closure, entry->before);
        pull_attachments(closure, entry->before);
    }
    if (entry->change == CHANGE_REPLACE && is_stored_attribute(entry->before))
        force_replace(closure, plan_entry(entry->before->parent));
    if (entry->after && plan_refills(entry))
        pull_triggers(closure, entry->after);
    if (entry->change == CHANGE_REPLACE) {
        react(closure, entry, NEED_REPLACED);
    } else if (entry->change == CHANGE_DROP) {
        react(closure, entry, NEED_DROPPED);
    } else if (entry->retype ||
               (entry->altered && spec->retypes && spec->retypes(entry->before, entry->after))) {
        Object *parent = entry->before->parent;
        if (parent && (is_stored_attribute(entry->before) || is_key_column(closure, entry->before)))
            force_replace(closure, plan_entry(parent));
        else
            react(closure, entry, NEED_RETYPED);
        if (parent && entry->before->kind == KIND_COLUMN)
            pull_row_users(closure, parent);
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

/* SET ACCESS METHOD is there since 15. */
static bool needs_new_table(const Planner *planner, const Entry *entry)
{
    return planner->from->server_version < 150000 && entry->change == CHANGE_ALTER && entry->altered &&
           entry->before->kind == KIND_TABLE && object_differs(entry->before, entry->after, "access_method");
}

/* SET EXPRESSION is there since 17. */
static bool needs_new_column(const Planner *planner, const Entry *entry)
{
    return planner->from->server_version < 170000 && entry->change == CHANGE_ALTER && entry->altered &&
           entry->before->kind == KIND_COLUMN && object_get(entry->after, "generated") &&
           object_differs(entry->before, entry->after, "expression");
}

void plan_close(Planner *planner)
{
    Closure closure = {.planner = planner};
    for (size_t i = 0; i < planner->entries.count; i++) {
        if (needs_new_table(planner, planner->entries.items[i]) ||
            needs_new_column(planner, planner->entries.items[i]))
            planner->entries.items[i]->change = CHANGE_REPLACE;
        if (planner->entries.items[i]->change != CHANGE_NONE)
            push(&closure, planner->entries.items[i]);
    }
    while (closure.work.count > 0)
        process(&closure, closure.work.items[--closure.work.count]);
    spread_swaps(planner);
}
