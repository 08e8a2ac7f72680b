/* A schema as a diagram of its tables. */
#include "dbmig/schema/er.h"
#include "dbmig/schema/inspect.h"

bool inspect_mermaid(Arena *arena, const Snapshot *snapshot, Buf *out, Error *err)
{
    ErModel model;
    (void)err;
    er_read(arena, snapshot, NULL, &model);
    er_mermaid(&model, out);
    return true;
}

bool inspect_dot(Arena *arena, const Snapshot *snapshot, Buf *out, Error *err)
{
    ErModel model;
    (void)err;
    er_read(arena, snapshot, NULL, &model);
    er_dot(&model, out);
    return true;
}
