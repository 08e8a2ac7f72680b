#include "unit.h"

#include <stdint.h>

#include "dbmig/base/text.h"

START_TEST(test_comparisons)
{
    ck_assert(text_equal(NULL, NULL) && !text_equal(NULL, "") && !text_equal("", NULL));
    ck_assert(text_equal("a", "a") && !text_equal("a", "A"));
    ck_assert(text_equal_nocase("aZ09_", "Az09_") && !text_equal_nocase("a", "ab"));
    ck_assert(!text_equal_nocase("[", "{") && !text_equal_nocase("ab", "a"));
    ck_assert(text_equal_nocase(NULL, NULL) && !text_equal_nocase(NULL, "a"));
    ck_assert(text_starts("abc", "") && text_starts("abc", "ab") && !text_starts("a", "ab"));
    ck_assert(text_ends("abc", "") && text_ends("abc", "bc") && !text_ends("c", "bc"));
}
END_TEST

static bool is_int(const char *text, int64_t expected)
{
    int64_t value;
    return text_to_int64(text, &value) && value == expected;
}

START_TEST(test_int64)
{
    ck_assert(is_int("0", 0) && is_int("-0", 0) && is_int("007", 7));
    ck_assert(is_int("9223372036854775807", INT64_MAX));
    ck_assert(is_int("-9223372036854775808", INT64_MIN));
    static const char *const bad[] = {"",
                                      "-",
                                      "+1",
                                      " 1",
                                      "1 ",
                                      "1x",
                                      "0x10",
                                      "--1",
                                      "1.0",
                                      "9223372036854775808",
                                      "-9223372036854775809",
                                      "99999999999999999999"};
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        int64_t value = 77;
        ck_assert_msg(!text_to_int64(bad[i], &value), "%s", bad[i]);
        ck_assert_int_eq(value, 77);
    }
}
END_TEST

static bool is_duration(const char *text, int64_t expected)
{
    int64_t value;
    return text_to_duration(text, 1000, &value) && value == expected;
}

START_TEST(test_durations)
{
    ck_assert(is_duration("0", 0) && is_duration("500ms", 500) && is_duration("3s", 3000));
    ck_assert(is_duration("1m30s", 90000) && is_duration("2h", 7200000));
    ck_assert(is_duration("1d", 86400000) && is_duration("5", 5000) && is_duration("2min", 120000));
    ck_assert(is_duration("1d2h3m4s5ms", 93784005));
    ck_assert(is_duration("9223372036854775807ms", INT64_MAX));
    static const char *const bad[] = {"",
                                      "s",
                                      "-1s",
                                      "1.5s",
                                      "3 s",
                                      "1x",
                                      "30s1m",
                                      "1m5",
                                      "1s1s",
                                      "1m1min",
                                      "9223372036854775807s",
                                      "9223372036854775808ms",
                                      "9223372036854775807"};
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        int64_t value;
        ck_assert_msg(!text_to_duration(bad[i], 1000, &value), "%s", bad[i]);
    }
}
END_TEST

START_TEST(test_durations_as_text)
{
    ck_assert_str_eq(text_from_duration(arena, 0), "0s");
    ck_assert_str_eq(text_from_duration(arena, 250), "250ms");
    ck_assert_str_eq(text_from_duration(arena, 3000), "3s");
    ck_assert_str_eq(text_from_duration(arena, 90000), "1m30s");
    ck_assert_str_eq(text_from_duration(arena, 3600000), "1h");
    ck_assert_str_eq(text_from_duration(arena, 93784005), "1d2h3m4s5ms");
    ck_assert_str_eq(text_from_duration(arena, -1500), "-1s500ms");
    for (int64_t ms = 1; ms < INT64_MAX / 7; ms = ms * 7 + 3)
        ck_assert(is_duration(text_from_duration(arena, ms), ms));
    ck_assert_int_eq(text_from_duration(arena, INT64_MIN)[0], '-');
}
END_TEST

static bool is_size(const char *text, uint64_t expected)
{
    uint64_t value;
    return text_to_size(text, &value) && value == expected;
}

START_TEST(test_sizes)
{
    ck_assert(is_size("4096", 4096) && is_size("0", 0) && is_size("64MB", 64u << 20));
    ck_assert(is_size("1GB", 1u << 30) && is_size("1kB", 1024) && is_size("2gb", 2ull << 30));
    ck_assert(is_size("3TB", 3ull << 40) && is_size("5B", 5) && is_size("1K", 1024));
    static const char *const bad[] = {
        "", "MB", "-1", "1.5GB", "1 GB", "1XB", "18446744073709551616", "99999999TB"};
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        uint64_t value;
        ck_assert_msg(!text_to_size(bad[i], &value), "%s", bad[i]);
    }
}
END_TEST

