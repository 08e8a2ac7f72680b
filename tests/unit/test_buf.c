#include "unit.h"

START_TEST(test_empty)
{
    Buf buf = {0};
    ck_assert_str_eq(buf_text(&buf), "");
    buf_clear(&buf);
    buf_consume(&buf, 0);
    ck_assert_str_eq(buf_steal(&buf, arena), "");
    buf_free(&buf);
}
END_TEST

START_TEST(test_add)
{
    Buf buf = {0};
    buf_add(&buf, NULL, 0);
    ck_assert_str_eq(buf.data, "");
    buf_add_str(&buf, "one");
    buf_add_char(&buf, ' ');
    buf_printf(&buf, "%d %s", 2, "three");
    ck_assert_str_eq(buf.data, "one 2 three");
    ck_assert_uint_eq(buf.len, 11);
    buf_add(&buf, "\0x", 2);
    ck_assert_uint_eq(buf.len, 13);
    ck_assert_mem_eq(buf.data, "one 2 three\0x", 14);
    buf_free(&buf);
    ck_assert_ptr_null(buf.data);
}
END_TEST

START_TEST(test_grows_and_stays_terminated)
{
    Buf buf = {0};
    for (size_t i = 0; i < 10000; i++) {
        buf_add_char(&buf, (char)('a' + i % 26));
        ck_assert_int_eq(buf.data[buf.len], '\0');
        ck_assert_uint_gt(buf.capacity, buf.len);
    }
    for (size_t i = 0; i < 10000; i++)
        ck_assert_int_eq(buf.data[i], (char)('a' + i % 26));
    buf_clear(&buf);
    ck_assert_str_eq(buf_text(&buf), "");
    ck_assert_uint_ge(buf.capacity, 10000);
    buf_printf(&buf, "%20000d", 1);
    ck_assert_uint_eq(buf.len, 20000);
    buf_free(&buf);
}
END_TEST

START_TEST(test_consume)
{
    Buf buf = {0};
    buf_add_str(&buf, "abcdef");
    buf_consume(&buf, 2);
    ck_assert_str_eq(buf.data, "cdef");
    buf_consume(&buf, 4);
    ck_assert_str_eq(buf.data, "");
    buf_free(&buf);
}
END_TEST

START_TEST(test_reserve_and_steal)
{
    Buf buf = {0};
    buf_reserve(&buf, 1000);
    ck_assert_uint_gt(buf.capacity, 1000);
    ck_assert_str_eq(buf_text(&buf), "");
    buf_add_str(&buf, "kept");
    char *text = buf_steal(&buf, arena);
    ck_assert_str_eq(text, "kept");
    ck_assert_ptr_null(buf.data);
}
END_TEST

static void consume_too_much(void *context)
{
    buf_consume(context, 4);
}

START_TEST(test_consuming_too_much_is_a_bug)
{
    Buf buf = {0};
    buf_add_str(&buf, "abc");
    ck_assert_int_eq(unit_child(consume_too_much, &buf, NULL), EXIT_BUG);
    buf_free(&buf);
}
END_TEST

UNIT_SUITE("buf", test_empty, test_add, test_grows_and_stays_terminated, test_consume,
           test_reserve_and_steal, test_consuming_too_much_is_a_bug)
UNIT_MAIN(suite)
