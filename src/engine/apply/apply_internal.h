/*
 * What the files of apply share. apply_plan.c decides; apply_run.c holds the lock and goes through the
 * steps; each way to run a file is a file of its own: apply_window.c (pipelined), apply_stream.c (one
 * transaction by the simple protocol), apply_notx.c (no transaction). apply_unit.c has the SQL around
 * a file, apply_frame.c the order in which all of it is sent, whoever sends (or prints) it;
 * apply_watch.c looks at what runs, apply_fail.c words what went wrong.
 */
#ifndef DBMIG_ENGINE_APPLY_INTERNAL_H
#define DBMIG_ENGINE_APPLY_INTERNAL_H

#include "dbmig/base/buf.h"
#include "dbmig/engine/apply.h"

typedef struct ApplyWatch ApplyWatch;

typedef struct ApplyRun {
    Arena *arena;
    Session *session;
    const ApplyOptions *options;
    const ApplyEvents *events;
    ApplyPlan *plan;
    ApplyResult *result;
    MigrationLock *lock;
    const char *fence;       /* NULL, or what each transaction runs first (lease) */
    bool pooled;             /* nothing may be set for longer than a transaction */
    const char *application_name; /* what the lock made of it; RESET ALL must not lose it */
    const char *check_interval;   /* client_connection_check_interval as the session has it, or NULL */
    int next_rank;
    const char *previous_script; /* what the next file's guard looks for; NULL: nothing yet */
    int previous_rank;
    bool prepared;           /* see apply_prepare() */
    ApplyWatch *watch;
} ApplyRun;

/* apply_compare.c, apply_refuse.c */
char *apply_version_key(Arena *arena, const char *version);
bool apply_out_of_order_wanted(const ApplyOptions *options, const char *version);

/* apply_plan.c: a first plan. Whether the database has objects is not looked at: without the lock,
   another run could be making them between two looks. */
bool apply_plan_unlocked(Arena *arena, Session *session, const ApplyOptions *options,
                         ApplyPlan *ret, Error *err);

/* apply_plan.c: reads the history again and plans anew with the folder at hand. Plans of files that
   were made before are taken over. */
bool apply_plan_again(Arena *arena, Session *session, const ApplyOptions *options, ApplyPlan *plan,
                      Error *err);


/* Marks the transaction; see guard_sql() in apply_unit.c. */
#define APPLY_MARK_SQL                                                                             \
    "SELECT pg_catalog.set_config('dbmig.xact', pg_catalog.txid_current()::text, true)"

/* apply_unit.c: the SQL around a file. All in the arena given. */
typedef struct ApplyUnit {
    const char *begin;
    const char *fence;       /* NULL unless the lock is a lease */
    const char *local_settings; /* NULL unless pooled */
    const char *guard;
    const char *check;       /* the transaction is still the one that the guard marked */
    const char *constraints; /* NULL, or what makes deferred constraints speak before the resets */
    const char *const *resets; /* and init SQL; NULL-terminated */
    const char *settings;
    const char *insert;
    const char *commit;
    /* For the same as prepared statements. */
    bool guard_prepared;     /* the first file's guard is another */
    const char *guard_params[2];
    const char *record_params[HISTORY_RECORD_PARAMS];
    int record_count;
} ApplyUnit;
void apply_unit_make(const ApplyRun *run, Arena *arena, const ApplyStep *step, int rank,
                     ApplyUnit *ret);
/* apply_run.c: what session_open() set, and must be set again after each RESET ALL. */
bool apply_read_settings(ApplyRun *run, Error *err);
/* SELECT set_config(…) of all that dbmig sets for itself, for the session or the transaction. */
char *apply_settings_sql(const ApplyRun *run, Arena *arena, bool local);
/* The row of a file that ran. */
HistoryRow apply_history_row(const ApplyRun *run, Arena *arena, const ApplyStep *step, int rank);
HistoryRow apply_baseline_row(const ApplyRun *run, const char *version, int rank);
/* Sets the file as the one before the next. */
void apply_recorded(ApplyRun *run, const ApplyStep *step, int rank);
/* Guard, check, settings and history row of the files in windows as prepared statements. The history
   table must exist. A file may deallocate them: then the plain form does. */
#define APPLY_GUARD "dbmig_guard"
#define APPLY_CHECK "dbmig_check"
#define APPLY_SETTINGS "dbmig_settings"
#define APPLY_RECORD "dbmig_record"
bool apply_prepare(ApplyRun *run, Error *err);
/* The resets behind a file, and what the user wants each session to begin with. NULL-terminated. */
const char *const *apply_resets(const ApplyRun *run, Arena *arena, const FilePlan *plan);

