/* Writes changes to the history: lock, plan anew, compare with what was shown, one transaction. */
#include "dbmig/engine/amend.h"

#include <string.h>

#include "apply/apply_internal.h"
#include "dbmig/base/buf.h"
#include "dbmig/base/text.h"

bool amend_plan(Arena *arena, Session *session, const ApplyOptions *options, AmendPlanner planner,
                const void *wish, AmendPlan *ret, Error *err)
{
    *ret = (AmendPlan){0};
    return apply_status(arena, session, options, &ret->status, err) &&
           planner(arena, options, wish, ret, err);
}

static char *amendment_sql(Arena *arena, const History *history, const Amendment *amendment,
                           int *next_rank)
{
    HistoryRow row = amendment->row;
    switch (amendment->kind) {
    case AMEND_UPDATE:
        return history_update_sql(arena, history, &row);
    case AMEND_DELETE:
        return history_delete_sql(arena, history, row.rank);
    case AMEND_INSERT:
        break;
    }
    row.rank = (*next_rank)++; /* installed_by stays NULL, which is current_user */
    return history_insert_sql(arena, history, &row, NULL);
}

static char *list_sql(Arena *arena, const AmendPlan *plan)
{
    Buf sql = {0};
    int next_rank = history_next_rank(&plan->status.history);
    for (size_t i = 0; i < plan->list.count; i++)
        buf_printf(&sql, "%s;\n",
                   amendment_sql(arena, &plan->status.history, &plan->list.items[i], &next_rank));
    return buf_steal(&sql, arena);
}

/* What a person saw, and what it does. */
static char *list_text(Arena *arena, const AmendPlan *plan)
{
    Buf text = {0};
    for (size_t i = 0; i < plan->list.count; i++) {
        const Amendment *amendment = &plan->list.items[i];
        buf_printf(&text, "%s: %s: %s\n", amendment->script, amendment->what, amendment->change);
    }
    buf_add_str(&text, list_sql(arena, plan));
    return buf_steal(&text, arena);
}

/* Another run may have been here while a person was asked. */
static bool check_same(Arena *arena, const AmendPlan *shown, const AmendPlan *now, Error *err)
{
    if (strcmp(list_text(arena, shown), list_text(arena, now)) == 0)
        return true;
    error_set(err, EXIT_INTEGRITY, "the history %s changed meanwhile, and was left as it is",
              now->status.history.qualified);
    return error_hint(err,
                      "Another run was here. Run the command again to see what is left to do.");
}

/* The rest of an open transaction. */
static bool write_rows(ApplyRun *run, AmendPlan *plan, Error *err)
{
    Session *session = run->session;
    History *history = &plan->status.history;
    if (run->fence != NULL && !session_exec(session, run->fence, err))
        return false;
    if (run->pooled && !session_exec(session, apply_settings_sql(run, run->arena, true), err))
        return false;
    if (!history->exists && !history_create(session, history, err))
        return false;
    return session_exec(session, list_sql(run->arena, plan), err) &&
           session_exec(session, "COMMIT", err);
}

static bool write_plan(ApplyRun *run, AmendPlan *plan, Error *err)
{
    Error ignored = {0};
    if (!session_exec(run->session, "BEGIN", err))
        return false;
    bool done = write_rows(run, plan, err);
    if (!done && !session_lost(run->session))
        session_exec(run->session, "ROLLBACK", &ignored);
    error_clear(&ignored);
    return done;
}

bool amend_run(Arena *arena, Session *session, const ApplyOptions *options, AmendPlanner planner,
               const void *wish, const AmendPlan *shown, Error *err)
{
    if (shown->list.count == 0)
        return true;
    const History *history = &shown->status.history;
    LockOptions lock = {.kind = options->lock,
                        .schema = history->schema,
                        .table = history->table,
                        .timeout_ms = options->lock_timeout_ms,
                        .lease_ms = options->lease_ms,
                        .command = options->command,
                        .url = options->url};
    AmendPlan plan;
    ApplyRun run = {.arena = arena, .session = session, .options = options, .plan = &plan.status};
    if (!lock_acquire(arena, session, &lock, &run.lock, err))
        return false;
    run.fence = lock_fence_sql(run.lock);
    run.pooled = session_pooled(session) || lock_kind(run.lock) == LOCK_LEASE;
    bool done = amend_plan(arena, session, options, planner, wish, &plan, err) &&
                check_same(arena, shown, &plan, err) && write_plan(&run, &plan, err);
    if (!done)
        apply_denied(arena, session, options, err);
    lock_release(run.lock);
    return done;
}
