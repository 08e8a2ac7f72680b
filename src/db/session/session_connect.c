/*
 * Connecting and closing: libpq's asynchronous calls with time limits and retries of our own, the
 * settings every session gets, and the words for what went wrong.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "dbmig/base/fatal.h"
#include "dbmig/base/fault.h"
#include "dbmig/base/interrupt.h"
#include "dbmig/base/log.h"
#include "dbmig/base/platform.h"
#include "dbmig/base/text.h"
#include "dbmig/text/sqlscan.h"
#include "session_internal.h"

#define OLDEST_SERVER 100000
#define CONNECT_TIMEOUT_S 30 /* for one address, where neither URL nor environment says */
#define RETRY_FIRST_MS 100
#define RETRY_LAST_MS 1000

/* Whatever a connection attempt needs from one try to the next. */
typedef struct Attempt {
    Arena *arena;
    Session *session;
    const SessionOptions *options;
    const char *conninfo;
    /* What is left of the lists in the conninfo, after some hosts did not answer; NULL: all. */
    const char *host, *hostaddr, *port;
    bool dropped_host; /* the last try ended because a host did not answer, and others are left */
    bool retry;        /* the last failure may pass with time */
} Attempt;

/* ---- notices ---- */

/* Notices that nobody shows are many (lint's evidence): only what may hold a password is looked at. */
static const char *masked(Arena *scratch, const char *text)
{
    if (text == NULL || (strcasestr(text, "password") == NULL && strchr(text, '@') == NULL &&
                         strcasestr(text, "mapping") == NULL && strcasestr(text, "secret") == NULL))
        return text;
    return sqlscan_mask_passwords(scratch, text, strlen(text));
}

static void on_notice(void *context, const PGresult *result)
{
    Session *session = context;
    if (session->on_notice == NULL)
        return;
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    if (severity == NULL)
        severity = PQresultErrorField(result, PG_DIAG_SEVERITY);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    Arena *scratch = arena_new();
    SessionNotice notice = {
        .severity = severity == NULL ? "WARNING" : severity,
        .sqlstate = sqlstate == NULL ? "" : sqlstate,
        .message = masked(scratch, message == NULL ? PQresultErrorMessage(result) : message),
        .detail = masked(scratch, PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL)),
        .hint = masked(scratch, PQresultErrorField(result, PG_DIAG_MESSAGE_HINT)),
        .context = masked(scratch, PQresultErrorField(result, PG_DIAG_CONTEXT)),
    };
    session->on_notice(session->notice_context, &notice);
    arena_free(scratch);
}

/* ---- what the connection's options are, environment and service file included ---- */

static char *conn_option(Arena *arena, PGconn *conn, const char *keyword)
{
    PQconninfoOption *options = PQconninfo(conn);
    char *value = NULL;
    for (PQconninfoOption *o = options; o != NULL && o->keyword != NULL; o++) {
        if (strcmp(o->keyword, keyword) == 0 && o->val != NULL && *o->val != '\0')
            value = arena_strdup(arena, o->val);
    }
    PQconninfoFree(options);
    return value;
}

bool session_knows_parameter(const char *keyword)
{
    PQconninfoOption *options = PQconninfoParse("", NULL);
    bool known = false;
    for (PQconninfoOption *o = options; o != NULL && o->keyword != NULL; o++)
        known |= strcmp(o->keyword, keyword) == 0;
    PQconninfoFree(options);
    return known;
}

const char *session_nearest_parameter(Arena *arena, const char *keyword)
{
    PQconninfoOption *options = PQconninfoParse("", NULL);
    StringList names = {0};
    for (PQconninfoOption *o = options; o != NULL && o->keyword != NULL; o++)
        VEC_PUSH(arena, names, arena_strdup(arena, o->keyword));
    PQconninfoFree(options);
    return text_nearest(keyword, names.items, names.count);
}

static const char *or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

