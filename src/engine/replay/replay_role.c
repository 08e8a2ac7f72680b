/*
 * Roles in a replay. A history names roles that something else creates (a DBA, a provider): those
 * are made NOLOGIN on the way and marked by a comment, so that they are still known when the state
 * comes from the cache. On a server that is not ours, whatever role the replay or its files made is
 * told to the throwaway, which drops it at the end.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "replay_private.h"

/* Roles live in the whole server, so the mark names its maker. */
#define ROLE_MARK "made by dbmig for a replay: the history names this role and nobody creates it"

/* Settings that new sessions start with. */
#define DEFAULTS_SQL                                                                               \
    "SELECT coalesce(string_agg(s::text, ' ' ORDER BY s.setdatabase, s.setrole), '') "             \
    "FROM pg_catalog.pg_db_role_setting s WHERE s.setdatabase IN (0, (SELECT oid FROM "            \
    "pg_catalog.pg_database WHERE datname = pg_catalog.current_database()))"

/* Values in own_roles. A role that a statement is about to create is the file's at once, and
   claimed when it is there. */
static char claimed, expected;

char *replay_role_missing(Arena *arena, const Error *err)
{
    static const char before[] = "role \"", behind[] = "\" does not exist";
    /* 22023 is what SET ROLE and SET SESSION AUTHORIZATION say. */
    if (err->primary == NULL ||
        (strcmp(err->sqlstate, "42704") != 0 && strcmp(err->sqlstate, "22023") != 0))
        return NULL;
    const char *text = strstr(err->primary, before);
    if (text == NULL || !text_ends(text, behind))
        return NULL;
    text += sizeof(before) - 1;
    /* The name of a placeholder that nothing replaced is nobody's role. */
    if (strstr(text, "${") != NULL)
        return NULL;
    return arena_strndup(arena, text, strlen(text) - (sizeof(behind) - 1));
}

bool replay_role_make(ReplayState *state, const char *role)
{
    Arena *scratch = arena_new();
    Error ignored = {0};
    char *name = session_quote_identifier(scratch, role);
    char *mark = session_quote_literal(scratch, ROLE_MARK);
    bool made = session_execf(state->replay->session, &ignored,
                              "CREATE ROLE %s NOLOGIN; COMMENT ON ROLE %s IS %s", name, name, mark);
    if (made) {
        if (!state->owns_server)
            throwaway_own_role(state->replay->throwaway, role);
        map_set(state->own_roles, role, &claimed);
        VEC_PUSH(state->arena, state->replay->roles, arena_strdup(state->arena, role));
        replay_note(state,
                    "role \"%s\" is used but never created: made NOLOGIN for "
                    "the replay",
                    role);
    } else {
        made = strcmp(ignored.sqlstate, "42710") == 0; /* someone was faster: it is there */
    }
    error_clear(&ignored);
    arena_free(scratch);
    return made;
}

bool replay_role_expect(ReplayState *state, const char *role)
{
    bool own = map_has(state->own_roles, role);
    if (!own && map_has(state->known_roles, role)) {
        map_set(state->lent_roles, role, &claimed);
        return false;
    }
    if (!own)
        map_set(state->own_roles, role, &expected);
    return true;
}

bool replay_role_is_lent(const ReplayState *state, const char *role)
{
    return map_has(state->lent_roles, role);
}

bool replay_role_was_made(const ReplayState *state, const Error *err)
{
    const StringList *made = &state->replay->roles;
    for (size_t i = 0; strcmp(err->sqlstate, "42710") == 0 && i < made->count; i++) {
        Arena *scratch = arena_new();
        bool same = text_equal(err->primary,
                               arena_printf(scratch, "role \"%s\" already exists", made->items[i]));
        arena_free(scratch);
        if (same)
            return true;
    }
    return false;
}

bool replay_role_is_own(const ReplayState *state, const char *role)
{
    return state->owns_server || map_has(state->own_roles, role);
}

static bool read_roles(Session *session, Arena *arena, StringList *ret, Error *err)
{
    Rows *rows;
    if (!session_query(session, arena, "SELECT rolname FROM pg_catalog.pg_roles", 0, NULL, &rows,
                       err))
        return false;
    for (size_t i = 0; i < rows_count(rows); i++)
        VEC_PUSH(arena, *ret, arena_strdup(arena, rows_text(rows, i, 0)));
    rows_free(rows);
    return true;
}

