/*
 * One connection to a server. session*.c are the only files that call libpq. Every wait is a poll()
 * that an interrupt wakes: the running statement is then cancelled on the server, and the call
 * returns false with 128 + signal. Server errors arrive as Error: EXIT_SQL with SQLSTATE, message,
 * detail, hint and context; a lost connection is EXIT_CONNECTION (session_lost() tells).
 *
 * The contract of a call that returns false. Either the connection is lost (session_lost()), and nothing
 * can be done but to close; or the session can be used again at once:
 * - A signal is reported once, by the first call that notices it, with 128 + signal. From then on calls work
 *   again, each for at most 5 s, so that clean-ups can run.
 * - A call that queues (session_pipeline_send(), _execute(), _sync()) has queued nothing.
 * - session_pipeline_next() has taken nothing: what was first in the queue is first still. A call that did
 *   its work while a signal came returns true, and the next one tells the signal.
 * - session_pipeline_rows() has taken its statement when the statement failed, else nothing.
 * - session_pipeline_end() has read all answers and left pipeline mode.
 * - A COPY is over: copy mode is left.
 * So a caller counts what it sent after the call returned true, and never before.
 */
#ifndef DBMIG_DB_SESSION_H
#define DBMIG_DB_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/db/url.h"

typedef struct Session Session;

typedef struct SessionNotice {
    const char *severity; /* "NOTICE", "WARNING", "INFO", "LOG", "DEBUG" (not localised) */
    const char *sqlstate;
    const char *message;
    const char *detail; /* NULL when absent, as are the rest */
    const char *hint;
    const char *context;
} SessionNotice;

typedef void (*SessionNoticeFunction)(void *context, const SessionNotice *notice);

/* Called about every `tick_ms` while a call waits for the server. */
typedef void (*SessionTickFunction)(void *context);

/* Which of libpq's environment variables hold for a session. */
typedef enum SessionEnvironment {
    SESSION_ENV_WHOLE,   /* all, as with psql */
    SESSION_ENV_ADDRESS, /* those that say where, as whom and how safely; none that changes how SQL
                            runs there (PGOPTIONS, PGTZ, PGDATESTYLE, PGGEQO …) */
    SESSION_ENV_NONE,    /* the URL says it all */
} SessionEnvironment;

typedef struct SessionOptions {
    const char *url;              /* anything url_parse() takes; NULL or "" is libpq's defaults */
    const char *application_name; /* NULL: "dbmig" */
    SessionEnvironment environment;
    long wait_ms;                 /* keep trying while the server refuses or is starting */
    SessionNoticeFunction on_notice; /* NULL: notices are dropped (libpq's stderr is never used) */
    void *notice_context;
    bool no_time_limits;     /* a statement_timeout and the like of role or database do not hold */
    bool read_only;          /* default_transaction_read_only = on */
    int64_t lock_timeout_ms; /* 0: the server's; else lock_timeout, unless the role has a shorter one */
    const char *startup_sql; /* NULL or SET statements sent before session_open() returns; not
                                sent through a transaction pooler, where they would stick to
                                other clients: see session_pooled() */
    bool ignore_interrupt;   /* for clean-ups: connect and work although a signal has come */
} SessionOptions;

/*
 * Connects (TCP keepalives on; client_encoding UTF8; search_path as the URL says). A time limit of
 * 30 s per address unless connect_timeout says another. EXIT_CONNECTION on failure: the primary
 * says host, port, database and user, never the password; servers before PostgreSQL 10 are refused.
 * Costs one round trip beside those of connecting. The session registers a clean-up and must be
 * closed with session_close().
 */
bool session_open(Arena *arena, const SessionOptions *options, Session **ret, Error *err);
void session_close(Session *session); /* NULL allowed */

int session_version(const Session *session);     /* server_version_num, e.g. 150018 */
int session_backend_pid(const Session *session); /* PQbackendPID */
const char *session_user(const Session *session);
const char *session_database(const Session *session);
const char *session_shown(const Session *session);       /* "user@host:port/db", for messages */
const char *session_search_path(const Session *session); /* what the URL asked for, or NULL */
bool session_url_pooled(const Session *session);
/* True through a transaction pooler (the URL says so, or the server's process is not the one that
   greeted us). Session settings do not hold there: read_only, search_path and startup_sql were not
   set, and each transaction needs SET LOCAL. */
bool session_pooled(const Session *session);
/* Where the session is connected to, as other programs of this user would say it. The password is
   never shown. */
typedef struct SessionAddress {
    const char *host; /* a name, an address, or the folder of a Unix socket */
    int64_t port;
    const char *user;
    const char *password; /* NULL: none was needed */
    const char *params;   /* NULL, or what belongs behind the "?" of its URL: sslmode and certificates */
} SessionAddress;
bool session_address(const Session *session, Arena *arena, SessionAddress *ret, Error *err);
/* What the URL asked for that was left out, for a warning each. */
const StringList *session_url_warnings(const Session *session);
bool session_lost(const Session *session);
/* A parameter the server reported (server_encoding, standard_conforming_strings, …) or NULL. */
const char *session_parameter(const Session *session, const char *name);

typedef enum SessionTx {
    SESSION_TX_IDLE,
    SESSION_TX_OPEN,
    SESSION_TX_FAILED,
    SESSION_TX_UNKNOWN
} SessionTx;
SessionTx session_tx(const Session *session);
/* True while a statement runs or a pipeline is open: no other call may be made (from a tick). */
bool session_busy(const Session *session);

void session_on_tick(Session *session, SessionTickFunction function, void *context, long tick_ms);
void session_on_notice(Session *session, SessionNoticeFunction notice, void *context);

/* The libpq that is used: its version ("15.10"), and whether it can do GSSAPI, and LDAP look-ups of
   connection parameters. */
