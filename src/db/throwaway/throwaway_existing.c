/*
 * A temporary database on a server that is not ours. The owner keeps one session open for as long
 * as it lives, with an advisory lock whose number stands in the comment of its databases: so a run
 * on any machine can tell whether a database that it finds still has an owner.
 */
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/log.h"
#include "dbmig/base/platform.h"
#include "dbmig/base/text.h"
#include "dbmig/db/url.h"
#include "dbmig_sql.h"
#include "throwaway_provider.h"

#define COMMENT "dbmig throwaway database;"
#define KEPT_COMMENT "'kept by dbmig; dbmig db drop removes it'"
#define LOCK_CLASS 1684171879 /* "dbmg" */
#define END_TRIES 200 /* 50 ms each */

/* An owner that cannot be asked, but has lost its session for so long, is not coming back. */
#define UNKNOWN_OWNER_SECONDS (24 * 3600)

typedef struct Existing {
    Session *session;
    const char *name;
    int32_t lock;
    bool created;
} Existing;

/* ---- Comments ---- */

static const char *comment(const Throwaway *throwaway)
{
    const Existing *existing = throwaway->state;
    Buf text = {0};
    buf_printf(&text, "%s owner=%s lock=%ld", COMMENT, throwaway_owner(throwaway->arena),
               (long)existing->lock);
    for (size_t i = 0; i < throwaway->roles.count; i++)
        buf_printf(&text, " role=%s",
                   throwaway_percent_encode(throwaway->arena, throwaway->roles.items[i]));
    return buf_steal(&text, throwaway->arena);
}

static void note_role(Throwaway *throwaway)
{
    Existing *existing = throwaway->state;
    Arena *arena = arena_new();
    Error err = {0};
    if (!session_execf(existing->session, &err, "COMMENT ON DATABASE %s IS %s",
                       session_quote_identifier(arena, existing->name),
                       session_quote_literal(arena, comment(throwaway))))
        log_debug("%s", err.primary);
    error_clear(&err);
    arena_free(arena);
}

/* ---- Sweep: needs a connection, so it runs at each start ---- */

static bool lock_is_held(Arena *arena, Session *session, const char *lock, bool *ret, Error *err)
{
    Rows *rows;
    const char *params[] = {arena_printf(arena, "%d", LOCK_CLASS), lock};
    if (!session_query(session, arena,
                       "SELECT 1 FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND "
                       "classid::bigint = $1::bigint AND objid::bigint = $2::bigint LIMIT 1",
                       2, params, &rows, err))
        return false;
    *ret = rows_count(rows) > 0;
    return true;
}

static bool is_dead(Arena *arena, Session *session, const char *owner, const char *lock)
{
    OwnerState state = throwaway_owner_state(owner);
    if (state != OWNER_UNKNOWN)
        return state == OWNER_DEAD;
    Error ignored = {0};
    bool held = true;
    if (throwaway_owner_age(owner) > UNKNOWN_OWNER_SECONDS &&
        !lock_is_held(arena, session, lock, &held, &ignored))
        held = true;
    error_clear(&ignored);
    return !held;
}

static void drop_dead(Session *session, const char *name, const StringList *words)
{
    Error err = {0};
    log_verbose("dropping what a dead run left behind: database %s", name);
    bool ok = throwaway_database_drop(session, name, &err);
    for (size_t i = 0; ok && i < words->count; i++) {
        if (text_starts(words->items[i], "role=")) {
            Arena *arena = arena_new();
            char *role = throwaway_percent_decode(arena_strdup(arena, words->items[i] + 5));
            ok = session_execf(session, &err, "DROP ROLE IF EXISTS %s",
                               session_quote_identifier(arena, role));
            arena_free(arena);
        }
    }
    if (!ok)
        log_verbose("%s", err.primary);
    error_clear(&err);
}

static void look_at(Arena *arena, Session *session, const char *name, const char *text)
{
    StringList words = {0};
    const char *owner = NULL;
    const char *lock = NULL;
    text_split(arena, text + strlen(COMMENT), ' ', &words);
    for (size_t i = 0; i < words.count; i++) {
        if (text_starts(words.items[i], "owner="))
            owner = words.items[i] + strlen("owner=");
        else if (text_starts(words.items[i], "lock="))
            lock = words.items[i] + strlen("lock=");
    }
    if (owner != NULL && lock != NULL && is_dead(arena, session, owner, lock))
        drop_dead(session, name, &words);
}

