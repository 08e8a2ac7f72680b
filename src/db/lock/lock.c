/*
 * Taking and releasing the migration lock: the choice between advisory lock and lease, the polling,
 * and what is said when it is not got. The lease itself is in lock_lease.c.
 */
#include "dbmig/db/lock.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/fatal.h"
#include "dbmig/base/interrupt.h"
#include "dbmig/base/log.h"
#include "dbmig/base/platform.h"
#include "dbmig/base/text.h"
#include "dbmig/db/history.h"
#include "dbmig_sql.h"
#include "lock_internal.h"

#define POLL_FIRST_MS 25
#define POLL_LAST_MS 1000
#define LEASE_MS 60000
#define LEASE_MARGIN_MS 2000
#define APPLICATION_NAME_MAX ((size_t)63) /* bytes; the server cuts the rest off */
#define FLYWAY_KEY_BASE INT64_C(0x466C79776179)

/* ---- the key ---- */

/* The next character of valid UTF-8; a bad byte stands for itself. */
static uint32_t next_character(const unsigned char **text)
{
    const unsigned char *p = *text;
    int more = *p >= 0xF0 ? 3 : *p >= 0xE0 ? 2 : *p >= 0xC0 ? 1 : 0;
    uint32_t c = more == 3 ? *p & 0x07U : more == 2 ? *p & 0x0FU : more == 1 ? *p & 0x1FU : *p;
    p++;
    for (; more > 0 && (*p & 0xC0) == 0x80; more--)
        c = c << 6 | (*p++ & 0x3FU);
    *text = p;
    return c;
}

/* java.lang.String.hashCode(): over UTF-16 units, modulo 2^32. */
static int32_t java_hash(const char *text)
{
    uint32_t hash = 0;
    const unsigned char *p = (const unsigned char *)text;
    while (*p != '\0') {
        uint32_t c = next_character(&p);
        if (c >= 0x10000) {
            hash = hash * 31 + (0xD800 + ((c - 0x10000) >> 10));
            c = 0xDC00 + ((c - 0x10000) & 0x3FF);
        }
        hash = hash * 31 + c;
    }
    return (int32_t)hash;
}

int64_t lock_flyway_key(const char *schema, const char *table)
{
    Arena *scratch = arena_new();
    char *name = arena_printf(scratch, "%s.%s", session_quote_identifier(scratch, schema),
                              session_quote_identifier(scratch, table));
    int64_t key = FLYWAY_KEY_BASE + java_hash(name);
    arena_free(scratch);
    return key;
}

/* ---- making ---- */

bool lock_detect_pooler(Session *session, bool *ret, Error *err)
{
    (void)err;
    *ret = session_pooled(session);
    return true;
}

/* CockroachDB has the functions, and they lock nothing. */
static bool pretends_advisory(const Session *session)
{
    return session_parameter(session, "crdb_version") != NULL;
}

bool lock_choose_kind(MigrationLock *lock, LockKind wanted, Error *err)
{
    bool pooled = session_pooled(lock->session);
    if (wanted == LOCK_ADVISORY && pooled) {
        error_set(err, EXIT_USAGE, "an advisory lock cannot be held through a transaction pooler");
        return error_hint(err, "Connect to the server itself, or use the lease: --lock lease.");
    }
    lock->kind = wanted;
    if (wanted == LOCK_AUTO)
        lock->kind = pooled || pretends_advisory(lock->session) ? LOCK_LEASE : LOCK_ADVISORY;
    return true;
}

/* "dbmig apply (since …) pid@host", in two parts: the server knows the time. */
static void make_name(MigrationLock *lock, const char *command)
{
    char host[256] = "";
    if (gethostname(host, sizeof(host) - 1) != 0)
        host[0] = '\0';
    lock->before_time = arena_printf(lock->arena, "dbmig%s%s (since ", command == NULL ? "" : " ",
                                     command == NULL ? "" : command);
    const char *after = arena_printf(lock->arena, ") %ld@", (long)getpid());
    size_t used = strlen(lock->before_time) + strlen("2026-01-02T03:04:05Z") + strlen(after);
    size_t room = used < APPLICATION_NAME_MAX ? APPLICATION_NAME_MAX - used : 0;
    lock->after_time = arena_printf(lock->arena, "%s%.*s", after, (int)room, host);
}

