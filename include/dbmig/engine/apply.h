/*
 * Brings a live database up to date with a migrations folder (DESIGN decision 9). apply_plan() reads
 * and decides, and never writes; apply_run() does what the plan says. Every effect is recorded together
 * with its history row, or both are undone; what cannot run in a transaction is marked before and after.
 */
#ifndef DBMIG_ENGINE_APPLY_H
#define DBMIG_ENGINE_APPLY_H

#include <stdbool.h>
#include <stdint.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/db/history.h"
#include "dbmig/db/lock.h"
#include "dbmig/db/session.h"
#include "dbmig/engine/fileplan.h"
#include "dbmig/engine/placeholder.h"
#include "dbmig/project/migration.h"

typedef enum ExecOrder { EXEC_LINEAR, EXEC_LINEAR_SKIP, EXEC_NON_LINEAR } ExecOrder;

typedef struct ApplyOptions {
    const char *dir;
    const char *url;
    const char *history_schema; /* NULL: the first of search_path */
    const char *history_table;
    const char *to_version;     /* NULL: all */
    size_t amount;              /* 0: all, else at most so many files: the next of them */
    TxMode tx_mode;
    ExecOrder exec_order;
    const char *out_of_order;   /* NULL; "" all; else just that version */
    const char *baseline;       /* NULL or a version */
    bool allow_dirty;
    LockKind lock;
    int64_t lock_timeout_ms, lease_ms;
    bool lock_timeout_is_default;
    int64_t ddl_lock_timeout_ms, statement_timeout_ms, concurrently_lock_timeout_ms;
    int retries;
    int64_t wait_ms;
    const char *role;           /* NULL */
    const StringList *init_sql; /* NULL, or from apply_init_sql(): run after each reset */
    const StringList *only;     /* NULL, or versions and file names: nothing else runs */
    bool placeholders;
    const StringList *placeholder_values; /* NAME=VALUE */
    bool secret_placeholders;   /* their values came from the environment: not for people's eyes */
    const char *command;        /* "apply", for application_name */
    const MigrationFolder *folder; /* NULL: apply_plan() reads dir; else from apply_folder() */
    int64_t tick_ms;            /* how often `running` is told: 200 on a terminal; 0: every 30 s alone */
} ApplyOptions;

/* What a file is to a database: shared by apply and status. */
typedef enum MigrationState {
    STATE_APPLIED,
    STATE_PENDING,
    STATE_OUT_OF_ORDER,   /* not applied, below the newest applied version */
    STATE_FAILED,         /* recorded as failed or partly applied; will be resumed */
    STATE_CHANGED,        /* applied, and the file differs from what was applied */
    STATE_OUTDATED,       /* a repeatable whose file changed: runs again */
    STATE_MISSING,        /* applied, no file, below the newest file */
    STATE_FUTURE,         /* applied, no file, above the newest file: an older release deploys */
    STATE_BASELINE,       /* at or below the baseline: never run here */
    STATE_IGNORED,        /* U and B files, files above --to */
    STATE_SQUASHED,       /* applied, and its file is gone into the B file that the folder starts with */
} MigrationState;

const char *apply_state_name(MigrationState state); /* "applied", "pending", "out of order", … */

typedef struct MigrationStatus {
    MigrationState state;
    const Migration *migration; /* NULL when only the database knows it */
    const HistoryRow *row;      /* NULL when the database does not know it */
} MigrationStatus;

typedef VEC(MigrationStatus) StatusList;

/* What a comparison says beside the list. */
typedef struct ApplyComparison {
    StatusList list;      /* in run order, rows without a file at their version's place */
    const char *current;  /* newest applied version, NULL when none */
    const char *baseline; /* from the history or, on an empty one, from the options; or NULL */
    bool write_baseline;  /* the baseline is not in the history yet */
    const Migration *below_base; /* NULL, or the B file that the folder starts with, when the database is
                                    below it: what lies between has no file here */
} ApplyComparison;

/* What replaces ${name} in files that are applied over the session; NULL while placeholders are off. */
bool apply_placeholders(Arena *arena, const Session *session, const ApplyOptions *options,
                        const History *history, const Placeholders **ret, Error *err);

/* Compares folder and history: pure, unless placeholders are on (R files are then read again).
   EXIT_USAGE when --to or --baseline name no version. */
bool apply_compare(Arena *arena, const MigrationFolder *folder, const History *history,
                   const ApplyOptions *options, const Placeholders *placeholders,
                   ApplyComparison *ret, Error *err);

/*
 * What must not be applied over: changed files, missing ones, gaps (by exec_order and out_of_order).
 * EXIT_INTEGRITY names them and says what to do. What is only odd becomes a warning.
 */
bool apply_refuse(Arena *arena, const ApplyComparison *comparison, const ApplyOptions *options,
                  StringList *warnings, Error *err);

typedef struct ApplyStep {
    const Migration *migration;
    FilePlan plan;
    int32_t checksum;           /* for the history: of R files after placeholder replacement */
    const HistoryRow *resume;   /* NULL or the failed row that this goes on with */
    bool out_of_order;
} ApplyStep;

