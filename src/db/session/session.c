/*
 * Statements and queries on one connection. Connecting is in session_connect.c, waiting in
 * session_io.c, COPY in session_copy.c and pipelines in session_pipeline.c; no other file calls
 * libpq.
 */
#include "dbmig/db/session.h"

#include <stdlib.h>
#include <string.h>

#include "dbmig/base/platform.h"
#include "dbmig/text/sqlscan.h"
#include "session_internal.h"

/* ---- results as errors and outcomes ---- */

static const char *field(const PGresult *result, int code)
{
    return PQresultErrorField(result, code);
}

/* The server counts characters; the bytes before the place are wanted, plus 1. */
static size_t byte_offset(const char *sql, const char *position)
{
    long characters = position == NULL ? 0 : strtol(position, NULL, 10);
    if (characters < 1 || sql == NULL)
        return characters < 1 ? 0 : (size_t)characters;
    const char *p = sql;
    for (long i = 1; i < characters && *p != '\0'; i++) {
        p++;
        while (((unsigned char)*p & 0xC0) == 0x80)
            p++;
    }
    return (size_t)(p - sql) + 1;
}

/* Where the server was: PL/pgSQL's call stack, and the query inside a function that failed. */
static void set_context(Error *err, const PGresult *result)
{
    const char *context = field(result, PG_DIAG_CONTEXT);
    const char *query = field(result, PG_DIAG_INTERNAL_QUERY);
    if (query != NULL && context != NULL)
        err->context = arena_printf(err->arena, "query: %s\n%s", query, context);
    else if (query != NULL)
        err->context = arena_printf(err->arena, "query: %s", query);
    else
        err->context = arena_strdup(err->arena, context);
}

/* Any of them may quote a statement with a password in it. */
static void mask_all(Error *err)
{
    const char **parts[] = {&err->primary, &err->detail, &err->hint, &err->context};
    for (size_t i = 0; i < ARRAY_LENGTH(parts); i++)
        if (*parts[i] != NULL)
            *parts[i] = sqlscan_mask_passwords(err->arena, *parts[i], strlen(*parts[i]));
}

