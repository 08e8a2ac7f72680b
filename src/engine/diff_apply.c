/*
 * Running a plan on a throwaway database: the roles that it needs, and its statements, many at a time
 * where nothing has to be committed in between.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/engine/diff.h"

#define BATCH_STATEMENTS 200

void diff_script(const StatementList *statements, Buf *out)
{
    for (size_t i = 0; i < statements->count; i++) {
        const Statement *statement = &statements->items[i];
        if (statement->hazard)
            buf_printf(out, "-- dbmig:hazard %s\n", statement->hazard);
        buf_printf(out, "%s;\n", statement->sql);
    }
}

/* ---- roles ---- */

static bool make_role(Arena *arena, Replay *replay, const char *name, Error *err)
{
    if (!session_execf(replay->session, err, "CREATE ROLE %s NOLOGIN",
                       session_quote_identifier(arena, name)))
        return error_prefix(err, "role %s", name);
    throwaway_own_role(replay->throwaway, name);
    return true;
}

bool diff_make_roles(Arena *arena, Replay *replay, const Snapshot *from, const Snapshot *to, Error *err)
{
    Map *there = map_new(arena);
    StringList wanted = {0};
    Rows *rows;
    if (!session_query(replay->session, arena, "SELECT rolname FROM pg_catalog.pg_roles", 0, NULL, &rows,
                       err))
        return false;
    for (size_t i = 0; i < rows_count(rows); i++)
        map_set(there, rows_text(rows, i, 0), there);
    snapshot_roles(arena, from, &wanted);
    snapshot_roles(arena, to, &wanted);
    for (size_t i = 0; i < wanted.count; i++) {
        if (map_has(there, wanted.items[i]) || text_starts(wanted.items[i], "pg_"))
            continue;
        map_set(there, wanted.items[i], there);
        if (!make_role(arena, replay, wanted.items[i], err))
            return false;
    }
    return true;
}

/* ---- statements ---- */

static bool apply_singly(Session *session, const StatementList *statements, size_t first, size_t end,
                         size_t *ret_failed, Error *err)
{
    for (size_t i = first; i < end; i++) {
        SessionOutcome outcome;
        const char *sql = statements->items[i].sql;
        *ret_failed = i;
        if (!session_run(session, sql, strlen(sql), &outcome, err))
            return false;
    }
    return true;
}

/* One message is one transaction: what failed has left nothing, and is found by running singly. */
static bool apply_batch(Session *session, const StatementList *statements, size_t first, size_t end,
                        size_t *ret_failed, Error *err)
{
    Buf batch = {0};
    for (size_t i = first; i < end; i++)
        buf_printf(&batch, "%s;\n", statements->items[i].sql);
    bool done = session_exec(session, buf_text(&batch), err);
    buf_free(&batch);
    if (done || err->code != EXIT_SQL)
        return done;
    error_clear(err);
    return apply_singly(session, statements, first, end, ret_failed, err);
}

bool diff_apply(Session *session, const StatementList *statements, size_t first,
                size_t *ret_failed, Error *err)
{
    for (size_t end = first; first < statements->count; first = end) {
        while (end < statements->count && end - first < BATCH_STATEMENTS &&
               statements->items[end].tx != STATEMENT_COMMIT_AFTER &&
               statements->items[end].tx != STATEMENT_OUTSIDE)
            end++;
        bool alone = end == first;
        end += alone;
        if (alone ? !apply_singly(session, statements, first, end, ret_failed, err)
                  : !apply_batch(session, statements, first, end, ret_failed, err))
            return false;
    }
    return true;
}
