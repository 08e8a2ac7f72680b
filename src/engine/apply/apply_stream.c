/*
 * Transactional files that do not fit into a pipeline, because of COPY data or their size: statement by
 * statement by the simple protocol, in one transaction with the history row. Memory stays at one
 * statement. Also --tx-mode all, where one transaction holds all files.
 */
#include <string.h>

#include "apply_internal.h"
#include "dbmig/base/buf.h"
#include "dbmig/base/platform.h"

typedef struct Stream {
    ApplyRun *run;
    size_t index;
    const ApplyStep *step;
    FileScan *scan;
    SqlItem item;
    int64_t started_ms;
    bool committed;
} Stream;

/* Several statements of ours as one message. Which one failed is told by the SQLSTATE. */
static bool run_frame(Stream *stream, Buf *script, Error *err)
{
    SessionOutcome outcome = {0};
    bool ok = session_run(stream->run->session, buf_text(script), script->len, &outcome, err);
    buf_free(script);
    /* A signal that came when the server had committed: the file counts. */
    stream->committed = strcmp(outcome.command, "COMMIT") == 0;
    if (ok || stream->committed)
        return ok;
    if (err->code >= EXIT_SIGNAL || session_lost(stream->run->session))
        apply_fail_interrupted(stream->run, stream->index, err);
    return false;
}

static bool own_error(const Stream *stream, const Error *err)
{
    return err->code < EXIT_SIGNAL && !session_lost(stream->run->session);
}

/* ---- the file's statements ---- */

static bool run_item(Stream *stream, Error *err)
{
    ApplyRun *run = stream->run;
    SessionOutcome outcome = {0};
    apply_watch_statement(run->watch, stream->step, stream->item.line);
    apply_crash_point("statement");
    if (stream->item.kind == SQL_ITEM_COPY) {
        if (apply_copy(run, stream->index, stream->scan, &stream->item, NULL, err))
            return true;
    } else {
        if (session_run(run->session, stream->item.text, stream->item.len, &outcome, err))
            return true;
        if (err->code < EXIT_SIGNAL && !session_lost(run->session))
            apply_fail_place(run, stream->index, &stream->item, &outcome, err);
    }
    apply_fail_summary(run, stream->index, err);
    return false;
}

static bool next(Stream *stream, Error *err)
{
    return fileplan_next(stream->scan, &stream->item, err);
}

static bool run_items(Stream *stream, Error *err)
{
    for (; stream->item.kind != SQL_ITEM_END;) {
        if (!run_item(stream, err) || !next(stream, err))
            return false;
    }
    return true;
}

/* ---- the frame around them ---- */

static bool begin_transaction(Stream *stream, const ApplyUnit *unit, Error *err)
{
    Buf script = {0};
    buf_add_str(&script, unit->begin);
    if (stream->step->plan.sets_transaction) {
        if (!run_frame(stream, &script, err))
            return false;
        while (stream->item.kind == SQL_ITEM_STATEMENT &&
               stream->item.verb == SQL_VERB_SET_TRANSACTION) {
            if (!run_item(stream, err) || !next(stream, err))
                return false;
        }
        buf_add_str(&script, "SELECT 1");
    }
    if (unit->fence != NULL)
        buf_printf(&script, ";\n%s", unit->fence);
    if (unit->local_settings != NULL)
        buf_printf(&script, ";\n%s", unit->local_settings);
    buf_printf(&script, ";\n%s", unit->guard);
    if (run_frame(stream, &script, err))
        return true;
    if (own_error(stream, err))
        apply_fail_frame(stream->run, stream->index, err);
    return false;
}

static void insert_sql(Stream *stream, int rank, Buf *script)
{
    ApplyRun *run = stream->run;
    Arena *scratch = arena_new();
    HistoryRow row = apply_history_row(run, scratch, stream->step, rank);
    row.execution_ms = (int)(platform_monotonic_ms() - stream->started_ms);
    buf_printf(script, ";\n%s", history_insert_sql(scratch, &run->plan->history, &row, NULL));
    arena_free(scratch);
}

