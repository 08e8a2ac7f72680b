/*
 * Replays a migrations folder (or other SQL) on a throwaway database, from the newest cached prefix
 * of its history. Check, lint, diff and create all stand on this.
 *
 * Each file starts as in a session of its own: nothing that a session keeps (settings, temporary
 * tables, prepared statements, advisory locks) reaches the next file. So a replay that starts from
 * a cached prefix gives what a replay of everything gives.
 *
 * What would reach out of a throwaway is changed, left out or refused; see replay_guard.c. Roles
 * that the history names and nobody creates are made on the way.
 */
#ifndef DBMIG_ENGINE_REPLAY_H
#define DBMIG_ENGINE_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/db/session.h"
#include "dbmig/db/throwaway.h"
#include "dbmig/engine/fileplan.h"
#include "dbmig/project/migration.h"

typedef struct ReplayObserver ReplayObserver;

typedef struct ReplayOptions {
    const char *dev_url;        /* NULL chooses */
    const StringList *init_sql; /* files to run first; may be NULL */
    const char *to_version;     /* NULL: all; else no repeatable files either */
    TxMode tx_mode;
    bool tcp;     /* other programs will use the server: see throwaway_address() */
    int64_t port; /* with tcp: 0 chooses */
    bool use_cache;
    bool require_confinement; /* else a server that cannot be confined is warned about */
    uint64_t cache_limit;
    bool placeholders;
    const StringList *placeholder_values;
    /* Before each file that runs now; index and total count files of the whole history. */
    void (*on_file)(void *context, const Migration *migration, size_t index, size_t total);
    void (*on_note)(void *context, const char *text); /* roles made, files taken from the cache … */
    void *context;
    SessionNoticeFunction on_notice; /* may be NULL */
    const ReplayObserver *observer;  /* of replay_folder(), not in TXMODE_ALL; may be NULL */
} ReplayOptions;

typedef struct ReplayState ReplayState;

typedef struct Replay {
    Throwaway *throwaway;
    Session *session; /* connected to the replayed database, at its end state */
    size_t replayed;  /* files run now */
    size_t cached;    /* files that came with the cached state */
    StringList roles; /* roles that the history names and nobody creates: made NOLOGIN */
    StringList notes; /* what the guard changed or left out, with its place */
    int server_version;
    ReplayState *state; /* replay.c's own */
} Replay;

/*
 * The functions that watch single statements (lint); any may be NULL. A false from any of them ends
 * the replay. A file is begun again (file_begin and all that follows) when a role had to be made
 * first. Statements that the guard leaves out are not shown.
 *
 * Of replay_folder()'s observer, begin and end surround the files that it wants. Between files it must
 * leave nothing in the database, or call replay_spoil().
 */
struct ReplayObserver {
    void *context;
    bool (*file_begin)(void *context, Session *session, const FilePlan *plan, Error *err);
    bool (*before)(void *context, Session *session, const FilePlan *plan, const SqlItem *item,
                   Error *err);
    /* Of a COPY with data: once, behind the data. */
    bool (*after)(void *context, Session *session, const FilePlan *plan, const SqlItem *item,
                  const SessionOutcome *outcome, Error *err);
    /* In the file's transaction, behind its last statement; not for no-transaction files. */
    bool (*before_commit)(void *context, Session *session, const FilePlan *plan, Error *err);
    bool (*file_end)(void *context, Session *session, const FilePlan *plan, Error *err);
    bool (*wants)(void *context, size_t index); /* of folder->run */
    bool (*begin)(void *context, Replay *replay, Error *err);
    void (*end)(void *context, Replay *replay);
};

/*
 * Starts a throwaway server and replays the folder on it. A failing statement is EXIT_SQL with
 * file, line, column, excerpt, SQLSTATE, detail and hint; what the guard refuses is EXIT_USAGE with
 * its place. On success the replay is open and must be ended with replay_end(); on failure
 * everything is gone. Who writes to the database through ret->session calls replay_spoil() first.
 */
bool replay_folder(Arena *arena, const MigrationFolder *folder, const ReplayOptions *options,
                   Replay *ret, Error *err);

/* Runs more files on an open replay, under an observer (NULL allowed), uncached. first/count index
   folder->run. The replay's own options apply but for on_file, on_note and tx_mode. */
bool replay_run(Arena *arena, Replay *replay, const MigrationFolder *folder, size_t first,
                size_t count, const ReplayOptions *options, const ReplayObserver *observer,
                Error *err);

/* An open replay of nothing: an empty database with the init SQL in it. */
bool replay_empty(Arena *arena, const ReplayOptions *options, Replay *ret, Error *err);

/* Runs one SQL file or text on the session, with the same checks and error places. */
bool replay_sql(Arena *arena, Replay *replay, const char *name, const char *text, size_t len,
                Error *err);

/*
 * Goes over to a copy of the replayed database: what runs from here on, by replay_run(), replay_sql(),
 * replay_query() or ret->session, leaves the replay as it was. replay_unfork() drops the copy and the roles
 * that were made meanwhile, and goes back; replay_end() does as much. Settings that the files gave the
 * database (ALTER DATABASE … SET) are the copy's too; its owner and its grants are not. There is one fork
 * at a time.
 */
bool replay_fork(Replay *replay, Error *err);
bool replay_unfork(Replay *replay, Error *err);

/*
 * Runs the statements of an SQL text one by one, each as it stands, outside a transaction, and
 * hands over the rows of each. A failing statement is placed as in replay_sql(); a false from the
 * function ends the run. COPY FROM STDIN is refused (EXIT_USAGE).
 */
typedef bool (*ReplayRowsFunction)(void *context, const SqlItem *item, const Rows *rows, Error *err);
bool replay_query(Arena *arena, Replay *replay, const char *name, const char *text, size_t len,
                  ReplayRowsFunction function, void *context, Error *err);

/* The database is no longer what the files made it: its state must not be kept. */
void replay_spoil(Replay *replay);

/* Ends the replay but not its server, which is the caller's to stop: keeps the state for later runs
   when that is worth it, and closes the session. After a false it is ended as well. */
bool replay_hand_over(Replay *replay, Throwaway **ret, Error *err);

/* A migration of a text that is no file of the folder, for the end of a MigrationFolder's run: fixtures,
   say. It becomes part of the cache key. The text is the caller's. */
const Migration *replay_text_migration(Arena *arena, const char *name, const char *text, size_t len);

/* Ends it: keeps the state for later runs when that is worth it, and removes the rest. */
void replay_end(Replay *replay); /* NULL and half-open allowed */

/*
 * The cache keys: ret->items[n] names the state after the first n of folder->run, n = 0 … count.
 * Each is a SHA-256 over length-prefixed fields: dbmig's version, `identity` (see
 * throwaway_identity()), the modes, placeholders, init SQL, and of each file its name, what decides
 * its transactions and the bytes that run.
 */
bool replay_keys(Arena *arena, const MigrationFolder *folder, size_t count,
                 const ReplayOptions *options, const char *identity, StringList *ret, Error *err);

#endif
