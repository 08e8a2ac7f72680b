/*
 * The lease: one row with a growing token. Who takes it over counts the token up; a transaction of
 * the one who lost it then fails at its fence, whatever it was about to do, however long it slept.
 */
#include <string.h>

#include "dbmig/base/platform.h"
#include "dbmig_sql.h"
#include "lock_internal.h"
#include "../sqlfill.h"

#define LOST_TEXT "dbmig: the migration lease was lost"

static char *lease_sql(const MigrationLock *lock, Arena *arena, const char *sql)
{
    const SqlName names[] = {
        {"lease", lock->lease},
        {"token", arena_printf(arena, "%lld", (long long)lock->token)},
        {"milliseconds", arena_printf(arena, "%lld", (long long)lock->lease_ms)},
    };
    return sqlfill(arena, sql, names, ARRAY_LENGTH(names));
}

static bool has_state(const Error *err, const char *sqlstate)
{
    return strcmp(err->sqlstate, sqlstate) == 0;
}

/* Through a pooler no role holds from one statement to the next: it is the user who needs the right. */
static void hint_grant(const MigrationLock *lock, Error *err)
{
    Arena *scratch = arena_new();
    error_hint(err, "The lease is a table: GRANT USAGE, CREATE ON SCHEMA %s TO %s;",
               session_quote_identifier(scratch, lock->schema),
               session_quote_identifier(scratch, session_user(lock->session)));
    arena_free(scratch);
}

static bool create_lease(MigrationLock *lock, Error *err)
{
    Arena *scratch = arena_new();
    char *sql = lease_sql(lock, scratch, sql_lease_create);
    bool ok = session_exec(lock->session, sql, err);
    if (!ok && has_state(err, "3F000"))
        ok = session_execf(lock->session, err, "CREATE SCHEMA IF NOT EXISTS %s;\n%s",
                           session_quote_identifier(scratch, lock->schema), sql);
    arena_free(scratch);
    if (ok)
        return true;
    if (has_state(err, "42501"))
        hint_grant(lock, err);
    return error_prefix(err, "could not create the lease table %s", lock->lease);
}

/* Another run is in the way: not an error, the next try may be luckier. */
static bool is_passing(const Error *err)
{
    return has_state(err, "40001") || has_state(err, "40P01") || has_state(err, "55P03");
}

/* False with *ret_missing when there is nothing to try on yet. */
static bool try_row(MigrationLock *lock, bool *ret_got, bool *ret_missing, Error *err)
{
    Arena *scratch = arena_new();
    const char *params[] = {lock->before_time, lock->after_time,
                            arena_printf(scratch, "%lld", (long long)lock->lease_ms)};
    Rows *rows;
    int64_t before = platform_monotonic_ms();
    *ret_got = *ret_missing = false;
    bool ok = session_query(lock->session, scratch, lease_sql(lock, scratch, sql_lease_try), 3,
                            params, &rows, err);
    if (ok && rows_count(rows) > 0) {
        *ret_got = true;
        lock->token = rows_int(rows, 0, 0);
        lock->application_name = arena_strdup(lock->arena, rows_text(rows, 0, 1));
        lock->renewed_ms = before;
    } else if (ok) {
        /* Held, or the row was never made. */
        ok = session_query(lock->session, scratch, lease_sql(lock, scratch, sql_lease_holder), 0,
                           NULL, &rows, err);
        *ret_missing = ok && rows_count(rows) == 0;
    } else {
        *ret_missing = has_state(err, "42P01") || has_state(err, "3F000");
        ok = *ret_missing || is_passing(err);
    }
    arena_free(scratch);
    return ok;
}

/*
 * Runs that create the table at the same time fail in many ways (its name, its row type's, its key's: IF
 * NOT EXISTS covers only some). So a failure counts only when there is still no table afterwards.
 */
static bool make_and_try(MigrationLock *lock, bool *ret_got, bool *ret_missing, Error *err)
{
    Error failed = {0};
    bool made = create_lease(lock, &failed);
    bool ended = !made && (failed.code >= EXIT_SIGNAL || session_lost(lock->session));
    bool ok = !ended && try_row(lock, ret_got, ret_missing, err);
    if (ended || (ok && !made && *ret_missing && !is_passing(&failed))) {
        error_copy(err, &failed);
        ok = false;
    } else if (!ok) {
        error_prefix(err, "could not take the migration lease");
    }
    error_clear(&failed);
    return ok;
}

bool lock_try_lease(MigrationLock *lock, bool *ret_got, Error *err)
{
    bool missing;
    if (!try_row(lock, ret_got, &missing, err))
        return error_prefix(err, "could not take the migration lease");
    for (int round = 0; missing && round < 3; round++) {
        if (!make_and_try(lock, ret_got, &missing, err))
            return false;
    }
    error_clear(err);
    if (*ret_got)
        lock->fence = lease_sql(lock, lock->arena, sql_lease_fence);
    return true;
}

bool lock_end_lease(MigrationLock *lock, Error *err)
{
    session_close(lock->heartbeat);
    lock->heartbeat = NULL;
    return session_execf(lock->session, err,
                         "UPDATE %s SET expires_at = '-infinity' WHERE id = 1 AND token = %lld",
                         lock->lease, (long long)lock->token);
}

bool lock_lost(const Error *err)
{
    return err->primary != NULL && strstr(err->primary, LOST_TEXT) != NULL;
}

/* The session itself when it is free, else a second connection. NULL with true: not now. */
static bool renewing_session(MigrationLock *lock, Session **ret, Error *err)
{
    *ret = NULL;
    if (!session_busy(lock->session))
        *ret = lock->session;
    else if (lock->heartbeat != NULL && !session_lost(lock->heartbeat))
        *ret = lock->heartbeat;
    if (*ret != NULL || lock->url == NULL)
        return true;
    session_close(lock->heartbeat);
    lock->heartbeat = NULL;
    SessionOptions options = {.url = lock->url, .application_name = "dbmig (keeps the lease)"};
    if (!session_open(lock->arena, &options, &lock->heartbeat, err))
        return error_prefix(err, "could not renew the migration lease");
    *ret = lock->heartbeat;
    return true;
}

bool lock_renew(MigrationLock *lock, Error *err)
{
    int64_t now = platform_monotonic_ms();
    if (lock->kind != LOCK_LEASE || now - lock->renewed_ms < lock->lease_ms / 3)
        return true;
    Session *session;
    if (!renewing_session(lock, &session, err))
        return false;
    if (session == NULL)
        return true;
    Arena *scratch = arena_new();
    const char *params[] = {arena_printf(scratch, "%lld", (long long)lock->token),
                            arena_printf(scratch, "%lld", (long long)lock->lease_ms)};
    Rows *rows;
    bool ok = session_query(session, scratch, lease_sql(lock, scratch, sql_lease_renew), 2, params,
                            &rows, err);
    if (ok && !rows_bool(rows, 0, 0)) {
        ok = error_set(err, EXIT_LOCK_TIMEOUT, LOST_TEXT ", token %lld", (long long)lock->token);
        error_detail(err,
                     "Another run has taken it over. Nothing of this run can commit any more.");
    } else if (ok) {
        lock->renewed_ms = now;
    }
    arena_free(scratch);
    return ok;
}
