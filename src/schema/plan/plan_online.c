/*
 * Which steps of the sorted plan need not hold a strong lock for long: indexes of tables that are there
 * are made and dropped CONCURRENTLY, keys through such an index, checks and foreign keys NOT VALID first,
 * NOT NULL through a check. What the server cannot do that way stays as it is.
 */
#include <string.h>

#include "plan_internal.h"

/* An ordinary table that has been there and stays: it may have rows. */
static bool is_standing_table(const Object *table)
{
    const Entry *entry = table ? plan_entry(table) : NULL;
    return entry && entry->before && entry->after && !entry->create && table->kind == KIND_TABLE;
}

static bool is_partitioned(const Object *table)
{
    return object_get(table, "partition_key") != NULL;
}

/* Nothing but its own successor waits for the drop. */
static bool nothing_waits(const Node *node)
{
    for (size_t i = 0; i < node->after.count; i++) {
        if (node->after.items[i]->entry != node->entry)
            return false;
    }
    return node->folded.count == 0;
}

static void mark_index_drop(const Planner *planner, Node *node)
{
    Object *index = node->entry->before;
    const PlanOptions *options = planner->options;
    if (!(options->concurrent_drop || options->online) || node->into || !nothing_waits(node) ||
        !is_standing_table(index->parent) || is_partitioned(index->parent) || index->origin)
        return;
    index->online = true;
}

static void mark_index_create(const Planner *planner, Node *node)
{
    const Entry *entry = node->entry;
    const PlanOptions *options = planner->options;
    if (!(options->concurrent_create || options->online) || node->into ||
        !is_standing_table(entry->after->parent) || is_partitioned(entry->after->parent))
        return;
    entry->after->online = true;
    /* The old one serves until the new one is there. */
    if (entry->drop && !entry->drop->into && nothing_waits(entry->drop) && !entry->before->origin)
        entry->before->swapped = true;
}

static void mark_constraint(const Planner *planner, const Node *node)
{
    Object *constraint = node->entry->after;
    const Object *table = constraint->parent;
    char type = object_get(constraint, "type")[0];
    bool partitioned = is_standing_table(table) && is_partitioned(table);
    if (node->into || !is_standing_table(table) || object_get(constraint, "validated")[0] != 't' ||
        strstr(object_get(constraint, "definition"), " NOT ENFORCED"))
        return;
    if (type == 'c' || (type == 'f' && (!partitioned || planner->from->server_version >= 180000)))
        constraint->online = true;
    if ((type == 'p' || type == 'u') && !partitioned &&
        !strstr(object_get(constraint, "definition"), " WITHOUT OVERLAPS"))
        constraint->online = true;
}

/* An identity needs the NOT NULL at once, and a foreign table has no rows here. */
static void mark_column(const Node *node)
{
    Object *column = node->entry->after;
    bool gets_identity = object_get(column, "identity") && !object_get(node->entry->before, "identity");
    column->online = is_standing_table(column->parent) && !gets_identity && !column->folded;
}

/* ---- what must be committed at once ---- */

static void mark_behind(Node *part, bool behind)
{
    for (size_t i = 0; behind && i < part->after.count; i++)
        plan_root(part->after.items[i])->behind = true;
}

static bool is_before(const Node *part)
{
    for (size_t i = 0; i < part->after.count; i++) {
        if (plan_root(part->after.items[i])->before)
            return true;
    }
    return false;
}

/* Between two steps that no commit may part, none can be long by itself. */
static void mark_pairs(const Planner *planner)
{
    for (size_t i = 0; i < planner->pairs.count; i++) {
        plan_root(planner->pairs.items[i].first)->behind = true;
        plan_root(planner->pairs.items[i].last)->before = true;
    }
    for (size_t i = 0; i < planner->order.count; i++) {
        Node *node = planner->order.items[i];
        mark_behind(node, node->behind);
        for (size_t n = 0; n < node->folded.count; n++)
            mark_behind(node->folded.items[n], node->behind);
    }
    for (size_t i = planner->order.count; i-- > 0;) {
        Node *node = planner->order.items[i];
        node->before = node->before || is_before(node);
        for (size_t n = 0; n < node->folded.count; n++)
            node->before = node->before || is_before(node->folded.items[n]);
    }
}

void plan_online(Planner *planner)
{
    mark_pairs(planner);
    bool online = planner->options->online;
    for (size_t i = 0; i < planner->order.count; i++) {
        Node *node = planner->order.items[i];
        ObjectKind kind = plan_object(node->entry)->kind;
        if (node->behind && node->before)
            continue;
        if (kind == KIND_INDEX && node->kind == NODE_DROP)
            mark_index_drop(planner, node);
        else if (kind == KIND_INDEX && node->kind == NODE_CREATE)
            mark_index_create(planner, node);
        else if (online && kind == KIND_CONSTRAINT && node->kind == NODE_CREATE)
            mark_constraint(planner, node);
        else if (online && kind == KIND_COLUMN && node->kind == NODE_ALTER)
            mark_column(node);
    }
}
