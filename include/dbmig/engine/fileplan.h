/*
 * How one migration file will be run: one pass of the splitter over it, in bounded memory; and the
 * later passes that yield exactly what is sent. Shared by apply, replay, lint and dry runs, so that
 * all of them agree.
 */
#ifndef DBMIG_ENGINE_FILEPLAN_H
#define DBMIG_ENGINE_FILEPLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/engine/placeholder.h"
#include "dbmig/project/migration.h"
#include "dbmig/text/sqlscan.h"

typedef struct FilePlan {
    const Migration *migration;
    const Placeholders *placeholders; /* NULL: content as it stands */
    bool transactional;      /* runs in one transaction together with its history row */
    bool own_transaction;    /* BEGIN … COMMIT around the whole file: becomes ours; those two statements
                                are not sent */
    bool own_control;        /* a script with transactions of its own, one or more, or ROLLBACK: all that is
                                sent as it stands; not transactional */
    const char *begin;       /* what opens the transaction: "BEGIN", or the file's own with its modes */
    bool sets_transaction;   /* starts with SET TRANSACTION, which must come before any query */
    const char *reason;      /* why it is not transactional: "line 3: CREATE INDEX CONCURRENTLY cannot
                                run inside a transaction", "-- dbmig:txmode none"; else NULL */
    uint64_t statements;     /* that will be sent, BEGIN/COMMIT of own_transaction left out */
    uint64_t longest;        /* bytes of the longest statement */
    uint64_t bytes;
    bool has_copy;           /* COPY … FROM STDIN with data */
    bool simple_only;        /* has what libpq's pipeline mode cannot do: COPY from or to the client */
    bool prepares;           /* has PREPARE: what it prepared outlives a transaction */
    const char *unreplaced;  /* the first "${name}" that is sent as it stands, as no placeholder is
                                replaced; NULL none, or the script config wants it so */
    size_t unreplaced_line;
    uint64_t unsafe_count;   /* statements that cannot run inside a transaction */
} FilePlan;

/*
 * Scans the file and decides. Errors (EXIT_USAGE, placed in the file): what sqlscan_next() refuses;
 * transaction control at top level other than BEGIN … COMMIT around the whole file (a stray COMMIT or
 * ROLLBACK, PREPARE TRANSACTION, a second BEGIN) unless it is a script, `txmode file` together with a
 * statement that cannot run in a transaction. mode is --tx-mode; the file's own directive or script
 * config wins over it. server_version 0: unknown, taken as new.
 */
bool fileplan_make(Arena *arena, const Migration *migration, TxMode mode, int server_version,
                   FilePlan *ret, Error *err);

/* The same with placeholders replaced (NULL: none). They must live as long as the plan. */
bool fileplan_make_with(Arena *arena, const Migration *migration, const Placeholders *placeholders,
                        TxMode mode, int server_version, FilePlan *ret, Error *err);

/*
 * Goes through the statements that are sent, in order: SQL_ITEM_STATEMENT, the three COPY items, and
 * SQL_ITEM_END; meta-commands and the BEGIN and COMMIT of own_transaction are left out. Reading to the
 * end proves that what was read is what was hashed (EXIT_INTEGRITY when the file changed meanwhile).
 */
typedef struct FileScan FileScan;
bool fileplan_open(const FilePlan *plan, FileScan **ret, Error *err);
bool fileplan_next(FileScan *scan, SqlItem *ret, Error *err);
/* The number of the last statement, from 0. */
uint64_t fileplan_index(const FileScan *scan);
void fileplan_close(FileScan *scan); /* NULL allowed */

/* What to say of plan->unreplaced; NULL when there is none. */
char *fileplan_placeholder_warning(Arena *arena, const FilePlan *plan);

/* The statement's key words, for messages: "CREATE INDEX CONCURRENTLY". */
char *fileplan_label(Arena *arena, const SqlItem *item);

/* Puts place and excerpt (passwords masked) of byte `at` of the item into an error that is set. */
bool fileplan_place_error(const Migration *migration, const SqlItem *item, size_t at, Error *err);

#endif
