/*
 * The graph of the plan: a node for each drop, create and alter; nodes folded into the one whose
 * statement covers them; edges from the dependencies of both sides and from names that must be free
 * before they are taken.
 */
#include <string.h>

#include "dbmig/base/map.h"
#include "dbmig/base/text.h"
#include "plan_internal.h"

/* ---- nodes ---- */

/* The column that a sequence goes with when it is dropped. */
static const Object *sequence_column(const Object *sequence)
{
    for (size_t i = 0; i < sequence->children.count; i++) {
        const Object *owned = sequence->children.items[i];
        for (size_t n = 0; n < owned->needs.count; n++) {
            if (owned->needs.items[n]->kind == KIND_COLUMN)
                return owned->needs.items[n];
        }
    }
    return NULL;
}

static Node *add_node(Planner *planner, Entry *entry, NodeKind kind)
{
    Node *node = arena_alloc(planner->arena, sizeof(*node));
    node->kind = kind;
    node->entry = entry;
    VEC_PUSH(planner->arena, planner->nodes, node);
    return node;
}

static void make_nodes(Planner *planner, Entry *entry)
{
    bool replace = entry->change == CHANGE_REPLACE;
    if (replace || entry->change == CHANGE_DROP)
        entry->drop = add_node(planner, entry, NODE_DROP);
    if (entry->drop && entry->swap)
        entry->rename = add_node(planner, entry, NODE_RENAME);
    if (replace || entry->change == CHANGE_CREATE)
        entry->create = add_node(planner, entry, NODE_CREATE);
    if (replace)
        entry->after->renewed = entry->after->kind == KIND_TABLE;
    if (plan_refills(entry)) {
        entry->stash = add_node(planner, entry, NODE_STASH);
        entry->fill = add_node(planner, entry, NODE_FILL);
        entry->before->swapped = entry->after->swapped = true;
    }
    if (entry->change == CHANGE_ALTER)
        entry->alter = add_node(planner, entry, NODE_ALTER);
    if (entry->retype)
        entry->before->swapped = true;
    if (replace && entry->swap && entry->after->kind == KIND_COMPOSITE)
        plan_keep_fields_in_place(planner, entry);
}

/* ---- folding ---- */

bool plan_link_stays(const Object *object)
{
    const Object *link = object->origin ? object_link(object, object->origin) : NULL;
    return link && plan_entry(link)->change == CHANGE_NONE;
}

/* The link between tables that an attached index goes by. */
static bool table_stays_attached(const Object *object)
{
    const Object *table = object->parent;
    for (size_t i = 0; table && i < table->children.count; i++) {
        const Object *child = table->children.items[i];
        if (child->kind == KIND_ATTACHMENT && plan_entry(child)->drop)
            return false;
    }
    return true;
}

/* False for a column that no statement of its own table spells out. */
static bool is_written(const Object *column)
{
    const Entry *entry = plan_entry(column);
    if (!entry->create)
        return false;
    if (!entry->create->into)
        return true;
    if (entry->create->into->entry->after != column->parent)
        return false;
    return !object_true(column, "inherited") || object_true(column->parent, "is_partition");
}

static bool default_comes_along(const Object *object)
{
    const Object *column = object->parent;
    if (column->kind != KIND_COLUMN)
        return false;
    if (is_written(column))
        return true;
    const Object *origin = column->origin && column->origin->kind == KIND_COLUMN
                               ? object_child(column->origin, KIND_DEFAULT, object->name)
                               : NULL;
    if (!origin || !text_equal(object_get(origin, "expression"), object_get(object, "expression")))
        return false;
    return plan_entry(column)->create &&
           (plan_entry(column)->create->into == plan_entry(column->parent)->create
                ? plan_entry(origin)->create == NULL || plan_entry(origin)->create->into
                : plan_entry(origin)->create && plan_entry(origin)->create->into);
}

