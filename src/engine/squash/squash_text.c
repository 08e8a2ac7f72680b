/*
 * The text of a B file: roles, schema without what would get in the way of rows (foreign keys,
 * triggers), rows, positions of sequences, and then those.
 */
#include <inttypes.h>
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/schema/plan.h"
#include "dbmig_sql.h"
#include "squash_private.h"

typedef struct Text {
    Arena *arena;
    Replay *replay;
    const ReplayOptions *options;
    SquashResult *result;
    Buf *out;
} Text;

static bool query(const Text *text, const char *sql, Rows **ret, Error *err)
{
    return session_query(text->replay->session, text->arena, sql, 0, NULL, ret, err);
}

static void note(const Text *text, const char *format, ...) DBMIG_PRINTF(2, 3);
static void note(const Text *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *line = arena_vprintf(text->arena, format, args);
    va_end(args);
    VEC_PUSH(text->arena, text->result->notes, line);
}

/* ---- roles and settings ---- */

/* Those that only the replay made are no work of the history's. */
static bool add_roles(const Text *text, Error *err)
{
    Rows *rows;
    if (!query(text, sql_squash_roles, &rows, err))
        return false;
    for (size_t i = 0; i < rows_count(rows); i++) {
        const char *role = rows_text(rows, i, 1);
        if (text_list_has(&text->replay->roles, role))
            continue;
        buf_printf(text->out, "%s;\n", rows_text(rows, i, 0));
        if (rows_bool(rows, i, 2))
            note(text, "role %s has a password, which is not in the file", role);
    }
    return true;
}

static bool add_statements(const Text *text, const char *sql, const char *format, Error *err)
{
    Rows *rows;
    if (!query(text, sql, &rows, err))
        return false;
    for (size_t i = 0; i < rows_count(rows); i++) {
        const char *at = strstr(format, "%s");
        buf_add(text->out, format, (size_t)(at - format));
        buf_add_str(text->out, rows_text(rows, i, 0));
        buf_add_str(text->out, at + 2);
    }
    return true;
}

/* ---- the schema, in two halves ---- */

static bool comes_after_rows(const Object *object, const void *context)
{
    (void)context;
    bool foreign_key = object->kind == KIND_CONSTRAINT && object_get(object, "type")[0] == 'f';
    return foreign_key || object->kind == KIND_TRIGGER || object->kind == KIND_EVENT_TRIGGER;
}

static bool add_plan(const Text *text, const Snapshot *from, const Snapshot *to, Error *err)
{
    SchemaPlan plan;
    if (!plan_make(text->arena, from, to, NULL, &plan, err))
        return false;
    for (size_t i = 0; i < plan.statements.count; i++)
        buf_printf(text->out, "%s;\n", plan.statements.items[i].sql);
    return true;
}

/* What a database has before its first file: nothing, or what the init SQL makes. */
static bool read_start(const Text *text, const Snapshot *like, Snapshot *ret, Error *err)
{
    const StringList *init = text->options->init_sql;
    Replay start;
    if (init == NULL || init->count == 0) {
        snapshot_empty(text->arena, like, ret);
        return true;
    }
    if (!replay_empty(text->arena, text->options, &start, err))
        return false;
    bool done = squash_snapshot(text->arena, &start, ret, err);
    replay_end(&start);
    return done;
}

static bool add_first_half(const Text *text, Error *err)
{
    Snapshot start, half;
    if (!squash_snapshot(text->arena, text->replay, &half, err) || !read_start(text, &half, &start, err))
        return false;
    snapshot_forget(text->arena, &half, comes_after_rows, NULL);
    return add_plan(text, &start, &half, err);
}

/* A plan marks the objects of both its snapshots, so that each half needs its own. */
static bool add_second_half(const Text *text, Error *err)
{
    Snapshot whole, half;
    if (!squash_snapshot(text->arena, text->replay, &whole, err) ||
        !squash_snapshot(text->arena, text->replay, &half, err))
        return false;
    for (size_t i = 0; i < whole.left_out.count; i++)
        if (!text_starts(whole.left_out.items[i], "settings of the database")) /* these are in the file */
            note(text, "left out: %s", whole.left_out.items[i]);
    snapshot_forget(text->arena, &half, comes_after_rows, NULL);
    return add_plan(text, &half, &whole, err);
}

/* ---- rows ---- */

static bool add_piece(void *context, const char *data, size_t len, Error *err)
{
    (void)err;
    buf_add(context, data, len);
    return true;
}

static bool add_table(const Text *text, const char *name, const char *columns, Error *err)
{
    Rows *rows;
    const char *count = arena_printf(text->arena, "SELECT count(*) FROM ONLY %s", name);
    if (!query(text, count, &rows, err))
        return false;
    int64_t held = rows_int(rows, 0, 0);
    text->result->rows += (size_t)held;
    if (held == 0)
        return true;
    if (columns == NULL) {
        for (int64_t i = 0; i < held; i++)
            buf_printf(text->out, "INSERT INTO %s DEFAULT VALUES;\n", name);
        return true;
    }
    buf_printf(text->out, "COPY %s (%s) FROM stdin;\n", name, columns);
    if (!session_copy_out(text->replay->session,
                          arena_printf(text->arena, "COPY %s (%s) TO STDOUT", name, columns), add_piece,
                          text->out, err))
        return false;
    buf_add_str(text->out, "\\.\n");
    return true;
}

static bool add_rows(const Text *text, Error *err)
{
    Rows *rows;
    if (!query(text, sql_own_tables, &rows, err))
        return false;
    for (size_t i = 0; i < rows_count(rows); i++)
        if (!add_table(text, rows_text(rows, i, 0), rows_text(rows, i, 1), err))
            return false;
    return true;
}

static bool add_positions(const Text *text, Error *err)
{
    Rows *sequences, *at;
    if (!query(text, sql_squash_sequences, &sequences, err))
        return false;
    for (size_t i = 0; i < rows_count(sequences); i++) {
        const char *name = rows_text(sequences, i, 0);
        if (!query(text, arena_printf(text->arena, "SELECT last_value, is_called FROM %s", name), &at, err))
            return false;
        bool called = rows_bool(at, 0, 1);
        if (called || rows_int(at, 0, 0) != rows_int(sequences, i, 1))
            buf_printf(text->out, "SELECT pg_catalog.setval(%s, %" PRId64 ", %s);\n",
                       ddl_literal(text->arena, name), rows_int(at, 0, 0), called ? "true" : "false");
    }
    return true;
}

bool squash_text(Arena *arena, Replay *replay, const ReplayOptions *options, SquashResult *ret, Buf *out,
                 Error *err)
{
    const char *version = ret->version;
    const Text text = {.arena = arena, .replay = replay, .options = options, .result = ret, .out = out};
    buf_printf(out,
               "-- What the migrations up to version %s lead to: the schema, and the rows that they insert.\n"
               "-- A new database starts here; one that is at version %s or above never runs this file.\n\n",
               version, version);
    return add_roles(&text, err) && add_statements(&text, sql_squash_members, "%s;\n", err) &&
           add_statements(&text, sql_squash_settings, "%s;\n", err) && add_first_half(&text, err) &&
           add_rows(&text, err) && add_positions(&text, err) && add_second_half(&text, err) &&
           add_statements(&text, sql_squash_views, "REFRESH MATERIALIZED VIEW %s;\n", err);
}
