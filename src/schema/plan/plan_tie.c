/* Edges of the plan's graph that no dependency of the catalogs tells, kind by kind. */
#include "plan_internal.h"

/* What takes a field of the table's row type goes before its columns change and comes behind them. */
static void tie_row_users(Planner *planner, const Entry *column)
{
    if (!column->alter && !column->create)
        return;
    const Object *after = column->after->parent, *before = plan_entry(after)->before;
    Node *node = column->alter ? column->alter : column->create;
    for (size_t i = 0; before && i < before->needed_by.count; i++) {
        if (plan_takes_row_field(before->needed_by.items[i], before))
            plan_tie(planner, plan_entry(before->needed_by.items[i])->drop, node);
    }
    for (size_t i = 0; before && i < after->needed_by.count; i++) {
        const Entry *user = plan_entry(after->needed_by.items[i]);
        if (plan_takes_row_field(user->after, after))
            plan_tie(planner, node, user->create ? user->create : user->alter);
    }
}

/* Set behind what goes on the way up to the table that has the trigger. */
static void tie_trigger_state(Planner *planner, const Entry *entry)
{
    Node *node = entry->alter ? entry->alter : entry->create;
    for (size_t i = 0; node && i < entry->after->needs.count; i++) {
        const Object *link = entry->after->needs.items[i];
        const Object *table = link->kind == KIND_ATTACHMENT ? plan_entry(link->parent)->before : NULL;
        const Object *state = table ? object_child(table, KIND_TRIGGER_STATE, entry->after->name) : NULL;
        if (state)
            plan_tie(planner, plan_entry(state)->drop, node);
    }
}

/* A child's own check goes behind its parent's of that name, which holds it. */
static void tie_own_check(Planner *planner, const Entry *entry)
{
    const Object *check = entry->drop ? entry->before : NULL;
    if (!check || object_get(check, "type")[0] != 'c' || object_true(check, "inherited"))
        return;
    const Object *of_parent = object_inherited(check);
    if (of_parent)
        plan_tie(planner, plan_entry(of_parent)->drop, entry->drop);
}

/* A column that its table declares by itself too stands before its parent table's comes, which
   takes it in then, and goes behind that. */
static void tie_own_column(Planner *planner, const Entry *entry)
{
    const Object *before = entry->before, *after = entry->after;
    if (entry->create && after->origin && !object_true(after, "inherited") && plan_link_stays(after))
        plan_tie(planner, entry->create, plan_entry(after->origin)->create);
    if (entry->drop && before->origin && !object_true(before, "inherited") && plan_link_stays(before))
        plan_tie(planner, plan_entry(before->origin)->drop, entry->drop);
}

void plan_tie_kind(Planner *planner, const Entry *entry)
{
    switch (plan_object(entry)->kind) {
    case KIND_COLUMN:
        tie_row_users(planner, entry);
        tie_own_column(planner, entry);
        break;
    case KIND_ATTRIBUTE:
        plan_tie_field(planner, entry);
        break;
    case KIND_TRIGGER_STATE:
        tie_trigger_state(planner, entry);
        break;
    case KIND_CONSTRAINT:
        tie_own_check(planner, entry);
        break;
    case KIND_USER_MAPPING:
    case KIND_SUBSCRIPTION: /* what is secret waits in a setting of the transaction */
        if (entry->drop && entry->create)
            plan_keep_together(planner, entry->drop, entry->create);
        break;
    default:
        break;
    }
}
