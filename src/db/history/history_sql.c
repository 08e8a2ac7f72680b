/*
 * The statements that write history rows. Each is one statement, so that it fits into a pipeline;
 * where two tables are concerned, one of them is written in a WITH. A statement that must find
 * exactly one row, or whose guard must hold, fails by a cast that cannot succeed: plain SQL has no
 * RAISE, and the failed cast shows its text. concat() keeps the planner from evaluating it in
 * advance.
 */
#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/db/history.h"
#include "dbmig/text/secret.h"

#define FAIL_UNLESS_ONE                                                                            \
    "SELECT CASE WHEN pg_catalog.count(*) = 1 THEN true ELSE "                                     \
    "pg_catalog.concat('" HISTORY_GUARD_TEXT                                                       \
    ", rows: ', pg_catalog.count(*))::pg_catalog.bool END FROM "

/* ---- values ---- */

static const char *text_value(Arena *arena, const char *text)
{
    return text == NULL ? "NULL::pg_catalog.text" : session_quote_literal(arena, text);
}

static const char *number_or_null(Arena *arena, int number)
{
    return number == 0 ? "NULL::pg_catalog.int4" : arena_printf(arena, "%d", number);
}

static const char *checksum_value(Arena *arena, const HistoryRow *row)
{
    return row->has_checksum ? arena_printf(arena, "%d", (int)row->checksum)
                             : "NULL::pg_catalog.int4";
}

static const char *error_value(Arena *arena, const char *error)
{
    return error == NULL ? "NULL::pg_catalog.text"
                         : session_quote_literal(arena, secret_mask(arena, error));
}

#define MEASURED_TIME                                                                              \
    "LEAST(extract(epoch FROM pg_catalog.clock_timestamp() - "                                      \
    "pg_catalog.transaction_timestamp()) * 1000, 2147483647)::pg_catalog.int4"

#define CLOCKED_TIME                                                                               \
    "(extract(epoch FROM pg_catalog.clock_timestamp()) - "                                         \
    "coalesce(nullif(pg_catalog.current_setting('dbmig.clock', true), '')::pg_catalog.float8, "     \
    "extract(epoch FROM pg_catalog.clock_timestamp()))) * 1000" /* DISCARD ALL forgets it */

static const char *time_value(Arena *arena, const History *history, const HistoryRow *row)
{
    if (row->execution_ms != HISTORY_MEASURE)
        return arena_printf(arena, "%d", row->execution_ms);
    if (row->measured_from == 0)
        return MEASURED_TIME;
    return arena_printf(arena,
                        MEASURED_TIME " - (SELECT coalesce(pg_catalog.sum(execution_time), 0) FROM %s "
                                      "WHERE installed_rank >= %d)",
                        history->qualified, row->measured_from);
}

/* What a statement adds to the time of its file. */
static const char *time_so_far(Arena *arena, const HistoryProgress *progress)
{
    if (progress->execution_ms == HISTORY_MEASURE)
        return "LEAST(execution_time::pg_catalog.int8 + " MEASURED_TIME ", 2147483647)";
    if (progress->execution_ms == HISTORY_MEASURE_CLOCK)
        return "LEAST(execution_time + " CLOCKED_TIME ", 2147483647)";
    return arena_printf(arena, "%d", progress->execution_ms);
}

static const char *progress_error(Arena *arena, const HistoryProgress *progress)
{
    const char *error = error_value(arena, progress->error);
    if (progress->error == NULL || progress->error_setting == NULL)
        return error;
    return arena_printf(arena, "pg_catalog.concat(%s, pg_catalog.current_setting('%s'))", error,
                        progress->error_setting);
}

/* ---- INSERT ---- */

static void add_success(Buf *sql, const HistoryRow *row, const char *guard_sql)
{
    const char *success = row->success ? "true" : "false";
    if (guard_sql == NULL)
        buf_add_str(sql, success);
    else
        buf_printf(sql,
                   "CASE WHEN (%s) THEN %s ELSE pg_catalog.concat('" HISTORY_GUARD_TEXT
                   ", transaction ', pg_catalog.txid_current())::pg_catalog.bool END",
                   guard_sql, success);
}