/* "user@host:port/db". Of several hosts, the one connected to, else all of them. */
static const char *shown_address(Arena *arena, PGconn *conn)
{
    const char *host = or_empty(PQhost(conn));
    const char *port = or_empty(PQport(conn));
    if (PQstatus(conn) != CONNECTION_OK) {
        const char *hosts = conn_option(arena, conn, "host");
        const char *ports = conn_option(arena, conn, "port");
        if (hosts != NULL && strchr(hosts, ',') != NULL) {
            host = hosts;
            port = ports == NULL ? "" : ports;
        }
    }
    bool bracket = host[0] != '/' && strchr(host, ':') != NULL;
    return arena_printf(arena, "%s@%s%s%s%s%s/%s", or_empty(PQuser(conn)), bracket ? "[" : "", host,
                        bracket ? "]" : "", *port == '\0' ? "" : ":", port, or_empty(PQdb(conn)));
}

/* ---- failures ---- */

static bool connect_error(Attempt *attempt, PGconn *conn, const char *message, Error *err)
{
    SessionFailure failure;
    session_failure_read(attempt->arena, message, &failure);
    attempt->retry = failure.passing;
    /* libpq fills nothing in when it does not even take the address, as for an unknown service. */
    bool empty = *or_empty(PQuser(conn)) == '\0' && *or_empty(PQhost(conn)) == '\0';
    error_set(err, failure.code, "could not connect to %s: %s",
              empty ? url_mask(attempt->arena, attempt->conninfo)
                    : shown_address(attempt->arena, conn),
              failure.cause);
    error_sqlstate(err, failure.sqlstate);
    if (strchr(failure.all, '\n') != NULL)
        error_detail(err, "%s", failure.all);
    if (failure.hint != NULL)
        error_hint(err, "%s", failure.hint);
    return false;
}

/* ---- one try ---- */

static char *list_without(Arena *arena, const char *list, size_t index)
{
    if (list == NULL || strchr(list, ',') == NULL)
        return arena_strdup(arena, list); /* one port serves all hosts */
    Buf out = {0};
    size_t i = 0;
    bool first = true;
    for (const char *p = list; p != NULL; i++) {
        const char *end = strchr(p, ',');
        size_t len = end == NULL ? strlen(p) : (size_t)(end - p);
        if (i != index) {
            buf_printf(&out, "%s%.*s", first ? "" : ",", (int)len, p);
            first = false;
        }
        p = end == NULL ? NULL : end + 1;
    }
    return buf_steal(&out, arena);
}

static bool list_item_is(const char *list, size_t index, const char *text)
{
    for (; index > 0 && list != NULL; index--) {
        list = strchr(list, ',');
        list = list == NULL ? NULL : list + 1;
    }
    size_t len = strlen(text);
    return list != NULL && strncmp(list, text, len) == 0 && (list[len] == ',' || list[len] == '\0');
}

static size_t list_count(const char *list)
{
    size_t count = 1;
    for (const char *p = list; *p != '\0'; p++)
        count += *p == ',';
    return count;
}

/*
 * libpq moves on from a host that does not answer only in its blocking call. Here, the host that
 * the connection waits for is taken out of the lists, for the next try.
 */
static bool drop_host(Attempt *attempt, PGconn *conn)
{
    Arena *arena = attempt->arena;
    const char *hosts = conn_option(arena, conn, "host");
    const char *addrs = conn_option(arena, conn, "hostaddr");
    const char *ports = conn_option(arena, conn, "port");
    const char *names = hosts == NULL ? addrs : hosts;
    if (names == NULL || list_count(names) < 2)
        return false;
    size_t i = 0;
    while (i < list_count(names) &&
           !(list_item_is(names, i, or_empty(PQhost(conn))) &&
             (ports == NULL || strchr(ports, ',') == NULL || list_item_is(ports, i, PQport(conn)))))
        i++;
    if (i == list_count(names))
        return false;
    attempt->host = list_without(arena, hosts, i);
    attempt->hostaddr = list_without(arena, addrs, i);
    attempt->port = list_without(arena, ports, i);
    return true;
}

