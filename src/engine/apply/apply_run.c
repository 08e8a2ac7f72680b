/*
 * The course of an apply: plan, lock, plan again under the lock, history table, then the steps, each by
 * the way that fits it. Nothing is written, and no lock is taken, when there is nothing to do.
 */
#include <string.h>

#include "apply_frame.h"
#include "dbmig/base/fatal.h"
#include "dbmig/base/platform.h"

static bool nothing_to_do(const ApplyPlan *plan)
{
    return plan->steps.count == 0 && plan->baseline == NULL;
}

static void assert_events(const ApplyEvents *events)
{
    if (events == NULL || events->planned == NULL || events->waiting == NULL ||
        events->file_begin == NULL || events->file_end == NULL || events->retry == NULL ||
        events->notice == NULL || events->running == NULL || events->note == NULL)
        BUG("an event of apply has no handler");
}

static void on_notice(void *context, const SessionNotice *notice)
{
    const ApplyRun *run = context;
    run->events->notice(run->events->context, apply_watch_step(run->watch), notice);
}

static bool take_lock(ApplyRun *run, Error *err)
{
    const ApplyOptions *options = run->options;
    LockOptions lock = {.kind = options->lock, .schema = run->plan->history.schema,
                        .table = run->plan->history.table, .timeout_ms = options->lock_timeout_ms,
                        .lease_ms = options->lease_ms,
                        .outlast_lease = options->lock_timeout_is_default, .on_wait = run->events->waiting,
                        .context = run->events->context, .command = options->command,
                        .url = options->url};
    apply_crash_point("before the lock");
    if (!lock_acquire(run->arena, run->session, &lock, &run->lock, err))
        return false;
    apply_crash_point("locked");
    run->fence = lock_fence_sql(run->lock);
    run->pooled = session_pooled(run->session) || lock_kind(run->lock) == LOCK_LEASE;
    return true;
}

bool apply_read_settings(ApplyRun *run, Error *err)
{
    Rows *rows = NULL;
    if (session_version(run->session) < 140000 || run->pooled)
        return true;
    if (!session_query(run->session, run->arena,
                       "SELECT nullif(pg_catalog.current_setting('client_connection_check_interval', "
                       "true), '0')", 0, NULL, &rows, err))
        return false;
    run->check_interval = rows_text(rows, 0, 0);
    return true;
}

static bool begin_settings(ApplyRun *run, Error *err)
{
    if (run->pooled)
        return true;
    SimpleSender simple;
    apply_simple_begin(&simple, run, 0);
    bool ok = apply_settings_frames(run, &simple.sender, err);
    apply_simple_end(&simple);
    if (!ok && run->options->role != NULL)
        error_prefix(err, "could not prepare the session");
    return ok;
}

static void roll_back(ApplyRun *run)
{
    Error ignored = {0};
    if (!session_lost(run->session) && session_tx(run->session) != SESSION_TX_IDLE)
        session_exec(run->session, "ROLLBACK", &ignored);
    error_clear(&ignored);
}

static bool create_history(ApplyRun *run, SimpleSender *simple, Error *err)
{
    History *history = &run->plan->history;
    bool done = apply_history_frames(run, &simple->sender, err);
    if (done || simple->committed)
        history_created(history);
    if (done)
        return true;
    roll_back(run);
    return history_not_created(run->session, history, err);
}

static bool write_baseline(ApplyRun *run, SimpleSender *simple, Error *err)
{
    if (run->plan->baseline == NULL)
        return true;
    if (!apply_baseline_frames(run, run->next_rank, &simple->sender, err)) {
        roll_back(run);
        return error_prefix(err, "could not record the baseline");
    }
    run->next_rank++;
    return true;
}

/* The history table and the baseline row. */
static bool write_history(ApplyRun *run, Error *err)
{
    ApplyPlan *plan = run->plan;
    SimpleSender simple;
    apply_simple_begin(&simple, run, 0);
    apply_crash_point("before the history");
    bool ok = !plan->create_history || create_history(run, &simple, err);
    if (ok && plan->create_history)
        run->next_rank = history_next_rank(&plan->history);
    apply_crash_point("history there");
    ok = ok && write_baseline(run, &simple, err);
    apply_simple_end(&simple);
    return ok;
}

static bool run_steps(ApplyRun *run, Error *err)
{
    size_t count = run->plan->steps.count;
    if (run->options->tx_mode == TXMODE_ALL && count > 0)
        return apply_all(run, err);
    for (size_t i = 0; i < count;) {
        size_t end = i;
        while (end < count && apply_window_takes(&run->plan->steps.items[end]))
            end++;
        bool ok;
        if (end > i)
            ok = apply_window(run, i, end - i, err);
        else if (run->plan->steps.items[i].plan.transactional &&
                 run->plan->steps.items[i].resume == NULL)
            ok = apply_stream(run, i, err);
        else
            ok = apply_notx(run, i, err);
        if (!ok)
            return false;
        i = end > i ? end : i + 1;
    }
    return true;
}

/* Worth a round trip when several files follow each other. */
static bool prepare(ApplyRun *run, Error *err)
{
    return run->plan->steps.count < 8 || apply_prepare(run, err);
}

/* Under the lock: what others did meanwhile counts. */
static bool run_locked(ApplyRun *run, Error *err)
{
    ApplyPlan *plan = run->plan;
    if (!apply_plan_again(run->arena, run->session, run->options, plan, err))
        return false;
    if (nothing_to_do(plan))
        return true;
    run->events->planned(run->events->context, plan);
    run->application_name = lock_application_name(run->lock);
    if (!apply_read_settings(run, err) || !begin_settings(run, err) || !apply_watch_start(run, err))
        return false;
    session_on_notice(run->session, on_notice, run);
    run->next_rank = history_next_rank(&plan->history);
    bool ok = write_history(run, err) && prepare(run, err) && run_steps(run, err);
    session_on_notice(run->session, NULL, NULL);
    apply_watch_end(run);
    return ok;
}

bool apply_run(Arena *arena, Session *session, const ApplyOptions *options,
               const ApplyEvents *events, ApplyPlan *ret_plan, ApplyResult *ret, Error *err)
{
    int64_t started = platform_monotonic_ms();
    ApplyRun run = {.arena = arena, .session = session, .options = options, .events = events,
                    .plan = ret_plan, .result = ret};
    *ret = (ApplyResult){0};
    assert_events(events);
    bool ok = apply_plan_unlocked(arena, session, options, ret_plan, err);
    if (ok && !nothing_to_do(ret_plan)) {
        ok = take_lock(&run, err);
        if (ok && !run_locked(&run, err)) {
            apply_denied(arena, session, options, err);
            ok = false;
        }
        lock_release(run.lock);
    }
    ret->total_ms = platform_monotonic_ms() - started;
    ret->round_trips = session_round_trips(session);
    return ok;
}