static void sweep_server(Session *session)
{
    Arena *arena = arena_new();
    Error err = {0};
    Rows *rows;
    if (session_query(session, arena, sql_throwaway_leftovers, 0, NULL, &rows, &err)) {
        for (size_t i = 0; i < rows_count(rows); i++) {
            const char *text = rows_text(rows, i, 1);
            if (text_starts(text, COMMENT))
                look_at(arena, session, rows_text(rows, i, 0), text);
        }
    } else {
        log_debug("%s", err.primary);
    }
    error_clear(&err);
    arena_free(arena);
}

/* ---- Start and stop ---- */

static bool take_lock(Throwaway *throwaway, Error *err)
{
    Existing *existing = throwaway->state;
    uint32_t number;
    platform_random(&number, sizeof(number));
    existing->lock = (int32_t)(number & 0x7fffffff);
    return session_execf(existing->session, err, "SELECT pg_catalog.pg_advisory_lock(%d, %ld)",
                         LOCK_CLASS, (long)existing->lock);
}

static bool create(Throwaway *throwaway, Error *err)
{
    Existing *existing = throwaway->state;
    existing->name = throwaway_random_name(throwaway->arena);
    /* Even when the answer does not arrive: the database may be there by then. */
    existing->created = true;
    throwaway_guard(throwaway);
    if (throwaway_database_create(throwaway->arena, existing->session, existing->name, "template0",
                                  comment(throwaway), err))
        return true;
    bool refused = text_equal(err->sqlstate, "42501");
    error_prefix(err, "could not create a temporary database on %s",
                 session_shown(existing->session));
    if (refused)
        error_hint(err, "The user needs the right to: ALTER ROLE \"%s\" CREATEDB;",
                   session_user(existing->session));
    return false;
}

static bool start(Throwaway *throwaway, Error *err)
{
    Arena *arena = throwaway->arena;
    Existing *existing = arena_alloc(arena, sizeof(*existing));
    DatabaseUrl url;
    if (!url_parse(arena, throwaway->url.text, &url, err) ||
        !throwaway_session(arena, &throwaway_existing, url.conninfo, false, &existing->session,
                           err))
        return false;
    throwaway->state = existing;
    if (!session_exec(existing->session, sql_throwaway_settings, err) || !take_lock(throwaway, err))
        return false;
    sweep_server(existing->session);
    if (!create(throwaway, err))
        return false;
    throwaway->admin_url = url.conninfo;
    throwaway->connect_url = url_with_database(arena, url.conninfo, existing->name, err);
    throwaway->pristine = "template0";
    const char *version = session_parameter(existing->session, "server_version");
    throwaway->shown =
        arena_printf(arena, "temporary database on %s (PostgreSQL %s)",
                     session_shown(existing->session), version == NULL ? "?" : version);
    return throwaway->connect_url != NULL;
}

static void drop_all(Throwaway *throwaway, Session *session)
{
    const Existing *existing = throwaway->state;
    Error err = {0};
    bool ok = throwaway_database_drop(session, existing->name, &err);
    for (size_t i = 0; ok && i < throwaway->databases.count; i++)
        ok = throwaway_database_drop(session, throwaway->databases.items[i], &err);
    for (size_t i = 0; ok && i < throwaway->roles.count; i++)
        ok = throwaway_role_drop(session, throwaway->roles.items[i], &err);
    if (!ok)
        log_warning("something is left on %s: %s", session_shown(session), err.primary);
    error_clear(&err);
}

static bool address(Throwaway *throwaway, Arena *arena, ThrowawayAddress *ret, Error *err)
{
    const Existing *existing = throwaway->state;
    SessionAddress found;
    if (!session_address(existing->session, arena, &found, err))
        return false;
    *ret = (ThrowawayAddress){found.host, found.port, found.user, found.password,
                              arena_strdup(arena, existing->name), found.params};
    return true;
}

/* The server may be at work yet for a connection that is lost: a database that it makes after the clean-up
   would stay, without the comment by which it is known. The lock tells the backend. */
static void end_lost(Session *session, int32_t lock)
{
    Arena *arena = arena_new();
    Error err = {0};
    Rows *rows;
    const char *params[] = {arena_printf(arena, "%d", LOCK_CLASS), arena_printf(arena, "%ld", (long)lock)};
    for (int i = 0; i < END_TRIES; i++) {
        if (!session_query(session, arena,
                           "SELECT pg_catalog.pg_terminate_backend(pid), pg_catalog.pg_sleep(0.05) "
                           "FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND granted AND "
                           "classid::bigint = $1::bigint AND objid::bigint = $2::bigint",
                           2, params, &rows, &err) ||
            rows_count(rows) == 0)
            break;
    }
    if (error_is_set(&err))
        log_debug("%s", err.primary);
    error_clear(&err);
    arena_free(arena);
}

