/*
 * Pipeline mode: statements go out without waiting for answers. What was queued is kept in a ring,
 * so that each answer finds its number; a copy of the SQL is kept only where the place of an error
 * has to be turned from characters into bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/fatal.h"
#include "dbmig/base/interrupt.h"
#include "dbmig/base/platform.h"
#include "session_internal.h"

static bool has_wide_characters(const char *sql)
{
    for (const char *p = sql; *p != '\0'; p++) {
        if ((unsigned char)*p >= 0x80)
            return true;
    }
    return false;
}

static void grow_queue(Session *session)
{
    size_t capacity = session->queue_capacity == 0 ? 64 : 2 * session->queue_capacity;
    PipelineEntry *queue = calloc(capacity, sizeof(*queue));
    if (queue == NULL)
        fatal_out_of_memory();
    for (size_t i = 0; i < session->queue_count; i++)
        queue[i] = session->queue[(session->queue_first + i) % session->queue_capacity];
    free(session->queue);
    session->queue = queue;
    session->queue_first = 0;
    session->queue_capacity = capacity;
}

static void enqueue(Session *session, uint64_t tag, const char *sql)
{
    if (session->queue_count == session->queue_capacity)
        grow_queue(session);
    PipelineEntry entry = {.tag = tag, .is_sync = sql == NULL};
    if (sql != NULL && has_wide_characters(sql)) {
        entry.sql = strdup(sql);
        if (entry.sql == NULL)
            fatal_out_of_memory();
    }
    session->queue[(session->queue_first + session->queue_count) % session->queue_capacity] = entry;
    session->queue_count++;
    session->queue_syncs += entry.is_sync;
}

static void dequeue(Session *session)
{
    session->queue_syncs -= session->queue[session->queue_first].is_sync;
    free(session->queue[session->queue_first].sql);
    session->queue_first = (session->queue_first + 1) % session->queue_capacity;
    session->queue_count--;
}

bool session_pipeline_begin(Session *session, Error *err)
{
    if (!session_io_begin(session, err))
        return false;
    if (PQenterPipelineMode(session->conn) == 0)
        return session_send_error(session, err);
    return true;
}

bool session_pipeline_send(Session *session, const char *sql, int count, const char *const *params,
                           uint64_t tag, Error *err)
{
    if (!session_io_begin(session, err))
        return false;
    if (PQsendQueryParams(session->conn, sql, count, NULL, params, NULL, NULL, 0) == 0)
        return session_send_error(session, err);
    /* It goes out with the sync, or when libpq has 64 kB of it: a packet a statement would wake the
       server for each. */
    enqueue(session, tag, sql);
    return true;
}

bool session_pipeline_execute(Session *session, const char *name, int count,
                              const char *const *params, uint64_t tag, Error *err)
{
    if (!session_io_begin(session, err))
        return false;
    if (PQsendQueryPrepared(session->conn, name, count, params, NULL, NULL, 0) == 0)
        return session_send_error(session, err);
    enqueue(session, tag, name);
    return true;
}

bool session_pipeline_sync(Session *session, uint64_t tag, Error *err)
{
    if (!session_io_begin(session, err))
        return false;
    if (PQpipelineSync(session->conn) == 0)
        return session_send_error(session, err);
    enqueue(session, tag, NULL);
    if (!session_io_flush(session, err))
        return session_io_end(session, false, err);
    session_io_defer(session);
    return true;
}

/* Keeps the first row of a statement, for first_value. */
static void keep_first(Session *session, PGresult *result, PipelineResult *ret)
{
    bool rows = PQntuples(result) > 0 && PQnfields(result) > 0;
    if (!rows || session->pipeline_kept != NULL) {
        PQclear(result);
        return;
    }
    session->pipeline_kept = result;
    ret->first_value = PQgetisnull(result, 0, 0) ? NULL : PQgetvalue(result, 0, 0);
}

static bool take_pipeline_result(Session *session, PGresult *result, const char *sql,
                                 PipelineResult *ret, Error *err)
{
    switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_EMPTY_QUERY:
        session_outcome_fill(&ret->outcome, result);
        keep_first(session, result, ret);
        return true;
    case PGRES_SINGLE_TUPLE:
        keep_first(session, result, ret);
        return true;
    case PGRES_PIPELINE_ABORTED:
        ret->event = PIPELINE_SKIPPED;
        PQclear(result);
        return true;
    case PGRES_PIPELINE_SYNC:
        ret->event = PIPELINE_SYNC;
        PQclear(result);
        return true;
    case PGRES_FATAL_ERROR:
        ret->event = PIPELINE_FAILED;
        session_result_error(session, result, sql, &ret->outcome, err);
        PQclear(result);
        return !session->lost;
    default: /* COPY: libpq cannot go on from there */
        PQclear(result);
        session->lost = true;
        return error_set(err, EXIT_BUG, "COPY was sent in a pipeline");
    }
}

/* Reads the results of the first in the queue. */
static bool read_entry(Session *session, const PipelineEntry *entry, PipelineResult *ret,
                       Error *err)
{
    PGresult *result;
    PQsetSingleRowMode(session->conn); /* many rows that nobody wants must not pile up */
    for (;;) {
        if (!session_io_result(session, &result, err))
            return false;
        if (result == NULL && session->lost)
            return session_lost_error(session, err);
        if (result == NULL)
            return true;
        if (!take_pipeline_result(session, result, entry->sql, ret, err))
            return false;
        if (ret->event == PIPELINE_SYNC)
            return true;
    }
}

