/*
 * libpq's environment variables, out of its sight while it connects. Some of them have no
 * counterpart in a conninfo (PGTZ, PGDATESTYLE, PGGEQO), and libpq reads them when it builds the
 * startup packet; an empty value in a conninfo is as good as none. So they go from the environment
 * itself, and come back. Threads of ours do not read it meanwhile: see session_io.c, sqlparse.c.
 */
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/fatal.h"
#include "dbmig/base/text.h"
#include "session_internal.h"

extern char **environ;

/* What sets up a session; the others say where it goes, as whom, and how safely. */
static const char *const session_variables[] = {
    "PGAPPNAME", "PGCLIENTENCODING", "PGDATESTYLE", "PGGEQO", "PGOPTIONS", "PGTZ",
};

static bool must_go(SessionEnvironment kept, const char *variable)
{
    size_t len = strcspn(variable, "=");
    if (kept == SESSION_ENV_NONE)
        return text_starts(variable, "PG") && variable[len] == '=';
    for (size_t i = 0; kept == SESSION_ENV_ADDRESS && i < ARRAY_LENGTH(session_variables); i++)
        if (strlen(session_variables[i]) == len &&
            strncmp(variable, session_variables[i], len) == 0)
            return true;
    return false;
}

void session_environment_hide(Arena *arena, SessionEnvironment kept, StringList *ret_hidden)
{
    for (size_t i = 0; environ != NULL && environ[i] != NULL; i++)
        if (must_go(kept, environ[i]))
            VEC_PUSH(arena, *ret_hidden, arena_strdup(arena, environ[i]));
    for (size_t i = 0; i < ret_hidden->count; i++) {
        const char *variable = ret_hidden->items[i];
        unsetenv(arena_strndup(arena, variable, strcspn(variable, "=")));
    }
}

void session_environment_show(Arena *arena, const StringList *hidden)
{
    for (size_t i = 0; i < hidden->count; i++) {
        const char *variable = hidden->items[i];
        size_t len = strcspn(variable, "=");
        if (setenv(arena_strndup(arena, variable, len), variable + len + 1, 1) != 0)
            fatal_out_of_memory();
    }
}