/* Without the comment no sweep knows them. */
static bool detach(Throwaway *throwaway, Buf *ret, Error *err)
{
    Existing *existing = throwaway->state;
    Arena *arena = throwaway->arena;
    StringList names = {0};
    VEC_PUSH(arena, names, existing->name);
    for (size_t i = 0; i < throwaway->databases.count; i++)
        VEC_PUSH(arena, names, throwaway->databases.items[i]);
    for (size_t i = 0; i < names.count; i++) {
        if (!session_execf(existing->session, err, "COMMENT ON DATABASE %s IS " KEPT_COMMENT,
                           session_quote_identifier(arena, names.items[i])))
            return false;
        buf_printf(ret, "database=%s\n", throwaway_percent_encode(arena, names.items[i]));
    }
    for (size_t i = 0; i < throwaway->roles.count; i++)
        buf_printf(ret, "role=%s\n", throwaway_percent_encode(arena, throwaway->roles.items[i]));
    session_close(existing->session);
    existing->session = NULL;
    return true;
}

static Session *kept_session(Arena *arena, const char *handle, Error *err)
{
    Session *session = NULL;
    const char *url = throwaway_handle_value(arena, handle, "admin", 0);
    if (url != NULL)
        throwaway_session(arena, &throwaway_existing, url, true, &session, err);
    return session;
}

static bool kept_alive(const char *handle)
{
    Arena *arena = arena_new();
    Error ignored = {0};
    Rows *rows = NULL;
    Session *session = kept_session(arena, handle, &ignored);
    const char *name = throwaway_handle_value(arena, handle, "database", 0);
    bool alive = session != NULL && name != NULL;
    if (alive) {
        const char *params[] = {throwaway_percent_decode(arena_strdup(arena, name))};
        alive = session_query(session, arena, "SELECT 1 FROM pg_catalog.pg_database WHERE datname = $1",
                              1, params, &rows, &ignored) &&
                rows_count(rows) == 1;
    }
    session_close(session);
    error_clear(&ignored);
    arena_free(arena);
    return alive;
}

static bool kept_drop(const char *handle, Error *err)
{
    Arena *arena = arena_new();
    Session *session = kept_session(arena, handle, err);
    bool ok = session != NULL;
    char *name;
    for (size_t i = 0; ok && (name = throwaway_handle_value(arena, handle, "database", i)); i++)
        ok = throwaway_database_drop(session, throwaway_percent_decode(name), err);
    for (size_t i = 0; ok && (name = throwaway_handle_value(arena, handle, "role", i)); i++)
        ok = throwaway_role_drop(session, throwaway_percent_decode(name), err);
    session_close(session);
    arena_free(arena);
    return ok;
}

/* By a session of its own: the one that is kept may be lost, or busy with what a signal ended. */
static void stop(Throwaway *throwaway)
{
    Existing *existing = throwaway->state;
    if (existing == NULL)
        return;
    if (existing->created) {
        Arena *arena = arena_new();
        Error err = {0};
        Session *session;
        DatabaseUrl url;
        if (url_parse(arena, throwaway->url.text, &url, &err) &&
            throwaway_session(arena, &throwaway_existing, url.conninfo, true, &session, &err)) {
            if (session_lost(existing->session))
                end_lost(session, existing->lock);
            drop_all(throwaway, session);
            session_close(session);
        } else {
            log_warning("the temporary database %s is left: %s", existing->name, err.primary);
        }
        error_clear(&err);
        arena_free(arena);
    }
    session_close(existing->session);
    existing->session = NULL;
}

/* Nothing is kept on such a server; its version still tells a caller that nothing has changed. */
static bool identity(Arena *arena, const ThrowawayUrl *url, Buf *ret, Error *err)
{
    Session *session;
    if (!throwaway_session(arena, &throwaway_existing, url->text, false, &session, err))
        return false;
    const char *version = session_parameter(session, "server_version");
    buf_printf(ret, "server=%s\naddress=%s\n", version == NULL ? "" : version,
               session_shown(session));
    session_close(session);
    return true;
}

const ThrowawayProvider throwaway_existing = {
    .name = "existing",
    .owns_server = false,
    .identity = identity,
    .start = start,
    .address = address,
    .detach = detach,
    .kept_alive = kept_alive,
    .kept_drop = kept_drop,
    .stop = stop,
    .comment = comment,
    .note_role = note_role,
};