static PGconn *start(const Attempt *attempt)
{
    const char *keywords[20], *values[20];
    size_t n = 0;
#define PARAMETER(keyword, value) (keywords[n] = (keyword), values[n] = (value), n++)
    /* What stands before dbname is a default, what stands after it wins over the URL. */
    PARAMETER("keepalives", "1");
    PARAMETER("keepalives_idle", "30");
    PARAMETER("keepalives_interval", "10");
    PARAMETER("keepalives_count", "3");
    PARAMETER("tcp_user_timeout", "60000");
    PARAMETER("fallback_application_name", attempt->options->application_name == NULL
                                               ? "dbmig"
                                               : attempt->options->application_name);
    if (*attempt->conninfo != '\0')
        PARAMETER("dbname", attempt->conninfo);
    if (attempt->host != NULL)
        PARAMETER("host", attempt->host);
    if (attempt->hostaddr != NULL)
        PARAMETER("hostaddr", attempt->hostaddr);
    if (attempt->port != NULL)
        PARAMETER("port", attempt->port);
    PARAMETER("client_encoding", "UTF8");
    PARAMETER(NULL, NULL);
#undef PARAMETER
    PGconn *conn = PQconnectStartParams(keywords, values, 1);
    if (conn == NULL)
        fatal_out_of_memory();
    /* Verbose, because the SQLSTATE of a refused connection is told nowhere else. */
    PQsetErrorVerbosity(conn, PQERRORS_VERBOSE);
    PQsetNoticeReceiver(conn, on_notice, attempt->session);
    return conn;
}

static int64_t connect_timeout_ms(Arena *arena, PGconn *conn)
{
    const char *text = conn_option(arena, conn, "connect_timeout");
    int64_t seconds = CONNECT_TIMEOUT_S;
    if (text != NULL && text_to_int64(text, &seconds) && seconds <= 0)
        return 0;
    return seconds * 1000;
}

/* 1: ready, 0: time is up, -1: interrupted. */
static int wait_connect(const Session *session, PGconn *conn, bool to_write, int64_t end)
{
    struct pollfd fds[2] = {
        {.fd = PQsocket(conn), .events = to_write ? POLLOUT : POLLIN},
        {.fd = session->ignore_interrupt ? -1 : interrupt_fd(), .events = POLLIN}};
    for (;;) {
        int64_t left = end == 0 ? 60000 : end - platform_monotonic_ms();
        if (left <= 0)
            return 0;
        int count = poll(fds, 2, (int)(left > 60000 ? 60000 : left));
        if (!session->ignore_interrupt && interrupt_signal() != 0)
            return -1;
        if (count > 0)
            return 1;
    }
}

/* Follows libpq through one connection attempt; each address has the whole time limit. */
static bool poll_until_connected(Attempt *attempt, PGconn *conn, Error *err)
{
    int64_t limit = connect_timeout_ms(attempt->arena, conn);
    int64_t end = limit == 0 ? 0 : platform_monotonic_ms() + limit;
    char *address = arena_strdup(attempt->arena, or_empty(PQhostaddr(conn)));
    PostgresPollingStatusType status = PGRES_POLLING_WRITING;
    while (status != PGRES_POLLING_OK) {
        if (status == PGRES_POLLING_FAILED)
            return connect_error(attempt, conn, PQerrorMessage(conn), err);
        int ready = wait_connect(attempt->session, conn, status == PGRES_POLLING_WRITING, end);
        if (ready < 0)
            return !interrupt_check(err);
        if (ready == 0) {
            attempt->dropped_host = drop_host(attempt, conn);
            connect_error(attempt, conn, "timeout expired", err);
            attempt->retry = true;
            return false;
        }
        status = PQconnectPoll(conn);
        if (limit != 0 && strcmp(address, or_empty(PQhostaddr(conn))) != 0) {
            address = arena_strdup(attempt->arena, or_empty(PQhostaddr(conn)));
            end = platform_monotonic_ms() + limit;
        }
    }
    return true;
}

static bool try_once(Attempt *attempt, Error *err)
{
    attempt->dropped_host = false;
    attempt->retry = false;
    StringList hidden = {0};
    session_environment_hide(attempt->arena, attempt->options->environment, &hidden);
    PGconn *conn = start(attempt);
    bool ok;
    if (PQstatus(conn) == CONNECTION_BAD)
        ok = connect_error(attempt, conn, PQerrorMessage(conn), err);
    else if (fault_hit("libpq connect"))
        ok = connect_error(attempt, conn, "connection failed: Input/output error", err);
    else
        ok = poll_until_connected(attempt, conn, err);
    session_environment_show(attempt->arena, &hidden);
    if (ok)
        attempt->session->conn = conn;
    else
        PQfinish(conn);
    return ok;
}

