/* The splitter's API; what it makes of SQL is in tests/golden/sqlscan. */
#include "sqlscan_support.h"

#include "dbmig/base/text.h"

static SqlItem next_ok(SqlScanner *scanner)
{
    SqlItem item = {0};
    ck_assert_ok(sqlscan_next(scanner, &item, &err));
    return item;
}

static char *repeat(const char *text, size_t count)
{
    Buf buf = {0};
    for (size_t i = 0; i < count; i++)
        buf_add_str(&buf, text);
    return buf_steal(&buf, arena);
}

START_TEST(test_text_in_memory_needs_no_nul)
{
    const char text[] = {'S', 'E', 'L', 'E', 'C', 'T', ' ', '1', ';', ' ', 'x'};
    SqlScanner *scanner = sqlscan_begin_text(arena, "f", text, sizeof(text));
    ck_assert_str_eq(next_ok(scanner).text, "SELECT 1");
    ck_assert_str_eq(next_ok(scanner).text, "x");
    ck_assert_int_eq(next_ok(scanner).kind, SQL_ITEM_END);
}
END_TEST

START_TEST(test_end_is_the_end_again)
{
    SqlScanner *scanner = sqlscan_begin_text(arena, "f", " -- x", 5);
    SqlItem item = next_ok(scanner);
    ck_assert_int_eq(item.kind, SQL_ITEM_END);
    ck_assert_uint_eq(item.lead_len, 5);
    item = next_ok(scanner);
    ck_assert_int_eq(item.kind, SQL_ITEM_END);
    ck_assert_uint_eq(item.lead_len, 0);
    ck_assert_uint_eq(item.offset, 5);
}
END_TEST

START_TEST(test_nothing_is_read_behind_an_error)
{
    SqlItem item;
    SqlScanner *scanner = sqlscan_begin_text(arena, "dir/f.sql", "SELECT\n 'a", 10);
    ck_assert_fails(sqlscan_next(scanner, &item, &err), EXIT_USAGE, "unterminated quoted string");
    ck_assert_str_eq(err.file, "dir/f.sql");
    ck_assert_uint_eq(err.line, 2);
    ck_assert_uint_eq(err.column, 2);
    ck_assert_str_eq(err.excerpt, " 'a\n ^");
    ck_assert_fails(sqlscan_next(scanner, &item, &err), EXIT_USAGE, "cannot go on");
}
END_TEST

START_TEST(test_scanner_can_be_left_early)
{
    SqlScanner *scanner = sqlscan_begin_text(arena, "f", "SELECT 1; SELECT 2", 18);
    next_ok(scanner);
    sqlscan_end(scanner);
    sqlscan_end(scanner);
    sqlscan_end(NULL);
}
END_TEST

static bool fail_to_read(void *context, void *buffer, size_t size, size_t *ret_len, Error *error)
{
    int *calls = context;
    if ((*calls)++ > 0)
        return error_set(error, EXIT_USAGE, "could not read the disk");
    ck_assert_uint_gt(size, 16);
    memcpy(buffer, "SELECT 1; SELECT", 16);
    *ret_len = 16;
    return true;
}

START_TEST(test_read_error_is_passed_on)
{
    int calls = 0;
    SqlItem item;
    SqlScanner *scanner = sqlscan_begin(arena, "f", fail_to_read, &calls);
    ck_assert_str_eq(next_ok(scanner).text, "SELECT 1");
    ck_assert_fails(sqlscan_next(scanner, &item, &err), EXIT_USAGE, "could not read the disk");
}
END_TEST

/* All data of one COPY, which must come in pieces of whole lines unless `cut`. */
static size_t read_copy(const char *lines, size_t piece, bool cut)
{
    char *text = arena_printf(arena, "COPY t FROM STDIN;\n%s\\.\nSELECT 1;", lines);
    Pieces pieces = {text, strlen(text), piece};
    SqlScanner *scanner = sqlscan_begin(arena, "f", read_pieces, &pieces);
    Buf data = {0};
    size_t count = 0;
    SqlItem item = next_ok(scanner);
    while ((item = next_ok(scanner)).kind == SQL_ITEM_COPY_DATA) {
        ck_assert_uint_le(item.len, 64 * 1024);
        ck_assert_uint_eq(text_utf8_bad(item.text, item.len), item.len);
        ck_assert(cut || item.text[item.len - 1] == '\n');
        buf_add(&data, item.text, item.len);
        count++;
    }
    ck_assert_int_eq(item.kind, SQL_ITEM_COPY_END);
    ck_assert_str_eq(buf_text(&data), lines);
    ck_assert_str_eq(next_ok(scanner).text, "SELECT 1");
    sqlscan_end(scanner);
    buf_free(&data);
    return count;
}

