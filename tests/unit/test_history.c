#include "dbmig/db/history.h"

#include "../../src/db/sqlfill.h"
#include "unit.h"

static History history_named(bool flyway)
{
    return (History){.arena = arena,
                     .schema = "s",
                     .table = "t",
                     .exists = true,
                     .flyway = flyway,
                     .has_progress = flyway,
                     .qualified = arena_strdup(arena, "\"s\".\"t\""),
                     .progress = flyway ? arena_strdup(arena, "\"s\".\"t_progress\"") : NULL};
}

static HistoryRow row_with(const char *description)
{
    return (HistoryRow){.rank = 3, .description = description, .type = "SQL", .script = "V1.sql"};
}

static const char *repeated(const char *part, size_t count)
{
    Buf buf = {0};
    for (size_t i = 0; i < count; i++)
        buf_add_str(&buf, part);
    return buf_steal(&buf, arena);
}

START_TEST(long_scripts_keep_their_end)
{
    ck_assert_str_eq(history_script(arena, "V1__a.sql"), "V1__a.sql");
    ck_assert_str_eq(history_script(arena, repeated("x", 1000)), repeated("x", 1000));
    const char *cut = history_script(arena, repeated("\xC3\xA4", 1001));
    ck_assert_str_eq(cut, arena_printf(arena, "...%s", repeated("\xC3\xA4", 997)));
}
END_TEST

START_TEST(long_descriptions_keep_their_beginning)
{
    ck_assert_str_eq(history_description(arena, repeated("x", 200)), repeated("x", 200));
    const char *cut = history_description(arena, repeated("\xC3\xA4", 201));
    ck_assert_str_eq(cut, arena_printf(arena, "%s...", repeated("\xC3\xA4", 197)));
}
END_TEST

START_TEST(derived_names_fit)
{
    ck_assert_str_eq(history_derived_name(arena, "t", "_pk"), "t_pk");
    const char *name = history_derived_name(arena, repeated("\xC3\xA4", 31), "_pk");
    ck_assert_str_eq(name, arena_printf(arena, "%s_pk", repeated("\xC3\xA4", 30)));
}
END_TEST

START_TEST(values_are_quoted)
{
    History history = history_named(false);
    HistoryRow row = row_with("it's \\ ${x} %s");
    const char *sql = history_insert_sql(arena, &history, &row, NULL);
    ck_assert_ptr_nonnull(strstr(sql, "E'it''s \\\\ ${x} %s'"));
    ck_assert_ptr_nonnull(strstr(sql, "VALUES (3, NULL::pg_catalog.text, "));
    ck_assert_ptr_nonnull(strstr(sql, "current_user"));
    row.error = "connecting to postgres://u:s3cret@h/d";
    ck_assert_ptr_null(strstr(history_insert_sql(arena, &history, &row, NULL), "s3cret"));
}
END_TEST

START_TEST(flyways_table_gets_flyways_columns)
{
    History history = history_named(true);
    HistoryRow row = row_with("d");
    row.sha256 = "abc";
    ck_assert_ptr_null(strstr(history_insert_sql(arena, &history, &row, NULL), "sha256"));
    ck_assert_ptr_nonnull(strstr(history_begin_sql(arena, &history, &row), "t_progress"));
}
END_TEST

START_TEST(ranks)
{
    History history = history_named(false);
    ck_assert_int_eq(history_next_rank(&history), 1);
    VEC_PUSH(arena, history.rows, (HistoryRow){.rank = 0});
    ck_assert_int_eq(history_next_rank(&history), 1);
    VEC_PUSH(arena, history.rows, (HistoryRow){.rank = 41});
    ck_assert_int_eq(history_next_rank(&history), 42);
}
END_TEST

START_TEST(names_are_filled_in)
{
    const SqlName names[] = {{"table", "\"a\".\"b\""}, {"int8", "WRONG"}};
    ck_assert_str_eq(sqlfill(arena, "SELECT x::int8, y :other FROM :table, :tables", names, 2),
                     "SELECT x::int8, y :other FROM \"a\".\"b\", :tables");
    ck_assert_str_eq(sqlfill(arena, ":table", names, 2), "\"a\".\"b\"");
}
END_TEST

UNIT_SUITE("history", long_scripts_keep_their_end, long_descriptions_keep_their_beginning,
           derived_names_fit, values_are_quoted, flyways_table_gets_flyways_columns, ranks,
           names_are_filled_in)
UNIT_MAIN(suite)