static void add_insert(Arena *arena, Buf *sql, const History *history, const HistoryRow *row,
                       const char *guard_sql)
{
    buf_printf(sql,
               "INSERT INTO %s (installed_rank, version, description, type, script, checksum, "
               "installed_by, %sexecution_time, success",
               history->qualified, row->installed_on == NULL ? "" : "installed_on, ");
    if (!history->flyway)
        buf_add_str(sql, ", sha256, statements_total, statements_applied, applied_sha256, "
                         "started_statement, error, tool_version");
    buf_printf(sql, ") VALUES (%d, %s, %s, %s, %s, %s, %s, ", row->rank,
               text_value(arena, row->version), text_value(arena, row->description),
               text_value(arena, row->type), text_value(arena, row->script),
               checksum_value(arena, row),
               row->installed_by == NULL ? "current_user" : text_value(arena, row->installed_by));
    if (row->installed_on != NULL)
        buf_printf(sql, "%s::pg_catalog.timestamp, ", text_value(arena, row->installed_on));
    buf_printf(sql, "%s, ", time_value(arena, history, row));
    add_success(sql, row, guard_sql);
    if (!history->flyway)
        buf_printf(sql, ", %s, %d, %d, %s, %s, %s, %s", text_value(arena, row->sha256),
                   row->statements_total, row->statements_applied,
                   text_value(arena, row->applied_sha256),
                   number_or_null(arena, row->started_statement), error_value(arena, row->error),
                   text_value(arena, row->tool_version));
    buf_add_char(sql, ')');
}

char *history_insert_sql(Arena *arena, const History *history, const HistoryRow *row,
                         const char *guard_sql)
{
    Buf sql = {0};
    add_insert(arena, &sql, history, row, guard_sql);
    return buf_steal(&sql, arena);
}

char *history_record_sql(Arena *arena, const History *history)
{
    return arena_printf(arena,
                        "INSERT INTO %s (installed_rank, version, description, type, script, "
                        "checksum, installed_by, execution_time, success%s) VALUES ($1, $2, $3, $4, "
                        "$5, $6, $7, " MEASURED_TIME ", true%s)",
                        history->qualified,
                        history->flyway ? "" : ", sha256, statements_total, statements_applied, "
                                               "tool_version",
                        history->flyway ? "" : ", $8, $9, $10, $11");
}

int history_record_params(Arena *arena, const History *history, const HistoryRow *row,
                          const char *ret[HISTORY_RECORD_PARAMS])
{
    const char *statements = arena_printf(arena, "%d", row->statements_total);
    const char *params[HISTORY_RECORD_PARAMS] = {
        arena_printf(arena, "%d", row->rank), row->version, row->description, row->type, row->script,
        row->has_checksum ? arena_printf(arena, "%d", (int)row->checksum) : NULL,
        row->installed_by, row->sha256, statements, statements, row->tool_version,
    };
    memcpy(ret, params, sizeof(params));
    return history->flyway ? 7 : HISTORY_RECORD_PARAMS;
}

bool history_guard_failed(const Error *err)
{
    return strcmp(err->sqlstate, "22P02") == 0 && err->primary != NULL &&
           strstr(err->primary, HISTORY_GUARD_TEXT) != NULL;
}

/* ---- progress ---- */

/* A side row that an earlier row of the same rank left behind is replaced. */
static void add_side_insert(Arena *arena, Buf *sql, const History *history, const HistoryRow *row)
{
    buf_printf(sql,
               "INSERT INTO %s AS p (installed_rank, script, sha256, statements_total, "
               "statements_applied, applied_sha256, started_statement, error, tool_version) SELECT "
               "h.installed_rank, %s, %s, %d, %d, %s, %s, %s, %s FROM h ON CONFLICT "
               "(installed_rank) DO UPDATE SET (script, sha256, statements_total, "
               "statements_applied, applied_sha256, started_statement, error, tool_version) = "
               "(excluded.script, excluded.sha256, excluded.statements_total, "
               "excluded.statements_applied, excluded.applied_sha256, excluded.started_statement, "
               "excluded.error, excluded.tool_version)",
               history->progress, text_value(arena, row->script), text_value(arena, row->sha256),
               row->statements_total, row->statements_applied,
               text_value(arena, row->applied_sha256),
               number_or_null(arena, row->started_statement), error_value(arena, row->error),
               text_value(arena, row->tool_version));
}

char *history_begin_sql(Arena *arena, const History *history, const HistoryRow *row)
{
    HistoryRow unfinished = *row;
    unfinished.success = false;
    if (!history->flyway)
        return history_insert_sql(arena, history, &unfinished, NULL);
    Buf sql = {0};
    buf_add_str(&sql, "WITH h AS (");
    add_insert(arena, &sql, history, &unfinished, NULL);
    buf_add_str(&sql, " RETURNING installed_rank) ");
    add_side_insert(arena, &sql, history, &unfinished);
    return buf_steal(&sql, arena);
}