/* A check that comes along with INHERITS, or from the parent table later. */
static Node *inherits_check(const Object *object)
{
    if (object->kind != KIND_CONSTRAINT || !object->parent || !object->origin ||
        !object_true(object, "inherited"))
        return NULL;
    const Object *link = object_link(object, object->origin);
    Node *table = plan_entry(object->parent)->create;
    if (!link || link->kind != KIND_INHERITANCE || !table || !plan_entry(link)->create ||
        plan_entry(link)->create->into != table)
        return NULL;
    const Object *top = object->origin;
    while (object_true(top, "inherited") && top->origin)
        top = top->origin;
    bool with_table = plan_entry(top->parent)->create && kind_spec(top->kind)->folds(top);
    return with_table || !plan_entry(top)->create ? table : plan_entry(top)->create;
}

/* Made and dropped with its origin: what a table declares by itself too is not. */
static bool comes_from_origin(const Object *object)
{
    bool of_type = object->origin && object->kind == KIND_COLUMN && object->origin->kind != KIND_COLUMN;
    return of_type || object_true(object, "inherited");
}

/* The node whose statement also makes this object, or NULL. */
static Node *create_cover(const Object *object)
{
    const KindSpec *spec = kind_spec(object->kind);
    Node *parent = object->parent ? plan_entry(object->parent)->create : NULL;
    if (object->kind == KIND_DEFAULT)
        return parent && default_comes_along(object) ? parent : NULL;
    if (plan_moves_alone(object))
        return NULL;
    if (inherits_check(object))
        return inherits_check(object);
    if (parent && (spec->flags & KIND_FOLDED) && (!spec->folds || spec->folds(object)))
        return parent;
    if (object->kind != KIND_COLUMN && object->kind != KIND_CONSTRAINT)
        return NULL;
    return comes_from_origin(object) && plan_link_stays(object) ? plan_entry(object->origin)->create : NULL;
}

/* The base type whose input, output … this function is: it goes with the type. */
static Node *type_of_function(const Object *function)
{
    for (size_t i = 0; i < function->needs.count; i++) {
        const Object *type = function->needs.items[i];
        if (type->kind == KIND_BASE_TYPE && plan_entry(type)->drop && object_needs(type, function))
            return plan_entry(type)->drop;
    }
    return NULL;
}

/* A foreign key that refers to the parent table lets a partition go only after it is detached. */
static bool is_referenced(const Object *table)
{
    for (size_t i = 0; i < table->children.count; i++) {
        const Object *part = table->children.items[i];
        for (size_t n = 0; n < part->needed_by.count; n++) {
            const Object *key = part->needed_by.items[n];
            if (key->kind == KIND_CONSTRAINT && key->parent != table && !plan_entry(key)->drop)
                return true;
        }
    }
    return false;
}

static Node *drop_cover(const Object *object)
{
    if ((object->kind == KIND_ATTACHMENT && is_referenced(object->parent)) || plan_moves_alone(object))
        return NULL;
    if (object->kind == KIND_SEQUENCE_OWNED && plan_leaves_position(object))
        return NULL;
    if (object->kind == KIND_FUNCTION)
        return type_of_function(object);
    if (object->kind == KIND_SEQUENCE) {
        const Object *column = sequence_column(object);
        return column ? plan_entry(column)->drop : NULL;
    }
    if ((kind_spec(object->kind)->flags & KIND_WITH_PARENT) && plan_entry(object->parent)->drop)
        return plan_entry(object->parent)->drop;
    if (!object->origin || !plan_entry(object->origin)->drop)
        return NULL;
    bool has_index = object->kind == KIND_INDEX ||
                     (object->kind == KIND_CONSTRAINT && !object_true(object, "inherited"));
    if (has_index)
        return table_stays_attached(object) ? plan_entry(object->origin)->drop : NULL;
    bool goes_along = object->kind != KIND_COLUMN || comes_from_origin(object);
    return goes_along && plan_link_stays(object) ? plan_entry(object->origin)->drop : NULL;
}

/* Dropped in a parent table, and kept in a child of it that stays a child. */
static bool stays_below(const Object *object)
{
    for (size_t i = 0; i < object->needed_by.count; i++) {
        const Object *heir = object->needed_by.items[i];
        if (heir->origin == object && !plan_entry(heir)->drop && plan_link_stays(heir))
            return true;
    }
    return false;
}

