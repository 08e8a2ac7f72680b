/*
 * What the unit tests share. A test program lists its tests with UNIT_SUITE and ends with
 * UNIT_MAIN(suite); it prints TAP. Each test gets an empty arena, a cleared Error and a folder of
 * its own. Whatever must end a process or install handlers runs in unit_child(), so that the tests
 * also work in one process (CK_FORK=no), as a debugger and gcov like it.
 */
#ifndef DBMIG_TESTS_UNIT_H
#define DBMIG_TESTS_UNIT_H

#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/error.h"
#include "dbmig/base/file.h"

#define UNIT_TIMEOUT_SECONDS 60

static Arena *arena;
static Error err;
static char *folder;

#define ck_assert_ok(call) ck_assert_msg((call), "%s: %s", #call, unit_error())
#define ck_assert_fails(call, code_expected, text)                                                 \
    do {                                                                                           \
        ck_assert_msg(!(call), "%s did not fail", #call);                                          \
        ck_assert_int_eq((int)err.code, (int)(code_expected));                                     \
        ck_assert_ptr_nonnull(strstr(err.primary, (text)));                                        \
    } while (0)

static inline const char *unit_error(void)
{
    return err.primary == NULL ? "no error" : err.primary;
}

/* A path in the test's folder. */
static inline char *unit_path(const char *name)
{
    return file_join(arena, folder, name);
}

static inline void unit_set_up(void)
{
    arena = arena_new();
    ck_assert_ok(file_make_private_folder(arena, NULL, "dbmig-unit-", &folder, &err));
}

static inline void unit_tear_down(void)
{
    error_clear(&err);
    ck_assert_ok(file_remove_tree(folder, &err));
    error_clear(&err);
    arena_free(arena);
    arena = NULL;
}

static inline Suite *unit_suite(const char *name, const TTest *const *tests, size_t count)
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);
    tcase_add_checked_fixture(tcase, unit_set_up, unit_tear_down);
    tcase_set_timeout(tcase, UNIT_TIMEOUT_SECONDS);
    for (size_t i = 0; i < count; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    return suite;
}

#define UNIT_SUITE(name, ...)                                                                      \
    static Suite *suite(void)                                                                      \
    {                                                                                              \
        const TTest *const tests[] = {__VA_ARGS__};                                                \
        return unit_suite(name, tests, ARRAY_LENGTH(tests));                                       \
    }

static inline int unit_run(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_set_tap(runner, "-");
    srunner_run_all(runner, CK_SILENT);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#define UNIT_MAIN(suite)                                                                           \
    int main(void)                                                                                 \
    {                                                                                              \
        return unit_run(suite());                                                                  \
    }

/* Reads a descriptor to its end, into the arena. */
static inline char *unit_read_all(int fd)
{
    Buf buf = {0};
    char part[4096];
    ssize_t n;
    while ((n = read(fd, part, sizeof(part))) > 0 || (n < 0 && errno == EINTR))
        buf_add(&buf, part, n > 0 ? (size_t)n : 0);
    return buf_steal(&buf, arena);
}

/* fork() without Check's signal handlers, which would end the whole group of the test. */
static inline pid_t unit_fork(void)
{
    fflush(NULL);
    pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        signal(SIGINT, SIG_DFL);
        signal(SIGTERM, SIG_DFL);
    }
    return pid;
}

/*
 * Runs body in a forked child with stderr in a pipe. Returns the exit code (128 + n after signal
 * n), and all that was written to stderr.
 */
static inline int unit_child(void (*body)(void *context), void *context, char **ret_stderr)
{
    int fds[2];
    ck_assert_int_eq(pipe(fds), 0);
    pid_t pid = unit_fork();
    if (pid == 0) {
        dup2(fds[1], STDERR_FILENO);
        close(fds[0]);
        close(fds[1]);
        body(context);
        fflush(stderr);
        _exit(0);
    }
    close(fds[1]);
    char *text = unit_read_all(fds[0]);
    close(fds[0]);
    int status;
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    if (ret_stderr != NULL)
        *ret_stderr = text;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

#endif
