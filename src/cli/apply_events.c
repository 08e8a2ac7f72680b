/*
 * What happens while migrations run, as words on stderr: a line that changes in place on a terminal,
 * elsewhere a line a file, and every 30 s what takes so long.
 */
#include <string.h>
#include <unistd.h>

#include "dbmig/base/log.h"
#include "dbmig/base/text.h"
#include "dbmig/cli/apply_options.h"

static void planned(void *context, const ApplyPlan *plan)
{
    (void)context;
    if (plan->steps.count == 0)
        return;
    log_info("applying %zu file%s%s%s", plan->steps.count, plan->steps.count == 1 ? "" : "s",
             plan->target != NULL ? ", to version " : "", plan->target != NULL ? plan->target : "");
}

static void waiting(void *context, const char *holder)
{
    (void)context;
    log_info("waiting for the migration lock: %s", holder);
}

static void file_begin(void *context, const ApplyStep *step, size_t index, size_t total)
{
    (void)context;
    log_progress("%zu/%zu %s", index + 1, total, step->migration->name);
}

static void file_end(void *context, const ApplyStep *step, size_t index, size_t total, int64_t ms)
{
    (void)context;
    (void)index;
    (void)total;
    if (isatty(STDERR_FILENO))
        log_verbose("applied %s (%lld ms)", step->migration->name, (long long)ms);
    else
        log_info("applied %s (%lld ms)", step->migration->name, (long long)ms);
}

static void retry(void *context, const ApplyStep *step, int attempt, int64_t sleep_ms,
                  const Error *why, const char *blocker)
{
    (void)context;
    log_info("%s: %s%s%s; try %d follows in %.1f s", step->migration->name, why->primary,
             blocker != NULL ? "; blocked by " : "", blocker != NULL ? blocker : "", attempt + 1,
             (double)sleep_ms / 1000);
}

static void notice(void *context, const ApplyStep *step, const SessionNotice *said)
{
    (void)context;
    const char *name = step != NULL ? step->migration->name : "server";
    if (strcmp(said->severity, "WARNING") == 0)
        log_warning("%s: %s", name, said->message);
    else
        log_info("%s: %s: %s", name, said->severity, said->message);
    if (said->detail != NULL)
        log_info("%s: %s", name, said->detail);
}

static void running(void *context, const ApplyStep *step, size_t line, int64_t elapsed_ms,
                    double percent, const char *blocker, bool long_tick)
{
    (void)context;
    Arena *scratch = arena_new();
    const char *how_far = percent >= 0 ? arena_printf(scratch, ", %.0f %%", percent) : "";
    const char *why = blocker != NULL ? arena_printf(scratch, ", blocked by %s", blocker) : "";
    const char *place = line > 0 ? arena_printf(scratch, ":%zu", line) : "";
    const char *text = arena_printf(scratch, "%s%s runs for %lld s%s%s", step->migration->name, place,
                                    (long long)(elapsed_ms / 1000), how_far, why);
    if (long_tick && !isatty(STDERR_FILENO))
        log_info("%s", text);
    else
        log_progress("%s", text);
    arena_free(scratch);
}

static void note(void *context, const char *text)
{
    (void)context;
    log_info("note: %s", text);
}

const ApplyEvents apply_events_log = {
    .planned = planned,
    .waiting = waiting,
    .file_begin = file_begin,
    .file_end = file_end,
    .retry = retry,
    .notice = notice,
    .running = running,
    .note = note,
};