static void fold(Planner *planner, Entry *entry)
{
    if (entry->drop &&
        (entry->before->kind == KIND_COLUMN || entry->before->kind == KIND_CONSTRAINT))
        entry->before->alone = stays_below(entry->before);
    if (entry->create)
        entry->create->into = create_cover(entry->after);
    if (entry->drop)
        entry->drop->into = drop_cover(entry->before);
    if (entry->alter && entry->after->origin && plan_link_stays(entry->after) &&
        plan_entry(entry->after->origin)->alter)
        entry->after->folded = true;
    (void)planner;
}

/* ---- edges ---- */

void plan_tie(Planner *planner, Node *first, Node *then)
{
    if (first && then && first != then)
        VEC_PUSH(planner->arena, first->after, then);
}

void plan_keep_together(Planner *planner, Node *first, Node *last)
{
    plan_tie(planner, first, last);
    VEC_PUSH(planner->arena, planner->pairs, (NodePair){first, last});
}

static bool stands_in_graph(const Entry *entry)
{
    return entry->change != CHANGE_ALTER || entry->altered || entry->retype;
}

static Node *comes_up(const Entry *entry)
{
    return entry->create ? entry->create : stands_in_graph(entry) ? entry->alter : NULL;
}

/* What it needs afterwards is there before it. */
static void tie_after(Planner *planner, const Entry *entry)
{
    Node *node = entry->create ? entry->create : entry->alter;
    for (size_t i = 0; node && i < entry->after->needs.count; i++)
        plan_tie(planner, comes_up(plan_entry(entry->after->needs.items[i])), node);
}

/* A part of a type that is swapped goes with the old one, after the new one has come. */
static bool is_swapped_part(const Entry *entry)
{
    const Object *whole = entry->before ? entry->before->parent : NULL;
    return whole && entry->drop && entry->create && entry->drop->into && entry->create->into &&
           plan_entry(whole)->swap;
}

/* What needed something before has let go of it before that goes or changes. */
static void tie_before(Planner *planner, const Entry *entry)
{
    Node *node = entry->drop ? entry->drop : entry->alter;
    /* No statement takes an index off its parent: it goes with that, or when its table is detached.
     */
    if (entry->before->kind == KIND_INDEX_ATTACH)
        return;
    for (size_t i = 0; node && i < entry->before->needs.count; i++) {
        const Entry *need = plan_entry(entry->before->needs.items[i]);
        /* A partition's column that outlives its parent's is altered while the table is detached. */
        if (entry->alter && need->before == entry->before->origin && !plan_link_stays(entry->before))
            continue;
        /* What enables a trigger does so below too: plan_tie.c has the order. */
        if (entry->alter && entry->before->kind == KIND_TRIGGER_STATE &&
            need->before->kind == KIND_TRIGGER_STATE)
            continue;
        plan_tie(planner, node, need->drop);
        if (entry->drop && !entry->swap && !is_swapped_part(entry))
            plan_tie(planner, node, need->rename);
        bool needs_still = entry->after && need->after && object_needs(entry->after, need->after);
        /* An enum type that gets values disturbs nothing; nor does what is altered of a table its columns. */
        bool apart = need->before->kind == KIND_ENUM ||
                     (entry->before->kind == KIND_COLUMN && need->before == entry->before->parent);
        if (need->alter && stands_in_graph(need) && (entry->drop || !needs_still) && !apart)
            plan_tie(planner, node, need->alter);
    }
}

/* True for what a child table must have by itself before it is tied to its parent. */
static bool is_shared(const Object *link, const Object *part)
{
    if (part->kind == KIND_CONSTRAINT)
        return object_get(part, "type")[0] == 'c' ||
               (link->kind == KIND_ATTACHMENT && object_get(part, "type")[0] != 'f');
    /* An index that is there already is taken for the parent's, instead of a new one. */
    return part->kind == KIND_COLUMN || (part->kind == KIND_INDEX && link->kind == KIND_ATTACHMENT);
}

