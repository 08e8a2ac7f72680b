/*
 * Running a plan on a throwaway database: the roles that it needs, and its statements, many at a time
 * where nothing has to be committed in between.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/engine/diff.h"

#define BATCH_STATEMENTS 200
#define TRANSACTION_STATEMENTS 1000

/* ---- scripts ---- */

static void add_statement(Buf *out, const Statement *statement)
{
    /* A line end in a quoted name must not end the comment. */
    Arena *scratch = arena_new();
    if (statement->hazard)
        buf_printf(out, "-- dbmig:hazard %s\n", text_printable(scratch, statement->hazard));
    buf_printf(out, "%s;\n", statement->sql);
    arena_free(scratch);
}

/* Where the transaction ends that begins at `at`: not too long, and never between what must be committed
   at once. */
static size_t transaction_end(const SchemaPlan *plan, size_t at, size_t part_end)
{
    const Statement *statements = plan->statements.items;
    size_t most = at + TRANSACTION_STATEMENTS, end = most;
    if (most >= part_end)
        return part_end;
    while (end > at && statements[end - 1].joined)
        end--;
    if (end > at)
        return end;
    for (end = most; end < part_end && statements[end - 1].joined;)
        end++;
    return end;
}

static void add_transaction(Buf *out, const SchemaPlan *plan, size_t first, size_t end)
{
    buf_add_str(out, "BEGIN;\n");
    for (size_t i = first; i < end; i++)
        add_statement(out, &plan->statements.items[i]);
    buf_add_str(out, "COMMIT;\n");
}

void diff_script(const SchemaPlan *plan, Buf *out)
{
    for (size_t p = 0; p < plan->parts.count; p++) {
        const PlanPart *part = &plan->parts.items[p];
        size_t part_end = part->first + part->count;
        for (size_t i = part->first; part->outside && i < part_end; i++)
            add_statement(out, &plan->statements.items[i]);
        for (size_t at = part->first, end; !part->outside && at < part_end; at = end) {
            end = transaction_end(plan, at, part_end);
            add_transaction(out, plan, at, end);
        }
    }
}

void diff_script_part(const SchemaPlan *plan, size_t part, Buf *out)
{
    const PlanPart *chosen = &plan->parts.items[part];
    if (chosen->outside)
        buf_add_str(out, "-- dbmig:txmode none\n\n");
    for (size_t i = 0; i < chosen->count; i++)
        add_statement(out, &plan->statements.items[chosen->first + i]);
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

static bool apply_batches(Session *session, const StatementList *statements, size_t first, size_t end,
                          Error *err)
{
    for (size_t next = first; first < end; first = next) {
        Buf batch = {0};
        for (; next < end && next - first < BATCH_STATEMENTS; next++)
            buf_printf(&batch, "%s;\n", statements->items[next].sql);
        bool done = session_exec(session, buf_text(&batch), err);
        buf_free(&batch);
        if (!done)
            return false;
    }
    return true;
}

static bool roll_back(Session *session)
{
    Error ignored = {0};
    bool done = session_exec(session, "ROLLBACK", &ignored);
    error_clear(&ignored);
    return done;
}

/* What failed has left nothing, and the statement is found by running singly. */
static bool apply_transaction(Session *session, const StatementList *statements, size_t first, size_t end,
                              size_t *ret_failed, Error *err)
{
    *ret_failed = first;
    if (!session_exec(session, "BEGIN", err))
        return false;
    if (apply_batches(session, statements, first, end, err)) {
        *ret_failed = end - 1;
        return session_exec(session, "COMMIT", err);
    }
    if (err->code != EXIT_SQL || !roll_back(session))
        return false;
    error_clear(err);
    if (!session_exec(session, "BEGIN", err))
        return false;
    if (apply_singly(session, statements, first, end, ret_failed, err))
        return session_exec(session, "COMMIT", err);
    roll_back(session);
    return false;
}

bool diff_apply(Session *session, const SchemaPlan *plan, size_t first, size_t *ret_failed, Error *err)
{
    for (size_t p = 0; p < plan->parts.count; p++) {
        const PlanPart *part = &plan->parts.items[p];
        size_t part_end = part->first + part->count;
        size_t at = first > part->first ? first : part->first;
        while (at < part_end) {
            size_t end = part->outside ? part_end : transaction_end(plan, at, part_end);
            if (part->outside ? !apply_singly(session, &plan->statements, at, end, ret_failed, err)
                              : !apply_transaction(session, &plan->statements, at, end, ret_failed, err))
                return false;
            at = end;
        }
    }
    return true;
}