static bool is_fatal(const PGresult *result)
{
    const char *severity = field(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    return severity != NULL && (strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0);
}

bool session_result_error(Session *session, const PGresult *result, const char *sql,
                          SessionOutcome *outcome, Error *err)
{
    const char *primary = field(result, PG_DIAG_MESSAGE_PRIMARY);
    if (primary == NULL || field(result, PG_DIAG_SQLSTATE) == NULL) {
        if (session->lost || PQstatus(session->conn) != CONNECTION_OK)
            return session_lost_error(session, err);
        return error_set(err, EXIT_SQL, "%s", PQresultErrorMessage(result));
    }
    bool fatal = is_fatal(result);
    if (fatal) {
        session->lost = true;
        error_set(err, EXIT_CONNECTION, "the server ended the connection to %s: %s", session->shown,
                  primary);
    } else {
        error_set(err, EXIT_SQL, "%s", primary);
    }
    error_sqlstate(err, field(result, PG_DIAG_SQLSTATE));
    if (field(result, PG_DIAG_MESSAGE_DETAIL) != NULL)
        error_detail(err, "%s", field(result, PG_DIAG_MESSAGE_DETAIL));
    if (field(result, PG_DIAG_MESSAGE_HINT) != NULL)
        error_hint(err, "%s", field(result, PG_DIAG_MESSAGE_HINT));
    set_context(err, result);
    mask_all(err);
    if (outcome != NULL)
        outcome->error_offset = byte_offset(sql, field(result, PG_DIAG_STATEMENT_POSITION));
    return false;
}

void session_outcome_fill(SessionOutcome *outcome, PGresult *result)
{
    const char *tag = PQcmdStatus(result);
    size_t len = strlen(tag);
    if (len >= sizeof(outcome->command))
        len = sizeof(outcome->command) - 1;
    memcpy(outcome->command, tag, len);
    outcome->command[len] = '\0';
    const char *rows = PQcmdTuples(result);
    outcome->rows = *rows == '\0' ? -1 : strtoll(rows, NULL, 10);
}

/* ---- reading to the end of a call ---- */

/* COPY … TO STDOUT where nobody wants the data. */
static bool drop_copy_data(Session *session, Error *err)
{
    for (;;) {
        char *data = NULL;
        int len = PQgetCopyData(session->conn, &data, 1);
        PQfreemem(data);
        if (len < 0)
            return true;
        if (len == 0 && PQstatus(session->conn) != CONNECTION_OK)
            return true;
        if (len == 0 && !session_io_wait(session, false, err))
            return false;
    }
}

static bool take_result(Session *session, PGresult *result, const char *sql,
                        SessionOutcome *outcome, bool *failed, Error *err)
{
    switch (PQresultStatus(result)) {
    case PGRES_COPY_IN:
        PQputCopyEnd(session->conn, "dbmig has no data for it");
        return session_io_flush(session, err);
    case PGRES_COPY_OUT:
        return drop_copy_data(session, err);
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_EMPTY_QUERY:
        if (outcome != NULL)
            session_outcome_fill(outcome, result);
        return true;
    case PGRES_SINGLE_TUPLE:
        return true;
    default:
        if (!*failed)
            session_result_error(session, result, sql, outcome, err);
        *failed = true;
        return true;
    }
}

bool session_io_drain(Session *session, const char *sql, SessionOutcome *outcome, PGresult **keep,
                      Error *err)
{
    bool failed = false;
    PGresult *result;
    for (;;) {
        if (!session_io_result(session, &result, err))
            return false;
        if (result == NULL)
            break;
        bool ok = take_result(session, result, sql, outcome, &failed, err);
        if (keep != NULL && *keep == NULL && PQresultStatus(result) == PGRES_TUPLES_OK)
            *keep = result;
        else
            PQclear(result);
        if (!ok)
            return false;
    }
    if (!failed && session->lost)
        return session_lost_error(session, err);
    return !failed;
}

/* ---- statements ---- */

bool session_run(Session *session, const char *sql, size_t len, SessionOutcome *ret, Error *err)
{
    SessionOutcome outcome = {.rows = -1};
    if (ret != NULL)
        *ret = outcome;
    if (!session_io_begin(session, err))
        return false;
    if (memchr(sql, '\0', len) != NULL)
        return error_set(err, EXIT_SQL, "the statement contains a NUL byte");
    buf_clear(&session->sql);
    buf_add(&session->sql, sql, len);
    const char *text = buf_text(&session->sql);
    if (PQsendQuery(session->conn, text) == 0)
        return session_send_error(session, err);
    PQsetSingleRowMode(session->conn);
    bool ok =
        session_io_flush(session, err) && session_io_drain(session, text, &outcome, NULL, err);
    if (ret != NULL)
        *ret = outcome;
    return session_io_end(session, ok, err);
}

bool session_exec(Session *session, const char *sql, Error *err)
{
    return session_run(session, sql, strlen(sql), NULL, err);
}

bool session_execf(Session *session, Error *err, const char *format, ...)
{
    Buf sql = {0};
    va_list args;
    va_start(args, format);
    buf_vprintf(&sql, format, args);
    va_end(args);
    bool ok = session_run(session, buf_text(&sql), sql.len, NULL, err);
    buf_free(&sql);
    return ok;
}

/* ---- rows ---- */

struct Rows {
    size_t count, columns;
    const char **names;
    const char **cells;
};

/* One block for all texts: cells are never allocated singly. */
Rows *session_rows(Arena *arena, const PGresult *result)
{
    Rows *rows = arena_alloc(arena, sizeof(*rows));
    rows->count = (size_t)PQntuples(result);
    rows->columns = (size_t)PQnfields(result);
    rows->names = arena_calloc(arena, rows->columns + 1, sizeof(*rows->names));
    rows->cells = arena_calloc(arena, rows->count * rows->columns + 1, sizeof(*rows->cells));
    size_t size = 1;
    for (size_t row = 0; row < rows->count; row++) {
        for (size_t column = 0; column < rows->columns; column++)
            size += (size_t)PQgetlength(result, (int)row, (int)column) + 1;
    }
    char *text = arena_alloc(arena, size);
    for (size_t column = 0; column < rows->columns; column++)
        rows->names[column] = arena_strdup(arena, PQfname(result, (int)column));
    for (size_t row = 0; row < rows->count; row++) {
        for (size_t column = 0; column < rows->columns; column++) {
            if (PQgetisnull(result, (int)row, (int)column))
                continue;
            size_t len = (size_t)PQgetlength(result, (int)row, (int)column);
            memcpy(text, PQgetvalue(result, (int)row, (int)column), len + 1);
            rows->cells[row * rows->columns + column] = text;
            text += len + 1;
        }
    }
    return rows;
}

/* The answer to what was sent last. */
static bool take_rows(Session *session, Arena *arena, const char *sql, Rows **ret, Error *err)
{
    PGresult *result = NULL;
    bool ok = session_io_flush(session, err) && session_io_drain(session, sql, NULL, &result, err);
    ok = session_io_end(session, ok, err);
    if (ok && ret != NULL)
        *ret = session_rows(arena, result); /* libpq takes NULL for an empty result */
    PQclear(result);
    return ok;
}

bool session_query(Session *session, Arena *arena, const char *sql, int count,
                   const char *const *params, Rows **ret, Error *err)
{
    if (!session_io_begin(session, err))
        return false;
    if (PQsendQueryParams(session->conn, sql, count, NULL, params, NULL, NULL, 0) == 0)
        return session_send_error(session, err);
    return take_rows(session, arena, sql, ret, err);
}

bool session_execute(Session *session, Arena *arena, const char *name, int count,
                     const char *const *params, Rows **ret, Error *err)
{
    if (!session_io_begin(session, err))
        return false;
    if (PQsendQueryPrepared(session->conn, name, count, params, NULL, NULL, 0) == 0)
        return session_send_error(session, err);
    return take_rows(session, arena, name, ret, err);
}

size_t rows_count(const Rows *rows)
{
    return rows->count;
}

size_t rows_columns(const Rows *rows)
{
    return rows->columns;
}

const char *rows_text(const Rows *rows, size_t row, size_t column)
{
    return rows->cells[row * rows->columns + column];
}

int64_t rows_int(const Rows *rows, size_t row, size_t column)
{
    const char *text = rows_text(rows, row, column);
    return text == NULL ? 0 : strtoll(text, NULL, 10);
}

bool rows_bool(const Rows *rows, size_t row, size_t column)
{
    const char *text = rows_text(rows, row, column);
    return text != NULL && text[0] == 't';
}

const char *rows_name(const Rows *rows, size_t column)
{
    return rows->names[column];
}

void rows_free(Rows *rows)
{
    (void)rows;
}

/* ---- what a session knows ---- */

int session_version(const Session *session)
{
    return PQserverVersion(session->conn);
}

int session_backend_pid(const Session *session)
{
    return PQbackendPID(session->conn);
}

const char *session_user(const Session *session)
{
    return session->user;
}

const char *session_database(const Session *session)
{
    return session->database;
}

const char *session_shown(const Session *session)
{
    return session->shown;
}

const char *session_search_path(const Session *session)
{
    return session->search_path;
}

bool session_url_pooled(const Session *session)
{
    return session->url_pooled;
}

bool session_pooled(const Session *session)
{
    return session->pooled;
}

const StringList *session_url_warnings(const Session *session)
{
    return session->warnings;
}

bool session_lost(const Session *session)
{
    return session->lost || PQstatus(session->conn) != CONNECTION_OK;
}

const char *session_parameter(const Session *session, const char *name)
{
    return PQparameterStatus(session->conn, name);
}

SessionTx session_tx(const Session *session)
{
    switch (PQtransactionStatus(session->conn)) {
    case PQTRANS_IDLE:
        return SESSION_TX_IDLE;
    case PQTRANS_ACTIVE:
    case PQTRANS_INTRANS:
        return SESSION_TX_OPEN;
    case PQTRANS_INERROR:
        return SESSION_TX_FAILED;
    default:
        return SESSION_TX_UNKNOWN;
    }
}

bool session_busy(const Session *session)
{
    return PQtransactionStatus(session->conn) == PQTRANS_ACTIVE ||
           PQpipelineStatus(session->conn) != PQ_PIPELINE_OFF;
}

void session_on_tick(Session *session, SessionTickFunction function, void *context, long tick_ms)
{
    session->on_tick = function;
    session->tick_context = context;
    session->tick_ms = tick_ms;
    session->next_tick_ms = platform_monotonic_ms() + tick_ms;
}

void session_on_notice(Session *session, SessionNoticeFunction notice, void *context)
{
    session->on_notice = notice;
    session->notice_context = context;
}

uint64_t session_round_trips(const Session *session)
{
    return session->round_trips;
}

void session_begin_cleanup(Session *session)
{
    session->ignore_interrupt = true;
}

/* ---- quoting ---- */

static char *quote(Arena *arena, const char *text, char mark)
{
    size_t len = strlen(text);
    char *quoted = arena_alloc(arena, 2 * len + 4);
    char *out = quoted;
    bool escape = mark == '\'' && strchr(text, '\\') != NULL;
    if (escape)
        *out++ = 'E';
    *out++ = mark;
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == mark || (escape && *p == '\\'))
            *out++ = *p;
        *out++ = *p;
    }
    *out++ = mark;
    *out = '\0';
    return quoted;
}

char *session_quote_identifier(Arena *arena, const char *name)
{
    return quote(arena, name, '"');
}

/* E'…' with a backslash in it means the same whatever standard_conforming_strings is. */
char *session_quote_literal(Arena *arena, const char *text)
{
    return quote(arena, text, '\'');
}