START_TEST(test_copy_data_come_in_pieces_of_whole_lines)
{
    char *lines = repeat("1\tsome text\t\\N\t\\\\.\n", 20000);
    size_t count = read_copy(lines, 0, false);
    ck_assert_uint_gt(count, 4);
    ck_assert_uint_eq(read_copy(lines, 1, false), count);
    ck_assert_uint_eq(read_copy(lines, 65536, false), count);
}
END_TEST

START_TEST(test_enormous_copy_line_is_cut_between_characters)
{
    char *line = arena_printf(arena, "a%s\n", repeat("漢\\.", 100000));
    size_t count = read_copy(line, 0, true);
    ck_assert_uint_gt(count, 7);
    ck_assert_uint_eq(read_copy(line, 1000, true), count);
}
END_TEST

START_TEST(test_copy_end_at_every_place_of_a_piece)
{
    for (size_t len = 65536 - 12; len < 65536 + 12; len++) {
        char *line = repeat("x", len);
        line[len - 1] = '\n';
        read_copy(line, 0, len > 65536);
        line[10] = '\n';
        read_copy(line, 0, false);
    }
}
END_TEST

typedef struct Endless {
    uint64_t left;
    const char *line;
    const char *start;
} Endless;

static bool read_endless(void *context, void *buffer, size_t size, size_t *ret_len, Error *error)
{
    (void)error;
    Endless *endless = context;
    if (endless->start) {
        *ret_len = strlen(endless->start);
        memcpy(buffer, endless->start, *ret_len);
        endless->start = NULL;
        return true;
    }
    size_t len = strlen(endless->line), used = 0;
    for (; used + len <= size && endless->left > 0; used += len, endless->left--)
        memcpy((char *)buffer + used, endless->line, len);
    *ret_len = used;
    return true;
}

START_TEST(test_memory_does_not_grow_with_the_file)
{
    Endless endless = {.left = 1000000, .line = "insert into t values (1, 'x');\n"};
    Arena *own = arena_new();
    SqlScanner *scanner = sqlscan_begin(own, "f", read_endless, &endless);
    size_t count = 0, before = arena_size(own);
    SqlItem item;
    while ((item = next_ok(scanner)).kind != SQL_ITEM_END)
        count++;
    ck_assert_uint_eq(count, 1000000);
    ck_assert_uint_eq(item.line, 1000001);
    ck_assert_uint_lt(arena_size(own) - before, 4096);
    arena_free(own);
}
END_TEST

START_TEST(test_deep_parentheses)
{
    char *text =
        arena_printf(arena, "SELECT %s1%s; SELECT 2", repeat("(", 100000), repeat(")", 100000));
    SqlScanner *scanner = sqlscan_begin_text(arena, "f", text, strlen(text));
    ck_assert_uint_eq(next_ok(scanner).len, 200008);
    ck_assert_str_eq(next_ok(scanner).text, "SELECT 2");
    sqlscan_end(scanner);

    SqlItem item;
    scanner = sqlscan_begin_text(arena, "f", text, 1000);
    ck_assert_fails(sqlscan_next(scanner, &item, &err), EXIT_USAGE, "unterminated parenthesis");
}
END_TEST

START_TEST(test_places_in_an_item)
{
    const char *text = "\n\n  SELECT 'ż',\n\tx\n;";
    SqlScanner *scanner = sqlscan_begin_text(arena, "f", text, strlen(text));
    SqlItem item = next_ok(scanner);
    size_t line, column;
    sqlscan_place(&item, 0, &line, &column);
    ck_assert_uint_eq(line, 3);
    ck_assert_uint_eq(column, 3);
    sqlscan_place(&item, 10, &line, &column);
    ck_assert_uint_eq(line, 3);
    ck_assert_uint_eq(column, 12);
    sqlscan_place(&item, strlen("SELECT 'ż',\n\t"), &line, &column);
    ck_assert_uint_eq(line, 4);
    ck_assert_uint_eq(column, 2);
    sqlscan_place(&item, 1000, &line, &column);
    ck_assert_uint_eq(line, 5);
    sqlscan_end(scanner);
}
END_TEST

