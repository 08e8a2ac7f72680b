/*
 * The history table: what was applied to a database. Flyway's columns with the same meaning, plus
 * sha256, statements_total, statements_applied, error and tool_version, and for files that do not
 * run in one transaction applied_sha256 and started_statement. A table with exactly Flyway's
 * columns (one named flyway_schema_history is made so) is kept so; what dbmig needs beyond them
 * then lives in a side table, made when the first such file runs.
 *
 * The history_*_sql() functions return one statement each, literals quoted, fit for a pipeline, for
 * the simple protocol, and for the transaction whose effects it records.
 */
#ifndef DBMIG_DB_HISTORY_H
#define DBMIG_DB_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/base/vec.h"
#include "dbmig/db/session.h"

#define HISTORY_FLYWAY_TABLE "flyway_schema_history"

/* Description and script of a BASELINE row, as Flyway has them. */
#define HISTORY_BASELINE_MARKER "<< Flyway Baseline >>"

/* For execution_ms: the server's time since its transaction began; in progress, it is added. */
#define HISTORY_MEASURE (-1)
/* For execution_ms in progress: the server's time since HISTORY_CLOCK_SQL ran in this session is added. */
#define HISTORY_MEASURE_CLOCK (-2)
#define HISTORY_CLOCK_SQL                                                                          \
    "pg_catalog.set_config('dbmig.clock', "                                                        \
    "extract(epoch FROM pg_catalog.clock_timestamp())::pg_catalog.text, false)"

/* What a failed guard says, after "dbmig: "; see history_guard_failed(). */
#define HISTORY_GUARD_TEXT "dbmig: the guard of a history row failed"

typedef struct HistoryRow {
    int rank;            /* installed_rank */
    const char *version; /* NULL for repeatables and markers without version */
    const char *description;
    const char *type; /* SQL, BASELINE, SCHEMA, DELETE, UNDO_SQL, SQL_BASELINE, … */
    const char *script;
    bool has_checksum;
    int32_t checksum;
    const char *installed_by; /* as the server prints it; in an INSERT, NULL is current_user */
    const char *installed_on; /* as the server prints it; in an INSERT, NULL is now() */
    int execution_ms;
    int measured_from; /* with HISTORY_MEASURE: 0, or the rank of the first row of this transaction, whose
                          times, and those of the rows behind it, are taken off */
    bool success;
    const char *sha256; /* NULL in Flyway's table, but for files in progress */
    int statements_total, statements_applied; /* 0 in Flyway's table without side row */
    const char *applied_sha256; /* NULL, or hex SHA-256 over sha256_add_field() of the bytes of each
                                   finished statement, in order: a resume compares it */
    int started_statement;      /* 0, or the number (1-based) of a statement that cannot run in a
                                   transaction, was begun, and is not known to have ended */
    const char *error;          /* NULL or what failed, passwords masked */
    const char *tool_version;
} HistoryRow;

typedef struct History {
    Arena *arena; /* as given to history_read() */
    const char *schema, *table;
    bool schema_exists;
    bool exists;
    bool flyway;              /* exactly Flyway's columns */
    bool has_progress;        /* Flyway's: the side table exists */
    char *qualified;          /* "schema"."table", quoted */
    char *progress;           /* the side table, quoted; NULL unless flyway */
    const char *current_user; /* while it was read */
    VEC(HistoryRow) rows;     /* by rank */
} History;

/*
 * Finds the table and reads it, in two round trips at most (one when there is no table); reads
 * only. schema NULL: the first schema of search_path that exists. A table of that name with another
 * shape is EXIT_INTEGRITY and says which columns are missing or strange. The rows point into memory
 * of the arena.
 */
bool history_read(Arena *arena, Session *session, const char *schema, const char *table,
                  History *ret, Error *err);

/* Creates the table (and the schema, with Flyway's SCHEMA marker row, when it is missing), in one
   transaction of its own. A missing right shows the GRANT that is needed. */
