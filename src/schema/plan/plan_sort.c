/*
 * The order of the plan. Cycles are found first (Tarjan) and broken: what was folded into another
 * statement for looks is taken out of it, and views and base types are made in two steps, as pg_dump
 * does. Then a
 * topological sort takes, of all steps that are possible, the first by pg_dump's priorities: drops in
 * reverse, then the rest.
 */
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/fatal.h"
#include "../kinds.h"
#include "plan_internal.h"

/* ---- cycles ---- */

typedef struct Search {
    Planner *planner;
    size_t next_index;
    size_t components;
    NodeList stack;
    VEC(size_t) sizes; /* nodes of each component */
} Search;

/* Where the depth-first search stands in one node; kept on a list, not on the C stack. */
typedef struct Frame {
    Node *node;
    Node *part; /* the node itself or one folded into it */
    size_t part_at, edge_at;
} Frame;

static void open_node(Search *search, Node *node)
{
    node->index = node->low = ++search->next_index;
    node->on_stack = true;
    VEC_PUSH(search->planner->arena, search->stack, node);
}

static void close_node(Search *search, Node *node)
{
    if (node->low != node->index)
        return;
    size_t size = 0;
    Node *member;
    do {
        member = search->stack.items[--search->stack.count];
        member->on_stack = false;
        member->component = search->components;
        size++;
    } while (member != node);
    VEC_PUSH(search->planner->arena, search->sizes, size);
    search->components++;
}

/* The next edge out of the frame's node, those of folded nodes included; NULL at the end. */
static Node *next_edge(Frame *frame)
{
    for (;;) {
        Node *part = frame->part_at == 0 ? frame->node : frame->node->folded.items[frame->part_at - 1];
        if (frame->edge_at < part->after.count)
            return plan_root(part->after.items[frame->edge_at++]);
        if (frame->part_at == frame->node->folded.count)
            return NULL;
        frame->part_at++;
        frame->edge_at = 0;
    }
}

static void search_from(Search *search, Node *start)
{
    VEC(Frame) frames = {0};
    open_node(search, start);
    VEC_PUSH(search->planner->arena, frames, (Frame){.node = start});
    while (frames.count > 0) {
        Frame *frame = &frames.items[frames.count - 1];
        Node *node = frame->node, *next = next_edge(frame);
        if (!node)
            BUG("a search without a node");
        if (next == node)
            continue;
        if (next && next->index == 0) {
            open_node(search, next);
            VEC_PUSH(search->planner->arena, frames, (Frame){.node = next});
        } else if (next) {
            if (next->on_stack && next->index < node->low)
                node->low = next->index;
        } else {
            close_node(search, node);
            frames.count--;
            Node *above = frames.count > 0 ? frames.items[frames.count - 1].node : NULL;
            if (above && node->low < above->low)
                above->low = node->low;
        }
    }
}

static void collect_folded(Planner *planner)
{
    for (size_t i = 0; i < planner->nodes.count; i++) {
        Node *node = planner->nodes.items[i];
        node->folded.count = 0;
        node->index = node->low = 0;
    }
    for (size_t i = 0; i < planner->nodes.count; i++) {
        Node *node = planner->nodes.items[i];
        if (node->into)
            VEC_PUSH(planner->arena, plan_root(node)->folded, node);
    }
}

static void find_components(Search *search)
{
    Planner *planner = search->planner;
    collect_folded(planner);
    for (size_t i = 0; i < planner->nodes.count; i++) {
        Node *node = planner->nodes.items[i];
        if (!node->into && node->index == 0)
            search_from(search, node);
    }
}

static bool in_cycle(const Search *search, Node *node)
{
    return search->sizes.items[plan_root(node)->component] > 1;
}

/* How readily a folded node is taken out of its statement: 0 never. */
static int unfold_order(const Node *node)
{
    const Object *object = node->kind == NODE_DROP ? node->entry->before : node->entry->after;
    switch (object->kind) {
    case KIND_DEFAULT:
    case KIND_SEQUENCE_OWNED:
        return 1;
    case KIND_CONSTRAINT: /* a foreign key, before the key that it refers to */
        return object_get(object, "type")[0] == 'f' ? 2 : 3;
    case KIND_DOMAIN_CONSTRAINT:
        return 3;
    case KIND_INHERITANCE:
    case KIND_RULE:
    case KIND_TRIGGER:
    case KIND_POLICY:
    case KIND_INDEX:
    case KIND_STATISTICS:
        return 4;
    case KIND_COLUMN:
        return 5;
    default:
        return 0;
    }
}

