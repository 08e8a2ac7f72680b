/* SQL on an open replay whose rows the caller wants to see. */
#include "replay_private.h"

typedef struct Query {
    ReplayState *state;
    Migration source; /* the text, as far as places in it need it */
    ReplayRowsFunction function;
    void *context;
} Query;

static bool place(const Query *query, const SqlItem *item, Error *err)
{
    if (err->code < EXIT_SIGNAL && err->line == 0)
        fileplan_place_error(&query->source, item, 0, err);
    return false;
}

static bool run_statement(const Query *query, Arena *scratch, const SqlItem *item, Error *err)
{
    GuardVerdict verdict;
    Rows *rows;
    Session *session = query->state->replay->session;
    if (!replay_guard(query->state, scratch, item, &verdict, err))
        return place(query, item, err);
    if (verdict.note != NULL)
        replay_note(query->state, "%s:%zu: %s", query->source.path, item->line, verdict.note);
    if (verdict.skip)
        return true;
    const char *sql = arena_strndup(scratch, verdict.sql, verdict.len);
    if ((verdict.before != NULL && !session_exec(session, verdict.before, err)) ||
        !session_query(session, scratch, sql, 0, NULL, &rows, err) ||
        (verdict.after != NULL && !session_exec(session, verdict.after, err)))
        return place(query, item, err);
    return query->function(query->context, item, rows, err);
}

static bool run_item(const Query *query, const SqlItem *item, Error *err)
{
    if (item->kind == SQL_ITEM_COPY) {
        error_set(err, EXIT_USAGE, "COPY FROM STDIN cannot stand here");
        return place(query, item, err);
    }
    if (item->kind != SQL_ITEM_STATEMENT)
        return true;
    Arena *scratch = arena_new();
    bool done = run_statement(query, scratch, item, err);
    arena_free(scratch);
    return done;
}

bool replay_query(Arena *arena, Replay *replay, const char *name, const char *text, size_t len,
                  ReplayRowsFunction function, void *context, Error *err)
{
    Query query = {.state = replay->state,
                   .source = {.name = name, .path = name},
                   .function = function,
                   .context = context};
    SqlItem item = {0};
    bool done;
    replay->state->replay = replay;
    replay_spoil(replay);
    SqlScanner *scanner = sqlscan_begin_text(arena, name, text, len);
    do
        done = sqlscan_next(scanner, &item, err) && run_item(&query, &item, err);
    while (done && item.kind != SQL_ITEM_END);
    sqlscan_end(scanner);
    return done;
}
