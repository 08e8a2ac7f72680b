/*
 * What session*.c share: the connection's state and the waiting. Everything that touches the socket
 * goes through session_io_*: it polls for the server, for signals and for ticks at once.
 */
#ifndef DBMIG_DB_SESSION_INTERNAL_H
#define DBMIG_DB_SESSION_INTERNAL_H

#include <libpq-fe.h>

#include "dbmig/base/buf.h"
#include "dbmig/db/session.h"

/* How long the server may take to answer a cancel, or anything after a signal has come. */
#define SESSION_CANCEL_MS 5000

/* A statement or sync that waits for its answer. */
typedef struct PipelineEntry {
    uint64_t tag;
    char *sql; /* a copy, on the heap, where places must be counted in characters; else NULL */
    bool is_sync;
} PipelineEntry;

struct Session {
    PGconn *conn;
    unsigned cleanup;
    const char *shown, *user, *database, *search_path;
    const StringList *warnings;
    int backend_pid;
    bool url_pooled;
    bool pooled;
    bool lost;

    bool ignore_interrupt; /* the signal was reported, or must not matter */
    bool interrupted;      /* a signal came during this call, and was told to the server */
    bool cancelling;       /* what a pipeline still runs is to end, though the signal was told */
    int64_t deadline_ms;   /* when waiting for an answer ends; 0: never */
    int64_t recancel_ms;   /* when to ask again */

    bool sent; /* something went out since the last wait */
    uint64_t round_trips;

    SessionNoticeFunction on_notice;
    void *notice_context;
    SessionTickFunction on_tick;
    void *tick_context;
    long tick_ms;
    int64_t next_tick_ms;

    Buf sql; /* the statement that runs, NUL-terminated */
    size_t copy_unflushed;

    PipelineEntry *queue; /* a ring */
    size_t queue_first, queue_count, queue_capacity, queue_syncs;
    PGresult *pipeline_kept; /* first_value points into it */
};

/* session_environment.c: takes away what is not kept, and brings it back. */
void session_environment_hide(Arena *arena, SessionEnvironment kept, StringList *ret_hidden);
void session_environment_show(Arena *arena, const StringList *hidden);

/* Starts a call: false when the connection is lost or a signal came that was not told yet. */
bool session_io_begin(Session *session, Error *err);
/* Its two halves. */
bool session_io_alive(Session *session, Error *err);
bool session_io_resume(Session *session, Error *err);

/* Ends a call: false, with err replaced, when a signal came during it. ok is its result so far. */
bool session_io_end(Session *session, bool ok, Error *err);

/* Ends a call that has done its work: a signal that came during it is reported by the next one. */
void session_io_defer(Session *session);

/* Sends all that libpq holds, reading meanwhile. False when the connection broke. */
bool session_io_flush(Session *session, Error *err);

/* The next result, NULL at the end of a statement. False only when waiting was given up. */
bool session_io_result(Session *session, PGresult **ret, Error *err);

/* Waits once for input, and for room to write if asked. False as above. */
bool session_io_wait(Session *session, bool to_write, Error *err);

/* Closes the connection because no answer comes, and says so. */
bool session_give_up(Session *session, Error *err);

/* Fault point: in the torture build, the chosen one breaks the connection. */
void session_io_fault(Session *session, const char *what);

/* Reads to the end of a call. The first error is kept; results are dropped, but the first one with
   rows goes to *keep unless that is NULL. */
bool session_io_drain(Session *session, const char *sql, SessionOutcome *outcome, PGresult **keep,
                      Error *err);

/* A result's rows, in the arena. */
Rows *session_rows(Arena *arena, const PGresult *result);

/* Fills err from a failed result. sql: the statement, for the place; may be NULL. */
bool session_result_error(Session *session, const PGresult *result, const char *sql,
                          SessionOutcome *outcome, Error *err);

/* err for a connection that broke, with libpq's words. */
bool session_lost_error(Session *session, Error *err);

/* err for something that libpq would not send: a broken connection, or a BUG. */
bool session_send_error(Session *session, Error *err);

/* A failed connection, taken from libpq's text in its verbose form. */
typedef struct SessionFailure {
    char sqlstate[6];
    const char *cause; /* the last message, without severity and SQLSTATE */
    const char *all;   /* the whole, without LOCATION lines and passwords */
    const char *hint;  /* NULL, or what to do */
    bool passing;      /* worth another try while waiting for a server to start */
    ExitCode code;     /* EXIT_CONNECTION, or EXIT_USAGE for an address that means nothing */
} SessionFailure;
void session_failure_read(Arena *arena, const char *message, SessionFailure *ret);

void session_outcome_fill(SessionOutcome *outcome, PGresult *result);

#endif