/* Marks the folded nodes that have an edge to or from another node of the same cycle. */
static void mark_crossing(const Search *search, Node *from)
{
    for (size_t i = 0; i < from->after.count; i++) {
        Node *to = from->after.items[i];
        Node *root = plan_root(from), *target = plan_root(to);
        if (root == target || root->component != target->component || !in_cycle(search, from))
            continue;
        from->on_stack = from->into != NULL;
        to->on_stack = to->on_stack || to->into != NULL;
    }
}

static bool unfold(const Search *search)
{
    Planner *planner = search->planner;
    int best = 0;
    for (size_t i = 0; i < planner->nodes.count; i++)
        mark_crossing(search, planner->nodes.items[i]);
    for (size_t i = 0; i < planner->nodes.count; i++) {
        Node *node = planner->nodes.items[i];
        int order = node->on_stack ? unfold_order(node) : 0;
        if (order > 0 && (best == 0 || order < best))
            best = order;
    }
    for (size_t i = 0; i < planner->nodes.count; i++) {
        Node *node = planner->nodes.items[i];
        if (best > 0 && node->on_stack && unfold_order(node) == best)
            node->into = NULL;
        node->on_stack = false;
    }
    return best > 0;
}

/* ---- two steps ---- */

/* Who needs the object is content with its first step, which needs a schema only. */
static void split(Planner *planner, Entry *entry)
{
    Node *first = arena_alloc(planner->arena, sizeof(*first));
    first->kind = NODE_PREPARE;
    first->entry = entry;
    VEC_PUSH(planner->arena, planner->nodes, first);
    entry->prepare = first;
    first->after = entry->create->after;
    entry->create->after = (NodeList){0};
    plan_tie(planner, first, entry->create);
    for (size_t i = 0; i < entry->after->needs.count; i++) {
        const Object *need = entry->after->needs.items[i];
        if (need->kind == KIND_SCHEMA)
            plan_tie(planner, plan_entry(need)->create, first);
    }
    plan_tie(planner, entry->drop, first);
}

static bool split_one(const Search *search)
{
    Planner *planner = search->planner;
    for (size_t i = 0; i < planner->entries.count; i++) {
        Entry *entry = planner->entries.items[i];
        if (entry->create && !entry->prepare && kind_spec(entry->after->kind)->prepare &&
            in_cycle(search, entry->create)) {
            split(planner, entry);
            return true;
        }
    }
    return false;
}

static const char *shown(Arena *arena, const Node *node)
{
    static const char *const verbs[] = {"drop", "rename", "prepare", "create", "alter", "stash", "fill"};
    const Object *object = node->entry->after ? node->entry->after : node->entry->before;
    return arena_printf(arena, "%s %s %s", verbs[node->kind], kind_spec(object->kind)->name,
                        object->key);
}

static bool tell_cycle(const Search *search, Error *err)
{
    Buf list = {0};
    size_t component = SIZE_MAX;
    Planner *planner = search->planner;
    for (size_t i = 0; i < planner->nodes.count; i++) {
        Node *node = planner->nodes.items[i];
        if (node->into || !in_cycle(search, node))
            continue;
        if (component == SIZE_MAX)
            component = node->component;
        if (node->component == component)
            buf_printf(&list, "%s%s", list.len ? "; " : "", shown(planner->arena, node));
    }
    error_set(err, EXIT_BUG, "the steps of the plan depend on each other in a circle");
    error_detail(err, "%s.", buf_text(&list));
    buf_free(&list);
    return error_hint(err, "Please report this as a bug, with the two schemas.");
}

static bool break_cycles(Planner *planner, Error *err)
{
    for (;;) {
        Search search = {.planner = planner};
        find_components(&search);
        bool cyclic = false;
        for (size_t i = 0; i < search.sizes.count; i++)
            cyclic = cyclic || search.sizes.items[i] > 1;
        if (!cyclic)
            return true;
        if (!unfold(&search) && !split_one(&search))
            return tell_cycle(&search, err);
    }
}

/* ---- order ---- */

static const Object *object_of(const Node *node)
{
    bool old = node->kind == NODE_DROP || node->kind == NODE_RENAME || node->kind == NODE_STASH;
    return old ? node->entry->before : node->entry->after;
}