/* apply_window.c, apply_stream.c, apply_notx.c: run steps. On false, *ret_done says how many of them
   are applied nevertheless. */
bool apply_window(ApplyRun *run, size_t first, size_t count, Error *err);
bool apply_window_takes(const ApplyStep *step);
bool apply_stream(ApplyRun *run, size_t index, Error *err);
bool apply_all(ApplyRun *run, Error *err);
bool apply_notx(ApplyRun *run, size_t index, Error *err);

/* apply_copy.c: item is the COPY statement; at the end it is the end of its data. digest: NULL, or gets
   the data. A failure is placed in the file. */
bool apply_copy(const ApplyRun *run, size_t index, FileScan *scan, SqlItem *item, Sha256 *digest,
                Error *err);

/* apply_only.c: --only and --mark-applied name a migration by its version or file name. */
bool apply_is_named(const MigrationStatus *status, const char *name);
/* Is the migration left out because of --only? */
bool apply_left_out(const MigrationStatus *status, const ApplyOptions *options);
/* EXIT_USAGE when --only names what there is not. */
bool apply_check_only(const StatusList *list, const ApplyOptions *options, Error *err);

/* apply_denied.c: for 42501 (a right is missing), adds the GRANT or the owner that would help. The
   session must not be in a transaction. */
void apply_denied(Arena *arena, Session *session, const ApplyOptions *options, Error *err);

/* apply_retry.c */
typedef struct ApplyRetry {
    const ApplyRun *run;
    size_t index;   /* of the step that is being tried */
    int attempt;    /* failed ones so far */
    const char *blocker; /* who was last seen in the way of the step, or NULL */
} ApplyRetry;
/* After a failure and its ROLLBACK: true when the step is to be tried again, after the back-off. On
   false, err is final: the error as it was, EXIT_LOCK_TIMEOUT with the blocker, or the interrupt. */
bool apply_retry(ApplyRetry *retry, size_t index, Error *err);
bool apply_retryable(const Error *err);
/* Before a file is tried again: clears err, and forgets what the file prepared. */
bool apply_forget_prepared(ApplyRun *run, Error *err);

/* apply_fail.c */
/* Place, excerpt and advice for a failed statement; passwords masked. */
void apply_fail_place(const ApplyRun *run, size_t index, const SqlItem *item,
                      const SessionOutcome *outcome, Error *err);
/* The same when only the statement's number is known, and what is applied: reads the file again. */
void apply_fail_statement_at(const ApplyRun *run, size_t index, uint64_t statement,
                             const SessionOutcome *outcome, Error *err);
/* What stands before a file's statements failed as one message: guard or fence. */
void apply_fail_frame(const ApplyRun *run, size_t index, Error *err);
/* The file before was not recorded, the lease is lost, the file ended our transaction. */
void apply_fail_guard(const ApplyRun *run, size_t index, Error *err);
void apply_fail_fence(const ApplyRun *run, size_t index, Error *err);
void apply_fail_check(const ApplyRun *run, size_t index, Error *err);
/* A signal or a lost connection while the step ran. */
void apply_fail_interrupted(const ApplyRun *run, size_t index, Error *err);
/* Puts in words who blocks, by a row of apply_watch.sql. */
void apply_word_blocker(Buf *out, Arena *scratch, const Rows *rows);

/* What to do about some SQLSTATEs, unless there is a hint already. */
void apply_fail_advise(Error *err);
/* Text from a server, passwords masked. */
char *apply_masked(Arena *arena, const char *text);
/* Adds a sentence to the detail, behind what the server said there. */
void apply_fail_detail(Error *err, const char *sentence);
/* What is applied and what is not, as a sentence for the detail. */
void apply_fail_summary(const ApplyRun *run, size_t index, Error *err);

/* apply_watch.c: told what runs, looks from a second connection at what takes long. */
bool apply_watch_start(ApplyRun *run, Error *err);
void apply_watch_end(ApplyRun *run);
/* A statement (line 0: none) of the step runs from now on. */
void apply_watch_statement(ApplyWatch *watch, const ApplyStep *step, size_t line);
/* The step that runs now, or NULL. */
const ApplyStep *apply_watch_step(const ApplyWatch *watch);
/* A file of a window runs from now on; which of its statements is not known. */
void apply_watch_file(ApplyWatch *watch, const ApplyStep *step);
/* Who blocked the last statement that waited, or NULL; forgets it. */
const char *apply_watch_blocker(ApplyWatch *watch);

/* A step of progress that the crash tests can end at (torture builds only). */
#ifdef DBMIG_TORTURE
void apply_crash_point(const char *what);
#else
#define apply_crash_point(what) ((void)0)
#endif

#endif
