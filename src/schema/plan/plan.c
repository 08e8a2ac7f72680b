/* The planner's entry points: merge, skips, closure, graph, order, statements. */
#include "dbmig/schema/plan.h"

#include "plan_internal.h"

static void start(Planner *planner, Arena *arena, const Snapshot *from, const Snapshot *to,
                  const PlanOptions *options)
{
    static const PlanOptions defaults = {0};
    *planner = (Planner){
        .arena = arena,
        .from = from,
        .to = to,
        .options = options ? options : &defaults,
    };
    plan_merge(planner);
    plan_skip(planner);
}

static void tell_changes(const Planner *planner, ChangeList *ret)
{
    for (size_t i = 0; i < planner->entries.count; i++) {
        const Entry *entry = planner->entries.items[i];
        Change change = {entry->change, entry->before, entry->after, entry->attributes};
        if (entry->change != CHANGE_NONE)
            VEC_PUSH(planner->arena, *ret, change);
    }
}

void plan_compare(Arena *arena, const Snapshot *from, const Snapshot *to, const PlanOptions *options,
                  ChangeList *ret)
{
    Planner planner;
    start(&planner, arena, from, to, options);
    *ret = (ChangeList){0};
    tell_changes(&planner, ret);
}

bool plan_make(Arena *arena, const Snapshot *from, const Snapshot *to, const PlanOptions *options,
               SchemaPlan *ret, Error *err)
{
    Planner planner;
    *ret = (SchemaPlan){0};
    start(&planner, arena, from, to, options);
    tell_changes(&planner, &ret->changes);
    ret->skipped = planner.skipped;
    if (ret->changes.count == 0)
        return true;
    plan_close(&planner);
    plan_graph(&planner);
    if (!plan_sort(&planner, err))
        return false;
    plan_online(&planner);
    return plan_emit(&planner, ret, err);
}
