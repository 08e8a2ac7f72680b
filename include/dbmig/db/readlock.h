/*
 * Reading a live database without making it queue. A reader that waits for a table keeps what it has
 * locked so far, and whoever wants that waits too, with all who come later. So sessions that only
 * read have a lock_timeout (SessionOptions.lock_timeout_ms); what it cuts short is tried again here,
 * after a pause in which nothing is held.
 */
#ifndef DBMIG_DB_READLOCK_H
#define DBMIG_DB_READLOCK_H

#include "dbmig/db/session.h"

/* For readers that no option tells another. */
#define READLOCK_TIMEOUT_MS 3000

/* True when the error is that of a lock_timeout. */
bool readlock_met(const Error *err);

/*
 * After a failure, outside of a transaction. True: the error was a lock_timeout and is cleared, a
 * pause is over, and what failed is to be tried again; *tries counts. False: any other error as it
 * was, a signal, or, when it was tried often enough, EXIT_LOCK_TIMEOUT that names who holds which
 * table, and since when.
 */
bool readlock_again(Session *session, int *tries, Error *err);

/* session_query() of a statement that only reads, in that way. */
bool readlock_query(Session *session, Arena *arena, const char *sql, int count,
                    const char *const *params, Rows **ret, Error *err);

#endif
