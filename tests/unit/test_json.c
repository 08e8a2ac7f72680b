#include "unit.h"

#include <math.h>

#include "dbmig/base/json.h"

static Buf out;

static void write_sample(bool pretty)
{
    JsonWriter json;
    buf_clear(&out);
    json_begin(&json, &out, pretty);
    json_object_begin(&json);
    json_key_string(&json, "a", "x");
    json_key_int(&json, "b", -3);
    json_key(&json, "c");
    json_array_begin(&json);
    json_bool(&json, true);
    json_null(&json);
    json_object_begin(&json);
    json_object_end(&json);
    json_array_begin(&json);
    json_array_end(&json);
    json_array_end(&json);
    json_key_bool(&json, "d", false);
    json_key_string(&json, "e", NULL);
    json_object_end(&json);
}

START_TEST(test_compact)
{
    write_sample(false);
    ck_assert_str_eq(buf_text(&out),
                     "{\"a\":\"x\",\"b\":-3,\"c\":[true,null,{},[]],\"d\":false,\"e\":null}");
    buf_free(&out);
}
END_TEST

START_TEST(test_pretty)
{
    write_sample(true);
    ck_assert_str_eq(buf_text(&out), "{\n"
                                     "  \"a\": \"x\",\n"
                                     "  \"b\": -3,\n"
                                     "  \"c\": [\n"
                                     "    true,\n"
                                     "    null,\n"
                                     "    {},\n"
                                     "    []\n"
                                     "  ],\n"
                                     "  \"d\": false,\n"
                                     "  \"e\": null\n"
                                     "}");
    buf_free(&out);
}
END_TEST

static const char *string(const char *text, size_t len)
{
    JsonWriter json;
    buf_clear(&out);
    json_begin(&json, &out, false);
    json_string_n(&json, text, len);
    return buf_text(&out);
}

START_TEST(test_escapes)
{
    ck_assert_str_eq(string("", 0), "\"\"");
    ck_assert_str_eq(string("a\"b\\c/", 6), "\"a\\\"b\\\\c/\"");
    ck_assert_str_eq(string("\b\f\n\r\t", 5), "\"\\b\\f\\n\\r\\t\"");
    ck_assert_str_eq(string("\0\x1f\x7f", 3), "\"\\u0000\\u001f\\u007f\"");
    ck_assert_str_eq(string("ä€😀", 9), "\"ä€😀\"");
    buf_free(&out);
}
END_TEST

START_TEST(test_bad_utf8_is_replaced)
{
    ck_assert_str_eq(string("a\xff"
                            "b",
                            3),
                     "\"a\xef\xbf\xbd"
                     "b\"");
    ck_assert_str_eq(string("\xc3", 1), "\"\xef\xbf\xbd\"");
    ck_assert_str_eq(string("\xed\xa0\x80", 3), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
    buf_free(&out);
}
END_TEST

static const char *number(double value)
{
    JsonWriter json;
    buf_clear(&out);
    json_begin(&json, &out, false);
    json_double(&json, value);
    return buf_text(&out);
}

START_TEST(test_numbers)
{
    ck_assert_str_eq(number(0.1), "0.1");
    ck_assert_str_eq(number(1.0 / 3), "0.3333333333333333");
    ck_assert_str_eq(number(-2.5e300), "-2.5e+300");
    ck_assert_str_eq(number(3), "3");
    ck_assert_str_eq(number(NAN), "null");
    ck_assert_str_eq(number(INFINITY), "null");
    JsonWriter json;
    buf_clear(&out);
    json_begin(&json, &out, false);
    json_int(&json, INT64_MIN);
    ck_assert_str_eq(buf_text(&out), "-9223372036854775808");
    buf_free(&out);
}
END_TEST

enum Misuse {
    VALUE_FOR_KEY,
    KEY_IN_ARRAY,
    KEY_AFTER_KEY,
    WRONG_END,
    END_AFTER_KEY,
    TWO_VALUES,
    TOO_DEEP,
    END_AT_TOP
};

static void misuse(void *context)
{
    JsonWriter json;
    json_begin(&json, &out, false);
    enum Misuse kind = *(enum Misuse *)context;
    if (kind == END_AT_TOP)
        json_object_end(&json);
    if (kind == TWO_VALUES)
        json_null(&json);
    if (kind == KEY_IN_ARRAY || kind == TOO_DEEP)
        json_array_begin(&json);
    else
        json_object_begin(&json);
    if (kind == VALUE_FOR_KEY)
        json_int(&json, 1);
    if (kind == WRONG_END)
        json_array_end(&json);
    for (int i = 0; kind == TOO_DEEP && i < JSON_MAX_DEPTH; i++)
        json_array_begin(&json);
    json_key(&json, "k");
    if (kind == END_AFTER_KEY)
        json_object_end(&json);
    json_key(&json, "k");
}

START_TEST(test_misuse_is_a_bug)
{
    for (enum Misuse kind = VALUE_FOR_KEY; kind <= END_AT_TOP; kind++) {
        char *text;
        ck_assert_int_eq(unit_child(misuse, &kind, &text), EXIT_BUG);
        ck_assert_ptr_nonnull(strstr(text, "bug: json: "));
    }
}
END_TEST

UNIT_SUITE("json", test_compact, test_pretty, test_escapes, test_bad_utf8_is_replaced, test_numbers,
           test_misuse_is_a_bug)
UNIT_MAIN(suite)
