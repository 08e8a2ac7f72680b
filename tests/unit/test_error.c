#include "unit.h"

START_TEST(test_set)
{
    ck_assert(!error_is_set(&err));
    ck_assert(!error_set(&err, EXIT_SQL, "could not run %d", 3));
    ck_assert(error_is_set(&err));
    ck_assert_int_eq((int)err.code, EXIT_SQL);
    ck_assert_str_eq(err.primary, "could not run 3");
    ck_assert_ptr_null(err.detail);
}
END_TEST

START_TEST(test_set_drops_all_else)
{
    error_set(&err, EXIT_SQL, "first");
    error_detail(&err, "detail");
    error_hint(&err, "hint");
    error_excerpt(&err, "excerpt");
    error_at(&err, "file", 1, 2);
    error_sqlstate(&err, "42601");
    error_set(&err, EXIT_USAGE, "second");
    ck_assert_ptr_null(err.detail);
    ck_assert_ptr_null(err.hint);
    ck_assert_ptr_null(err.excerpt);
    ck_assert_ptr_null(err.file);
    ck_assert_uint_eq(err.line, 0);
    ck_assert_str_eq(err.sqlstate, "");
}
END_TEST

START_TEST(test_arguments_may_be_its_own)
{
    error_set(&err, EXIT_SQL, "first");
    error_set(&err, EXIT_USAGE, "not %s", err.primary);
    ck_assert_str_eq(err.primary, "not first");
    error_set_errno(&err, EXIT_USAGE, ENOENT, "again %s", err.primary);
    ck_assert_str_eq(err.primary, "again not first: No such file or directory");
    error_detail(&err, "It was %s.", err.primary);
    error_detail(&err, "%s And more.", err.detail);
    ck_assert_str_eq(err.detail, "It was again not first: No such file or directory. And more.");
    error_sqlstate(&err, "42P01");
    error_sqlstate(&err, err.sqlstate);
    ck_assert_str_eq(err.sqlstate, "42P01");
    error_at(&err, "a.sql", 1, 1);
    error_at(&err, err.file, 2, 1);
    ck_assert_str_eq(err.file, "a.sql");
}
END_TEST

START_TEST(test_parts)
{
    error_set(&err, EXIT_SQL, "primary");
    ck_assert(!error_hint(&err, "Try %s.", "this"));
    ck_assert(!error_excerpt(&err, "SELECT\n  ^"));
    ck_assert(!error_at(&err, "a.sql", 4, 5));
    ck_assert(!error_sqlstate(&err, "1234567"));
    ck_assert(!error_prefix(&err, "could not apply %s", "V1"));
    ck_assert_str_eq(err.primary, "could not apply V1: primary");
    ck_assert_str_eq(err.hint, "Try this.");
    ck_assert_str_eq(err.excerpt, "SELECT\n  ^");
    ck_assert_uint_eq(err.line, 4);
    ck_assert_uint_eq(err.column, 5);
    ck_assert_str_eq(err.sqlstate, "12345");
    error_sqlstate(&err, NULL);
    ck_assert_str_eq(err.sqlstate, "");
    error_at(&err, NULL, 0, 0);
    ck_assert_ptr_null(err.file);
}
END_TEST

START_TEST(test_copy_is_deep)
{
    Error copy = {0};
    error_set(&copy, EXIT_BUG, "old");
    error_set(&err, EXIT_SQL, "primary");
    error_detail(&err, "detail");
    error_at(&err, "file", 7, 8);
    error_copy(&copy, &err);
    error_copy(&copy, &copy);
    error_clear(&err);
    ck_assert_int_eq((int)copy.code, EXIT_SQL);
    ck_assert_str_eq(copy.primary, "primary");
    ck_assert_str_eq(copy.detail, "detail");
    ck_assert_str_eq(copy.file, "file");
    ck_assert_uint_eq(copy.line, 7);
    error_copy(&copy, &err);
    ck_assert(!error_is_set(&copy));
    error_clear(&copy);
}
END_TEST

START_TEST(test_clear)
{
    error_clear(&err);
    error_set(&err, EXIT_SQL, "primary");
    error_clear(&err);
    error_clear(&err);
    ck_assert(!error_is_set(&err));
    error_prefix(&err, "alone");
    ck_assert_str_eq(err.primary, "alone");
}
END_TEST

UNIT_SUITE("error", test_set, test_set_drops_all_else, test_arguments_may_be_its_own, test_parts,
           test_copy_is_deep, test_clear)
UNIT_MAIN(suite)
