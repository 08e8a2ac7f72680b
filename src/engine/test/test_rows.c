/*
 * Generated rows: how a migration does on tables that are not empty. What it may not do without
 * being asked is lose some. A table is known by its object id, or, where it was made anew, by its
 * name.
 */
#include <inttypes.h>
#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/map.h"
#include "dbmig_sql.h"
#include "test_private.h"

typedef struct TableRows {
    const char *oid, *name;
    int64_t rows;
} TableRows;

struct TestRows {
    VEC(TableRows) tables;
};

static bool count_rows(Arena *arena, Session *session, const char *name, int64_t *ret, Error *err)
{
    Rows *rows;
    const char *sql = arena_printf(arena, "SELECT count(*) FROM ONLY %s", name);
    if (!session_query(session, arena, sql, 0, NULL, &rows, err))
        return false;
    *ret = rows_int(rows, 0, 0);
    return true;
}

static bool read_tables(Arena *arena, Session *session, TestRows *ret, Error *err)
{
    Rows *rows;
    *ret = (TestRows){0};
    if (!session_query(session, arena, sql_own_tables, 0, NULL, &rows, err))
        return false;
    for (size_t i = 0; i < rows_count(rows); i++) {
        TableRows table = {.name = rows_text(rows, i, 0), .oid = rows_text(rows, i, 2)};
        if (!count_rows(arena, session, table.name, &table.rows, err))
            return false;
        VEC_PUSH(arena, ret->tables, table);
    }
    return true;
}

/* What a table's types, checks and triggers do not let in is no fault of the migration's. */
static void note_empty(Arena *arena, TestCase *test, const TestRows *filled)
{
    Buf names = {0};
    for (size_t i = 0; i < filled->tables.count; i++) {
        const TableRows *table = &filled->tables.items[i];
        if (table->rows < (int64_t)test->rows)
            buf_printf(&names, "%s%s (%" PRId64 ")", names.len == 0 ? "" : ", ", table->name, table->rows);
    }
    if (names.len > 0)
        VEC_PUSH(arena, test->notes,
                 arena_printf(arena, "fewer rows than asked for could be made in %s", buf_text(&names)));
    buf_free(&names);
}

bool test_rows_fill(Arena *arena, Replay *replay, TestCase *test, TestRows **ret, Error *err)
{
    TestRows *filled = arena_alloc(arena, sizeof(*filled));
    const char *sql = arena_printf(arena, "SET dbmig.rows = %zu;\n%s", test->rows, sql_fill_rows);
    if (!replay_sql(arena, replay, "the generated rows", sql, strlen(sql), err) ||
        !read_tables(arena, replay->session, filled, err))
        return false;
    note_empty(arena, test, filled);
    *ret = filled;
    return true;
}

static Map *map_of(Arena *arena, const TestRows *rows, bool by_name)
{
    Map *map = map_new(arena);
    for (size_t i = 0; i < rows->tables.count; i++) {
        TableRows *table = &rows->tables.items[i];
        map_set(map, by_name ? table->name : table->oid, table);
    }
    return map;
}

static void compare_table(Arena *arena, TestCase *test, const TableRows *before, const TableRows *now)
{
    const char *text;
    if (before->rows == 0 || (now != NULL && now->rows >= before->rows))
        return;
    if (now == NULL)
        text = arena_printf(arena, "table %s is gone, and its %" PRId64 " rows", before->name, before->rows);
    else
        text = arena_printf(arena, "table %s had %" PRId64 " rows, and has %" PRId64, before->name,
                            before->rows, now->rows);
    test_add_failure(arena, test, (TestFailure){.text = text});
}

bool test_rows_compare(Arena *arena, Replay *replay, const TestRows *before, TestCase *test, Error *err)
{
    TestRows now;
    if (!read_tables(arena, replay->session, &now, err))
        return false;
    Map *by_oid = map_of(arena, &now, false), *by_name = map_of(arena, &now, true);
    for (size_t i = 0; i < before->tables.count; i++) {
        const TableRows *table = &before->tables.items[i];
        const TableRows *same = map_get(by_oid, table->oid);
        compare_table(arena, test, table, same != NULL ? same : map_get(by_name, table->name));
    }
    return true;
}
