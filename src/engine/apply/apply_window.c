/*
 * Transactional files in pipelined windows: several files are under way at once, each a transaction of
 * its own behind a guard, so that round trips do not grow with the number of files and nothing after a
 * failed file can run. Knows what was sent and what came back; the SQL is apply_unit.c's.
 */
#include <stdlib.h>
#include <string.h>

#include "apply_internal.h"
#include "dbmig/base/fatal.h"
#include "dbmig/base/interrupt.h"
#include "dbmig/base/platform.h"

#define WINDOW_FILES 64
#define WINDOW_BYTES (4u << 20)
/* A pooled connection renews its lease between windows. */
#define POOLED_FILES 16
/* What is larger is streamed: it would sit in memory whole, as would its answers. */
#define FILE_BYTES (1u << 20)
#define FILE_STATEMENTS 10000

typedef enum PartKind {
    PART_FRAME,     /* begin, fence's settings, resets: cannot fail by the file */
    PART_FENCE,
    PART_GUARD,
    PART_STATEMENT,
    PART_CHECK,
    PART_CONSTRAINTS,
    PART_INSERT,
    PART_COMMIT,
    PART_SYNC,
} PartKind;

/* What was sent; the pipeline's tag is its number. */
typedef struct Part {
    uint32_t step;
    uint32_t statement;
    PartKind kind;
} Part;

typedef struct Window {
    ApplyRun *run;
    size_t next, end;     /* steps to send */
    size_t done;          /* the first step that is not known to be applied */
    Part *parts;          /* ring by tag - seen */
    size_t capacity;
    uint64_t sent, seen;  /* tags */
    size_t files, bytes;  /* under way */
    int64_t file_started_ms;
    bool failed;
    size_t failed_step;
    Part failed_part;
    SessionOutcome failed_outcome;
} Window;

bool apply_window_takes(const ApplyRun *run, const ApplyStep *step)
{
    (void)run;
    return step->plan.transactional && step->resume == NULL && !step->plan.simple_only &&
           !step->plan.prepares && /* its DEALLOCATE ALL would take ours from the files under way */
           step->plan.bytes <= FILE_BYTES && step->plan.statements <= FILE_STATEMENTS;
}

/* ---- sending ---- */

static void push_part(Window *window, Part part)
{
    if (window->sent - window->seen == window->capacity) {
        size_t capacity = window->capacity == 0 ? 1024 : 2 * window->capacity;
        Part *parts = calloc(capacity, sizeof(*parts));
        if (parts == NULL)
            fatal_out_of_memory();
        for (uint64_t tag = window->seen; window->capacity > 0 && tag < window->sent; tag++)
            parts[tag % capacity] = window->parts[tag % window->capacity];
        free(window->parts);
        window->parts = parts;
        window->capacity = capacity;
    }
    window->parts[window->sent++ % window->capacity] = part;
}

static bool send(Window *window, const char *sql, Part part, Error *err)
{
    apply_crash_point("send");
    if (!session_pipeline_send(window->run->session, sql, 0, NULL, window->sent, err))
        return false;
    push_part(window, part);
    return true;
}

static bool send_sync(Window *window, uint32_t step, Error *err)
{
    if (!session_pipeline_sync(window->run->session, window->sent, err))
        return false;
    push_part(window, (Part){.step = step, .kind = PART_SYNC});
    return true;
}

/* What runs around each file: as prepared (name), or plain. */
static bool send_own(Window *window, const char *name, int count, const char *const *params,
                     const char *sql, Part part, Error *err)
{
    if (!window->run->prepared || name == NULL)
        return send(window, sql, part, err);
    apply_crash_point("send");
    if (!session_pipeline_execute(window->run->session, name, count, params, window->sent, err))
        return false;
    push_part(window, part);
    return true;
}

static bool send_statements(Window *window, const ApplyStep *step, Part part, bool leading,
                            FileScan *scan, SqlItem *item, Error *err)
{
    while (item->kind != SQL_ITEM_END) {
        if (leading && item->verb != SQL_VERB_SET_TRANSACTION)
            return true;
        part.statement = (uint32_t)fileplan_index(scan);
        if (!send(window, item->text, part, err) || !fileplan_next(scan, item, err))
            return false;
    }
    (void)step;
    return true;
}

/* What stands before the file's statements. SET TRANSACTION must come before any query. */
static bool send_head(Window *window, const ApplyStep *step, const ApplyUnit *unit, Part part,
                      FileScan *scan, SqlItem *item, Error *err)
{
    Part statement = part, guard = part, fence = part;
    statement.kind = PART_STATEMENT;
    guard.kind = PART_GUARD;
    fence.kind = PART_FENCE;
    return send(window, unit->begin, part, err) &&
           (!step->plan.sets_transaction ||
            send_statements(window, step, statement, true, scan, item, err)) &&
           (unit->fence == NULL || send(window, unit->fence, fence, err)) &&
           (unit->local_settings == NULL || send(window, unit->local_settings, part, err)) &&
           send_own(window, unit->guard_prepared ? APPLY_GUARD : NULL,
                    (int)ARRAY_LENGTH(unit->guard_params), unit->guard_params, unit->guard, guard, err);
}