static const char *excerpt(const char *text, const char *at)
{
    return sqlscan_excerpt(arena, text, strlen(text), (size_t)(strstr(text, at) - text));
}

START_TEST(test_excerpts)
{
    ck_assert_str_eq(excerpt("SELECT 1;\nSELECT b c;\r\nx", "c;"), "SELECT b c;\n         ^");
    ck_assert_str_eq(excerpt("\tSELECT\tx", "x"), "\tSELECT\tx\n\t      \t^");
    ck_assert_str_eq(excerpt("żó x", "x"), "żó x\n   ^");
    ck_assert_str_eq(excerpt("漢字 x", "x"), "漢字 x\n     ^");
    ck_assert_str_eq(excerpt("a\033[1mb x", "x"), "a?[1mb x\n       ^");
    ck_assert_str_eq(sqlscan_excerpt(arena, "", 0, 0), "\n^");
    ck_assert_str_eq(sqlscan_excerpt(arena, "ab", 2, 99), "ab\n  ^");
    ck_assert_str_eq(excerpt("ALTER ROLE a PASSWORD 'secret' x", "x"),
                     "ALTER ROLE a PASSWORD '***' x\n                            ^");
}
END_TEST

START_TEST(test_excerpt_of_a_long_line_is_cut)
{
    char *text = arena_printf(arena, "%sX%s", repeat("ab ", 1000), repeat(" cd", 1000));
    const char *shown = excerpt(text, "X");
    ck_assert_uint_lt(strlen(shown), 200);
    ck_assert(text_starts(shown, "...ab ab"));
    const char *caret = strchr(shown, '\n') + 1;
    ck_assert_int_eq(shown[strlen(caret) - 1], 'X');
}
END_TEST

START_TEST(test_passwords_are_masked)
{
    static const char *const cases[][2] = {
        {"ALTER ROLE a PASSWORD 'x''y' VALID", "ALTER ROLE a PASSWORD '***' VALID"},
        {"create user a encrypted password E'x\\'y'", "create user a encrypted password '***'"},
        {"ALTER ROLE a PASSWORD $$x$$", "ALTER ROLE a PASSWORD '***'"},
        {"ALTER ROLE a PASSWORD NULL", "ALTER ROLE a PASSWORD NULL"},
        {"ALTER ROLE a PASSWORD /* c */ 'x'", "ALTER ROLE a PASSWORD /* c */ '***'"},
        {"ALTER ROLE a PASSWORD 'x", "ALTER ROLE a PASSWORD '***'"},
        {"CREATE SUBSCRIPTION s CONNECTION 'host=h password=x y=z' PUBLICATION p",
         "CREATE SUBSCRIPTION s CONNECTION 'host=h password=*** y=z' PUBLICATION p"},
        {"SELECT dblink('postgres://u:x@h/d', 'y')", "SELECT dblink('postgres://u:***@h/d', 'y')"},
        {"CREATE USER MAPPING FOR a SERVER s OPTIONS (user 'u', password 'x', token 'y')",
         "CREATE USER MAPPING FOR a SERVER s OPTIONS (user 'u', password '***', token '***')"},
        {"ALTER USER MAPPING FOR a SERVER s OPTIONS (SET password 'x')",
         "ALTER USER MAPPING FOR a SERVER s OPTIONS (SET password '***')"},
        {"UPDATE users SET db_password = 'x', name = 'y'",
         "UPDATE users SET db_password = '***', name = 'y'"},
        {"DO $$ BEGIN EXECUTE 'ALTER ROLE a PASSWORD ''x'''; END $$",
         "DO $$ BEGIN EXECUTE 'ALTER ROLE a PASSWORD ''***'''; END $$"},
        {"SELECT 1; -- ALTER ROLE a PASSWORD 'x'\n", "SELECT 1; -- ALTER ROLE a PASSWORD '***'\n"},
        {"/* PASSWORD 'x' */SELECT 1", "/* PASSWORD '***' */SELECT 1"},
        {"INSERT INTO t (password) VALUES (1)", "INSERT INTO t (password) VALUES (1)"},
        {"it's plain text", "it's plain text"},
        {"", ""},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        char *masked = sqlscan_mask_passwords(arena, cases[i][0], strlen(cases[i][0]));
        ck_assert_str_eq(masked, cases[i][1]);
    }
}
END_TEST

