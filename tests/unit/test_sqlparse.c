/* PostgreSQL's parser behind our interface. */
#include "dbmig/text/sqlparse.h"
#include "dbmig/text/sqlparse_tree.h"

#include "unit.h"

static SqlParseFailure failure;

static SqlTree *parse(const char *text)
{
    failure = (SqlParseFailure){0};
    return sqlparse_parse(arena, text, strlen(text), &failure);
}

static char *repeat(const char *before, const char *part, size_t count, const char *after)
{
    Buf buf = {0};
    buf_add_str(&buf, before);
    for (size_t i = 0; i < count; i++)
        buf_add_str(&buf, part);
    buf_add_str(&buf, after);
    return buf_steal(&buf, arena);
}

static char *nested(const char *before, const char *open, const char *middle, const char *close,
                    size_t count)
{
    return repeat(before, open, count, repeat(middle, close, count, ""));
}

START_TEST(test_version)
{
    ck_assert_int_ge(sqlparse_grammar_version(), 13);
    ck_assert_int_lt(sqlparse_grammar_version(), 100);
}
END_TEST

START_TEST(test_tree)
{
    SqlTree *tree = parse("CREATE INDEX CONCURRENTLY i ON s.t (a)");
    ck_assert_ptr_nonnull(tree);
    const PgQuery__ParseResult *result = sqlparse_tree(tree);
    ck_assert_uint_eq(result->n_stmts, 1);
    const PgQuery__Node *node = result->stmts[0]->stmt;
    ck_assert_int_eq(node->node_case, PG_QUERY__NODE__NODE_INDEX_STMT);
    ck_assert(node->index_stmt->concurrent);
    ck_assert_str_eq(node->index_stmt->relation->schemaname, "s");
    sqlparse_free(tree);
    sqlparse_free(NULL);
}
END_TEST

START_TEST(test_length_counts)
{
    SqlTree *tree = sqlparse_parse(arena, "SELECT 1 garbage garbage", 8, &failure);
    ck_assert_ptr_nonnull(tree);
    ck_assert_ptr_nonnull(parse(""));
    ck_assert_uint_eq(sqlparse_tree(parse("-- nothing"))->n_stmts, 0);
}
END_TEST

START_TEST(test_failure_has_a_byte_offset)
{
    ck_assert_ptr_null(parse("SELECT 'żółć', FROM t"));
    ck_assert_str_eq(failure.message, "syntax error at or near \"FROM\"");
    ck_assert_uint_eq(failure.offset, strlen("SELECT 'żółć', "));
    ck_assert_ptr_null(parse("SELECT"
                             " 'open"));
    ck_assert_uint_eq(failure.offset, 7);
    ck_assert_ptr_null(sqlparse_parse(arena, "SELECT\0 1", 9, &failure));
    ck_assert_str_eq(failure.message, "NUL byte in the text");
    ck_assert_uint_eq(failure.offset, 6);
}
END_TEST

START_TEST(test_long_and_flat_is_parsed)
{
    static const char *const parts[] = {" OR a = 1", " AND b <> 'x'", " || 'y'", ", (1, 2)"};
    ck_assert_ptr_nonnull(parse(repeat("SELECT a = 0", parts[0], 15000, "")));
    ck_assert_ptr_nonnull(parse(repeat("SELECT a = 0", parts[1], 15000, "")));
    ck_assert_ptr_nonnull(parse(repeat("INSERT INTO t VALUES (1, 2)", parts[3], 100000, "")));
    ck_assert_ptr_nonnull(parse(repeat("SELECT 'x'", parts[2], 900, "")));
}
END_TEST

START_TEST(test_too_deep_is_refused)
{
    const char *const texts[] = {
        repeat("SELECT 1", "+1", 20000, ""),
        repeat("SELECT 1", "+1", 1000000, ""),
        repeat("SELECT ", "NOT ", 5000, "true"),
        repeat("SELECT 1, 2", " UNION ALL SELECT 1, 2", 20000, ""),
        repeat("SELECT ", "CASE WHEN a THEN ", 8000, "1"),
        nested("SELECT ", "f(", "1", ")", 6000),
        nested("SELECT ", "(SELECT ", "1", ")", 3000),
        nested("SELECT ", "a[", "1", "]", 200000),
        repeat("SELECT * FROM a", " JOIN b ON true", 20000, ""),
    };
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        ck_assert_msg(parse(texts[i]) == NULL, "%zu was parsed: %.40s", i, texts[i]);
        ck_assert_ptr_nonnull(failure.message);
    }
}
END_TEST

START_TEST(test_moderately_deep_is_parsed)
{
    ck_assert_ptr_nonnull(parse(repeat("SELECT 1", "+1", 1500, "")));
    ck_assert_ptr_nonnull(parse(repeat("SELECT 1, 2", " UNION ALL SELECT 1, 2", 1000, "")));
    ck_assert_ptr_nonnull(parse(nested("SELECT ", "f(", "1", ")", 900)));
}
END_TEST

START_TEST(test_split)
{
    const char *text =
        " /* a */ SELECT 1 -- b\n; ; SELECT 'ż;' ;\nCREATE RULE r AS ON INSERT TO t DO "
        "(SELECT 1; SELECT 2);SELECT 3 -- c";
    static const char *const expected[] = {
        "SELECT 1", "SELECT 'ż;'", "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)",
        "SELECT 3"};
    SqlSpan *spans = NULL;
    ck_assert_int_eq(sqlparse_split(arena, text, strlen(text), &spans, &failure), 4);
    for (size_t i = 0; i < 4; i++)
        ck_assert_str_eq(arena_strndup(arena, text + spans[i].start, spans[i].len), expected[i]);
    ck_assert_int_eq(sqlparse_split(arena, "", 0, &spans, &failure), 0);
    ck_assert_int_eq(sqlparse_split(arena, "SELECT 1; SELEC", 15, &spans, &failure), -1);
}
END_TEST

START_TEST(test_shutdown)
{
    sqlparse_shutdown();
    ck_assert_ptr_nonnull(parse("SELECT 1"));
    sqlparse_shutdown();
    sqlparse_shutdown();
    ck_assert_ptr_nonnull(parse("SELECT 1"));
}
END_TEST

UNIT_SUITE("sqlparse", test_version, test_tree, test_length_counts, test_failure_has_a_byte_offset,
           test_long_and_flat_is_parsed, test_too_deep_is_refused, test_moderately_deep_is_parsed,
           test_split, test_shutdown)
UNIT_MAIN(suite)