const char *session_library_version(Arena *arena);
bool session_has_gssapi(void);
bool session_has_ldap(void);

/* True when this libpq takes the parameter in a conninfo. */
bool session_knows_parameter(const char *keyword);

/* The parameter that a misspelt one was likely meant for, in the arena; NULL when none is near. */
const char *session_nearest_parameter(Arena *arena, const char *keyword);

/* How many times a message was sent and an answer waited for. For tests of round trips. */
uint64_t session_round_trips(const Session *session);

/* Query results: text format, owned by the arena given. */
typedef struct Rows Rows;
size_t rows_count(const Rows *rows);
size_t rows_columns(const Rows *rows);
const char *rows_text(const Rows *rows, size_t row, size_t column); /* NULL for SQL NULL */
int64_t rows_int(const Rows *rows, size_t row, size_t column);      /* 0 for NULL */
bool rows_bool(const Rows *rows, size_t row, size_t column);        /* false for NULL */
const char *rows_name(const Rows *rows, size_t column);
void rows_free(Rows *rows); /* does nothing: rows live as long as their arena */

/* Runs SQL by the simple protocol (several statements allowed), dropping any rows. */
bool session_exec(Session *session, const char *sql, Error *err);
bool session_execf(Session *session, Error *err, const char *format, ...) DBMIG_PRINTF(3, 4);

/* Runs one statement with text parameters ($1…; NULL for SQL NULL) and returns its rows. */
bool session_query(Session *session, Arena *arena, const char *sql, int count,
                   const char *const *params, Rows **ret, Error *err);

/* The same for a statement that PREPARE made under the name: the server need not read any SQL. */
bool session_execute(Session *session, Arena *arena, const char *name, int count,
                     const char *const *params, Rows **ret, Error *err);

/* What the server said of a failed or finished statement, beside *err. */
typedef struct SessionOutcome {
    size_t error_offset; /* byte offset in the statement + 1; 0 when the server gave no position */
    int64_t rows;        /* rows affected or returned; -1 when not told */
    char command[64];    /* the command tag */
} SessionOutcome;

/* Runs one statement as it stands (simple protocol); result rows are counted and dropped as they
   come, never kept. */
bool session_run(Session *session, const char *sql, size_t len, SessionOutcome *ret, Error *err);

/* COPY … FROM STDIN: start with the statement, then put pieces, then end. After a false, the
   session is out of copy mode. */
bool session_copy_begin(Session *session, const char *sql, size_t len, SessionOutcome *ret,
                        Error *err);
bool session_copy_put(Session *session, const void *data, size_t len, Error *err);
bool session_copy_end(Session *session, SessionOutcome *ret, Error *err);

/* COPY … TO STDOUT and streaming reads: calls sink for each piece. */
bool session_copy_out(Session *session, const char *sql,
                      bool (*sink)(void *context, const char *data, size_t len, Error *err),
                      void *context, Error *err);

/*
 * Pipeline mode: queue statements, each with a number of the caller's; mark ends of units with
 * session_pipeline_sync(); read the outcomes in order. A failed statement makes the rest of its
 * unit "skipped". Nothing blocks on a full socket: input is read while output is written.
 */
typedef enum PipelineEvent {
    PIPELINE_DONE,
    PIPELINE_FAILED,
    PIPELINE_SKIPPED,
    PIPELINE_SYNC
} PipelineEvent;
typedef struct PipelineResult {
    PipelineEvent event;
    uint64_t tag; /* the number given with the statement or sync */
    SessionOutcome outcome;
    const char *first_value; /* column 0 of row 0, or NULL; valid until the next call */
} PipelineResult;
bool session_pipeline_begin(Session *session, Error *err);
bool session_pipeline_send(Session *session, const char *sql, int count, const char *const *params,
                           uint64_t tag, Error *err);
/* The same for a statement that PREPARE made under the name. A missing one fails with 26000. */
bool session_pipeline_execute(Session *session, const char *name, int count,
                              const char *const *params, uint64_t tag, Error *err);
bool session_pipeline_sync(Session *session, uint64_t tag, Error *err);
/* Waits for the next outcome. PIPELINE_FAILED fills err *and returns true*; false is a lost
   connection or an interrupt, and no outcome was taken. */
bool session_pipeline_next(Session *session, PipelineResult *ret, Error *err);
/* Reads the first in the queue, a statement, with its rows, as session_query() does. False for a failed
   statement too. The call before session_pipeline_begin() must have been session_query(): libpq keeps the
   row by row mode of the others for the first statement. */
bool session_pipeline_rows(Session *session, Arena *arena, Rows **ret, Error *err);
/* Reads what is still to come, drops it, and leaves pipeline mode, even where it returns false for a
   signal. */
bool session_pipeline_end(Session *session, Error *err);
/* The same behind work that went well (ok), or failed with err: true when both went well. A signal
   outweighs an error, which may be what its cancel did. */
bool session_pipeline_finish(Session *session, bool ok, Error *err);

/* Asks the server to cancel what runs (from any state). */
void session_cancel(Session *session);

/*
 * After a signal: the first call that notices it cancels what runs and returns false; from then on
 * calls work again, for clean-ups, but each waits at most 5 s for an answer. This function lets
 * clean-ups begin before any call has noticed a signal.
 */
void session_begin_cleanup(Session *session);

/* For clean-ups: ends an open pipeline or COPY … FROM STDIN, dropping what comes of it, so that the
   next call can be made. Open transactions stay open. */
bool session_settle(Session *session, Error *err);

/* Quotes by the server's rules; in the arena. */
char *session_quote_identifier(Arena *arena, const char *name); /* always "…" */
char *session_quote_literal(Arena *arena, const char *text);    /* '…' or E'…' */

#endif
