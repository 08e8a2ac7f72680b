/*
 * Transactional files in pipelined windows: several files are under way at once, each a transaction of
 * its own behind a guard, so that round trips do not grow with the number of files and nothing after a
 * failed file can run. Knows what was sent and what came back; the frames are apply_frame.c's.
 */
#include <stdlib.h>
#include <string.h>

#include "apply_frame.h"
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

/* What was sent; the pipeline's tag is its number. */
typedef struct Part {
    uint32_t step;
    uint32_t statement;
    FrameKind kind;
    bool is_sync;
} Part;

typedef struct Window {
    ApplySender sender;
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

bool apply_window_takes(const ApplyStep *step)
{
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

static bool send_sync(Window *window, uint32_t step, Error *err)
{
    if (!session_pipeline_sync(window->run->session, window->sent, err))
        return false;
    push_part(window, (Part){.step = step, .is_sync = true});
    return true;
}

/* A frame of the file that is being sent: as prepared, or plain. */
static bool take_frame(ApplySender *sender, const Frame *frame, Error *err)
{
    Window *window = (Window *)sender;
    Session *session = window->run->session;
    Part part = {.step = (uint32_t)window->next, .kind = frame->kind};
    if (frame->kind == FRAME_SEND)
        return true;
    if (frame->kind == FRAME_ITEM)
        part.statement = (uint32_t)fileplan_index(frame->scan);
    apply_crash_point("send");
    bool ok = window->run->prepared && frame->prepared != NULL
                  ? session_pipeline_execute(session, frame->prepared, frame->count, frame->params,
                                             window->sent, err)
                  : session_pipeline_send(session,
                                          frame->kind == FRAME_ITEM ? frame->item->text : frame->sql, 0,
                                          NULL, window->sent, err);
    if (ok)
        push_part(window, part);
    return ok;
}

static bool send_file(Window *window, Error *err)
{
    ApplyRun *run = window->run;
    const ApplyStep *step = &run->plan->steps.items[window->next];
    int rank = run->next_rank + (int)(window->next - window->done);
    if (!apply_file_frames(run, step, rank, FILE_BEGINS | FILE_COMMITS, &window->sender, err) ||
        !send_sync(window, (uint32_t)window->next, err))
        return false;
    apply_recorded(run, step, rank);
    window->files++;
    window->bytes += step->plan.bytes;
    window->next++;
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
        if (!send_file(window, err))
            return false;
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
    if (part.is_sync && window->files > 0) {
        window->files--;
        window->bytes -= window->run->plan->steps.items[part.step].plan.bytes;
    } else if (result->event == PIPELINE_FAILED && !window->failed) {
        window->failed = true;
        window->failed_part = part;
        window->failed_outcome = result->outcome;
        error_copy(err, why);
    } else if (part.kind == FRAME_COMMIT && result->event == PIPELINE_DONE && !window->failed) {
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
    /* A signal is reported once: the second call sends. */
    for (int i = 0; i < 2 && last != NULL && !last->is_sync && !session_lost(session); i++) {
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
    case FRAME_ITEM:
        apply_fail_statement_at(run, part->step, part->statement, &window->failed_outcome, err);
        return;
    case FRAME_GUARD:
        apply_fail_guard(run, part->step, err);
        return;
    case FRAME_FENCE:
        apply_fail_fence(run, part->step, err);
        return;
    case FRAME_CHECK:
        apply_fail_check(run, part->step, err);
        return;
    case FRAME_RECORD:
        error_prefix(err, "could not record %s", step->migration->name);
        break;
    case FRAME_CONSTRAINTS: /* which COMMIT would check */
    case FRAME_COMMIT:
        error_prefix(err, "could not commit %s", step->migration->name);
        break;
    default:
        error_prefix(err, "%s", step->migration->name);
        break;
    }
    error_at(err, step->migration->path, 0, 0);
    apply_fail_advise(err);
    apply_fail_summary(run, part->step, err);
}

/* A file deallocated our prepared statements: go on with the plain ones. */
static bool lost_prepared(const Window *window, const Error *err)
{
    return window->failed && window->failed_part.kind != FRAME_ITEM && window->run->prepared &&
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
    Window window = {.sender = {take_frame}, .run = run, .next = first, .end = end, .done = first};
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
