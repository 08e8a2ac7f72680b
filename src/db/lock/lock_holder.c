/* Who holds the migration lock, in words, and what can be done about it. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/text.h"
#include "dbmig/text/sqlscan.h"
#include "dbmig_sql.h"
#include "lock_internal.h"
#include "../sqlfill.h"

/* The columns of lock_holder.sql. */
enum { PID, USER, APPLICATION, ADDRESS, STATE, CONNECTED_MS, STATE_MS, QUERY };

#define QUERY_SHOWN 200

/*
 * "dbmig apply (since …Z) 4711@host": true when that process was on this machine and is gone. The
 * host's name may be cut short.
 */
static bool is_dead(const char *application)
{
    const char *at = strrchr(application, '@');
    const char *mark = strstr(application, "Z) ");
    char host[256] = "";
    if (!text_starts(application, "dbmig") || at == NULL || mark == NULL || at < mark ||
        gethostname(host, sizeof(host) - 1) != 0 || at[1] == '\0' || !text_starts(host, at + 1))
        return false;
    long pid = strtol(mark + 3, NULL, 10);
    return pid > 0 && kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

/* It is another run's statement: what passwords it sets is nobody's business. */
static const char *one_line(Arena *arena, const char *sql)
{
    char *text = text_printable(arena, sqlscan_mask_passwords(arena, sql, strlen(sql)));
    size_t len = strlen(text);
    if (len <= QUERY_SHOWN)
        return text;
    len = QUERY_SHOWN;
    while (len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80)
        len--;
    return arena_printf(arena, "%.*s…", (int)len, text);
}

static int64_t whole_seconds(int64_t ms)
{
    return ms < 1000 ? ms : ms / 1000 * 1000;
}

static void describe_activity(Arena *arena, const Rows *rows, Buf *text)
{
    const char *state = rows_text(rows, 0, STATE);
    const char *query = rows_text(rows, 0, QUERY);
    if (state == NULL) {
        buf_add_str(text, "; what it runs is hidden from this user (pg_monitor would see it)");
        return;
    }
    char *since = text_from_duration(arena, whole_seconds(rows_int(rows, 0, STATE_MS)));
    if (strcmp(state, "active") == 0)
        buf_printf(text, "; running for %s: %s", since, one_line(arena, query));
    else
        buf_printf(text, "; %s for %s, last: %s", state, since, one_line(arena, query));
}

static const char *describe(Arena *arena, const Rows *rows)
{
    Buf text = {0};
    const char *user = rows_text(rows, 0, USER);
    const char *application = rows_text(rows, 0, APPLICATION);
    const char *address = rows_text(rows, 0, ADDRESS);
    buf_printf(&text, "server process %lld", (long long)rows_int(rows, 0, PID));
    if (user != NULL)
        buf_printf(&text, ", user %s", user);
    if (application != NULL && *application != '\0')
        buf_printf(&text, ", \"%s\"", text_printable(arena, application));
    if (address != NULL)
        buf_printf(&text, ", from %s", address);
    if (rows_text(rows, 0, CONNECTED_MS) != NULL)
        buf_printf(&text, ", connected for %s",
                   text_from_duration(arena, whole_seconds(rows_int(rows, 0, CONNECTED_MS))));
    describe_activity(arena, rows, &text);
    return buf_steal(&text, arena);
}

static const char *advise(Arena *arena, const Rows *rows)
{
    const char *application = rows_text(rows, 0, APPLICATION);
    long long pid = (long long)rows_int(rows, 0, PID);
    if (application != NULL && is_dead(application))
        return arena_printf(arena,
                            "That dbmig process is gone, and its connection was left behind. This "
                            "ends it: SELECT pg_terminate_backend(%lld);",
                            pid);
    return arena_printf(arena,
                        "Wait for it, or raise --lock-timeout. If that run is gone, this ends its "
                        "connection: SELECT pg_terminate_backend(%lld);",
                        pid);
}

static bool find_advisory(MigrationLock *lock, LockHolder *ret, Error *err)
{
    const char *key = arena_printf(lock->arena, "%lld", (long long)lock->key);
    Rows *rows;
    if (!session_query(lock->session, lock->arena, sql_lock_holder, 1, &key, &rows, err))
        return false;
    if (rows_count(rows) > 0)
        *ret = (LockHolder){describe(lock->arena, rows), advise(lock->arena, rows), rows_int(rows, 0, PID)};
    return true;
}

static bool find_lease(MigrationLock *lock, LockHolder *ret, Error *err)
{
    const SqlName names[] = {{"lease", lock->lease}};
    Rows *rows;
    if (!session_query(lock->session, lock->arena, sqlfill(lock->arena, sql_lease_holder, names, 1),
                       0, NULL, &rows, err)) {
        if (strcmp(err->sqlstate, "42P01") != 0 && strcmp(err->sqlstate, "3F000") != 0)
            return false;
        error_clear(err); /* not made yet: nobody has it */
        return true;
    }
    if (rows_count(rows) == 0)
        return true;
    const char *owner = text_printable(lock->arena, rows_text(rows, 0, 0));
    if (rows_bool(rows, 0, 1))
        *ret = (LockHolder){
            arena_printf(lock->arena,
                         "\"%s\", whose lease expired but whose transaction still holds the "
                         "row lock",
                         owner),
            arena_printf(lock->arena, "Wait for it, or end the process that pg_locks shows for %s.",
                         lock->lease), 0};
    else
        *ret = (LockHolder){
            arena_printf(lock->arena, "\"%s\", for another %s unless renewed", owner,
                         text_from_duration(lock->arena, whole_seconds(rows_int(rows, 0, 2)))),
            "Wait for it, or raise --lock-timeout: a run that is gone loses the lease when it expires.",
            0};
    return true;
}

bool lock_find_holder(MigrationLock *lock, LockHolder *ret, Error *err)
{
    *ret = (LockHolder){"", "", 0};
    return lock->kind == LOCK_LEASE ? find_lease(lock, ret, err) : find_advisory(lock, ret, err);
}
