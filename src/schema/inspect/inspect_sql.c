/* A schema as the SQL that makes it: the plan from an empty database. */
#include "dbmig/base/map.h"
#include "dbmig/schema/plan.h"
#include "inspect_internal.h"

static bool plan_from_nothing(Arena *arena, const Snapshot *snapshot, SchemaPlan *ret, Error *err)
{
    Snapshot *empty = arena_alloc(arena, sizeof(*empty));
    snapshot_empty(arena, snapshot, empty);
    return plan_make(arena, empty, snapshot, NULL, ret, err);
}

bool inspect_sql(Arena *arena, const Snapshot *snapshot, Buf *out, Error *err)
{
    SchemaPlan plan;
    if (!plan_from_nothing(arena, snapshot, &plan, err))
        return false;
    for (size_t i = 0; i < plan.statements.count; i++)
        buf_printf(out, "%s;\n", plan.statements.items[i].sql);
    return true;
}

/* ---- by object ---- */

struct InspectSql {
    Arena *arena;
    Map *by_kind[KIND_COUNT]; /* key -> StringList */
};

static void add(InspectSql *sql, const Statement *statement)
{
    const Object *object = statement->object;
    if (!sql->by_kind[object->kind])
        sql->by_kind[object->kind] = map_new(sql->arena);
    StringList *list = map_get(sql->by_kind[object->kind], object->key);
    if (!list) {
        list = arena_alloc(sql->arena, sizeof(*list));
        map_set(sql->by_kind[object->kind], object->key, list);
    }
    VEC_PUSH(sql->arena, *list, statement->sql);
}

InspectSql *inspect_sql_read(Arena *arena, const Snapshot *snapshot, Error *err)
{
    SchemaPlan plan;
    if (!plan_from_nothing(arena, snapshot, &plan, err))
        return NULL;
    InspectSql *ret = arena_alloc(arena, sizeof(*ret));
    *ret = (InspectSql){.arena = arena};
    for (size_t i = 0; i < plan.statements.count; i++) {
        if (plan.statements.items[i].object)
            add(ret, &plan.statements.items[i]);
    }
    return ret;
}

const StringList *inspect_sql_of(const InspectSql *sql, const Object *object)
{
    const Map *map = sql->by_kind[object->kind];
    return map ? map_get(map, object->key) : NULL;
}