static int priority_of(const Node *node)
{
    const Object *object = object_of(node);
    if (object->kind == KIND_CONSTRAINT && object_get(object, "type")[0] == 'f')
        return PRIORITY_FOREIGN_KEY;
    return kind_spec(object->kind)->priority;
}

/* Drops come early, but for default privileges: what the plan creates reckons with them. */
static bool goes_first(const Node *node)
{
    return node->kind == NODE_DROP && node->entry->before->kind != KIND_DEFAULT_ACL;
}

static int compare_ranks(const void *a, const void *b)
{
    const Node *left = *(Node *const *)a, *right = *(Node *const *)b;
    bool left_drops = goes_first(left), right_drops = goes_first(right);
    if (left_drops != right_drops)
        return left_drops ? -1 : 1;
    int left_priority = priority_of(left), right_priority = priority_of(right);
    if (left_priority != right_priority)
        return (left_priority < right_priority) == !left_drops ? -1 : 1;
    const Object *one = object_of(left), *two = object_of(right);
    int order = strcmp(one->parent ? one->parent->key : one->key,
                       two->parent ? two->parent->key : two->key);
    if (order == 0 && one->objsubid != two->objsubid)
        order = one->objsubid < two->objsubid ? -1 : 1;
    if (order == 0)
        order = strcmp(one->key, two->key);
    if (order == 0)
        order = (int)left->kind - (int)right->kind;
    return order;
}

static void rank_nodes(Planner *planner)
{
    Node **sorted = arena_memdup(planner->arena, planner->nodes.items,
                                 planner->nodes.count * sizeof(Node *));
    qsort(sorted, planner->nodes.count, sizeof(Node *), compare_ranks);
    for (size_t i = 0; i < planner->nodes.count; i++)
        sorted[i]->rank = i;
}

/* A binary heap of nodes, the smallest rank on top. */
static void heap_push(Arena *arena, NodeList *heap, Node *node)
{
    VEC_PUSH(arena, *heap, node);
    size_t at = heap->count - 1;
    while (at > 0 && heap->items[(at - 1) / 2]->rank > node->rank) {
        heap->items[at] = heap->items[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap->items[at] = node;
}

static Node *heap_pop(NodeList *heap)
{
    Node *top = heap->items[0], *last = heap->items[--heap->count];
    size_t at = 0;
    for (size_t child = 1; child < heap->count; child = 2 * at + 1) {
        if (child + 1 < heap->count && heap->items[child + 1]->rank < heap->items[child]->rank)
            child++;
        if (heap->items[child]->rank > last->rank)
            break;
        heap->items[at] = heap->items[child];
        at = child;
    }
    if (heap->count > 0)
        heap->items[at] = last;
    return top;
}

static void count_waits(Planner *planner)
{
    for (size_t i = 0; i < planner->nodes.count; i++) {
        Node *node = planner->nodes.items[i];
        for (size_t n = 0; n < node->after.count; n++) {
            Node *then = plan_root(node->after.items[n]);
            if (then != plan_root(node))
                then->waits++;
        }
    }
}

static void release(Planner *planner, NodeList *heap, Node *root, Node *part)
{
    for (size_t n = 0; n < part->after.count; n++) {
        Node *then = plan_root(part->after.items[n]);
        if (then != root && --then->waits == 0)
            heap_push(planner->arena, heap, then);
    }
}

bool plan_sort(Planner *planner, Error *err)
{
    NodeList heap = {0};
    size_t roots = 0;
    if (!break_cycles(planner, err))
        return false;
    rank_nodes(planner);
    count_waits(planner);
    for (size_t i = 0; i < planner->nodes.count; i++) {
        Node *node = planner->nodes.items[i];
        roots += node->into == NULL;
        if (!node->into && node->waits == 0)
            heap_push(planner->arena, &heap, node);
    }
    while (heap.count > 0) {
        Node *node = heap_pop(&heap);
        VEC_PUSH(planner->arena, planner->order, node);
        release(planner, &heap, node, node);
        for (size_t i = 0; i < node->folded.count; i++)
            release(planner, &heap, node, node->folded.items[i]);
    }
    if (planner->order.count != roots)
        BUG("%zu of %zu steps were sorted", planner->order.count, roots);
    return true;
}