bool session_pipeline_next(Session *session, PipelineResult *ret, Error *err)
{
    if (session->queue_count == 0)
        BUG("nothing is queued in the pipeline");
    /* A connection that is gone may still have left answers behind. */
    if (!session_io_resume(session, err))
        return false;
    PQclear(session->pipeline_kept);
    session->pipeline_kept = NULL;
    /* Without a sync on its way, the server would keep its answers to itself. */
    if (session->queue_syncs == 0 && PQsendFlushRequest(session->conn) == 1 &&
        !session_io_flush(session, err))
        return session_io_end(session, false, err);
    const PipelineEntry *entry = &session->queue[session->queue_first];
    *ret = (PipelineResult){.tag = entry->tag, .outcome.rows = -1};
    if (!read_entry(session, entry, ret, err))
        return session_io_end(session, false, err);
    dequeue(session);
    session_io_defer(session);
    return true;
}

/* The whole answer of the first in the queue, in *keep when it has rows. */
static bool read_whole(Session *session, const char *sql, PGresult **keep, Error *err)
{
    PGresult *result;
    bool ok = true;
    for (;;) {
        if (!session_io_result(session, &result, err))
            return false;
        if (result == NULL)
            return session->lost ? ok && session_lost_error(session, err) : ok;
        ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_SINGLE_TUPLE)
            BUG("rows of a pipeline that began behind session_run()");
        if (status == PGRES_TUPLES_OK && *keep == NULL) {
            *keep = result;
            continue;
        }
        if (ok && status == PGRES_PIPELINE_ABORTED)
            ok = error_set(err, EXIT_SQL, "not run, because an earlier statement failed");
        else if (ok && status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
            ok = session_result_error(session, result, sql, NULL, err);
        PQclear(result);
    }
}

bool session_pipeline_rows(Session *session, Arena *arena, Rows **ret, Error *err)
{
    if (session->queue_count == 0 || session->queue[session->queue_first].is_sync)
        BUG("no statement is next in the pipeline");
    if (!session_io_resume(session, err))
        return false;
    PGresult *result = NULL;
    bool ok = read_whole(session, session->queue[session->queue_first].sql, &result, err);
    if (!session->lost)
        dequeue(session);
    ok = session_io_end(session, ok, err);
    if (ok)
        *ret = session_rows(arena, result); /* libpq takes NULL for an empty result */
    PQclear(result);
    return ok;
}

/* Runs a call of the pipeline to its end: the one false that only tells a signal is kept for later. */
static bool insist(Session *session, bool (*call)(Session *session, Error *err), bool *told, Error *err)
{
    Error own = {0};
    bool ok = call(session, &own);
    if (!ok && !session->lost) { /* a signal, which is reported once */
        *told = true;
        error_copy(err, &own);
        session->cancelling = true;
        session->recancel_ms = 0;
        ok = call(session, &own);
    }
    if (!ok)
        error_copy(err, &own);
    error_clear(&own);
    return ok;
}

static bool close_unit(Session *session, Error *err)
{
    size_t last = session->queue_first + session->queue_count - 1;
    if (session->queue_count == 0 || session->queue[last % session->queue_capacity].is_sync)
        return true;
    return session_pipeline_sync(session, 0, err);
}

static bool drop_answer(Session *session, Error *err)
{
    PipelineResult ignored;
    Error failed = {0};
    bool ok = session_pipeline_next(session, &ignored, &failed);
    if (!ok)
        error_copy(err, &failed);
    error_clear(&failed);
    return ok;
}

/* Reads all that is queued. After a signal, for a few seconds only. */
static bool drain_queue(Session *session, bool *told, Error *err)
{
    int64_t end = platform_monotonic_ms() + SESSION_CANCEL_MS;
    while (session->queue_count > 0) {
        if (!insist(session, drop_answer, told, err))
            return false;
        if (interrupt_signal() != 0 && platform_monotonic_ms() > end)
            return session_give_up(session, err);
    }
    return true;
}

bool session_pipeline_end(Session *session, Error *err)
{
    bool told = false;
    bool empty = insist(session, close_unit, &told, err) && drain_queue(session, &told, err) &&
                 insist(session, session_io_begin, &told, err);
    session->cancelling = false;
    if (!empty)
        return false;
    if (PQexitPipelineMode(session->conn) == 0)
        return session_send_error(session, err);
    return !told;
}

bool session_pipeline_finish(Session *session, bool ok, Error *err)
{
    Error own = {0};
    bool ended = session_pipeline_end(session, &own);
    if (!ended && (ok || own.code >= EXIT_SIGNAL))
        error_copy(err, &own);
    error_clear(&own);
    return ok && ended;
}

bool session_settle(Session *session, Error *err)
{
    if (PQpipelineStatus(session->conn) != PQ_PIPELINE_OFF)
        return session_pipeline_end(session, err);
    if (!session_busy(session))
        return true;
    if (!session_io_begin(session, err))
        return false;
    Error dropped = {0};
    PQputCopyEnd(session->conn, "given up");
    session_io_flush(session, &dropped);
    session_io_drain(session, NULL, NULL, NULL, &dropped);
    error_clear(&dropped);
    return session_io_end(session, session_io_alive(session, err), err);
}
