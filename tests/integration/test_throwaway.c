/*
 * Throwaway servers from the machine's own programs. The folders of the servers are in the test's;
 * the prepared cluster is made once for all tests but those that are about it.
 */
#include "throwaway_cases.h"

static char shared_cache[] = "/tmp/dbmig-test-XXXXXX";

static void set_up(void)
{
    set_up_cache();
    dev_url = arena_printf(arena, "embedded://?folder=%s", folder);
    char *store = file_join(arena, shared_cache, "dbmig");
    if (file_kind(store) == FILE_FOLDER) {
        ck_assert_ok(file_make_folder(unit_path("cache"), 0700, &err));
        ck_assert_ok(file_copy_tree(store, unit_path("cache/dbmig"), &err));
    }
}

/* ---- Embedded alone ---- */

static char *kept_file(const char *name)
{
    return arena_printf(arena, "%s/cache/dbmig/embedded/key/data/%s", folder, name);
}

START_TEST(test_damaged_state)
{
    keep_a_state();
    ck_assert_int_eq(truncate(kept_file("base/1/1259"), 8192), 0);
    expect_fresh();
    keep_a_state();
    int fd = open(kept_file("PG_VERSION"), O_WRONLY | O_TRUNC);
    ck_assert_int_eq(write(fd, "14\n", 3), 3);
    close(fd);
    expect_fresh();
    /* It says that it was not shut down. */
    keep_a_state();
    fd = open(kept_file("global/pg_control"), O_WRONLY);
    ck_assert_int_eq(pwrite(fd, "\6", 1, 16), 1);
    close(fd);
    expect_fresh();
    /* The right size, and yet the server does not start. */
    keep_a_state();
    fd = open(kept_file("postgresql.conf"), O_WRONLY);
    ck_assert_int_eq(pwrite(fd, "nonsense\n", 9, 0), 9);
    close(fd);
    expect_fresh();
}
END_TEST

/* From an empty cache, so that all want to make the template at once. */
START_TEST(test_concurrent)
{
    Child children[6];
    ck_assert_ok(file_remove_tree(unit_path("cache"), &err));
    for (size_t i = 0; i < ARRAY_LENGTH(children); i++)
        children[i] = begin_child(false);
    for (size_t i = 0; i < ARRAY_LENGTH(children); i++)
        ck_assert_int_eq(end_child(&children[i], 0), 128);
    ck_assert_ptr_null(own_folder());
}
END_TEST

/* The owner and its server killed at once: neither the folder nor the server's memory stays. */
START_TEST(test_both_killed)
{
    Child child = running_child();
    pid_t server = server_pid();
    kill(server, SIGSTOP);
    end_child(&child, SIGKILL);
    kill(server, SIGKILL);
    throwaway_stop(start());
    ck_assert_ptr_null(own_folder());
}
END_TEST

/* The server ends by itself when its owner is killed, where the system can tell it. */
START_TEST(test_server_follows)
{
    Child child = running_child();
    pid_t server = server_pid();
    const char *pid_file = file_join(arena, own_folder(), "data/postmaster.pid");
    end_child(&child, SIGKILL);
    for (int i = 0; i < 500 && file_kind(pid_file) != FILE_MISSING; i++)
        poll(NULL, 0, 10);
    ck_assert_int_eq((int)file_kind(pid_file), FILE_MISSING);
    (void)server;
    throwaway_stop(start());
    ck_assert_ptr_null(own_folder());
}
END_TEST

static const char *programs_of(int major)
{
    const char *cache = getenv("DBMIG_TEST_CACHE");
    if (cache == NULL)
        cache = arena_printf(arena, "/var/tmp/dbmig-tests-%ld", (long)geteuid());
    char *path = arena_printf(arena, "%s/pg/%d/native/bin", cache, major);
    return file_kind(path) == FILE_FOLDER ? path : NULL;
}

START_TEST(test_all_majors)
{
    for (int major = 13; major <= 18; major++) {
        const char *bin = programs_of(major);
        if (bin == NULL)
            continue;
        dev_url = arena_printf(arena, "embedded://%s?database=a%%20b&folder=%s", bin, folder);
        Throwaway *throwaway = start();
        const char *url = throwaway_url(throwaway);
        ck_assert_int_eq(atoi(ask(url, "SHOW server_version_num")) / 10000, major);
        ck_assert_str_eq(ask(url, "SELECT current_database()"), "a b");
        ck_assert_str_eq(ask(url, "SHOW timezone"), "UTC");
        throwaway_stop(throwaway);
    }
}
END_TEST

START_TEST(test_no_programs)
{
    ThrowawaySpec spec = {.url = "embedded:///no/such/folder"};
    Throwaway *throwaway;
    ck_assert_fails(throwaway_start(arena, &spec, &throwaway, &err), EXIT_CONNECTION, "/no/such");
    spec.url = "embedded://11";
    ck_assert_fails(throwaway_start(arena, &spec, &throwaway, &err), EXIT_CONNECTION,
                    "PostgreSQL 11");
    ck_assert_ptr_nonnull(strstr(err.hint, "postgresql-11"));
    spec.url = arena_printf(arena, "embedded://?locale=xx_YY&folder=%s", folder);
    ck_assert_fails(throwaway_start(arena, &spec, &throwaway, &err), EXIT_USAGE, "initdb");
    ck_assert_ptr_nonnull(strstr(err.detail, "xx_YY"));
}
END_TEST

/* ---- The suite ---- */

static Suite *suite(void)
{
    Suite *all = suite_create("throwaway");
    TCase *tcase = common_case(all, set_up);
    add_owned(tcase);
    ADD(tcase, test_damaged_state, test_concurrent, test_both_killed, test_server_follows,
        test_all_majors, test_no_programs);
    return all;
}

static void make_shared_cache(void)
{
    Arena *own = arena_new();
    ThrowawaySpec spec = {.url = "embedded://"};
    char *ignored;
    if (mkdtemp(shared_cache) == NULL)
        exit(EXIT_FAILURE);
    setenv("XDG_CACHE_HOME", shared_cache, 1);
    throwaway_identity(own, &spec, &ignored, &err);
    error_clear(&err);
    arena_free(own);
}

int main(void)
{
    make_shared_cache();
    int code = unit_run(suite());
    file_remove_tree(shared_cache, &err);
    error_clear(&err);
    return code;
}
