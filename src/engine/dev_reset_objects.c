/*
 * What a rebuild would lose for good. A file's objects are made by the transaction that records it, so
 * their catalog rows and the history's row have the same xmin. A file that runs outside a transaction,
 * or makes something inside a block with EXCEPTION, names what it makes.
 */
#include <ctype.h>
#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/text.h"
#include "dbmig_sql.h"
#include "dev_reset_private.h"

#define PIECE ((size_t)65536)

static const char *describe(Arena *arena, const Rows *rows, size_t row)
{
    return arena_printf(arena, "%s %s.%s", rows_text(rows, row, 0), rows_text(rows, row, 1),
                        rows_text(rows, row, 2));
}

bool dev_reset_known_objects(Arena *arena, Session *session, Map **ret, Error *err)
{
    const char *params[] = {"{}", "pg_catalog.pg_class"};
    Rows *rows = NULL;
    *ret = map_new(arena);
    if (!session_query(session, arena, sql_dev_reset_objects, 2, params, &rows, err))
        return false;
    for (size_t i = 0; i < rows_count(rows); i++)
        map_set(*ret, describe(arena, rows, i), rows);
    return true;
}

/* As an array's text. */
static bool history_transactions(Arena *arena, Session *session, const History *history,
                                 const char **ret, Error *err)
{
    Rows *rows = NULL;
    const char *sql = arena_printf(
        arena, "SELECT coalesce(pg_catalog.array_agg(DISTINCT xmin::text), '{}')::text FROM %s",
        history->qualified);
    if (!session_query(session, arena, sql, 0, NULL, &rows, err))
        return false;
    *ret = rows_text(rows, 0, 0);
    return true;
}

static bool add_file(const Migration *migration, Buf *text, Error *err)
{
    Arena *scratch = arena_new();
    MigrationReader *reader = NULL;
    char *piece = arena_alloc(scratch, PIECE);
    size_t len = 0;
    bool done = migration_open(scratch, migration, &reader, err);
    while (done && (done = migration_read(reader, piece, PIECE, &len, err)) && len > 0)
        buf_add(text, piece, len);
    buf_add_char(text, '\n');
    migration_close(reader);
    arena_free(scratch);
    return done;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || (c & 0x80) != 0;
}

/* The name as a word of its own, in either case. */
static bool names(const Buf *text, const char *name)
{
    size_t len = strlen(name);
    for (const char *at = buf_text(text); (at = strcasestr(at, name)) != NULL; at++) {
        if ((at == text->data || !is_word(at[-1])) && !is_word(at[len]))
            return true;
    }
    return false;
}

static bool is_explained(const ApplyPlan *plan, const Map *known, const Buf *files,
                         const Rows *rows, size_t row, const char *described)
{
    if (map_has(known, described))
        return true;
    if (text_equal(rows_text(rows, row, 1), plan->history.schema) &&
        history_owns_table(plan->history.table, rows_text(rows, row, 2)))
        return true;
    return rows_bool(rows, row, 3) && names(files, rows_text(rows, row, 2));
}

bool dev_reset_foreign_objects(Arena *arena, Session *session, const ApplyPlan *plan,
                               const Map *known, StringList *ret, Error *err)
{
    const char *params[] = {NULL, plan->history.qualified};
    Rows *rows = NULL;
    Buf files = {0};
    bool done = history_transactions(arena, session, &plan->history, &params[0], err) &&
                session_query(session, arena, sql_dev_reset_objects, 2, params, &rows, err);
    for (size_t i = 0; done && i < plan->folder.count; i++)
        done = add_file(&plan->folder.items[i], &files, err);
    for (size_t i = 0; done && i < rows_count(rows); i++) {
        const char *described = describe(arena, rows, i);
        if (!is_explained(plan, known, &files, rows, i, described))
            VEC_PUSH(arena, *ret, described);
    }
    buf_free(&files);
    return done;
}