bool history_create(Session *session, History *history, Error *err);

/* Its parts: what is sent (several statements, which must be one transaction), what is known when that went
   well, and the words when it did not. */
char *history_create_sql(Arena *arena, const History *history);
void history_created(History *history);
bool history_not_created(Session *session, const History *history, Error *err);

/* The same of the side table, which the history needs before the first history_begin_sql(): NULL when it is
   not Flyway's, or has one. */
char *history_create_progress_sql(Arena *arena, const History *history);
bool history_progress_not_created(Session *session, const History *history, Error *err);

/* installed_rank of the next row: the last one + 1, and 1 at first. */
int history_next_rank(const History *history);

/* The INSERT of the row. The caller sets the rank. guard_sql: NULL, or a boolean SQL expression
   that must hold, else the INSERT fails: see history_guard_failed(). */
char *history_insert_sql(Arena *arena, const History *history, const HistoryRow *row,
                         const char *guard_sql);

/* The INSERT of a successful row with HISTORY_MEASURE, with parameters in place of values, for PREPARE. */
#define HISTORY_RECORD_PARAMS 11
char *history_record_sql(Arena *arena, const History *history);
/* Its values; returns how many. */
int history_record_params(Arena *arena, const History *history, const HistoryRow *row,
                          const char *ret[HISTORY_RECORD_PARAMS]);

/* True when the error is that of a false guard_sql, or of a row that the statements below did not
   find as they must: another run was here, or the transaction is not the one that began. */
bool history_guard_failed(const Error *err);

/*
 * Files that do not run in one transaction: their row exists from the beginning, with success =
 * false. history_begin_sql() makes it; history_resume_sql() takes up an earlier one (rank, script),
 * with the present checksum, sha256 and statements_total; history_progress_sql() records what is
 * done so far, in the transaction of the statement that it speaks of, or before (started) and after
 * a statement that cannot run in one; history_finish_sql() makes it a success. The last three fail
 * when there is no such unfinished row.
 */
char *history_begin_sql(Arena *arena, const History *history, const HistoryRow *row);
char *history_resume_sql(Arena *arena, const History *history, const HistoryRow *row);

typedef struct HistoryProgress {
    int rank;
    int applied;                /* statements finished */
    const char *applied_sha256; /* over them */
    int started;                /* 0, or the number (1-based) of the statement that runs now */
    const char *error;          /* NULL, or what failed */
    const char *error_setting;  /* NULL, or the name of a setting whose value is put behind error */
    int execution_ms;           /* so far; or HISTORY_MEASURE, HISTORY_MEASURE_CLOCK */
} HistoryProgress;
char *history_progress_sql(Arena *arena, const History *history, const HistoryProgress *progress);

/* Uses rank, checksum, sha256, statements_total and tool_version of the row. */
char *history_finish_sql(Arena *arena, const History *history, const HistoryRow *row);

/* For repair: rewrites type, description, script, checksum, sha256 and success of the row with that
   rank; a success has no error and no progress any more. */
char *history_update_sql(Arena *arena, const History *history, const HistoryRow *row);

/* For repair and undo: deletes the row with that rank. */
char *history_delete_sql(Arena *arena, const History *history, int rank);

/* The script and description as stored: script over 1000 characters "..." + last 997, description
   over 200: first 197 + "...". */
char *history_script(Arena *arena, const char *name);
char *history_description(Arena *arena, const char *description);

/* Another name made from the table's, cut so that it fits into 63 bytes with its suffix. */
char *history_derived_name(Arena *arena, const char *table, const char *suffix);

/* The names of the tables beside the history table of that name: what runs outside a transaction (Flyway's
   shape only), and who holds the lease. */
char *history_progress_name(Arena *arena, const char *table);
char *history_lease_name(Arena *arena, const char *table);
/* True for the history table's own name, and those of the tables beside it. */
bool history_owns_table(const char *table, const char *name);

#endif
