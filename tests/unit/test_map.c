#include "unit.h"

#include "dbmig/base/map.h"

START_TEST(test_set_and_get)
{
    Map *map = map_new(arena);
    int one = 1;
    int two = 2;
    ck_assert_uint_eq(map_count(map), 0);
    ck_assert_ptr_null(map_get(map, "a"));
    map_set(map, "a", &one);
    map_set(map, "", &two);
    map_set(map, "null", NULL);
    ck_assert_ptr_eq(map_get(map, "a"), &one);
    ck_assert_ptr_eq(map_get(map, ""), &two);
    ck_assert_ptr_null(map_get(map, "null"));
    ck_assert(map_has(map, "null"));
    ck_assert(!map_has(map, "b"));
    ck_assert_uint_eq(map_count(map), 3);
}
END_TEST

START_TEST(test_keys_are_copied)
{
    Map *map = map_new(arena);
    char key[] = "key";
    map_set(map, key, key);
    key[0] = 'x';
    ck_assert(map_has(map, "key"));
    ck_assert(!map_has(map, "xey"));
}
END_TEST

START_TEST(test_order_is_of_insertion)
{
    Map *map = map_new(arena);
    int values[1000];
    for (int i = 0; i < 1000; i++)
        map_set(map, arena_printf(arena, "key %d", (i * 7919) % 1000), &values[i]);
    map_set(map, "key 0", &values[500]);
    ck_assert_uint_eq(map_count(map), 1000);
    for (int i = 0; i < 1000; i++) {
        const MapEntry *entry = map_at(map, (size_t)i);
        ck_assert_str_eq(entry->key, arena_printf(arena, "key %d", (i * 7919) % 1000));
        ck_assert_ptr_eq(entry->value, i == 0 ? &values[500] : &values[i]);
    }
}
END_TEST

static void beyond_the_end(void *context)
{
    map_at(context, 0);
}

START_TEST(test_beyond_the_end_is_a_bug)
{
    ck_assert_int_eq(unit_child(beyond_the_end, map_new(arena), NULL), EXIT_BUG);
}
END_TEST

UNIT_SUITE("map", test_set_and_get, test_keys_are_copied, test_order_is_of_insertion,
           test_beyond_the_end_is_a_bug)
UNIT_MAIN(suite)
