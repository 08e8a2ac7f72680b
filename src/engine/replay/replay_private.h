/* What the files of the replay share. The interface is include/dbmig/engine/replay.h. */
#ifndef DBMIG_ENGINE_REPLAY_PRIVATE_H
#define DBMIG_ENGINE_REPLAY_PRIVATE_H

#include "dbmig/base/map.h"
#include "dbmig/engine/placeholder.h"
#include "dbmig/engine/replay.h"

struct ReplayState {
    Arena *arena; /* the caller's: lives as long as the replay */
    Replay *replay;
    ReplayOptions options;
    Placeholders *placeholders; /* NULL: off */
    bool owns_server;
    bool shares_files; /* the server sees this machine's files */
    const char *setup_sql; /* settings that each file starts with */
    bool observed;         /* options.observer has begun */

    /* replay_role.c */
    Session *witness; /* a second session, on a server that is not ours; else NULL */
    Map *known_roles; /* on a server that is not ours: the roles that are none of the replay's */
    Map *lent_roles;  /* of those, the ones that a file would have created: left as they are */
    Map *own_roles;   /* roles that the replay made, or the files did */
    char *defaults;   /* settings of databases and roles when the session began, as text */
    bool defaults_doubted; /* a statement may have changed them */

    /* replay_fork.c */
    const char *fork_url; /* of the copy that the sessions are in; NULL: in the replayed database */
    const char *fork_name;
    Map *fork_roles;      /* the roles that were there before */
    size_t fork_replayed;
    bool fork_spoiled;

    /* replay_keep.c */
    StringList keys;   /* by number of files; empty: no cache */
    size_t versioned;  /* that many of the run come before the repeatable files */
    size_t count;      /* files of this replay */
    size_t position;   /* files that are in the database, in the order of the run */
    int64_t start_ms;  /* what starting the server took */
    int64_t spent_ms;  /* what replaying took since the start or the last state kept */
    size_t since_keep; /* files run since then */
    bool kept;         /* in this run */
    bool spoiled;      /* holds more than those files, or a failure */
};

/* ---- replay.c ---- */

/* Opens the session(s) with the replay's settings, and closes them. */
bool replay_connect(ReplayState *state, Error *err);
void replay_disconnect(ReplayState *state);

/* Frees a database that is to be dropped of what would hold it: subscriptions and replication slots. */
void replay_leave_database(ReplayState *state);

/* Tells the caller, and remembers, something worth knowing. */
void replay_note(ReplayState *state, const char *format, ...) DBMIG_PRINTF(2, 3);

/* ---- replay_placeholder.c ---- */

/* Sets the built-in ones that do not depend on the server. */
void replay_builtin_placeholders(Placeholders *placeholders);

/* All of them, for the session that is open; none when placeholders are off. */
bool replay_make_placeholders(ReplayState *state, Error *err);

/* ---- replay_file.c: files, statement by statement ---- */

/* Runs migrations that share one transaction (several only in mode "all"; else one). */
bool replay_file_run(ReplayState *state, const Migration *const *migrations, size_t count,
                     TxMode mode, const ReplayObserver *observer, Error *err);

/* ---- replay_guard.c: what must not reach out of a throwaway ---- */

typedef struct GuardVerdict {
    bool skip;       /* do not run it */
    const char *sql; /* what to run: the statement, or another one; not always NUL-terminated */
    size_t len;
    size_t same_until;  /* up to there sql is the statement as it stands */
    const char *before; /* NULL or SQL to run first */
    const char *after;  /* NULL or SQL to run behind it */
    const char *note;   /* NULL or what to tell */
} GuardVerdict;

/* EXIT_USAGE, not placed yet, when the statement is refused. */
bool replay_guard(ReplayState *state, Arena *arena, const SqlItem *item, GuardVerdict *ret,
                  Error *err);

/* ---- replay_role.c: roles, and the defaults that sessions start with ---- */

/* The role that the error says does not exist, or NULL. */
char *replay_role_missing(Arena *arena, const Error *err);

/* Makes that role. False with err as it was when it cannot be made. */
bool replay_role_make(ReplayState *state, const char *role);

/* The file is about to create it. False: a role of that name is on the server, and is none of the
   replay's; it stands for the file's from now on. */
bool replay_role_expect(ReplayState *state, const char *role);

/* True when a role of the server stands for the file's. */
bool replay_role_is_lent(const ReplayState *state, const char *role);

/* True when the error is that a role exists, and the replay made it. */
bool replay_role_was_made(const ReplayState *state, const Error *err);

/* True when the role is one that came with the replay: free to change. */
bool replay_role_is_own(const ReplayState *state, const char *role);

/* Before the first file: remembers the roles and defaults that are there. */
bool replay_role_begin(ReplayState *state, Error *err);

/*
 * On a server that is not ours: finds the roles that the file made, to have them dropped at the
 * end. Called before the transaction ends, or (statement not NULL) behind a statement outside of
 * one.
 */
bool replay_role_claim(ReplayState *state, const char *statement, Error *err);

/* Forgets the roles that are none of `there`, as they were dropped again. */
bool replay_role_forget(ReplayState *state, const Map *there, Error *err);

/* The roles that a replay had to make, those of the cached part included. */
bool replay_role_list(ReplayState *state, StringList *ret, Error *err);

/* True in *ret when the defaults for new sessions are others than when this one began. */
bool replay_defaults_changed(ReplayState *state, bool *ret, Error *err);

/* ---- replay_keep.c: which states are worth keeping ---- */

/* Fills the keys; with ret_keys those to look for, best first. */
bool replay_keep_plan(ReplayState *state, const MigrationFolder *folder, const ThrowawaySpec *spec,
                      StringList *ret_keys, Error *err);

bool replay_keep_wanted(const ReplayState *state);

/* Before a file runs: keeps the present state if that is worth it. Reconnects. */
bool replay_keep_running(ReplayState *state, Error *err);

/* At the end, sessions closed. */
void replay_keep_end(ReplayState *state, bool keep_running);

#endif