static bool send_tail(Window *window, const ApplyUnit *unit, Part part, Error *err)
{
    Part check = part, constraints = part, insert = part, commit = part;
    check.kind = PART_CHECK;
    constraints.kind = PART_CONSTRAINTS;
    insert.kind = PART_INSERT;
    commit.kind = PART_COMMIT;
    if (!send_own(window, APPLY_CHECK, 0, NULL, unit->check, check, err) ||
        (unit->constraints != NULL && !send(window, unit->constraints, constraints, err)))
        return false;
    for (size_t i = 0; unit->resets[i] != NULL; i++) {
        if (!send(window, unit->resets[i], part, err))
            return false;
    }
    return send_own(window, APPLY_SETTINGS, 0, NULL, unit->settings, part, err) &&
           send_own(window, APPLY_RECORD, unit->record_count, unit->record_params, unit->insert, insert,
                    err) &&
           send(window, unit->commit, commit, err);
}

static bool send_file(Window *window, size_t index, Error *err)
{
    ApplyRun *run = window->run;
    const ApplyStep *step = &run->plan->steps.items[index];
    Part part = {.step = (uint32_t)index, .kind = PART_FRAME}, statement = part;
    statement.kind = PART_STATEMENT;
    Arena *scratch = arena_new();
    ApplyUnit unit;
    FileScan *scan = NULL;
    SqlItem item = {0};
    int rank = run->next_rank + (int)(index - window->done);
    apply_unit_make(run, scratch, step, rank, &unit);
    bool ok = fileplan_open(&step->plan, &scan, err) && fileplan_next(scan, &item, err) &&
              send_head(window, step, &unit, part, scan, &item, err) &&
              send_statements(window, step, statement, false, scan, &item, err) &&
              send_tail(window, &unit, part, err);
    fileplan_close(scan);
    arena_free(scratch);
    if (!ok || !send_sync(window, part.step, err))
        return false;
    apply_recorded(run, step, rank);
    window->files++;
    window->bytes += step->plan.bytes;
    return true;
}

/* Sends what fits. Room is used in lots, so that a refill is not a packet a file. */
static bool refill(Window *window, Error *err)
{
    size_t most = window->run->pooled ? POOLED_FILES : WINDOW_FILES;
    if (window->files > most / 2)
        return true;
    while (window->next < window->end && window->files < most &&
           (window->files == 0 || window->bytes < WINDOW_BYTES)) {
        if (!send_file(window, window->next, err))
            return false;
        window->next++;
    }
    return true;
}

/* ---- receiving ---- */

static void begin_file(Window *window)
{
    ApplyRun *run = window->run;
    if (window->done >= window->end)
        return;
    const ApplyStep *step = &run->plan->steps.items[window->done];
    window->file_started_ms = platform_monotonic_ms();
    run->events->file_begin(run->events->context, step, window->done, run->plan->steps.count);
    apply_watch_file(run->watch, step);
}

static void end_file(Window *window, const Part *part)
{
    ApplyRun *run = window->run;
    const ApplyStep *step = &run->plan->steps.items[part->step];
    run->result->applied++;
    run->result->statements += step->plan.statements;
    run->next_rank++;
    window->done = part->step + 1;
    run->events->file_end(run->events->context, step, part->step, run->plan->steps.count,
                          platform_monotonic_ms() - window->file_started_ms);
    apply_crash_point("file done");
    begin_file(window);
}

static const Part *part_at(const Window *window, uint64_t tag)
{
    return tag < window->sent ? &window->parts[tag % window->capacity] : NULL;
}

/* Takes an answer into account. why: what the server said of a failed part. */
static void take(Window *window, const PipelineResult *result, const Error *why, Error *err)
{
    Part part = *part_at(window, window->seen);
    if (result->tag != window->seen)
        BUG("pipeline answer %llu, expected %llu", (unsigned long long)result->tag,
            (unsigned long long)window->seen);
    window->seen++;
    if (part.kind == PART_SYNC && window->files > 0) {
        window->files--;
        window->bytes -= window->run->plan->steps.items[part.step].plan.bytes;
    } else if (result->event == PIPELINE_FAILED && !window->failed) {
        window->failed = true;
        window->failed_part = part;
        window->failed_outcome = result->outcome;
        error_copy(err, why);
    } else if (part.kind == PART_COMMIT && result->event == PIPELINE_DONE && !window->failed) {
        end_file(window, &part);
    }
}

/* False on a lost connection or a signal, with no answer taken. */
static bool receive(Window *window, Error *err)
{
    PipelineResult result;
    Error own = {0};
    bool ok = session_pipeline_next(window->run->session, &result, &own);
    apply_crash_point("answer");
    if (ok)
        take(window, &result, &own, err);
    else
        error_copy(err, &own);
    error_clear(&own);
    return ok;
}

/*
 * Reads all answers that are still to come, and takes the server's word for what failed of them over
 * err: that came first, where err is of a file that could not be sent. After a signal the cancel may
 * have come between two statements: it is sent again until something has failed, so that no further
 * file is committed.
 */