MigrationLock *lock_make(Arena *arena, Session *session, const LockOptions *options)
{
    MigrationLock *lock = arena_alloc(arena, sizeof(*lock));
    lock->arena = arena;
    lock->session = session;
    lock->schema = arena_strdup(arena, options->schema);
    lock->table = arena_strdup(arena, options->table);
    lock->key = lock_flyway_key(options->schema, options->table);
    lock->lease_ms = options->lease_ms <= 0 ? LEASE_MS : options->lease_ms;
    lock->lease = arena_printf(arena, "%s.%s", session_quote_identifier(arena, options->schema),
                               session_quote_identifier(arena, history_lease_name(arena, options->table)));
    lock->url = arena_strdup(arena, options->url);
    make_name(lock, options->command);
    return lock;
}

/* ---- taking ---- */

/* A statement of its own, outside any transaction: a waiter that kept a snapshot would stop others.
 */
static bool try_advisory(MigrationLock *lock, bool *ret_got, Error *err)
{
    Arena *scratch = arena_new();
    const char *params[] = {arena_printf(scratch, "%lld", (long long)lock->key), lock->before_time,
                            lock->after_time};
    Rows *rows;
    bool ok = session_query(lock->session, scratch, sql_lock_try, 3, params, &rows, err);
    *ret_got = ok && rows_text(rows, 0, 0) != NULL;
    if (*ret_got)
        lock->application_name = arena_strdup(lock->arena, rows_text(rows, 0, 0));
    arena_free(scratch);
    return ok;
}

static bool lacks_advisory(const Error *err)
{
    return strcmp(err->sqlstate, "42883") == 0 || strcmp(err->sqlstate, "0A000") == 0;
}

static bool try_once(MigrationLock *lock, bool may_change, bool *ret_got, Error *err)
{
    if (lock->kind == LOCK_LEASE)
        return lock_try_lease(lock, ret_got, err);
    if (try_advisory(lock, ret_got, err))
        return true;
    if (!may_change || !lacks_advisory(err))
        return error_prefix(err, "could not take the migration lock");
    log_debug("this server has no advisory locks: %s", err->primary);
    error_clear(err);
    lock->kind = LOCK_LEASE;
    return lock_try_lease(lock, ret_got, err);
}

/* A run that was killed leaves its lease behind, which ends by itself. */
static int64_t time_to_wait(const MigrationLock *lock, const LockOptions *options)
{
    int64_t outlast = lock->lease_ms + LEASE_MARGIN_MS;
    bool longer = lock->kind == LOCK_LEASE && options->outlast_lease && outlast > options->timeout_ms;
    return longer ? outlast : options->timeout_ms;
}

static bool timed_out(MigrationLock *lock, const LockOptions *options, Error *err)
{
    LockHolder holder;
    if (!lock_find_holder(lock, &holder, err))
        return false;
    error_set(err, EXIT_LOCK_TIMEOUT, "could not get the migration lock of \"%s\".\"%s\" within %s",
              lock->schema, lock->table, text_from_duration(lock->arena, time_to_wait(lock, options)));
    if (*holder.text != '\0')
        error_detail(err, "It is held by %s.", holder.text);
    if (*holder.hint != '\0')
        error_hint(err, "%s", holder.hint);
    return false;
}

/* True while nobody is there to be named. */
static bool tell_holder(MigrationLock *lock, const LockOptions *options, bool *told, Error *err)
{
    LockHolder holder;
    if (*told || options->on_wait == NULL)
        return true;
    if (!lock_find_holder(lock, &holder, err))
        return false;
    if (*holder.text == '\0')
        return true;
    *told = true;
    options->on_wait(options->context, holder.text);
    return true;
}

/* Between half the pause and the whole: waiters that began together must not stay together. */
static long with_jitter(long pause)
{
    unsigned char random;
    platform_random(&random, sizeof(random));
    return pause / 2 + pause * random / 510;
}