/* The lengths tell which forms are refused: overlong ones, surrogates, beyond U+10FFFF. */
START_TEST(test_utf8)
{
    static const struct {
        const char *text;
        size_t bad;
        size_t characters;
    } cases[] = {
        {"", 0, 0},
        {"abc", 3, 3},
        {"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 9, 3},
        {"a\x80", 1, 2},
        {"\xc0\x80", 0, 2},
        {"\xc1\xbf", 0, 2},
        {"\xe0\x9f\xbf", 0, 3},
        {"\xed\x9f\xbf", 3, 1},
        {"\xed\xa0\x80", 0, 3},
        {"\xf0\x8f\xbf\xbf", 0, 4},
        {"\xf4\x8f\xbf\xbf", 4, 1},
        {"\xf4\x90\x80\x80", 0, 4},
        {"\xf5\x80\x80\x80", 0, 4},
        {"x\xe2\x82", 1, 3},
        {"x\xe2\x82y", 1, 4},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        size_t len = strlen(cases[i].text);
        /* An exact copy, so that AddressSanitizer sees a look beyond the end. */
        char *copy = arena_memdup(arena, cases[i].text, len);
        ck_assert_uint_eq(text_utf8_bad(copy, len), cases[i].bad);
        ck_assert_uint_eq(text_utf8_length(copy, len), cases[i].characters);
    }
    ck_assert_uint_eq(text_utf8_bad("a\0b", 3), 3);
}
END_TEST

static const char *split(const char *text)
{
    StringList parts = {0};
    text_split(arena, text, ',', &parts);
    Buf out = {0};
    for (size_t i = 0; i < parts.count; i++)
        buf_printf(&out, "<%s>", parts.items[i]);
    return buf_steal(&out, arena);
}

START_TEST(test_split)
{
    ck_assert_str_eq(split(""), "");
    ck_assert_str_eq(split(" , ,"), "");
    ck_assert_str_eq(split("a"), "<a>");
    ck_assert_str_eq(split(" a b ,\tc,,d\n"), "<a b><c><d>");
}
END_TEST

START_TEST(test_nearest)
{
    ck_assert_uint_eq(text_distance("", ""), 0);
    ck_assert_uint_eq(text_distance("", "abc"), 3);
    ck_assert_uint_eq(text_distance("kitten", "sitting"), 3);
    ck_assert_uint_eq(text_distance("sitting", "kitten"), 3);
    static const char *const names[] = {"apply", "status", "check", "create"};
    ck_assert_str_eq(text_nearest("aply", names, ARRAY_LENGTH(names)), "apply");
    ck_assert_str_eq(text_nearest("statsu", names, ARRAY_LENGTH(names)), "status");
    ck_assert_str_eq(text_nearest("check", names, ARRAY_LENGTH(names)), "check");
    ck_assert_ptr_null(text_nearest("deploy", names, ARRAY_LENGTH(names)));
    ck_assert_ptr_null(text_nearest("x", names, 0));
}
END_TEST

START_TEST(test_compare_pointers)
{
    const char *words[] = {"b", "B", "a", ""};
    qsort(words, ARRAY_LENGTH(words), sizeof(*words), text_compare_pointers);
    ck_assert_str_eq(words[0], "");
    ck_assert_str_eq(words[1], "B");
    ck_assert_str_eq(words[3], "b");
}
END_TEST

START_TEST(test_list_has)
{
    StringList list = {0};
    ck_assert(!text_list_has(&list, ""));
    VEC_PUSH(arena, list, "'a''b'");
    ck_assert(text_list_has(&list, "'a''b'"));
    ck_assert(!text_list_has(&list, "'b'"));
    ck_assert(!text_list_has(&list, ""));
}
END_TEST

START_TEST(test_printable)
{
    ck_assert_str_eq(text_printable(arena, "a\nb\tc"), "a b c");
    ck_assert_str_eq(text_printable(arena, "\033[2J\x7f\x01x"), "[2Jx");
    ck_assert_str_eq(text_printable(arena, "\xc2\x9b"
                                           "1m\xc2\xa0\xc3\xa4\xff"),
                     "1m\xc2\xa0\xc3\xa4?");
}
END_TEST

START_TEST(test_shell_words)
{
    ck_assert_str_eq(text_shell_word(arena, "db/V1__a.sql"), "db/V1__a.sql");
    ck_assert_str_eq(text_shell_word(arena, "my db/V1__a.sql"), "'my db/V1__a.sql'");
    ck_assert_str_eq(text_shell_word(arena, "it's"), "'it'\\''s'");
    ck_assert_str_eq(text_shell_word(arena, "$(x)"), "'$(x)'");
    ck_assert_str_eq(text_shell_word(arena, ""), "''");
}
END_TEST

UNIT_SUITE("text", test_comparisons, test_int64, test_durations, test_durations_as_text, test_sizes,
           test_utf8, test_split, test_nearest, test_compare_pointers, test_list_has, test_printable,
           test_shell_words)
UNIT_MAIN(suite)