typedef struct ApplyPlan {
    MigrationFolder folder;
    History history;
    StatusList status;
    VEC(ApplyStep) steps;
    size_t left;                /* files that are pending beyond options.amount */
    const Placeholders *placeholders;
    const char *current;        /* newest applied version, NULL when none */
    const char *target;         /* version after the plan, NULL when nothing is pending */
    StringList warnings;
    bool create_history;
    const char *baseline;       /* row to write first, or NULL */
} ApplyPlan;

/* What happens while it runs; a sink for progress and logs. Every slot is filled (asserted). */
typedef struct ApplyEvents {
    void *context;
    /* The plan is final (under the lock), nothing is written yet. Not told when nothing is to do. */
    void (*planned)(void *context, const ApplyPlan *plan);
    void (*waiting)(void *context, const char *holder); /* for the migration lock */
    void (*file_begin)(void *context, const ApplyStep *step, size_t index, size_t total);
    void (*file_end)(void *context, const ApplyStep *step, size_t index, size_t total, int64_t ms);
    void (*retry)(void *context, const ApplyStep *step, int attempt, int64_t sleep_ms,
                  const Error *why, const char *blocker); /* who held the lock, or NULL */
    void (*notice)(void *context, const ApplyStep *step, const SessionNotice *notice);
    /* Every 30 s and, for terminals, every 200 ms: what runs now. */
    void (*running)(void *context, const ApplyStep *step, size_t line, int64_t elapsed_ms,
                    double percent /* <0 unknown */, const char *blocker, bool long_tick);
    void (*note)(void *context, const char *text); /* cleaned an invalid index, resumed at line …  */
} ApplyEvents;

typedef struct ApplyResult {
    size_t applied;             /* files */
    uint64_t statements;
    int64_t total_ms;
    uint64_t round_trips;
} ApplyResult;

/*
 * The statements of init SQL files that set up a session (SET, RESET, SELECT, LOAD): those that apply
 * runs on its own. What makes something (roles, extensions) is for throwaway and rebuilt databases
 * alone, and counted in *ret_others.
 */
bool apply_init_sql(Arena *arena, const StringList *files, StringList *ret, size_t *ret_others,
                    Error *err);

/* Sends init SQL and the role to a session that was just opened, unless it is pooled. Init SQL through
   a pooler is EXIT_USAGE. */
bool apply_begin_session(Arena *arena, Session *session, const ApplyOptions *options, Error *err);

/* Reads the folder and verifies its sum file: what can be told before there is a connection. */
bool apply_folder(Arena *arena, const ApplyOptions *options, MigrationFolder *ret, Error *err);

/* Folder, history and their comparison, without refusing anything: what status shows. */
bool apply_status(Arena *arena, Session *session, const ApplyOptions *options, ApplyPlan *ret,
                  Error *err);

/* Refuses a database that has objects; for one that has no history. */
bool apply_check_dirty(Arena *arena, Session *session, const ApplyPlan *plan, Error *err);

/* What another run is doing to the database now. Texts are for people; NULL: not known, or nothing. */
typedef struct ApplyRunning {
    const char *holder;  /* who has the migration lock; NULL: no run is going on */
    const char *hint;
    const char *file;    /* the pending file whose statement runs */
    size_t line;
    const char *blocker; /* who blocks it */
    const char *percent; /* "63.0" */
} ApplyRunning;

/* Looks from the session, which only reads. What may not be seen is left out. */
bool apply_running(Arena *arena, Session *session, const ApplyOptions *options, const ApplyPlan *plan,
                   ApplyRunning *ret, Error *err);

/*
 * Reads folder, sum file and history and plans. The session is open; nothing is written. Errors:
 * EXIT_INTEGRITY for a wrong sum file, edited applied files, missing files, gaps, an unresolved failure
 * that cannot be resumed, a database with objects and no history.
 */
bool apply_plan(Arena *arena, Session *session, const ApplyOptions *options, ApplyPlan *ret,
                Error *err);

/* Locks, plans again under the lock, applies. *ret is filled with what was done also on failure. */
bool apply_run(Arena *arena, Session *session, const ApplyOptions *options,
               const ApplyEvents *events, ApplyPlan *ret_plan, ApplyResult *ret, Error *err);

/* The error of an unfinished row as people are to read it: without what only a resume needs. */
char *apply_error_shown(Arena *arena, const char *error);

/*
 * Writes to the sink what apply_run() would send, with a comment for each file that says how it runs.
 * full: all of it, with the lock, as a script for psql that comes to the same end, and that apply goes on
 * with when it was stopped; what of it depends on answers (tries again, a procedure that commits) is left
 * out. Else the files' own statements, secrets masked. The sink may end it by false. Sends nothing but reads.
 */
bool apply_dry_run(Arena *arena, Session *session, const ApplyOptions *options,
                   const ApplyPlan *plan, bool full,
                   bool (*sink)(void *context, const char *text, size_t len), void *context, Error *err);

#endif
