/* A schema as the SQL that makes it: the plan from an empty database. */
#include "dbmig/schema/inspect.h"
#include "dbmig/schema/plan.h"

bool inspect_sql(Arena *arena, const Snapshot *snapshot, Buf *out, Error *err)
{
    Snapshot empty;
    SchemaPlan plan;
    snapshot_empty(arena, snapshot, &empty);
    if (!plan_make(arena, &empty, snapshot, NULL, &plan, err))
        return false;
    for (size_t i = 0; i < plan.statements.count; i++)
        buf_printf(out, "%s;\n", plan.statements.items[i].sql);
    return true;
}
