#include "unit.h"

#include "dbmig/base/vec.h"

typedef struct Pair {
    int a;
    char b;
} Pair;

START_TEST(test_push_keeps_order)
{
    VEC(Pair) pairs = {0};
    for (int i = 0; i < 1000; i++)
        VEC_PUSH(arena, pairs, (Pair){i, (char)(i % 100)});
    ck_assert_uint_eq(pairs.count, 1000);
    for (int i = 0; i < 1000; i++) {
        ck_assert_int_eq(pairs.items[i].a, i);
        ck_assert_int_eq(pairs.items[i].b, i % 100);
    }
}
END_TEST

START_TEST(test_push_of_an_own_element)
{
    StringList names = {0};
    VEC_PUSH(arena, names, "first");
    for (int i = 0; i < 100; i++)
        VEC_PUSH(arena, names, names.items[0]);
    ck_assert_uint_eq(names.count, 101);
    ck_assert_str_eq(names.items[100], "first");
}
END_TEST

START_TEST(test_growth_doubles)
{
    size_t capacity = 0;
    int *items = vec_grow(arena, NULL, sizeof(*items), 0, &capacity);
    ck_assert_uint_ge(capacity, 1);
    size_t before = capacity;
    items[0] = 7;
    items = vec_grow(arena, items, sizeof(*items), 1, &capacity);
    ck_assert_uint_ge(capacity, 2 * before);
    ck_assert_int_eq(items[0], 7);
}
END_TEST

UNIT_SUITE("vec", test_push_keeps_order, test_push_of_an_own_element, test_growth_doubles)
UNIT_MAIN(suite)