static bool sleep_before_retry(const Session *session, long ms, Error *err)
{
    if (!session->ignore_interrupt)
        return interrupt_sleep(ms, err);
    poll(NULL, 0, (int)ms);
    return true;
}

/* Tries until wait_ms have gone by; hosts that did not answer are left out until all have failed.
 */
static bool connect_with_retries(Attempt *attempt, Error *err)
{
    int64_t end = platform_monotonic_ms() + attempt->options->wait_ms;
    long pause = RETRY_FIRST_MS;
    while (!try_once(attempt, err)) {
        if (err->code > EXIT_SIGNAL)
            return false;
        if (attempt->dropped_host)
            continue;
        attempt->host = attempt->hostaddr = attempt->port = NULL;
        if (!attempt->retry || platform_monotonic_ms() + pause > end)
            return false;
        Error interrupted = {0};
        if (!sleep_before_retry(attempt->session, pause, &interrupted)) {
            error_copy(err, &interrupted);
            error_clear(&interrupted);
            return false;
        }
        pause = pause * 2 > RETRY_LAST_MS ? RETRY_LAST_MS : pause * 2;
    }
    error_clear(err);
    return true;
}

/* ---- settings ---- */

#define POOLER_TEXT "dbmig reached the server through a transaction pooler"

/*
 * All settings in one statement, which also tells a pooler: behind it the settings hold for this
 * statement only, because the server connection goes on to other clients. With startup SQL to
 * follow, a pooler is an error that stops it.
 */
static void settings_sql(const Session *session, const SessionOptions *options, bool check_interval,
                         bool with_startup, Buf *sql)
{
    Arena *scratch = arena_new();
    char same[64];
    snprintf(same, sizeof(same), "pg_catalog.pg_backend_pid() <> %d", PQbackendPID(session->conn));
    buf_add_str(sql, "SELECT pg_catalog.pg_backend_pid()");
    if (check_interval)
        buf_printf(sql, ", pg_catalog.set_config('client_connection_check_interval', '10s', %s)",
                   same);
    if (options->no_time_limits) {
        buf_printf(sql,
                   ", pg_catalog.set_config('statement_timeout', '0', %s), "
                   "pg_catalog.set_config('idle_in_transaction_session_timeout', '0', %s)",
                   same, same);
        if (PQserverVersion(session->conn) >= 170000)
            buf_printf(sql, ", pg_catalog.set_config('transaction_timeout', '0', %s)", same);
    }
    if (options->read_only)
        buf_printf(sql, ", pg_catalog.set_config('default_transaction_read_only', 'on', %s)", same);
    if (options->lock_timeout_ms > 0)
        buf_printf(sql,
                   ", (SELECT pg_catalog.set_config('lock_timeout', '%lld', %s) FROM pg_catalog.pg_settings "
                   "WHERE name = 'lock_timeout' AND (setting = '0' OR setting::bigint > %lld))",
                   (long long)options->lock_timeout_ms, same, (long long)options->lock_timeout_ms);
    if (session->search_path != NULL)
        buf_printf(sql, ", pg_catalog.set_config('search_path', %s, %s)",
                   session_quote_literal(scratch, session->search_path), same);
    if (with_startup)
        buf_printf(sql,
                   ", CASE WHEN %s THEN (pg_catalog.pg_backend_pid() || ' " POOLER_TEXT
                   "')::boolean END;\n%s",
                   same, options->startup_sql);
    arena_free(scratch);
}

static bool send_settings(Session *session, const SessionOptions *options, bool check_interval,
                          bool with_startup, Error *err)
{
    Buf sql = {0};
    settings_sql(session, options, check_interval, with_startup, &sql);
    PGresult *first = NULL;
    bool ok = session_io_begin(session, err);
    if (ok && PQsendQuery(session->conn, buf_text(&sql)) == 0)
        ok = session_send_error(session, err);
    ok = ok && session_io_flush(session, err) &&
         session_io_drain(session, buf_text(&sql), NULL, &first, err);
    ok = session_io_end(session, ok, err);
    if (ok && first != NULL && PQntuples(first) == 1) {
        session->backend_pid = (int)strtol(PQgetvalue(first, 0, 0), NULL, 10);
        session->pooled |= session->backend_pid != PQbackendPID(session->conn);
    }
    PQclear(first);
    buf_free(&sql);
    return ok;
}

