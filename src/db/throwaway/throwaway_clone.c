/* Copies of templates. What decides how is the server: whether files are copied, or pages through its log. */
#include "dbmig/db/clone.h"

#include <string.h>

#include "dbmig/base/interrupt.h"
#include "dbmig/db/url.h"
#include "throwaway_provider.h"

#define ADMIN_DATABASE "postgres"
#define BUSY_TRIES 20
#define BUSY_MS 100

/* With durability on, each copy of files costs two checkpoints, for which all others wait. */
static bool copies_files(Session *session, Arena *arena)
{
    Rows *rows;
    Error ignored = {0};
    bool off = session_version(session) >= 150000 &&
               session_query(session, arena,
                             "SELECT pg_catalog.current_setting('fsync')::boolean", 0, NULL, &rows,
                             &ignored) &&
               !rows_bool(rows, 0, 0);
    error_clear(&ignored);
    return off;
}

/* Somebody may look at the template for a moment. */
static bool create(Session *session, const char *sql, Error *err)
{
    for (int i = 0;; i++) {
        Error wait = {0};
        if (session_exec(session, sql, err))
            return true;
        if (strcmp(err->sqlstate, "55006") != 0 || i == BUSY_TRIES)
            return false;
        if (!interrupt_sleep(BUSY_MS, &wait)) {
            error_copy(err, &wait);
            error_clear(&wait);
            return false;
        }
        error_clear(err);
    }
}

static bool create_marked(Session *session, const CloneSpec *spec, Error *err)
{
    Arena *arena = arena_new();
    bool ok = throwaway_database_create(arena, session, spec->name, spec->template_name,
                                        spec->comment, err) &&
              (spec->owner == NULL ||
               session_execf(session, err, "ALTER DATABASE %s OWNER TO %s",
                             session_quote_identifier(arena, spec->name),
                             session_quote_identifier(arena, spec->owner))) &&
              throwaway_copy_properties(session, spec->template_name, spec->name, err);
    arena_free(arena);
    return ok;
}

bool clone_create(Session *session, const CloneSpec *spec, Error *err)
{
    if (spec->marked)
        return create_marked(session, spec, err);
    Arena *arena = arena_new();
    const char *owner = spec->owner == NULL
                            ? ""
                            : arena_printf(arena, " OWNER %s",
                                           session_quote_identifier(arena, spec->owner));
    const char *name = session_quote_identifier(arena, spec->name);
    char *sql = arena_printf(arena, "CREATE DATABASE %s TEMPLATE %s%s%s", name,
                             session_quote_identifier(arena, spec->template_name), owner,
                             copies_files(session, arena) ? " STRATEGY FILE_COPY" : "");
    bool ok = create(session, sql, err) &&
              throwaway_copy_properties(session, spec->template_name, spec->name, err);
    if (ok && spec->comment != NULL)
        ok = session_execf(session, err, "COMMENT ON DATABASE %s IS %s", name,
                           session_quote_literal(arena, spec->comment));
    arena_free(arena);
    return ok;
}

bool clone_drop(Session *session, const char *name, Error *err)
{
    return throwaway_database_drop(session, name, err);
}

char *clone_admin_url(Arena *arena, const char *url, Error *err)
{
    DatabaseUrl parsed;
    return url_parse(arena, url, &parsed, err)
               ? url_with_database(arena, parsed.conninfo, ADMIN_DATABASE, err)
               : NULL;
}

bool clone_list(Session *session, Arena *arena, StringList *ret, Error *err)
{
    Rows *rows;
    const char *params[] = {CLONE_COMMENT};
    if (!session_query(session, arena,
                       "SELECT datname FROM pg_catalog.pg_database WHERE pg_catalog.starts_with("
                       "pg_catalog.shobj_description(oid, 'pg_database'), $1) ORDER BY oid",
                       1, params, &rows, err))
        return false;
    for (size_t i = 0; i < rows_count(rows); i++)
        VEC_PUSH(arena, *ret, rows_text(rows, i, 0));
    return true;
}
