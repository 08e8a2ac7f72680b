/*
 * Why a connection could not be made, from libpq's text: it tells the SQLSTATE nowhere else, and
 * the server's words may be in any language. What to do about it, and whether waiting may help.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "session_internal.h"

static bool is_sqlstate(const char *text)
{
    for (int i = 0; i < 5; i++) {
        if (!((text[i] >= '0' && text[i] <= '9') || (text[i] >= 'A' && text[i] <= 'Z')))
            return false;
    }
    return text[5] == ':' && text[6] == ' ';
}

/* "FATAL:  28P01: password …": after the severity, in any language. */
static const char *find_sqlstate(const char *line)
{
    for (const char *p = strstr(line, ":  "); p != NULL; p = strstr(p + 1, ":  ")) {
        if (is_sqlstate(p + 3))
            return p + 3;
    }
    return NULL;
}

static void take_line(Arena *arena, char *line, Buf *all, SessionFailure *ret)
{
    if (text_starts(line, "LOCATION:  "))
        return;
    const char *state = find_sqlstate(line);
    const char *failed = strstr(line, " failed: ");
    if (state != NULL) {
        memcpy(ret->sqlstate, state, 5);
        ret->cause = arena_strdup(arena, state + 7);
        buf_printf(all, "%.*s%s\n", (int)(state - line), line, state + 7);
        return;
    }
    if (failed != NULL) {
        ret->sqlstate[0] = '\0';
        ret->cause = arena_strdup(arena, failed + strlen(" failed: "));
    } else if (ret->cause == NULL) {
        ret->cause = arena_strdup(arena, line);
    }
    buf_printf(all, "%s\n", line);
}

static SessionFailure read_failure(Arena *arena, const char *message)
{
    SessionFailure failure = {.code = EXIT_CONNECTION};
    Buf all = {0};
    char *text = url_mask(arena, message);
    for (char *line = text; line != NULL && *line != '\0';) {
        char *end = strchr(line, '\n');
        if (end != NULL)
            *end++ = '\0';
        take_line(arena, line, &all, &failure);
        line = end;
    }
    while (all.len > 0 && all.data[all.len - 1] == '\n')
        all.data[--all.len] = '\0';
    failure.all = buf_steal(&all, arena);
    if (failure.cause == NULL)
        failure.cause = "no reason given";
    return failure;
}

#define BAD_PARAMETER                                                                              \
    "Check the parameter in the URL, or the variable that it comes from: PGPORT, PGSSLMODE, …"

/* The rows are tried in order. sqlstate: a prefix, or NULL; text: part of the message, or NULL. */
static const struct {
    const char *sqlstate;
    const char *text;
    enum {
        LASTS,
        PASSES,  /* worth another try while waiting for a server to start */
        REFUSED, /* by libpq, which did not even look for a server: a wrong address */
    } kind;
    const char *hint;
} failures[] = {
    {"28P01", NULL, LASTS,
     "Check user and password: in the URL, PGPASSWORD, or ~/.pgpass. Special characters in a URL "
     "must be percent-encoded."},
    {NULL, "no password supplied", LASTS,
     "The server wants a password: put it into the URL, PGPASSWORD, or ~/.pgpass."},
    {"28000", "no encryption", LASTS,
     "The server takes this user only over TLS: try sslmode=require in the URL."},
    {"28", NULL, LASTS,
     "Check the user: there is none of that name, it may not log in, or the server's pg_hba.conf "
     "does not let it in from here."},
    {"3D000", NULL, LASTS, "Check the database name in the URL, or create it: CREATE DATABASE …;"},
    {"42501", NULL, LASTS, "The user may not connect to this database: GRANT CONNECT is needed."},
    {"53300", NULL, PASSES,
     "All connections of the server are in use; pg_stat_activity shows by whom."},
    {"57P", NULL, PASSES, "The server is starting or stopping; --wait 60s keeps trying."},
    {"08", NULL, PASSES, NULL},
    {"", "invalid port number", REFUSED, BAD_PARAMETER},
    {"", "invalid integer value", REFUSED, BAD_PARAMETER},
    {"", " value: \"", REFUSED, BAD_PARAMETER},
    {"", "could not match", REFUSED, BAD_PARAMETER},
    {"", "may not be used with", REFUSED, BAD_PARAMETER},
    {"", "SSL support is not compiled in", REFUSED, BAD_PARAMETER},
    {"", "server does not support SSL", LASTS,
     "The server has no TLS: sslmode=disable or sslmode=prefer connects without."},
    {"", "certificate", LASTS, "Check sslmode, sslrootcert, sslcert and sslkey."},
    {"", "Connection refused", PASSES,
     "No server listens there: check host and port. --wait 60s keeps trying while one starts."},
    {"", "No such file or directory", PASSES,
     "No server has its socket there: check host and port, or give a host for TCP. --wait 60s "
     "keeps trying while one starts."},
    {"", "definition of service", REFUSED,
     "Check the name, and where the file is: PGSERVICEFILE, or ~/.pg_service.conf."},
    {"", "could not translate host name", PASSES, "Check the host name in the URL."},
    {"", "timeout expired", PASSES,
     "Nothing answered: check host, port and firewalls. connect_timeout=N in the URL (seconds) "
     "changes how long is waited."},
    {"", "timed out", PASSES, "Nothing answered: check host, port and firewalls."},
    {"", "reset by peer", PASSES, "Something else than PostgreSQL may be listening on that port."},
    {"", "closed the connection", PASSES,
     "Something else than PostgreSQL may be listening on that port."},
    {"", "unreachable", PASSES, "Check the network."},
    {"", "No route to host", PASSES, "Check the network."},
    {"", "Broken pipe", PASSES, NULL},
    {"", "Input/output error", PASSES, NULL},
};

static void explain(SessionFailure *failure)
{
    for (size_t i = 0; i < ARRAY_LENGTH(failures); i++) {
        const char *state = failures[i].sqlstate;
        if (state != NULL && (*state == '\0' ? failure->sqlstate[0] != '\0'
                                             : !text_starts(failure->sqlstate, state)))
            continue;
        if (failures[i].text != NULL && strstr(failure->all, failures[i].text) == NULL)
            continue;
        failure->passing = failures[i].kind == PASSES;
        failure->hint = failures[i].hint;
        failure->code = failures[i].kind == REFUSED ? EXIT_USAGE : EXIT_CONNECTION;
        return;
    }
}

void session_failure_read(Arena *arena, const char *message, SessionFailure *ret)
{
    *ret = read_failure(arena, message);
    explain(ret);
}
