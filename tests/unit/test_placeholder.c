#include "unit.h"

#include "folder.h"

#include "dbmig/engine/placeholder.h"

/* What placeholder.c reads at a time: names are cut there. */
#define PIECE 65536

static Placeholders *values(void)
{
    StringList list = {0};
    Placeholders *made;
    VEC_PUSH(arena, list, "Name=value");
    VEC_PUSH(arena, list, "empty=");
    VEC_PUSH(arena, list, "again=${name}");
    VEC_PUSH(arena, list, "equals=a=b");
    ck_assert_ok(placeholders_new(arena, &list, &made, &err));
    return made;
}

static bool try_read(const char *text, size_t len, size_t at_once, Buf *ret)
{
    folder_put_bytes("V1__x.sql", text, len);
    MigrationFolder loaded = folder_load();
    PlaceholderReader *reader = NULL;
    char *piece = arena_alloc(arena, at_once);
    size_t got = 0;
    buf_clear(ret);
    bool ok = placeholder_open(arena, loaded.run[0], values(), &reader, &err);
    while (ok && (ok = placeholder_read(reader, piece, at_once, &got, &err)) && got > 0)
        buf_add(ret, piece, got);
    placeholder_close(reader);
    return ok;
}

static void reads_as(const char *text, const char *wanted)
{
    static const size_t sizes[] = {1, 3, 4096, 2 * PIECE};
    Buf got = {0};
    for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++) {
        ck_assert_ok(try_read(text, strlen(text), sizes[i], &got));
        ck_assert_str_eq(buf_text(&got), wanted);
    }
    buf_free(&got);
}

START_TEST(test_replacement)
{
    reads_as("", "");
    reads_as("SELECT 1;\n", "SELECT 1;\n");
    reads_as("${name}", "value");
    reads_as("${NAME}${name}", "valuevalue");
    reads_as("a${empty}b", "ab");
    reads_as("${empty}", "");
    reads_as("${again}", "${name}"); /* a value is not looked through */
    reads_as("${equals}", "a=b");
    reads_as("$${name}$ $", "$value$ $");
    reads_as("$a$ {name} $1 $\n{", "$a$ {name} $1 $\n{");
    reads_as("${flyway:filename}", "V1__x.sql");
}
END_TEST

/* The bytes before it push "${name}" over the end of the first piece, byte by byte. */
START_TEST(test_names_across_pieces)
{
    char *text = arena_alloc(arena, 3 * PIECE), *wanted = arena_alloc(arena, 3 * PIECE);
    Buf got = {0};
    for (size_t before = PIECE - 9; before <= PIECE + 1; before++) {
        memset(text, '.', before);
        memset(wanted, '.', before);
        strcpy(text + before, "${name}|$|${empty}${name}$");
        strcpy(wanted + before, "value|$|value$");
        ck_assert_ok(try_read(text, strlen(text), 1000, &got));
        ck_assert_uint_eq(got.len, strlen(wanted));
        ck_assert_str_eq(buf_text(&got), wanted);
    }
    buf_free(&got);
}
END_TEST

/* Nothing of three pieces remains: that is not the end of the file. */
START_TEST(test_pieces_without_a_rest)
{
    static const char one[] = "${empty}";
    size_t len = 3 * PIECE / (sizeof(one) - 1) * (sizeof(one) - 1);
    char *text = arena_alloc(arena, len + 8);
    for (size_t at = 0; at < len; at += sizeof(one) - 1)
        memcpy(text + at, one, sizeof(one) - 1);
    memcpy(text + len, "end", 4);
    Buf got = {0};
    ck_assert_ok(try_read(text, len + 3, 100, &got));
    ck_assert_str_eq(buf_text(&got), "end");
    buf_free(&got);
}
END_TEST

static void fails_at(const char *text, const char *what, size_t line)
{
    Buf got = {0};
    error_clear(&err);
    ck_assert_fails(try_read(text, strlen(text), 512, &got), EXIT_USAGE, what);
    ck_assert_uint_eq(err.line, line);
    buf_free(&got);
}

START_TEST(test_what_is_refused)
{
    fails_at("\n\n${other}", "no value for the placeholder ${other}", 3);
    fails_at("${name}\n${na\nme}", "without \"}\"", 2);
    fails_at("a\n${name", "without \"}\"", 2);
    fails_at("${", "without \"}\"", 1);
    char *text = arena_alloc(arena, 2 * PIECE);
    memset(text, '\n', PIECE - 3);
    strcpy(text + PIECE - 3, "${nobody}"); /* the line is right behind a piece, too */
    fails_at(text, "${nobody}", PIECE - 2);
    memset(text, 'x', PIECE);
    memcpy(text, "${", 2);
    strcpy(text + PIECE, "}");
    fails_at(text, "without \"}\"", 1);
}
END_TEST

START_TEST(test_off_by_script_config)
{
    folder_put("V1__x.sql.conf", "placeholderReplacement=false\n");
    reads_as("${name} ${other}", "${name} ${other}");
}
END_TEST

START_TEST(test_values_need_a_name)
{
    StringList list = {0};
    Placeholders *made;
    VEC_PUSH(arena, list, "=x");
    ck_assert_fails(placeholders_new(arena, &list, &made, &err), EXIT_USAGE, "no placeholder value");
    placeholders_set_builtin(values(), "user", NULL);
}
END_TEST

UNIT_SUITE("placeholder", test_replacement, test_names_across_pieces, test_pieces_without_a_rest,
           test_what_is_refused, test_off_by_script_config, test_values_need_a_name)
UNIT_MAIN(suite)
