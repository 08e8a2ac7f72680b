#include "../../src/engine/apply/apply_target.h"

#include <string.h>

#include "unit.h"

static const char *name_of(const char *index)
{
    Target target;
    char *sql = arena_printf(arena, "CREATE INDEX CONCURRENTLY %s ON t (a)", index);
    apply_target_read(arena, sql, strlen(sql), &target);
    ck_assert_int_eq(target.kind, TARGET_CREATE_INDEX);
    return target.name;
}

/* NAMEDATALEN - 1 bytes, and no half a character: as the server has it in its catalog. */
START_TEST(names_are_cut_as_the_server_cuts_them)
{
    char ascii[65], wide[2 * 33 + 1] = "";
    memset(ascii, 'x', 64);
    ascii[64] = '\0';
    ck_assert_uint_eq(strlen(name_of(ascii)), 63);
    ck_assert_uint_eq(strlen(name_of(ascii + 1)), 63);
    ck_assert_uint_eq(strlen(name_of(ascii + 2)), 62);
    for (int i = 0; i < 32; i++)
        strcat(wide, "\xC3\xA9");
    ck_assert_uint_eq(strlen(name_of(wide)), 62);
    ck_assert_str_eq(name_of(wide), name_of(wide + 2));
}
END_TEST

UNIT_SUITE("apply_target", names_are_cut_as_the_server_cuts_them)
UNIT_MAIN(suite)