/* A new parent comes before an old one goes: columns stay inherited that way. */
static void tie_parents(Planner *planner, const Entry *link)
{
    const Object *table = link->before->parent;
    for (size_t i = 0; plan_entry(table)->after && i < plan_entry(table)->after->children.count;
         i++) {
        const Object *other = plan_entry(table)->after->children.items[i];
        if (other->kind == KIND_INHERITANCE && plan_entry(other)->change == CHANGE_CREATE)
            plan_tie(planner, plan_entry(other)->create, link->drop);
    }
}

/* What a parent table gets new is not for a child that leaves it. */
static void tie_news_of_parent(Planner *planner, const Entry *link)
{
    for (size_t i = 0; i < link->before->needs.count; i++) {
        const Object *need = link->before->needs.items[i];
        const Object *parent = need == link->before->parent ? NULL : plan_entry(need)->after;
        for (size_t n = 0; parent && n < parent->children.count; n++) {
            const Object *part = parent->children.items[n];
            if (is_shared(link->before, part))
                plan_tie(planner, link->drop, plan_entry(part)->create);
        }
    }
}

static void tie_link(Planner *planner, const Entry *entry)
{
    const Object *table = entry->create && entry->after ? entry->after->parent : NULL;
    for (size_t i = 0; table && i < table->children.count; i++) {
        const Object *part = table->children.items[i];
        const Entry *owner = plan_entry(table);
        if (is_shared(entry->after, part) &&
            (entry->after->kind == KIND_ATTACHMENT || !owner->create))
            plan_tie(planner, comes_up(plan_entry(part)), entry->create);
    }
    const Object *whole = entry->create ? plan_attached_to(entry->after) : NULL;
    for (size_t i = 0; whole && i < whole->children.count; i++) {
        if (plan_lacks(table, whole->children.items[i]))
            plan_tie(planner, entry->create, plan_entry(whole->children.items[i])->create);
    }
    table = entry->drop && entry->before ? entry->before->parent : NULL;
    for (size_t i = 0; table && i < table->children.count; i++) {
        const Entry *part = plan_entry(table->children.items[i]);
        const Object *origin = table->children.items[i]->origin;
        if (!origin)
            continue;
        plan_tie(planner, entry->drop, part->drop ? part->drop : plan_entry(origin)->drop);
        plan_tie(planner, entry->drop, part->alter);
    }
    if (entry->change == CHANGE_DROP && entry->before->kind == KIND_INHERITANCE)
        tie_parents(planner, entry);
    if (entry->drop && entry->before)
        tie_news_of_parent(planner, entry);
}

/* Rename, create, move the columns, drop. */
static void tie_swap(Planner *planner, const Entry *entry)
{
    if (!entry->before)
        BUG("a type that was not there cannot be swapped");
    plan_tie(planner, entry->rename, entry->create);
    plan_tie(planner, entry->rename, entry->drop);
    plan_tie(planner, entry->create, entry->drop);
    for (size_t i = 0; i < entry->before->needed_by.count; i++) {
        const Entry *user = plan_entry(entry->before->needed_by.items[i]);
        if (user->retype)
            plan_tie(planner, entry->create, user->alter);
    }
}

static void tie_own(Planner *planner, const Entry *entry)
{
    ObjectKind kind = plan_object(entry)->kind;
    plan_tie_kind(planner, entry);
    if (kind == KIND_INHERITANCE || kind == KIND_ATTACHMENT)
        tie_link(planner, entry);
    if (entry->fill)
        plan_tie_refill(planner, entry);
    if (entry->rename)
        tie_swap(planner, entry);
    else if (!is_swapped_part(entry))
        plan_tie(planner, entry->drop, entry->create);
}

/* ---- names ---- */

typedef struct Names {
    Planner *planner;
    Map *freed; /* "class public.t" -> the node that frees the name */
} Names;

static const struct {
    unsigned flag;
    const char *space;
} spaces[] = {{KIND_RELATION, "class"}, {KIND_TYPE, "type"}, {KIND_ROUTINE, "proc"}};

