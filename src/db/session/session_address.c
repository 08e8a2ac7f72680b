/* Where a session is connected to, for programs that are to connect there as well. */
#include "dbmig/base/text.h"
#include "session_internal.h"

/* Of paths all that is common; nothing in a URL's query needs more than these changed. */
static void add_encoded(Buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '&' || *text == '%' || *text == '#' || *text == '+' || *text == ' ')
            buf_printf(out, "%%%02X", (unsigned)(unsigned char)*text);
        else
            buf_add_char(out, *text);
    }
}

/* How safely to connect. What libpq would do unasked is left out: not all programs know the words. */
static const char *tls_parameters(const Session *session, Arena *arena)
{
    static const char *const names[] = {"sslmode", "sslrootcert", "sslcert", "sslkey"};
    PQconninfoOption *options = PQconninfo(session->conn);
    Buf out = {0};
    for (const PQconninfoOption *o = options; o != NULL && o->keyword != NULL; o++) {
        bool wanted = false;
        for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
            wanted = wanted || text_equal(o->keyword, names[i]);
        if (!wanted || o->val == NULL || o->val[0] == '\0' || text_equal(o->val, o->compiled))
            continue;
        buf_printf(&out, "%s%s=", out.len == 0 ? "" : "&", o->keyword);
        add_encoded(&out, o->val);
    }
    PQconninfoFree(options);
    const char *params = out.len == 0 ? NULL : arena_strdup(arena, buf_text(&out));
    buf_free(&out);
    return params;
}

bool session_address(const Session *session, Arena *arena, SessionAddress *ret, Error *err)
{
    const char *host = PQhost(session->conn);
    const char *port = PQport(session->conn);
    const char *password = PQpass(session->conn);
    *ret = (SessionAddress){
        .host = arena_strdup(arena, host == NULL || host[0] == '\0' ? "localhost" : host),
        .user = arena_strdup(arena, session->user),
        .password =
            password == NULL || password[0] == '\0' ? NULL : arena_strdup(arena, password),
        .params = tls_parameters(session, arena),
    };
    if (port == NULL || port[0] == '\0')
        ret->port = 5432;
    else if (!text_to_int64(port, &ret->port))
        return error_set(err, EXIT_CONNECTION, "the port \"%s\" is not a number", port);
    return true;
}