static void drain(Window *window, Error *err)
{
    Error ignored = {0};
    bool known = window->failed;
    Session *session = window->run->session;
    const Part *last = window->sent > 0 ? part_at(window, window->sent - 1) : NULL;
    /* A signal is told once: the second call sends. */
    for (int i = 0; i < 2 && last != NULL && last->kind != PART_SYNC && !session_lost(session); i++) {
        error_clear(&ignored);
        if (send_sync(window, last->step, &ignored))
            break;
    }
    while (window->seen < window->sent && !session_lost(session)) {
        if (interrupt_signal() != 0 && !window->failed)
            session_cancel(session);
        error_clear(&ignored);
        bool ok = receive(window, &ignored);
        bool news = ok ? window->failed && !known && err->code < EXIT_SIGNAL
                       : ignored.code >= EXIT_SIGNAL; /* a signal outweighs what its cancel did */
        if (news)
            error_copy(err, &ignored);
        known = window->failed;
    }
    error_clear(&ignored);
}

static void word_failure(const Window *window, Error *err)
{
    const ApplyRun *run = window->run;
    const Part *part = &window->failed_part;
    const ApplyStep *step = &run->plan->steps.items[part->step];
    switch (part->kind) {
    case PART_STATEMENT:
        apply_fail_statement_at(run, part->step, part->statement, &window->failed_outcome, err);
        return;
    case PART_GUARD:
        apply_fail_guard(run, part->step, err);
        return;
    case PART_FENCE:
        apply_fail_fence(run, part->step, err);
        return;
    case PART_CHECK:
        apply_fail_check(run, part->step, err);
        return;
    case PART_INSERT:
        error_prefix(err, "could not record %s", step->migration->name);
        break;
    case PART_CONSTRAINTS: /* which COMMIT would check */
    case PART_COMMIT:
        error_prefix(err, "could not commit %s", step->migration->name);
        break;
    default:
        error_prefix(err, "%s", step->migration->name);
        break;
    }
    error_at(err, step->migration->path, 0, 0);
    apply_fail_summary(run, part->step, err);
}

/* A file deallocated our prepared statements: go on with the plain ones. */
static bool lost_prepared(const Window *window, const Error *err)
{
    return window->failed && window->failed_part.kind != PART_STATEMENT && window->run->prepared &&
           strcmp(err->sqlstate, "26000") == 0;
}

static bool pump(Window *window, Error *err)
{
    while (window->next < window->end || window->seen < window->sent) {
        if (!window->failed && !refill(window, err))
            return false;
        if (window->seen < window->sent && !receive(window, err))
            return false;
        if (window->failed)
            return false;
    }
    return true;
}

/* Leaves the pipeline and the failed transaction. */
static bool leave(Window *window, bool ok, Error *err)
{
    Session *session = window->run->session;
    if (!ok)
        drain(window, err);
    Error own = {0};
    ok = session_pipeline_finish(session, ok, err);
    if (!session_lost(session) && session_tx(session) != SESSION_TX_IDLE &&
        !session_exec(session, "ROLLBACK", &own) && (ok || own.code >= EXIT_SIGNAL)) {
        error_copy(err, &own);
        ok = false;
    }
    error_clear(&own);
    free(window->parts);
    window->parts = NULL;
    return ok;
}

/* One pass over the steps [first, end). *ret_done: the first step that is not applied. */
static bool pass(ApplyRun *run, size_t first, size_t end, size_t *ret_done, bool *ret_placed,
                 Error *err)
{
    Window window = {.run = run, .next = first, .end = end, .done = first};
    const char *previous = run->previous_script;
    int previous_rank = run->previous_rank;
    begin_file(&window);
    bool ok = session_pipeline_begin(run->session, err) && pump(&window, err);
    ok = leave(&window, ok, err);
    *ret_done = window.done;
    *ret_placed = window.failed;
    run->previous_script = previous;
    run->previous_rank = previous_rank;
    if (window.done > first)
        apply_recorded(run, &run->plan->steps.items[window.done - 1], run->next_rank - 1);
    if (!ok && lost_prepared(&window, err)) {
        run->prepared = false;
        error_clear(err);
        return true;
    }
    if (!ok && window.failed && err->code < EXIT_SIGNAL && !session_lost(run->session))
        word_failure(&window, err);
    else if (!ok)
        apply_fail_interrupted(run, window.done, err);
    return ok;
}

bool apply_window(ApplyRun *run, size_t first, size_t count, Error *err)
{
    ApplyRetry retry = {.run = run, .index = first};
    size_t end = first + count, done = first;
    for (;;) {
        bool placed = false;
        size_t until = run->pooled && end - done > POOLED_FILES ? done + POOLED_FILES : end;
        if (!lock_renew(run->lock, err))
            return false;
        if (pass(run, done, until, &done, &placed, err)) {
            if (done == end)
                return true;
            continue;
        }
        if (!placed || !apply_retry(&retry, done, err) || !apply_forget_prepared(run, err))
            return false;
    }
}
