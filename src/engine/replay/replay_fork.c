/*
 * A copy of the replayed database to try something in, and the way back. Roles belong to the whole server:
 * those that the fork made are dropped with it, since what runs in the next one may make them again.
 */
#include "dbmig/base/fatal.h"
#include "dbmig/base/text.h"
#include "dbmig_sql.h"
#include "replay_private.h"

static bool read_roles(ReplayState *state, Arena *arena, Rows **ret, Error *err)
{
    return session_query(state->replay->session, arena, "SELECT rolname FROM pg_catalog.pg_roles", 0, NULL,
                         ret, err);
}

static bool remember_roles(ReplayState *state, Error *err)
{
    Rows *rows;
    if (!read_roles(state, state->arena, &rows, err))
        return false;
    state->fork_roles = map_new(state->arena);
    for (size_t i = 0; i < rows_count(rows); i++)
        map_set(state->fork_roles, rows_text(rows, i, 0), state);
    return true;
}

/* Reads the settings of the database that is left, and gives them to the copy. */
static bool copy_settings(ReplayState *state, const Rows *settings, Error *err)
{
    const char *name = session_quote_identifier(state->arena, state->fork_name);
    for (size_t i = 0; i < rows_count(settings); i++)
        if (!session_execf(state->replay->session, err, "ALTER %s%s %s", rows_text(settings, i, 0), name,
                           rows_text(settings, i, 1)))
            return error_prefix(err, "could not give a copy of the database its settings");
    if (rows_count(settings) == 0)
        return true;
    replay_disconnect(state);
    return replay_connect(state, err);
}

/* The sessions go first: a database is copied only when nobody is connected to it. */
static bool go_over(ReplayState *state, const char *template_name, Error *err)
{
    char *url, *name;
    Error ignored = {0};
    replay_disconnect(state);
    if (!throwaway_create_database(state->arena, state->replay->throwaway, template_name, &url, &name, err)) {
        replay_connect(state, &ignored);
        error_clear(&ignored);
        return false;
    }
    state->fork_url = url;
    state->fork_name = name;
    return replay_connect(state, err);
}

bool replay_fork(Replay *replay, Error *err)
{
    ReplayState *state = replay->state;
    Rows *settings;
    state->replay = replay;
    if (state->fork_url != NULL)
        BUG("replay: a fork of a fork");
    state->fork_spoiled = state->spoiled;
    state->fork_replayed = replay->replayed;
    const char *main_database = arena_strdup(state->arena, session_database(replay->session));
    return remember_roles(state, err) &&
           session_query(replay->session, state->arena, sql_fork_settings, 0, NULL, &settings, err) &&
           go_over(state, main_database, err) && copy_settings(state, settings, err) &&
           replay_make_placeholders(state, err);
}

/* On a server that is not ours, roles of other people come and go meanwhile. */
static bool drop_new_roles(ReplayState *state, Error *err)
{
    Arena *scratch = arena_new();
    Rows *rows;
    bool done = read_roles(state, scratch, &rows, err);
    for (size_t i = 0; done && i < rows_count(rows); i++) {
        const char *role = rows_text(rows, i, 0);
        if (!map_has(state->fork_roles, role) && !map_has(state->known_roles, role) &&
            replay_role_is_own(state, role))
            done = throwaway_drop_role(state->replay->throwaway, role, err);
    }
    arena_free(scratch);
    return done;
}

bool replay_unfork(Replay *replay, Error *err)
{
    ReplayState *state = replay->state;
    const char *name = state->fork_name;
    state->replay = replay;
    if (replay->session != NULL)
        replay_leave_database(state);
    replay_disconnect(state);
    state->fork_url = state->fork_name = NULL;
    state->spoiled = state->fork_spoiled;
    replay->replayed = state->fork_replayed;
    return throwaway_drop_database(replay->throwaway, name, err) && replay_connect(state, err) &&
           drop_new_roles(state, err) && replay_role_forget(state, state->fork_roles, err) &&
           replay_make_placeholders(state, err);
}
