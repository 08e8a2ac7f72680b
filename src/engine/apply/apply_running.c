/*
 * Looks at another run from outside: who it is, which statement of which file it has come to, who
 * is in its way. The file is found by the statement's text, as the server shows it: it is sent as
 * it stands in the file.
 */
#include <stdio.h>
#include <string.h>

#include "apply_internal.h"
#include "dbmig/base/buf.h"
#include "dbmig_sql.h"

/* Shorter texts are in many files. */
#define QUERY_TELLING 12

/* Where the file has a statement that begins with the text; 0: nowhere. */
static size_t line_of(Arena *scratch, const Migration *migration, const Placeholders *placeholders,
                      const char *query)
{
    FilePlan plan;
    FileScan *scan = NULL;
    SqlItem item = {0};
    Error ignored = {0};
    size_t line = 0;
    if (fileplan_make_with(scratch, migration, placeholders, TXMODE_DEFAULT, 0, &plan, &ignored) &&
        fileplan_open(&plan, &scan, &ignored)) {
        while (line == 0 && fileplan_next(scan, &item, &ignored) && item.kind != SQL_ITEM_END)
            if (item.kind == SQL_ITEM_STATEMENT && strncmp(item.text, query, strlen(query)) == 0)
                line = item.line;
    }
    fileplan_close(scan);
    error_clear(&ignored);
    return line;
}

static void find_file(const ApplyPlan *plan, const char *query, ApplyRunning *ret)
{
    for (size_t i = 0; ret->line == 0 && i < plan->status.count; i++) {
        const MigrationStatus *status = &plan->status.items[i];
        bool waits = status->state == STATE_PENDING || status->state == STATE_OUT_OF_ORDER ||
                     status->state == STATE_OUTDATED || status->state == STATE_FAILED;
        if (!waits || status->migration == NULL)
            continue;
        Arena *scratch = arena_new();
        ret->line = line_of(scratch, status->migration, plan->placeholders, query);
        arena_free(scratch);
        if (ret->line > 0)
            ret->file = status->migration->path;
    }
}

static bool look_at_backend(Arena *arena, Session *session, int64_t pid, const ApplyPlan *plan,
                            ApplyRunning *ret, Error *err)
{
    char text[24];
    const char *params[] = {text};
    Rows *rows = NULL;
    snprintf(text, sizeof(text), "%lld", (long long)pid);
    if (!session_query(session, arena, sql_apply_watch, 1, params, &rows, err))
        return error_prefix(err, "could not look at the run in progress");
    if (rows_text(rows, 0, 0) != NULL) {
        Buf blocker = {0};
        apply_word_blocker(&blocker, arena, rows);
        ret->blocker = buf_steal(&blocker, arena);
    }
    ret->percent = rows_text(rows, 0, 6);
    const char *query = rows_text(rows, 0, 7);
    if (query != NULL && strlen(query) >= QUERY_TELLING)
        find_file(plan, query, ret);
    return true;
}

bool apply_running(Arena *arena, Session *session, const ApplyOptions *options, const ApplyPlan *plan,
                   ApplyRunning *ret, Error *err)
{
    LockOptions lock = {.kind = options->lock, .schema = plan->history.schema, .table = plan->history.table,
                        .lease_ms = options->lease_ms, .command = options->command};
    LockHolder holder;
    *ret = (ApplyRunning){0};
    if (plan->history.schema == NULL)
        return true;
    if (!lock_look(arena, session, &lock, &holder, err))
        return false;
    if (holder.text[0] == '\0')
        return true;
    ret->holder = holder.text;
    ret->hint = holder.hint;
    return holder.pid == 0 || look_at_backend(arena, session, holder.pid, plan, ret, err);
}