static bool wait_for(MigrationLock *lock, const LockOptions *options, Error *err)
{
    int64_t began = platform_monotonic_ms();
    long pause = POLL_FIRST_MS;
    bool got = false, told = false;
    for (;;) {
        if (!try_once(lock, options->kind == LOCK_AUTO, &got, err))
            return false;
        if (got)
            return true;
        int64_t left = began + time_to_wait(lock, options) - platform_monotonic_ms();
        if (left <= 0)
            return timed_out(lock, options, err);
        if (!tell_holder(lock, options, &told, err))
            return false;
        long sleep = with_jitter(pause);
        if (!interrupt_sleep(left < sleep ? (long)left : sleep, err))
            return false;
        pause = pause * 2 > POLL_LAST_MS ? POLL_LAST_MS : pause * 2;
    }
}

static void clean_up(void *context)
{
    MigrationLock *lock = context;
    if (!session_lost(lock->session) && !session_busy(lock->session))
        lock_release(lock);
}

bool lock_acquire(Arena *arena, Session *session, const LockOptions *options, MigrationLock **ret,
                  Error *err)
{
    MigrationLock *lock = lock_make(arena, session, options);
    if (!lock_choose_kind(lock, options->kind, err))
        return false;
    if (lock->kind == LOCK_NONE) {
        *ret = lock;
        return true;
    }
    if (session_tx(session) != SESSION_TX_IDLE && !session_lost(session))
        BUG("the migration lock is taken inside a transaction");
    if (!wait_for(lock, options, err))
        return false;
    lock->cleanup = cleanup_register(clean_up, lock);
    *ret = lock;
    return true;
}

bool lock_look(Arena *arena, Session *session, const LockOptions *options, LockHolder *ret, Error *err)
{
    MigrationLock *lock = lock_make(arena, session, options);
    *ret = (LockHolder){"", "", 0};
    return lock_choose_kind(lock, options->kind, err) &&
           (lock->kind == LOCK_NONE || lock_find_holder(lock, ret, err));
}

LockKind lock_kind(const MigrationLock *lock)
{
    return lock->kind;
}

const char *lock_application_name(const MigrationLock *lock)
{
    return lock->application_name;
}

const char *lock_fence_sql(const MigrationLock *lock)
{
    return lock->kind == LOCK_LEASE ? lock->fence : NULL;
}

/* ---- releasing ---- */

static bool release_advisory(MigrationLock *lock, Error *err)
{
    Arena *scratch = arena_new();
    const char *key = arena_printf(scratch, "%lld", (long long)lock->key);
    Rows *rows;
    bool ok = session_query(lock->session, scratch, "SELECT pg_catalog.pg_advisory_unlock($1)", 1,
                            &key, &rows, err);
    if (ok && !rows_bool(rows, 0, 0))
        ok = error_set(err, EXIT_SQL,
                       "it was not held any more: something in this run has "
                       "released it (DISCARD ALL, pg_advisory_unlock_all())");
    arena_free(scratch);
    return ok;
}

/* After an error the transaction may still be open; a lock outlives it, but not the next query. */
static bool release(MigrationLock *lock, Error *err)
{
    session_begin_cleanup(lock->session);
    if (!session_settle(lock->session, err))
        return false;
    if (session_tx(lock->session) != SESSION_TX_IDLE &&
        !session_exec(lock->session, "ROLLBACK", err))
        return false;
    return lock->kind == LOCK_LEASE ? lock_end_lease(lock, err) : release_advisory(lock, err);
}

void lock_release(MigrationLock *lock)
{
    if (lock == NULL || lock->kind == LOCK_NONE || lock->cleanup == 0)
        return;
    cleanup_forget(lock->cleanup);
    lock->cleanup = 0;
    Error err = {0};
    /* With the connection, the server has dropped the lock; a lease ends by itself. */
    if (!session_lost(lock->session) && !release(lock, &err))
        log_warning("could not release the migration lock: %s", err.primary);
    session_close(lock->heartbeat);
    lock->heartbeat = NULL;
    error_clear(&err);
}

void lock_abandon(MigrationLock *lock)
{
    if (lock == NULL || lock->cleanup == 0)
        return;
    cleanup_forget(lock->cleanup);
    lock->cleanup = 0;
    session_close(lock->heartbeat);
    lock->heartbeat = NULL;
}
