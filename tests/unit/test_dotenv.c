/* .env files: what each line gives, what is refused, and who wins. */
#include "unit.h"

#include "dbmig/base/text.h"
#include "dbmig/project/dotenv.h"

static const struct {
    const char *text, *name, *value;
} good[] = {
    {"A=b", "A", "b"},
    {"A=b\n", "A", "b"},
    {"\xef\xbb\xbf"
     "A=b\r\nB=c\r\n",
     "A", "b"},
    {"\n# comment\n  A = b c  # comment\n", "A", "b c"},
    {"A=b#c", "A", "b#c"},
    {"A=#c", "A", ""},
    {"A=", "A", ""},
    {"export A=b", "A", "b"},
    {"export=1", "export", "1"},
    {"A=\"b # c\" # d", "A", "b # c"},
    {"A=\"b\\n\\\"c\\\\\\$x\"", "A", "b\n\"c\\$x"},
    {"A=\"two\nlines\"\nB=1", "A", "two\nlines"},
    {"A='as ${it} \\n stands'", "A", "as ${it} \\n stands"},
    {"A=p$ss$w0rd", "A", "p$ss$w0rd"},
    {"X=1\nA=\"<${X}>\"", "A", "<1>"},
    {"X=1\nA=<${X}>", "A", "<1>"},
    {"A=${NOT_SET_ANYWHERE}x", "A", "x"},
    {"A=${NOT_SET_ANYWHERE:-y z}x", "A", "y zx"},
    {"A=${1}", "A", "${1}"},
    {"A=${HOME_OF_TEST}", "A", "/home"},
    {"A=1\nA=2", "A", "2"},
    {"A.B-C=1", "A.B-C", "1"},
};

START_TEST(test_lines)
{
    setenv("HOME_OF_TEST", "/home", 1);
    for (size_t i = 0; i < ARRAY_LENGTH(good); i++) {
        Map *map = map_new(arena);
        ck_assert_ok(dotenv_parse(arena, "f", good[i].text, strlen(good[i].text), map, &err));
        ck_assert_msg(text_equal(map_get(map, good[i].name), good[i].value), "%s: %s", good[i].text,
                      (const char *)map_get(map, good[i].name));
    }
}
END_TEST

static const struct {
    const char *text, *message;
    size_t line;
} wrong[] = {
    {"A=1\nB", "expected NAME=VALUE", 2},
    {"=1", "expected NAME=VALUE", 1},
    {"1A=1", "expected NAME=VALUE", 1},
    {"\nA=\"x\ny", "a quote is opened here and never closed", 2},
    {"A='x'y", "unexpected text after the closing quote", 1},
    {"A=${x", "\"${\" without \"}\"", 1},
};

START_TEST(test_wrong_lines)
{
    for (size_t i = 0; i < ARRAY_LENGTH(wrong); i++) {
        Map *map = map_new(arena);
        ck_assert_fails(dotenv_parse(arena, "f", wrong[i].text, strlen(wrong[i].text), map, &err),
                        EXIT_USAGE, wrong[i].message);
        ck_assert_str_eq(err.file, "f");
        ck_assert_uint_eq(err.line, wrong[i].line);
        error_clear(&err);
    }
    ck_assert_fails(dotenv_parse(arena, "f", "A=\0b", 4, map_new(arena), &err), EXIT_USAGE,
                    "NUL bytes");
}
END_TEST

START_TEST(test_precedence)
{
    StringList files = {0};
    ck_assert_ok(file_create_new(unit_path("1"), "DOTENV_A=1\nDOTENV_B=1\n", 22, 0600, &err));
    ck_assert_ok(file_create_new(unit_path("2"), "DOTENV_B=2\nDOTENV_C=2\n", 22, 0600, &err));
    VEC_PUSH(arena, files, unit_path("1"));
    VEC_PUSH(arena, files, unit_path("2"));
    setenv("DOTENV_C", "set", 1);
    ck_assert_ok(dotenv_load(arena, &files, &err));
    ck_assert_str_eq(getenv("DOTENV_A"), "1");
    ck_assert_str_eq(getenv("DOTENV_B"), "2");
    ck_assert_str_eq(getenv("DOTENV_C"), "set");
    VEC_PUSH(arena, files, unit_path("none"));
    ck_assert_fails(dotenv_load(arena, &files, &err), EXIT_USAGE, "none");
}
END_TEST

UNIT_SUITE("dotenv", test_lines, test_wrong_lines, test_precedence)
UNIT_MAIN(suite)
