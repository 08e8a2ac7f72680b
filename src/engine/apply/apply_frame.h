/*
 * What an apply sends, statement by statement. The frames of a file (begin, fence, guard, its
 * statements, check, resets, record, commit; outside a transaction mark, statement, mark) are
 * produced once and taken by three senders: the pipeline (apply_window.c), the simple protocol
 * (apply_simple.c) and the printer (apply_print.c). So a dry run is what is sent.
 */
#ifndef DBMIG_ENGINE_APPLY_FRAME_H
#define DBMIG_ENGINE_APPLY_FRAME_H

#include "apply_internal.h"
#include "dbmig/base/buf.h"
#include "dbmig/base/hash.h"

typedef enum FrameKind {
    FRAME_OWN, /* begin, settings, resets, marks: what cannot fail by the file */
    FRAME_FENCE,
    FRAME_GUARD,
    FRAME_ITEM, /* a statement of the file */
    FRAME_CHECK,
    FRAME_CONSTRAINTS,
    FRAME_RECORD,
    FRAME_COMMIT,
    FRAME_SEND, /* no statement: what was gathered by the simple protocol goes out, as one message
                 */
} FrameKind;

typedef struct Frame {
    FrameKind kind;
    const char *sql; /* what is ours, without semicolon at its end; NULL for items */
    /* The same as a prepared statement; NULL when there is none. */
    const char *prepared;
    int count;
    const char *const *params;
    /* An item. COPY's data follows in the scan: the sender reads it, up to SQL_ITEM_COPY_END. */
    FileScan *scan;
    SqlItem *item;
    Sha256 *data; /* NULL, or gets the COPY data */
} Frame;

typedef struct ApplySender ApplySender;
struct ApplySender {
    bool (*take)(ApplySender *sender, const Frame *frame, Error *err);
};

/* A statement of ours; NULL sql is none. */
bool apply_send(ApplySender *sender, FrameKind kind, const char *sql, Error *err);
/* The end of a message. */
bool apply_send_now(ApplySender *sender, Error *err);
/* A statement of the file. */
bool apply_send_item(ApplySender *sender, FileScan *scan, SqlItem *item, Sha256 *data, Error *err);
/* Several statements of ours in one text. */
bool apply_send_script(ApplySender *sender, const char *sql, Error *err);

/* The frames of a file in a transaction. Several files may share one: the first begins, the last
   commits. */
typedef enum FileEdge { FILE_BEGINS = 1, FILE_COMMITS = 2 } FileEdge;
bool apply_file_frames(const ApplyRun *run, const ApplyStep *step, int rank, unsigned edges,
                       ApplySender *sender, Error *err);

/* What ends a file outside a transaction: the resets, then our settings again. */
bool apply_reset_frames(const ApplyRun *run, const FilePlan *plan, ApplySender *sender, Error *err);

/* What stands before all files: settings of the session, the history table, the baseline. */
bool apply_settings_frames(const ApplyRun *run, ApplySender *sender, Error *err);
bool apply_history_frames(const ApplyRun *run, ApplySender *sender, Error *err);
bool apply_baseline_frames(const ApplyRun *run, int rank, ApplySender *sender, Error *err);

/* apply_simple.c: message by message. Statements of ours are gathered until an item or FRAME_SEND.
 */
typedef struct SimpleSender {
    ApplySender sender;
    const ApplyRun *run;
    size_t index; /* the step that errors are about */
    Buf message;
    unsigned gathered; /* kinds in it, as bits 1 << kind */
    unsigned failed;   /* the same of the message, or the item, that failed last; 0: none has */
    bool committed;    /* the last message ended with its COMMIT, though a signal may have come */
} SimpleSender;
void apply_simple_begin(SimpleSender *ret, const ApplyRun *run, size_t index);
void apply_simple_end(SimpleSender *simple);

/* apply_print.c: as SQL for psql. */
typedef struct PrintSender {
    ApplySender sender;
    bool (*sink)(void *context, const char *text, size_t len);
    void *context;
    bool own_too; /* else the files' statements alone, passwords masked */
    bool broken;  /* the sink takes no more */
} PrintSender;
void apply_print_begin(PrintSender *ret, bool (*sink)(void *context, const char *text, size_t len),
                       void *context, bool own_too);
void apply_print_text(PrintSender *print, const char *text);

#endif