char *history_resume_sql(Arena *arena, const History *history, const HistoryRow *row)
{
    char *own = arena_printf(arena, "sha256 = %s, statements_total = %d, tool_version = %s",
                             text_value(arena, row->sha256), row->statements_total,
                             text_value(arena, row->tool_version));
    char *where = arena_printf(arena, "installed_rank = %d AND script = %s", row->rank,
                               text_value(arena, row->script));
    const char *checksum = checksum_value(arena, row);
    if (!history->flyway)
        return arena_printf(arena,
                            "WITH u AS (UPDATE %s SET checksum = %s, %s WHERE %s AND NOT success "
                            "RETURNING 1) " FAIL_UNLESS_ONE "u",
                            history->qualified, checksum, own, where);
    return arena_printf(arena,
                        "WITH h AS (UPDATE %s SET checksum = %s WHERE %s AND NOT success RETURNING "
                        "installed_rank), u AS (UPDATE %s SET %s WHERE %s RETURNING "
                        "installed_rank) " FAIL_UNLESS_ONE "h JOIN u USING (installed_rank)",
                        history->qualified, checksum, where, history->progress, own, where);
}

char *history_progress_sql(Arena *arena, const History *history, const HistoryProgress *progress)
{
    char *own =
        arena_printf(arena,
                     "statements_applied = %d, applied_sha256 = %s, started_statement = %s, "
                     "error = %s",
                     progress->applied, text_value(arena, progress->applied_sha256),
                     number_or_null(arena, progress->started), progress_error(arena, progress));
    const char *time = time_so_far(arena, progress);
    if (!history->flyway)
        return arena_printf(
            arena,
            "WITH u AS (UPDATE %s SET execution_time = %s, %s WHERE installed_rank = "
            "%d AND NOT success RETURNING 1) " FAIL_UNLESS_ONE "u",
            history->qualified, time, own, progress->rank);
    return arena_printf(
        arena,
        "WITH h AS (UPDATE %s SET execution_time = %s WHERE installed_rank = %d AND "
        "NOT success RETURNING installed_rank), u AS (UPDATE %s SET %s WHERE "
        "installed_rank = %d RETURNING installed_rank) " FAIL_UNLESS_ONE
        "h JOIN u USING (installed_rank)",
        history->qualified, time, progress->rank, history->progress, own,
        progress->rank);
}

char *history_finish_sql(Arena *arena, const History *history, const HistoryRow *row)
{
    Buf sql = {0};
    buf_printf(&sql,
               "WITH u AS (UPDATE %s SET success = true, checksum = %s, installed_on = pg_catalog.now()",
               history->qualified, checksum_value(arena, row));
    if (!history->flyway)
        buf_printf(
            &sql,
            ", sha256 = %s, statements_total = %d, statements_applied = %d, applied_sha256 = "
            "NULL, started_statement = NULL, error = NULL, tool_version = %s",
            text_value(arena, row->sha256), row->statements_total, row->statements_total,
            text_value(arena, row->tool_version));
    buf_printf(&sql, " WHERE installed_rank = %d AND NOT success RETURNING 1)", row->rank);
    if (history->flyway)
        buf_printf(&sql, ", d AS (DELETE FROM %s WHERE installed_rank = %d)", history->progress,
                   row->rank);
    buf_add_str(&sql, " " FAIL_UNLESS_ONE "u");
    return buf_steal(&sql, arena);
}

/* ---- repair ---- */

char *history_update_sql(Arena *arena, const History *history, const HistoryRow *row)
{
    Buf sql = {0};
    if (history->has_progress && row->success)
        buf_printf(&sql, "WITH d AS (DELETE FROM %s WHERE installed_rank = %d) ", history->progress,
                   row->rank);
    buf_printf(
        &sql, "UPDATE %s SET type = %s, description = %s, script = %s, checksum = %s, success = %s",
        history->qualified, text_value(arena, row->type), text_value(arena, row->description),
        text_value(arena, row->script), checksum_value(arena, row),
        row->success ? "true" : "false");
    if (!history->flyway)
        buf_printf(&sql, ", sha256 = %s", text_value(arena, row->sha256));
    if (!history->flyway && row->success)
        buf_add_str(&sql, ", statements_applied = statements_total, applied_sha256 = NULL, "
                          "started_statement = NULL, error = NULL");
    buf_printf(&sql, " WHERE installed_rank = %d", row->rank);
    return buf_steal(&sql, arena);
}

char *history_delete_sql(Arena *arena, const History *history, int rank)
{
    const char *side =
        history->has_progress
            ? arena_printf(arena, "WITH d AS (DELETE FROM %s WHERE installed_rank = %d) ",
                           history->progress, rank)
            : "";
    return arena_printf(arena, "%sDELETE FROM %s WHERE installed_rank = %d", side,
                        history->qualified, rank);
}
