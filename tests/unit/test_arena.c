#include "unit.h"

#include <stdint.h>

static bool all_are(const unsigned char *bytes, size_t len, unsigned char value)
{
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] != value)
            return false;
    }
    return true;
}

START_TEST(test_alloc_is_zeroed_and_aligned)
{
    for (size_t size = 0; size < 3000; size += 7) {
        unsigned char *block = arena_alloc(arena, size);
        ck_assert_ptr_nonnull(block);
        ck_assert_uint_eq((uintptr_t)block % _Alignof(max_align_t), 0);
        ck_assert(all_are(block, size, 0));
        memset(block, 0xff, size);
    }
}
END_TEST

START_TEST(test_blocks_do_not_overlap)
{
    enum { COUNT = 500 };
    unsigned char *blocks[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        blocks[i] = arena_alloc(arena, i * 5 + 1);
        memset(blocks[i], (int)(i % 251), i * 5 + 1);
    }
    for (size_t i = 0; i < COUNT; i++)
        ck_assert(all_are(blocks[i], i * 5 + 1, (unsigned char)(i % 251)));
}
END_TEST

START_TEST(test_reset_keeps_the_arena_usable)
{
    Arena *scratch = arena_new();
    size_t empty = arena_size(scratch);
    for (int round = 0; round < 100; round++) {
        ck_assert_str_eq(arena_strdup(scratch, "first"), "first");
        memset(arena_alloc(scratch, 100000), 'x', 100000);
        memset(arena_alloc(scratch, 100), 'x', 100);
        arena_reset(scratch);
        ck_assert_uint_lt(arena_size(scratch), empty + 300000);
        ck_assert(all_are(arena_alloc(scratch, 64), 64, 0));
    }
    arena_reset(scratch);
    arena_reset(scratch);
    arena_free(scratch);
}
END_TEST

START_TEST(test_size_counts_what_is_held)
{
    size_t before = arena_size(arena);
    arena_alloc(arena, 1000000);
    ck_assert_uint_ge(arena_size(arena), before + 1000000);
}
END_TEST

START_TEST(test_copies)
{
    ck_assert_ptr_null(arena_strdup(arena, NULL));
    ck_assert_ptr_null(arena_strndup(arena, NULL, 3));
    ck_assert_ptr_null(arena_memdup(arena, NULL, 3));
    ck_assert_str_eq(arena_strdup(arena, ""), "");
    ck_assert_str_eq(arena_strndup(arena, "abcdef", 3), "abc");
    ck_assert_mem_eq(arena_memdup(arena, "a\0b", 4), "a\0b", 4);
    ck_assert_mem_eq(arena_strndup(arena, "a\0b", 3), "a\0b", 4);
}
END_TEST

START_TEST(test_printf)
{
    ck_assert_str_eq(arena_printf(arena, "%s-%d", "x", 42), "x-42");
    char *wide = arena_printf(arena, "%5000d", 1);
    ck_assert_uint_eq(strlen(wide), 5000);
}
END_TEST

START_TEST(test_free_takes_null)
{
    arena_free(NULL);
}
END_TEST

static void overflow(void *context)
{
    (void)context;
    arena_calloc(arena, SIZE_MAX / 2, 3);
}

START_TEST(test_overflow_dies)
{
    char *text;
    ck_assert_int_eq(unit_child(overflow, NULL, &text), EXIT_BUG);
    ck_assert_str_eq(text, "dbmig: error: out of memory\n");
}
END_TEST

UNIT_SUITE("arena", test_alloc_is_zeroed_and_aligned, test_blocks_do_not_overlap,
           test_reset_keeps_the_arena_usable, test_size_counts_what_is_held, test_copies,
           test_printf, test_free_takes_null, test_overflow_dies)
UNIT_MAIN(suite)
