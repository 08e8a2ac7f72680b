/*
 * Database addresses: for any bytes, what is accepted must be accepted by libpq as well, must not
 * change when it is read again, and what is shown must hold no password.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

#include "dbmig/db/url.h"

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The password as libpq reads it; *ret_ok is false when libpq takes the text for no address. */
static char *password_in(Arena *arena, const char *conninfo, bool *ret_ok)
{
    PQconninfoOption *options = PQconninfoParse(conninfo, NULL);
    char *password = NULL;
    *ret_ok = options != NULL;
    for (PQconninfoOption *o = options; o != NULL && o->keyword != NULL; o++) {
        if (strcmp(o->keyword, "password") == 0)
            password = arena_strdup(arena, o->val);
    }
    PQconninfoFree(options);
    return password;
}

static void check_accepted(Arena *arena, const DatabaseUrl *url)
{
    DatabaseUrl again;
    Error err = {0};
    bool ok;
    CHECK(url_parse(arena, url->conninfo, &again, &err));
    CHECK(strcmp(again.conninfo, url->conninfo) == 0);
    password_in(arena, url->conninfo, &ok);
    CHECK(ok);
    CHECK(password_in(arena, url->shown, &ok) == NULL);
    CHECK(ok);
    const char *other = url_with_database(arena, url->conninfo, "a/b c", &err);
    CHECK(other != NULL && url_parse(arena, other, &again, &err));
    error_clear(&err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new();
    char *text = arena_strndup(arena, (const char *)data, size);
    DatabaseUrl url;
    Error err = {0};
    if (url_parse(arena, text, &url, &err))
        check_accepted(arena, &url);
    else
        CHECK(err.code == EXIT_USAGE);
    url_mask(arena, text);
    error_clear(&err);
    arena_free(arena);
    return 0;
}
