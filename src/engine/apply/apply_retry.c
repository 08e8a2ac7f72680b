/*
 * Trying again after lock time-outs, deadlocks and serialization failures: how long to wait before
 * the next try, when to give up, and what is said then. The caller has rolled back.
 */
#include <string.h>

#include "apply_internal.h"
#include "dbmig/base/interrupt.h"
#include "dbmig/base/platform.h"

#define FIRST_MS 500
#define LONGEST_MS 8000
#define LOCK_NOT_AVAILABLE "55P03"

bool apply_retryable(const Error *err)
{
    return strcmp(err->sqlstate, LOCK_NOT_AVAILABLE) == 0 || /* lock_timeout, NOWAIT */
           strcmp(err->sqlstate, "40P01") == 0 ||            /* deadlock */
           strcmp(err->sqlstate, "40001") == 0;              /* serialization failure */
}

/* Doubles from try to try, with up to a quarter more or less so that runs do not march in step. */
static int64_t back_off(int attempt)
{
    int64_t ms = attempt < 10 ? (int64_t)FIRST_MS << attempt : LONGEST_MS;
    if (ms > LONGEST_MS)
        ms = LONGEST_MS;
    uint16_t random;
    platform_random(&random, sizeof(random));
    return ms * 3 / 4 + ms / 2 * random / UINT16_MAX;
}

/* The last try may have been too short for a look at what was in its way; an earlier one was not.
 */
static bool give_up(const ApplyRetry *retry, const char *blocker, Error *err)
{
    Arena *scratch = arena_new();
    if (strcmp(err->sqlstate, LOCK_NOT_AVAILABLE) == 0)
        err->code = EXIT_LOCK_TIMEOUT;
    if (blocker != NULL)
        apply_fail_detail(err, arena_printf(scratch, "Blocked by %s.", blocker));
    else if (retry->blocker != NULL)
        apply_fail_detail(err,
                          arena_printf(scratch, "Blocked, when last seen, by %s.", retry->blocker));
    if (retry->attempt > 0)
        apply_fail_detail(err, arena_printf(scratch, "It was tried %d times.", retry->attempt + 1));
    if (err->code == EXIT_LOCK_TIMEOUT)
        error_hint(
            err, "Apply again when the table is less busy, end what blocks it, or allow more with "
                 "--retries or --ddl-lock-timeout.");
    arena_free(scratch);
    return false;
}

bool apply_retry(ApplyRetry *retry, size_t index, Error *err)
{
    const ApplyRun *run = retry->run;
    if (index != retry->index) {
        retry->index = index;
        retry->attempt = 0;
        retry->blocker = NULL;
    }
    if (err->code >= EXIT_SIGNAL || session_lost(run->session) || !apply_retryable(err))
        return false;
    const char *blocker = apply_watch_blocker(run->watch);
    if (retry->attempt >= run->options->retries)
        return give_up(retry, blocker, err);
    if (blocker != NULL)
        retry->blocker = blocker;
    int64_t sleep_ms = back_off(retry->attempt++);
    run->events->retry(run->events->context, &run->plan->steps.items[index], retry->attempt,
                       sleep_ms, err, blocker);
    Error interrupted = {0};
    if (interrupt_sleep((long)sleep_ms, &interrupted))
        return true;
    error_copy(err, &interrupted);
    error_clear(&interrupted);
    apply_fail_summary(run, index, err);
    return false;
}

/* A ROLLBACK keeps prepared statements: the file's own PREPARE would fail when it runs again. */
bool apply_forget_prepared(ApplyRun *run, Error *err)
{
    error_clear(err);
    if (run->pooled)
        return true;
    run->prepared = false;
    return session_exec(run->session, "DEALLOCATE ALL", err);
}