/* The tokens of a text: a letter for the kind, then the token. */
static const char *tokens(const char *text)
{
    static const char kinds[] = {
        [SQL_TOKEN_END] = '.',    [SQL_TOKEN_WORD] = 'w',   [SQL_TOKEN_QUOTED_WORD] = 'q',
        [SQL_TOKEN_STRING] = 's', [SQL_TOKEN_NUMBER] = 'n', [SQL_TOKEN_SYMBOL] = 'y',
    };
    Buf out = {0};
    size_t len = strlen(text);
    SqlToken token = sqlscan_token(text, len, 0);
    for (; token.kind != SQL_TOKEN_END; token = sqlscan_token(text, len, token.end))
        buf_printf(&out, "%c<%.*s>", kinds[token.kind], (int)token.len, text + token.start);
    ck_assert_uint_eq(token.start, len);
    ck_assert_uint_eq(token.end, len);
    return buf_steal(&out, arena);
}

START_TEST(test_tokens)
{
    ck_assert_str_eq(tokens(" a.\"b c\" -- x\n /* y */ ="), "w<a>y<.>q<\"b c\">y<=>");
    ck_assert_str_eq(tokens("'a' E'\\'' $$x$$ $1 1.5e-3 1..2"),
                     "s<'a'>s<E'\\''>s<$$x$$>n<$1>n<1.5e-3>n<1>y<.>y<.>n<2>");
    ck_assert_str_eq(tokens("U&'x' UESCAPE '!' u"), "s<U&'x' UESCAPE '!'>w<u>");
    ck_assert_str_eq(tokens("'a'\n 'b' 'c'"), "s<'a'\n 'b'>s<'c'>");
    ck_assert_str_eq(tokens("x 'open"), "w<x>s<'open>");
    ck_assert_str_eq(tokens("x /* open"), "w<x>");
    ck_assert_str_eq(tokens(""), "");
}
END_TEST

static const char *identifier(const char *text)
{
    SqlToken token = sqlscan_token(text, strlen(text), 0);
    return sqlscan_identifier(arena, text, &token);
}

START_TEST(test_identifiers)
{
    ck_assert_str_eq(identifier("FooŻ"), "fooŻ");
    ck_assert_str_eq(identifier("\"Foo\"\"x\" y"), "Foo\"x");
    ck_assert_str_eq(identifier("U&\"d\\0061t\\+000061\""), "data");
    ck_assert_str_eq(identifier("u&\"d!0061t!!a\" UESCAPE '!'"), "dat!a");
    ck_assert_str_eq(identifier("U&\"\\d83d\\de00\\017c\""), "😀ż");
    ck_assert_str_eq(identifier("U&\"a\\\\b\\xyz\""), "a\\b\\xyz");
    ck_assert_str_eq(identifier("\"\""), "");
    ck_assert_str_eq(identifier("'x'"), "'x'");
}
END_TEST

START_TEST(test_words)
{
    const char *text = "Begin \"begin\"";
    SqlToken word = sqlscan_token(text, strlen(text), 0);
    SqlToken quoted = sqlscan_token(text, strlen(text), word.end);
    ck_assert(sqlscan_is_word(text, &word, "BEGIN"));
    ck_assert(sqlscan_is_word(text, &word, "begin"));
    ck_assert(!sqlscan_is_word(text, &word, "BEGI"));
    ck_assert(!sqlscan_is_word(text, &word, "BEGINX"));
    ck_assert(!sqlscan_is_word(text, &quoted, "BEGIN"));
}
END_TEST

UNIT_SUITE("sqlscan", test_text_in_memory_needs_no_nul, test_end_is_the_end_again,
           test_nothing_is_read_behind_an_error, test_scanner_can_be_left_early,
           test_read_error_is_passed_on, test_copy_data_come_in_pieces_of_whole_lines,
           test_enormous_copy_line_is_cut_between_characters,
           test_copy_end_at_every_place_of_a_piece, test_memory_does_not_grow_with_the_file,
           test_deep_parentheses, test_places_in_an_item, test_excerpts,
           test_excerpt_of_a_long_line_is_cut, test_passwords_are_masked, test_tokens,
           test_identifiers, test_words)
UNIT_MAIN(suite)
