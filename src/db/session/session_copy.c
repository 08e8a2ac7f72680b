/*
 * COPY in both directions. Data is flushed as it comes, so that libpq never holds more than a few
 * pieces of it, and a server that has stopped reading is noticed by its signal handling alone.
 */
#include <string.h>

#include "session_internal.h"

/* Unsent data that libpq may hold before a put waits for the socket. */
#define COPY_UNFLUSHED ((size_t)256 * 1024)

/* COPY … TO STDOUT where data for COPY … FROM STDIN was meant. */
static bool not_copy_in(Session *session, SessionOutcome *ret, Error *err)
{
    bool ok = session_io_drain(session, buf_text(&session->sql), ret, NULL, err);
    if (session_io_end(session, ok, err))
        error_set(err, EXIT_SQL, "the statement does not read from STDIN");
    return false;
}

bool session_copy_begin(Session *session, const char *sql, size_t len, SessionOutcome *ret,
                        Error *err)
{
    SessionOutcome ignored;
    if (ret == NULL)
        ret = &ignored;
    *ret = (SessionOutcome){.rows = -1};
    if (!session_io_begin(session, err))
        return false;
    buf_clear(&session->sql);
    buf_add(&session->sql, sql, len);
    if (PQsendQuery(session->conn, buf_text(&session->sql)) == 0)
        return session_send_error(session, err);
    PGresult *result = NULL;
    if (!session_io_flush(session, err) || !session_io_result(session, &result, err))
        return session_io_end(session, false, err);
    session->copy_unflushed = 0;
    bool ready = PQresultStatus(result) == PGRES_COPY_IN;
    bool failed = PQresultStatus(result) == PGRES_FATAL_ERROR;
    if (failed)
        session_result_error(session, result, buf_text(&session->sql), ret, err);
    bool copy_out = PQresultStatus(result) == PGRES_COPY_OUT;
    PQclear(result);
    if (ready && !session->interrupted)
        return true;
    if (ready)
        PQputCopyEnd(session->conn, "interrupted");
    if (!failed && !ready && !copy_out)
        return not_copy_in(session, ret, err);
    Error rest = {0};
    session_io_drain(session, NULL, NULL, NULL, &rest);
    error_clear(&rest);
    if (copy_out)
        error_set(err, EXIT_SQL, "the statement does not read from STDIN");
    return session_io_end(session, false, err);
}

/* Ends the copy on the server after a failure here, and takes the server's word for why. */
static bool leave_copy(Session *session, const char *why, Error *err)
{
    PQputCopyEnd(session->conn, why);
    bool ok = session_io_flush(session, err) &&
              session_io_drain(session, buf_text(&session->sql), NULL, NULL, err);
    return session_io_end(session, ok, err) && error_set(err, EXIT_SQL, "COPY ended: %s", why);
}

/* Like session_io_begin(), but leaves the copy when a signal has come. */
static bool still_copying(Session *session, Error *err)
{
    if (!session_io_alive(session, err))
        return false;
    if (session_io_resume(session, err))
        return true;
    Error rest = {0};
    leave_copy(session, "interrupted", &rest);
    error_clear(&rest);
    return false;
}

bool session_copy_put(Session *session, const void *data, size_t len, Error *err)
{
    if (!still_copying(session, err))
        return false;
    const char *bytes = data;
    while (len > 0) {
        size_t part = len > COPY_UNFLUSHED ? COPY_UNFLUSHED : len;
        int done = PQputCopyData(session->conn, bytes, (int)part);
        if (done < 0)
            return leave_copy(session, "the connection failed", err);
        if (done == 1) {
            bytes += part;
            len -= part;
            session->copy_unflushed += part;
        }
        if (done == 0 || session->copy_unflushed >= COPY_UNFLUSHED) {
            if (!session_io_flush(session, err))
                return session_io_end(session, false, err);
            session->copy_unflushed = 0;
        }
        if (session->interrupted)
            return leave_copy(session, "interrupted", err);
    }
    return true;
}

bool session_copy_end(Session *session, SessionOutcome *ret, Error *err)
{
    SessionOutcome outcome = {.rows = -1};
    if (!still_copying(session, err))
        return false;
    PQputCopyEnd(session->conn, NULL);
    bool ok = session_io_flush(session, err) &&
              session_io_drain(session, buf_text(&session->sql), &outcome, NULL, err);
    if (ret != NULL)
        *ret = outcome;
    return session_io_end(session, ok, err);
}

/* ---- COPY … TO STDOUT ---- */

typedef bool (*CopySink)(void *context, const char *data, size_t len, Error *err);

/* 1: a piece, 0: the end, -1: given up. */
static int next_piece(Session *session, char **ret, int *ret_len, Error *err)
{
    for (;;) {
        *ret_len = PQgetCopyData(session->conn, ret, 1);
        if (*ret_len > 0)
            return 1;
        if (*ret_len < 0 || PQstatus(session->conn) != CONNECTION_OK)
            return 0;
        if (!session_io_wait(session, false, err))
            return -1;
    }
}

/* After the sink has failed: cancels, and reads on without it. */
static bool read_pieces(Session *session, CopySink sink, void *context, bool *ret_sink_failed,
                        Error *err)
{
    char *data;
    int len, got;
    while ((got = next_piece(session, &data, &len, err)) > 0) {
        if (!*ret_sink_failed && !sink(context, data, (size_t)len, err)) {
            *ret_sink_failed = true;
            session_cancel(session);
        }
        PQfreemem(data);
    }
    return got == 0;
}

bool session_copy_out(Session *session, const char *sql, CopySink sink, void *context, Error *err)
{
    if (!session_io_begin(session, err))
        return false;
    if (PQsendQuery(session->conn, sql) == 0)
        return session_send_error(session, err);
    PGresult *result = NULL;
    if (!session_io_flush(session, err) || !session_io_result(session, &result, err))
        return session_io_end(session, false, err);
    bool failed = PQresultStatus(result) != PGRES_COPY_OUT;
    bool sink_failed = false;
    if (PQresultStatus(result) == PGRES_FATAL_ERROR)
        session_result_error(session, result, sql, NULL, err);
    else if (failed)
        error_set(err, EXIT_SQL, "the statement does not write to STDOUT");
    if (PQresultStatus(result) == PGRES_COPY_IN)
        PQputCopyEnd(session->conn, "not wanted");
    PQclear(result);
    if (!failed && !read_pieces(session, sink, context, &sink_failed, err))
        return session_io_end(session, false, err);
    Error rest = {0};
    bool ok = session_io_drain(session, sql, NULL, NULL, &rest);
    if (!ok && !failed && !sink_failed)
        error_copy(err, &rest);
    error_clear(&rest);
    return session_io_end(session, ok && !failed && !sink_failed, err);
}
