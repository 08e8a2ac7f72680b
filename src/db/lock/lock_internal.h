/* What lock.c (waiting), lock_holder.c (who has it) and lock_lease.c (the lease) share. */
#ifndef DBMIG_DB_LOCK_INTERNAL_H
#define DBMIG_DB_LOCK_INTERNAL_H

#include "dbmig/db/lock.h"

struct MigrationLock {
    Arena *arena;
    Session *session;
    LockKind kind;
    const char *schema, *table;
    const char *before_time, *after_time; /* of application_name and owner */
    const char *application_name;
    int64_t key;
    unsigned cleanup;
    /* A lease's: */
    const char *lease; /* the table, quoted */
    int64_t token, lease_ms, renewed_ms;
    const char *fence;
    const char *url;
    Session *heartbeat; /* opened when the session is busy at the time of a renewal */
};

/* A lock that is not taken; and the kind that it is to be of, where it can be. */
MigrationLock *lock_make(Arena *arena, Session *session, const LockOptions *options);
bool lock_choose_kind(MigrationLock *lock, LockKind wanted, Error *err);

/* One try; *ret_got tells. */
bool lock_try_lease(MigrationLock *lock, bool *ret_got, Error *err);

/* Gives the lease back. */
bool lock_end_lease(MigrationLock *lock, Error *err);

/* An empty holder when nobody is seen any more. */
bool lock_find_holder(MigrationLock *lock, LockHolder *ret, Error *err);

#endif