static bool configure(Session *session, const SessionOptions *options, Error *err)
{
    bool with_startup = options->startup_sql != NULL && !session->pooled;
    bool check_interval = PQserverVersion(session->conn) >= 140000;
    for (;;) {
        if (send_settings(session, options, check_interval, with_startup, err))
            break;
        if (err->code != EXIT_SQL)
            return false;
        if (with_startup && strstr(err->primary, POOLER_TEXT) != NULL) {
            session->pooled = true;
            with_startup = false;
        } else if (check_interval) {
            check_interval = false; /* not every platform can, nor every server that claims 14 */
        } else {
            return error_prefix(err, "could not set up the session");
        }
    }
    error_clear(err);
    return true;
}

/* ---- open and close ---- */

static void close_connection(Session *session)
{
    if (session->conn == NULL)
        return;
    if (PQtransactionStatus(session->conn) == PQTRANS_ACTIVE)
        session_cancel(session);
    PQfinish(session->conn);
    session->conn = NULL;
}

static void clean_up(void *context)
{
    close_connection(context);
}

static void free_session(Session *session)
{
    close_connection(session);
    buf_free(&session->sql);
    for (size_t i = 0; i < session->queue_count; i++)
        free(session->queue[(session->queue_first + i) % session->queue_capacity].sql);
    free(session->queue);
    session->queue = NULL;
    session->queue_count = 0;
    PQclear(session->pipeline_kept);
    session->pipeline_kept = NULL;
}

static bool check_version(Session *session, Error *err)
{
    int version = PQserverVersion(session->conn);
    if (version >= OLDEST_SERVER)
        return true;
    const char *name = session_parameter(session, "server_version");
    error_set(err, EXIT_CONNECTION, "%s runs PostgreSQL %s, which is too old", session->shown,
              or_empty(name));
    return error_hint(err, "dbmig works with PostgreSQL 10 and later.");
}

static bool set_up(Attempt *attempt, Error *err)
{
    Session *session = attempt->session;
    PGconn *conn = session->conn;
    PQsetErrorVerbosity(conn, PQERRORS_DEFAULT);
    PQsetnonblocking(conn, 1);
    session->shown = shown_address(attempt->arena, conn);
    session->user = arena_strdup(attempt->arena, or_empty(PQuser(conn)));
    session->database = arena_strdup(attempt->arena, or_empty(PQdb(conn)));
    session->backend_pid = PQbackendPID(conn);
    session->cleanup = cleanup_register(clean_up, session);
    return check_version(session, err) && configure(session, attempt->options, err);
}

bool session_open(Arena *arena, const SessionOptions *options, Session **ret, Error *err)
{
    DatabaseUrl *url = arena_alloc(arena, sizeof(*url));
    if (!url_parse(arena, options->url == NULL ? "" : options->url, url, err))
        return false;
    if (!options->ignore_interrupt && interrupt_check(err))
        return false;
    Session *session = arena_alloc(arena, sizeof(*session));
    session->search_path = url->search_path;
    session->url_pooled = session->pooled = url->pooled;
    session->warnings = &url->warnings;
    session->ignore_interrupt = options->ignore_interrupt;
    session->on_notice = options->on_notice;
    session->notice_context = options->notice_context;
    Attempt attempt = {
        .arena = arena, .session = session, .options = options, .conninfo = url->conninfo};
    if (!connect_with_retries(&attempt, err)) {
        /* What was left out of the address may be the reason. */
        for (size_t i = 0; i < url->warnings.count; i++)
            log_warning("%s", url->warnings.items[i]);
        return false;
    }
    if (!set_up(&attempt, err)) {
        session_close(session);
        return false;
    }
    log_debug("connected to %s, server %d, process %d%s", session->shown, session_version(session),
              session->backend_pid, session->pooled ? ", through a pooler" : "");
    *ret = session;
    return true;
}

void session_close(Session *session)
{
    if (session == NULL)
        return;
    cleanup_forget(session->cleanup);
    session->cleanup = 0;
    free_session(session);
}