static bool end_transaction(Stream *stream, const ApplyUnit *unit, int rank, bool commit,
                            Error *err)
{
    Buf script = {0};
    buf_add_str(&script, unit->check);
    if (unit->constraints != NULL)
        buf_printf(&script, ";\n%s", unit->constraints);
    for (size_t i = 0; unit->resets[i] != NULL; i++)
        buf_printf(&script, ";\n%s", unit->resets[i]);
    buf_printf(&script, ";\n%s", unit->settings);
    insert_sql(stream, rank, &script);
    if (commit)
        buf_printf(&script, ";\n%s", unit->commit);
    else /* the next file needs the mark that RESET ALL took away */
        buf_add_str(&script, ";\nSELECT pg_catalog.set_config('dbmig.xact', "
                             "pg_catalog.txid_current()::text, true)");
    apply_crash_point("end of file");
    if (run_frame(stream, &script, err)) {
        apply_crash_point("file done");
        return true;
    }
    if (!own_error(stream, err))
        return false; /* or committed, and then a signal */
    if (strcmp(err->sqlstate, "22012") == 0) {
        apply_fail_check(stream->run, stream->index, err);
        return false;
    }
    error_prefix(err, "could not record and commit %s", stream->step->migration->name);
    error_at(err, stream->step->migration->path, 0, 0);
    apply_fail_summary(stream->run, stream->index, err);
    return false;
}

typedef enum Framing { FRAME_BEGIN = 1, FRAME_COMMIT = 2 } Framing;

static void tell_end(const ApplyRun *run, size_t index, int64_t ms)
{
    run->events->file_end(run->events->context, &run->plan->steps.items[index], index,
                          run->plan->steps.count, ms);
}

/* *ret_committed: the server has committed, even where a signal makes it a failure. *ret_ms: how long the
   file took. */
static bool run_file(ApplyRun *run, size_t index, int rank, unsigned framing, bool *ret_committed,
                     int64_t *ret_ms, Error *err)
{
    const ApplyStep *step = &run->plan->steps.items[index];
    Stream stream = {.run = run, .index = index, .step = step,
                     .started_ms = platform_monotonic_ms()};
    Arena *scratch = arena_new();
    ApplyUnit unit;
    apply_unit_make(run, scratch, step, rank, &unit);
    if ((framing & FRAME_COMMIT) == 0 || (framing & FRAME_BEGIN) == 0)
        unit.begin = "BEGIN";
    run->events->file_begin(run->events->context, step, index, run->plan->steps.count);
    apply_watch_statement(run->watch, step, 0);
    bool ok = fileplan_open(&step->plan, &stream.scan, err) && next(&stream, err) &&
              ((framing & FRAME_BEGIN) == 0 || begin_transaction(&stream, &unit, err)) &&
              run_items(&stream, err) &&
              end_transaction(&stream, &unit, rank, (framing & FRAME_COMMIT) != 0, err);
    fileplan_close(stream.scan);
    arena_free(scratch);
    *ret_committed = stream.committed;
    *ret_ms = platform_monotonic_ms() - stream.started_ms;
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
        ok = run_file(run, index, run->next_rank, FRAME_BEGIN | FRAME_COMMIT, &committed, &ms,
                      err);
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

static bool try_all(ApplyRun *run, int64_t *times, size_t *ret_index, bool *ret_committed, Error *err)
{
    size_t count = run->plan->steps.count;
    for (size_t i = 0; i < count; i++) {
        *ret_index = i;
        unsigned framing = (i == 0 ? FRAME_BEGIN : 0) | (i + 1 == count ? FRAME_COMMIT : 0);
        if (!run_file(run, i, run->next_rank + (int)i, framing, ret_committed, &times[i], err))
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