/* Adds to ret the roles that the session sees and that were not known before. */
static bool new_roles(ReplayState *state, Arena *scratch, StringList *ret, Error *err)
{
    StringList all = {0};
    if (!read_roles(state->replay->session, scratch, &all, err))
        return false;
    for (size_t i = 0; i < all.count; i++)
        if (!map_has(state->known_roles, all.items[i]) &&
            map_get(state->own_roles, all.items[i]) != &claimed)
            VEC_PUSH(scratch, *ret, all.items[i]);
    return true;
}

/* True when the statement's text has the role's name, in whatever case. */
static bool names(const char *statement, const char *role)
{
    size_t len = strlen(role);
    for (const char *at = statement; *at != '\0'; at++)
        if (strncasecmp(at, role, len) == 0)
            return true;
    return false;
}

/*
 * Other users of the server make roles too, and theirs must not be dropped. Inside the transaction
 * a new role is the file's when another session cannot see it; a statement outside of one must have
 * its name.
 */
bool replay_role_claim(ReplayState *state, const char *statement, Error *err)
{
    if (state->owns_server)
        return true;
    Arena *scratch = arena_new();
    StringList found = {0}, seen = {0};
    bool done = new_roles(state, scratch, &found, err);
    if (done && found.count > 0 && statement == NULL)
        done = read_roles(state->witness, scratch, &seen, err);
    for (size_t i = 0; done && i < found.count; i++) {
        bool own = statement == NULL || names(statement, found.items[i]);
        for (size_t k = 0; own && k < seen.count; k++)
            own = strcmp(found.items[i], seen.items[k]) != 0;
        if (own)
            throwaway_own_role(state->replay->throwaway, found.items[i]);
        map_set(own ? state->own_roles : state->known_roles, found.items[i], &claimed);
    }
    arena_free(scratch);
    return done;
}

bool replay_role_begin(ReplayState *state, Error *err)
{
    state->own_roles = map_new(state->arena);
    state->known_roles = map_new(state->arena);
    state->lent_roles = map_new(state->arena);
    if (state->owns_server)
        return replay_role_list(state, &state->replay->roles, err);
    StringList all = {0};
    if (!read_roles(state->replay->session, state->arena, &all, err))
        return false;
    for (size_t i = 0; i < all.count; i++)
        map_set(state->known_roles, all.items[i], &claimed);
    return true;
}

bool replay_role_forget(ReplayState *state, const Map *there, Error *err)
{
    Map *kept = map_new(state->arena);
    for (size_t i = 0; i < map_count(state->own_roles); i++) {
        const MapEntry *entry = map_at(state->own_roles, i);
        if (map_has(there, entry->key))
            map_set(kept, entry->key, entry->value);
    }
    state->own_roles = kept;
    return replay_role_list(state, &state->replay->roles, err);
}

bool replay_role_list(ReplayState *state, StringList *ret, Error *err)
{
    Rows *rows;
    const char *const mark[] = {ROLE_MARK};
    if (!session_query(state->replay->session, state->arena,
                       "SELECT rolname FROM pg_catalog.pg_roles WHERE "
                       "pg_catalog.shobj_description(oid, 'pg_authid') = $1 ORDER BY 1",
                       1, mark, &rows, err))
        return false;
    ret->count = 0;
    for (size_t i = 0; i < rows_count(rows); i++)
        if (replay_role_is_own(state, rows_text(rows, i, 0)))
            VEC_PUSH(state->arena, *ret, arena_strdup(state->arena, rows_text(rows, i, 0)));
    rows_free(rows);
    return true;
}

bool replay_defaults_changed(ReplayState *state, bool *ret, Error *err)
{
    Arena *scratch = arena_new();
    Rows *rows;
    bool done = session_query(state->replay->session, scratch, DEFAULTS_SQL, 0, NULL, &rows, err);
    if (done) {
        const char *now = rows_text(rows, 0, 0);
        *ret = !text_equal(now, state->defaults);
        if (*ret)
            state->defaults = arena_strdup(state->arena, now);
    }
    arena_free(scratch);
    return done;
}
