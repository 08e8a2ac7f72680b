/*
 * Databases and roles that a throwaway makes and drops again, on any server. On one that is not
 * ours they carry a comment with the mark of their owner, by which a later run can tell that it is
 * dead.
 */
#include <string.h>

#include "throwaway_provider.h"

static bool drained(Session *session, Error *err)
{
    Error first = {0};
    bool ok = true;
    bool failed = false;
    PipelineResult result;
    for (int syncs = 0; ok && syncs < 2; syncs += result.event == PIPELINE_SYNC) {
        Error this_one = {0};
        ok = session_pipeline_next(session, &result, &this_one);
        if ((!ok || result.event == PIPELINE_FAILED) && !failed) {
            failed = true;
            error_copy(&first, &this_one);
        }
        error_clear(&this_one);
    }
    if (failed)
        error_copy(err, &first);
    error_clear(&first);
    return ok && !failed;
}

/*
 * Both statements are on their way before the first is answered: a database whose owner is killed
 * while it is being made has its comment all the same.
 */
static bool create_with_comment(Arena *arena, Session *session, const char *create,
                                const char *name, const char *comment, Error *err)
{
    char *mark =
        arena_printf(arena, "COMMENT ON DATABASE %s IS %s", session_quote_identifier(arena, name),
                     session_quote_literal(arena, comment));
    if (!session_pipeline_begin(session, err))
        return false;
    bool ok = session_pipeline_send(session, create, 0, NULL, 1, err) &&
              session_pipeline_sync(session, 1, err) &&
              session_pipeline_send(session, mark, 0, NULL, 2, err) &&
              session_pipeline_sync(session, 2, err) && drained(session, err);
    return session_pipeline_finish(session, ok, err);
}

static bool try_create(Arena *arena, Session *session, const char *name, const char *template_name,
                       const char *options, const char *comment, Error *err)
{
    char *create = arena_printf(arena, "CREATE DATABASE %s TEMPLATE %s%s",
                                session_quote_identifier(arena, name),
                                session_quote_identifier(arena, template_name), options);
    if (comment == NULL)
        return session_exec(session, create, err);
    return create_with_comment(arena, session, create, name, comment, err);
}

/* A server with a locale of another encoding has none to offer but C. */
bool throwaway_database_create(Arena *arena, Session *session, const char *name,
                               const char *template_name, const char *comment, Error *err)
{
    /* Copying files is the quicker way where nothing waits for a disk: on a server of our own. */
    bool copy_files = comment == NULL && session_version(session) >= 150000;
    if (strcmp(template_name, "template0") != 0)
        return try_create(arena, session, name, template_name,
                          copy_files ? " STRATEGY FILE_COPY" : "", comment, err);
    if (try_create(arena, session, name, template_name, " ENCODING 'UTF8'", comment, err))
        return true;
    if (strcmp(err->sqlstate, "22023") != 0 && strcmp(err->sqlstate, "42809") != 0)
        return false;
    error_clear(err);
    return try_create(arena, session, name, template_name,
                      " ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'", comment, err);
}

/* Before 13 there is no FORCE. */
static bool end_connections(Arena *arena, Session *session, const char *name, Error *err)
{
    Rows *rows;
    const char *params[] = {name};
    return session_query(session, arena,
                         "SELECT pg_catalog.pg_terminate_backend(pid) FROM "
                         "pg_catalog.pg_stat_activity WHERE datname = $1",
                         1, params, &rows, err);
}

bool throwaway_database_drop(Session *session, const char *name, Error *err)
{
    Arena *arena = arena_new();
    bool has_force = session_version(session) >= 130000;
    bool ok = has_force || end_connections(arena, session, name, err);
    ok = ok &&
         session_execf(session, err, "DROP DATABASE IF EXISTS %s%s",
                       session_quote_identifier(arena, name), has_force ? " WITH (FORCE)" : "");
    arena_free(arena);
    return ok;
}

/* What the role got on shared objects (a GRANT on a database, say) holds it back at first. */
bool throwaway_role_drop(Session *session, const char *name, Error *err)
{
    Arena *arena = arena_new();
    const char *quoted = session_quote_identifier(arena, name);
    bool ok = session_execf(session, err, "DROP ROLE IF EXISTS %s", quoted);
    if (!ok && strcmp(err->sqlstate, "2BP01") == 0) {
        error_clear(err);
        ok = session_execf(session, err, "DROP OWNED BY %s", quoted) &&
             session_execf(session, err, "DROP ROLE IF EXISTS %s", quoted);
    }
    arena_free(arena);
    return ok;
}