static char *space_name(Arena *arena, const Object *object, size_t space)
{
    if (spaces[space].flag == KIND_ROUTINE)
        return arena_printf(arena, "proc %s", object->key);
    return arena_printf(arena, "%s %s.%s", spaces[space].space, object->schema, object->name);
}

/* The sequence of an identity column, as DDL calls it; NULL when it has none. */
static const char *identity_of(const Object *object)
{
    return object && object->kind == KIND_COLUMN ? object_get(object, "identity_sequence") : NULL;
}

static void free_names(Names *names, const Entry *entry)
{
    Arena *arena = names->planner->arena;
    Node *node = entry->rename ? entry->rename : entry->drop;
    unsigned flags = node ? object_spaces(entry->before) : 0;
    for (size_t i = 0; i < ARRAY_LENGTH(spaces); i++) {
        if (flags & spaces[i].flag)
            map_set(names->freed, space_name(arena, entry->before, i), node);
    }
    const char *sequence = identity_of(entry->before);
    node = entry->drop ? entry->drop : entry->alter;
    if (node && sequence && !text_equal(sequence, identity_of(entry->after)))
        map_set(names->freed, arena_printf(arena, "identity %s", sequence), node);
}

static void take(Names *names, const char *name, Node *node)
{
    plan_tie(names->planner, map_get(names->freed, name), node);
}

static void take_names(Names *names, const Entry *entry)
{
    Arena *arena = names->planner->arena;
    unsigned flags = entry->create ? object_spaces(entry->after) : 0;
    for (size_t i = 0; i < ARRAY_LENGTH(spaces); i++) {
        if (flags & spaces[i].flag)
            take(names, space_name(arena, entry->after, i), entry->create);
    }
    if (flags & KIND_RELATION)
        take(names, arena_printf(arena, "identity %s", entry->after->key), entry->create);
    /* An identity column makes a sequence. */
    const char *sequence = identity_of(entry->after);
    if (!sequence || text_equal(sequence, identity_of(entry->before)))
        return;
    const Object *taken = snapshot_find(names->planner->from, KIND_SEQUENCE, sequence);
    const Entry *owner = taken ? plan_entry(taken) : NULL;
    Node *taker = entry->create ? entry->create : entry->alter;
    if (owner)
        plan_tie(names->planner, owner->rename ? owner->rename : owner->drop, taker);
    /* What stays an identity column and trades names makes room in time: see plan_identity.c. */
    Node *freer = map_get(names->freed, arena_printf(arena, "identity %s", sequence));
    if (freer && !(freer->kind == NODE_ALTER && entry->alter && identity_of(freer->entry->after)))
        plan_tie(names->planner, freer, taker);
}

static void tie_names(Planner *planner)
{
    Names names = {planner, map_new(planner->arena)};
    for (size_t i = 0; i < planner->entries.count; i++)
        free_names(&names, planner->entries.items[i]);
    for (size_t i = 0; i < planner->entries.count; i++)
        take_names(&names, planner->entries.items[i]);
}

void plan_graph(Planner *planner)
{
    for (size_t i = 0; i < planner->entries.count; i++)
        make_nodes(planner, planner->entries.items[i]);
    for (size_t i = 0; i < planner->entries.count; i++) {
        const Entry *entry = planner->entries.items[i];
        if (plan_object(entry)->kind == KIND_COLUMN && entry->before && entry->after)
            plan_tie_position(planner, planner->entries.items[i]);
    }
    for (size_t i = 0; i < planner->entries.count; i++)
        fold(planner, planner->entries.items[i]);
    for (size_t i = 0; i < planner->entries.count; i++) {
        Entry *entry = planner->entries.items[i];
        if (entry->change == CHANGE_NONE || !stands_in_graph(entry))
            continue;
        if (entry->after)
            tie_after(planner, entry);
        if (entry->before)
            tie_before(planner, entry);
        tie_own(planner, entry);
    }
    tie_names(planner);
}
