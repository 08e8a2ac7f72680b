/*
 * The migration lock: one run at a time on one history table. Advisory: a session-level advisory
 * lock with Flyway's key, taken by polling with pg_try_advisory_lock, with no transaction open
 * while waiting (a waiter in a transaction would hold up CREATE INDEX CONCURRENTLY for ever).
 * Lease: a row with a token and an expiry, locked and checked by each transaction (fencing), for
 * poolers and servers without advisory locks.
 */
#ifndef DBMIG_DB_LOCK_H
#define DBMIG_DB_LOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/db/session.h"

/* LOCK_AUTO: advisory, and lease through a pooler and where the server has no advisory locks. */
typedef enum LockKind { LOCK_AUTO, LOCK_ADVISORY, LOCK_LEASE, LOCK_NONE } LockKind;

typedef struct MigrationLock MigrationLock;

typedef struct LockOptions {
    LockKind kind;
    const char *schema, *table;                         /* of the history */
    int64_t timeout_ms;                                 /* how long to wait; 0: one try */
    int64_t lease_ms;                                   /* 0: 60 s */
    bool outlast_lease; /* the time to wait is nobody's choice: a lease that a dead run left is waited for */
    void (*on_wait)(void *context, const char *holder); /* NULL, or told once who holds it */
    void *context;
    const char *command; /* NULL or "apply", …: for application_name */
    const char *url;     /* NULL, or where a lease is renewed from while the session is busy */
} LockOptions;

/* Flyway's key: 0x466C79776179 + Java's String.hashCode of "schema"."table" with the quotes. */
int64_t lock_flyway_key(const char *schema, const char *table);

/* True when the connection goes through a transaction pooler: see session_pooled(). Costs nothing.
 */
bool lock_detect_pooler(Session *session, bool *ret, Error *err);

/*
 * Takes the lock on the session, which must not be in a transaction. EXIT_LOCK_TIMEOUT names the
 * holder (pid, user, application_name, address, since when, what it runs), and tells an orphaned
 * backend of an earlier dbmig run as such with the statement that ends it. Unless the session is
 * pooled, its application_name then says since when, and from which process.
 */
bool lock_acquire(Arena *arena, Session *session, const LockOptions *options, MigrationLock **ret,
                  Error *err);

/* The same for a script that psql runs. take, release: lines of it; take fails when another run has the lock.
   fence: as lock_fence_sql(), with the token in a variable of psql's. */
typedef struct LockScript {
    LockKind kind;
    const char *take, *fence, *release;
} LockScript;
bool lock_script(Arena *arena, Session *session, const LockOptions *options, LockScript *ret, Error *err);

/* Words for who holds the lock, and what to do about it; each "" when nobody does. */
typedef struct LockHolder {
    const char *text, *hint;
    int64_t pid; /* of its server process; 0: nobody, or a lease, whose holder is not seen there */
} LockHolder;

/* Looks who holds the lock, without waiting for it and without writing. */
bool lock_look(Arena *arena, Session *session, const LockOptions *options, LockHolder *ret, Error *err);

LockKind lock_kind(const MigrationLock *lock);

/* The application_name that goes with the lock, to be set again after a RESET ALL. */
const char *lock_application_name(const MigrationLock *lock);

/* For the lease: the one statement that each transaction runs first. It fails (lock_lost() tells)
   unless the token still holds the lease; else it renews it, and keeps the row locked until the
   transaction ends, so that nobody can take the lease over meanwhile. NULL when the lock is no
   lease. */
const char *lock_fence_sql(const MigrationLock *lock);

/* True when the error is that of the fence, or of a lock_renew() that came too late. */
bool lock_lost(const Error *err);

/* Renews the lease when a third of its time is gone; false when it was lost. While the session is
   busy (from a tick) it goes through a second connection, to options.url. No-op for others. */
bool lock_renew(MigrationLock *lock, Error *err);

/* Releases, also after a signal. NULL is allowed. A lock that was gone already is a warning in the
   log. */
void lock_release(MigrationLock *lock);

/* Forgets a lock that is gone because its database was dropped. NULL is allowed. */
void lock_abandon(MigrationLock *lock);

#endif
