/*
 * Transactional files that do not fit into a pipeline, because of COPY data or their size:
 * statement by statement by the simple protocol, in one transaction with the history row. Memory
 * stays at one statement. Also --tx-mode all, where one transaction holds all files.
 */
#include <string.h>

#include "apply_frame.h"
#include "dbmig/base/platform.h"

static bool has(const SimpleSender *simple, FrameKind kind)
{
    return (simple->failed & 1U << kind) != 0;
}

/* Words for what failed: a message of ours before or behind the statements, or one of these. */
static void word_failure(const SimpleSender *simple, Error *err)
{
    const ApplyRun *run = simple->run;
    const Migration *migration = run->plan->steps.items[simple->index].migration;
    bool own = err->code < EXIT_SIGNAL && !session_lost(run->session);
    if (simple->failed == 0 || simple->committed)
        return; /* the file could not be read; or all is done, and then came a signal */
    if (has(simple, FRAME_ITEM)) {
        apply_fail_summary(run, simple->index, err);
    } else if (!own) {
        apply_fail_interrupted(run, simple->index, err);
    } else if (!has(simple, FRAME_CHECK)) {
        apply_fail_frame(run, simple->index, err);
    } else if (strcmp(err->sqlstate, "22012") == 0) {
        apply_fail_check(run, simple->index, err);
    } else {
        error_prefix(err, "could not record and commit %s", migration->name);
        error_at(err, migration->path, 0, 0);
        apply_fail_advise(err);
        apply_fail_summary(run, simple->index, err);
    }
}

static void tell_end(const ApplyRun *run, size_t index, int64_t ms)
{
    run->events->file_end(run->events->context, &run->plan->steps.items[index], index,
                          run->plan->steps.count, ms);
}

/* *ret_committed: the server has committed, even where a signal makes it a failure. *ret_ms: how
   long the file took. */
static bool run_file(ApplyRun *run, size_t index, int rank, unsigned edges, bool *ret_committed,
                     int64_t *ret_ms, Error *err)
{
    const ApplyStep *step = &run->plan->steps.items[index];
    int64_t started_ms = platform_monotonic_ms();
    SimpleSender simple;
    apply_simple_begin(&simple, run, index);
    run->events->file_begin(run->events->context, step, index, run->plan->steps.count);
    apply_watch_statement(run->watch, step, 0);
    bool ok = apply_file_frames(run, step, rank, edges, &simple.sender, err);
    apply_crash_point("file done");
    if (!ok)
        word_failure(&simple, err);
    *ret_committed = simple.committed;
    *ret_ms = platform_monotonic_ms() - started_ms;
    apply_simple_end(&simple);
    return ok;
}

static void roll_back(ApplyRun *run)
{
    Error ignored = {0};
    if (!session_lost(run->session) && session_tx(run->session) != SESSION_TX_IDLE)
        session_exec(run->session, "ROLLBACK", &ignored);
    error_clear(&ignored);
}

bool apply_stream(ApplyRun *run, size_t index, Error *err)
{
    const ApplyStep *step = &run->plan->steps.items[index];
    ApplyRetry retry = {.run = run, .index = index};
    bool ok, committed = false;
    int64_t ms = 0;
    for (;;) {
        if (!lock_renew(run->lock, err))
            return false;
        ok = run_file(run, index, run->next_rank, FILE_BEGINS | FILE_COMMITS, &committed, &ms, err);
        if (committed)
            break;
        roll_back(run);
        if (!apply_retry(&retry, index, err) || !apply_forget_prepared(run, err))
            return false;
    }
    run->prepared &= !step->plan.prepares;
    tell_end(run, index, ms);
    run->result->applied++;
    run->result->statements += step->plan.statements;
    apply_recorded(run, step, run->next_rank++);
    if (!ok)
        apply_fail_summary(run, index + 1, err);
    return ok;
}

/* ---- all files in one transaction ---- */

static bool try_all(ApplyRun *run, int64_t *times, size_t *ret_index, bool *ret_committed,
                    Error *err)
{
    size_t count = run->plan->steps.count;
    for (size_t i = 0; i < count; i++) {
        *ret_index = i;
        unsigned edges = (i == 0 ? FILE_BEGINS : 0) | (i + 1 == count ? FILE_COMMITS : 0);
        if (!run_file(run, i, run->next_rank + (int)i, edges, ret_committed, &times[i], err))
            return false;
    }
    return true;
}

bool apply_all(ApplyRun *run, Error *err)
{
    ApplyRetry retry = {.run = run};
    size_t index = 0;
    bool ok, committed = false;
    int64_t *times = arena_calloc(run->arena, run->plan->steps.count, sizeof(*times));
    while (!(ok = try_all(run, times, &index, &committed, err)) && !committed) {
        roll_back(run);
        retry.index = index; /* it is one transaction: tries count wherever they fail */
        if (!apply_retry(&retry, index, err) || !apply_forget_prepared(run, err))
            return false;
        if (!lock_renew(run->lock, err))
            return false;
    }
    for (size_t i = 0; i < run->plan->steps.count; i++) {
        tell_end(run, i, times[i]); /* none of them was applied before the COMMIT */
        run->result->statements += run->plan->steps.items[i].plan.statements;
    }
    run->result->applied = run->plan->steps.count;
    run->next_rank += (int)run->plan->steps.count;
    return ok;
}
