/* A file without a transaction on its way: what apply_notx.c and apply_outside.c share. */
#ifndef DBMIG_ENGINE_APPLY_NOTX_H
#define DBMIG_ENGINE_APPLY_NOTX_H

#include "apply_frame.h"

typedef struct NoTx {
    ApplyRun *run;
    size_t index;
    ApplySender *sender;
    SimpleSender *live;    /* the sender, or NULL: nothing is sent, and nothing can fail on a server */
    const ApplyStep *step;
    Arena *arena;
    FileScan *scan;
    SqlItem item;          /* the present statement */
    Sha256 sha;            /* over the finished ones */
    char sha_hex[SHA256_HEX_SIZE];
    HistoryProgress progress;
    int64_t started_ms;
    bool marked;           /* the statement under way was begun by this run */
    bool own_lock_timeout; /* the file sets lock_timeout itself */
} NoTx;

/* Writes notx->progress in a transaction of its own. measure: HISTORY_MEASURE or HISTORY_MEASURE_CLOCK. */
bool apply_notx_record(NoTx *notx, int measure, Error *err);
/* Its frames behind BEGIN, with the COMMIT. */
bool apply_notx_progress(NoTx *notx, int measure, Error *err);
void apply_notx_roll_back(NoTx *notx);
/* The frames of all the file, whoever takes them. *ret_recorded: it is recorded, even where a signal makes it
   a failure. */
bool apply_notx_frames(NoTx *notx, bool *ret_recorded, Error *err);
/* Takes a statement into a digest of what is finished. ${flyway:timestamp} is another one in each run:
   its value does not count. */
void apply_notx_digest(const NoTx *notx, Sha256 *sha, const char *text, size_t len);
/* Adds what of the file is applied, and how to go on. */
void apply_notx_explain(const NoTx *notx, Error *err);

/* apply_outside.c: runs the present statement outside a transaction, marked before and after. On false,
   progress.started is 0 when it is known to have left nothing. */
bool apply_notx_outside(NoTx *notx, Error *err);

/* apply_outside.c: sends the present statement as it stands, and places its error in the file. DISCARD ALL
   becomes what it does but for the migration lock. */
bool apply_notx_send(NoTx *notx, Error *err);

/* apply_outside.c: the present statement was begun by a run that did not come to its end: looks whether
   it took effect. *ret_done: it did, and that is recorded; else it is to be run. */
bool apply_notx_look(NoTx *notx, bool *ret_done, Error *err);

#endif
