/*
 * Each fault point of the file layer fails once, in a process of its own (this program, called with
 * arguments). In builds without fault injection there is next to nothing to see.
 */
#include "unit.h"

#include "dbmig/base/fault.h"
#include "dbmig/base/process.h"

static const char *program;

static bool use_files(const char *where, Error *error)
{
    Arena *own = arena_new();
    char *file = file_join(own, where, "f");
    char *tree = file_join(own, where, "tree");
    char *copy = file_join(own, where, "copy");
    Bytes content;
    StringList names;
    int lock = -1;
    bool ok = file_write_atomic(file, "new", 3, 0600, error) &&
              file_read(own, file, &content, error) &&
              file_make_folder(file_join(own, tree, "a"), 0700, error) &&
              file_create_new(file_join(own, tree, "a/g"), "x", 1, 0600, error) &&
              file_copy_tree(tree, copy, error) && file_list(own, copy, &names, error) &&
              file_lock(file_join(own, where, "lock"), true, &lock, error) &&
              file_remove(file_join(own, copy, "a/g"), error) && file_remove_tree(tree, error) &&
              file_remove_tree(copy, error);
    const char *const argv[] = {"true", NULL};
    ProcessSpec spec = {.argv = argv};
    ProcessResult result;
    ok = ok && process_run(own, &spec, &result, error) && result.exit_code == 0;
    if (lock >= 0)
        close(lock);
    arena_free(own);
    return ok;
}

static int run_with(const char *const *set_env, char **ret_stderr)
{
    const char *const argv[] = {program, folder, NULL};
    ProcessSpec spec = {.argv = argv, .set_env = set_env};
    ProcessResult result;
    ck_assert_ok(file_remove_tree(unit_path("tree"), &err));
    ck_assert_ok(file_remove_tree(unit_path("copy"), &err));
    ck_assert_ok(file_write_atomic(unit_path("f"), "old", 3, 0600, &err));
    ck_assert_ok(process_run(arena, &spec, &result, &err));
    *ret_stderr = arena_strdup(arena, result.errors.data);
    return result.exit_code;
}

START_TEST(test_without_a_setting_nothing_fails)
{
    char *text;
    static const char *const set_env[] = {"DBMIG_FAULT=", NULL};
    ck_assert_int_eq(run_with(set_env, &text), 0);
    ck_assert_str_eq(text, "");
#ifndef DBMIG_TORTURE
    ck_assert(!fault_hit("never"));
#endif
}
END_TEST

#ifdef DBMIG_TORTURE
static long count_points(void)
{
    char *text;
    Bytes count;
    const char *const set_env[] = {
        "DBMIG_FAULT=0", arena_printf(arena, "DBMIG_FAULT_LOG=%s", unit_path("count")), NULL};
    ck_assert_int_eq(run_with(set_env, &text), 0);
    ck_assert_ok(file_read(arena, unit_path("count"), &count, &err));
    ck_assert_ok(file_remove(unit_path("count"), &err));
    return atol(count.data);
}

/* Whatever fails: an error is told, the file is old or new, and nothing temporary stays. */
START_TEST(test_each_point_fails_cleanly)
{
    long points = count_points();
    ck_assert_int_gt(points, 20);
    for (long n = 1; n <= points; n++) {
        char *text;
        Bytes content;
        StringList names;
        const char *const set_env[] = {arena_printf(arena, "DBMIG_FAULT=%ld", n), NULL};
        ck_assert_int_eq(run_with(set_env, &text), EXIT_USAGE);
        ck_assert_ptr_nonnull(strstr(text, "dbmig: fault: "));
        ck_assert_ptr_nonnull(strstr(text, "Input/output error"));
        ck_assert_ok(file_read(arena, unit_path("f"), &content, &err));
        ck_assert(strcmp(content.data, "old") == 0 || strcmp(content.data, "new") == 0);
        ck_assert_ok(file_list(arena, folder, &names, &err));
        for (size_t i = 0; i < names.count; i++)
            ck_assert_int_ne(strncmp(names.items[i], ".dbmig-", 7), 0);
    }
}
END_TEST

UNIT_SUITE("fault", test_without_a_setting_nothing_fails, test_each_point_fails_cleanly)
#else
UNIT_SUITE("fault", test_without_a_setting_nothing_fails)
#endif

int main(int argc, char **argv)
{
    program = argv[0];
    if (argc == 1)
        return unit_run(suite());
    bool ok = use_files(argv[1], &err);
    if (!ok)
        fprintf(stderr, "%s\n", unit_error());
    int code = ok ? 0 : (int)err.code;
    error_clear(&err);
    return code;
}
