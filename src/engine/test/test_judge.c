/* What the queries of a test return: nothing, a single true, or lines of TAP. */
#include <inttypes.h>
#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/text.h"
#include "test_private.h"

#define SHOWN_ROWS  5
#define SHOWN_BYTES 60

typedef struct Judge {
    Arena *arena;
    TestCase *test;
    const char *path;
    int64_t planned; /* of pgTAP's plan(); -1: none */
    int64_t results; /* lines "ok" and "not ok" so far */
} Judge;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_result(const char *line)
{
    const char *rest = text_starts(line, "not ok") ? line + 6 : text_starts(line, "ok") ? line + 2 : NULL;
    return rest != NULL && (*rest == '\0' || *rest == ' ' || *rest == '\n');
}

static bool is_plan(const char *line)
{
    return text_starts(line, "1..") && is_digit(line[3]);
}

/* True when every row is a piece of TAP. pgTAP puts a result and its diagnosis into one value. */
static bool is_tap(const Rows *rows)
{
    if (rows_columns(rows) != 1 || rows_count(rows) == 0)
        return false;
    for (size_t i = 0; i < rows_count(rows); i++) {
        const char *line = rows_text(rows, i, 0);
        if (line == NULL || !(is_result(line) || is_plan(line) || line[0] == '#' || line[0] == '\0'))
            return false;
    }
    return rows_text(rows, 0, 0)[0] != '\0';
}

static void fail(Judge *judge, const SqlItem *item, const char *text)
{
    test_add_failure(judge->arena, judge->test,
                     (TestFailure){judge->path, item == NULL ? 0 : item->line,
                                   arena_strdup(judge->arena, text)});
}

static bool is_expected_to_fail(const char *line)
{
    size_t len = strcspn(line, "\n");
    const char *directive = strstr(line, "# TODO");
    return directive != NULL && (size_t)(directive - line) < len;
}

static void judge_tap(Judge *judge, const SqlItem *item, const Rows *rows)
{
    for (size_t i = 0; i < rows_count(rows); i++) {
        const char *line = rows_text(rows, i, 0);
        int64_t planned;
        if (is_plan(line) && text_to_int64(line + 3, &planned))
            judge->planned = planned;
        judge->results += is_result(line);
        if (text_starts(line, "not ok") && is_result(line) && !is_expected_to_fail(line))
            fail(judge, item, line);
    }
}

static void add_row(Buf *out, const Rows *rows, size_t row)
{
    buf_add_str(out, "\n   ");
    for (size_t c = 0; c < rows_columns(rows); c++) {
        const char *value = rows_text(rows, row, c);
        buf_printf(out, "%s %.*s", c == 0 ? "" : " |", SHOWN_BYTES, value == NULL ? "NULL" : value);
    }
}

static void judge_rows(Judge *judge, const SqlItem *item, const Rows *rows)
{
    size_t count = rows_count(rows);
    const char *value = count == 1 && rows_columns(rows) == 1 ? rows_text(rows, 0, 0) : NULL;
    if (count == 0 || (value != NULL && (strcmp(value, "t") == 0 || strcmp(value, "true") == 0)))
        return;
    Buf text = {0};
    buf_printf(&text, "the query returned %zu row%s; it must return none, or a single true", count,
               count == 1 ? "" : "s");
    for (size_t i = 0; i < count && i < SHOWN_ROWS; i++)
        add_row(&text, rows, i);
    if (count > SHOWN_ROWS)
        buf_printf(&text, "\n    and %zu more", count - SHOWN_ROWS);
    fail(judge, item, buf_text(&text));
    buf_free(&text);
}

static bool on_rows(void *context, const SqlItem *item, const Rows *rows, Error *err)
{
    Judge *judge = context;
    (void)err;
    if (item->verb != SQL_VERB_SELECT)
        return true;
    if (is_tap(rows))
        judge_tap(judge, item, rows);
    else
        judge_rows(judge, item, rows);
    return true;
}

bool test_judge(Arena *arena, Replay *replay, TestCase *test, const char *path, Error *err)
{
    Judge judge = {.arena = arena, .test = test, .path = path, .planned = -1};
    Bytes content;
    if (!file_read(arena, path, &content, err) ||
        !replay_query(arena, replay, path, content.data, content.len, on_rows, &judge, err))
        return false;
    if (judge.planned >= 0 && judge.results != judge.planned)
        fail(&judge, NULL,
             arena_printf(arena, "%" PRId64 " tests were planned, and %" PRId64 " ran", judge.planned,
                          judge.results));
    return true;
}
