/*
 * tests/golden/sqlscan/NAME.sql splits into what NAME.out lists, however small the pieces it
 * arrives in. A new case is a new file: GOLDEN_UPDATE=1 writes the listings anew, to be read before
 * they are kept.
 */
#include "sqlscan_support.h"

#define GOLDEN_FOLDER "tests/golden/sqlscan"

static void check_case(const char *name)
{
    Bytes sql, expected;
    const char *path = file_join(arena, GOLDEN_FOLDER, name);
    size_t stem = strlen(path) - strlen(".sql");
    const char *out_path = arena_printf(arena, "%.*s.out", (int)stem, path);
    ck_assert_ok(file_read(arena, path, &sql, &err));
    char *listed = list_items(sql.data, sql.len, 0);
    if (getenv("GOLDEN_UPDATE"))
        ck_assert_ok(file_write_atomic(out_path, listed, strlen(listed), 0644, &err));
    ck_assert_ok(file_read(arena, out_path, &expected, &err));
    ck_assert_msg(strcmp(listed, expected.data) == 0, "%s splits into:\n%s", name, listed);

    static const size_t pieces[] = {1, 2, 3, 7, 1000};
    for (size_t i = 0; i < ARRAY_LENGTH(pieces); i++) {
        char *again = list_items(sql.data, sql.len, pieces[i]);
        ck_assert_msg(strcmp(listed, again) == 0, "%s in pieces of %zu splits into:\n%s", name,
                      pieces[i], again);
    }
}

START_TEST(test_golden_cases)
{
    StringList names = {0};
    size_t cases = 0;
    ck_assert_ok(file_list(arena, GOLDEN_FOLDER, &names, &err));
    for (size_t i = 0; i < names.count; i++) {
        size_t len = strlen(names.items[i]);
        if (len < 4 || strcmp(names.items[i] + len - 4, ".sql") != 0)
            continue;
        check_case(names.items[i]);
        cases++;
    }
    ck_assert_uint_gt(cases, 0);
}
END_TEST

UNIT_SUITE("sqlscan_golden", test_golden_cases)
UNIT_MAIN(suite)
