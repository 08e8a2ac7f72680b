/*
 * Throwaway servers for real: the helpers, and the cases that each provider must pass. A program a
 * provider includes this, sets dev_url in its set-up, and adds cases of its own. Nothing may be
 * left behind, however a run ends.
 */
#ifndef DBMIG_TESTS_THROWAWAY_CASES_H
#define DBMIG_TESTS_THROWAWAY_CASES_H

#include "unit.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include "../../src/db/throwaway/throwaway_provider.h"
#include "dbmig/base/fatal.h"
#include "dbmig/base/interrupt.h"
#include "dbmig/base/platform.h"
#include "dbmig/base/process.h"
#include "dbmig/base/text.h"
#include "dbmig/db/session.h"
#include "dbmig/db/throwaway.h"

#define CASE_SECONDS 240

static const char *dev_url;

static bool is_docker(void)
{
    return text_starts(dev_url, "docker");
}

static bool is_embedded(void)
{
    return text_starts(dev_url, "embedded");
}

/* ---- Set-up: a cache of the test's own ---- */

static void set_up_cache(void)
{
    unit_set_up();
    chmod(folder, 0711);
    setenv("XDG_CACHE_HOME", unit_path("cache"), 1);
}

static void tear_down(void)
{
    size_t removed;
    ck_assert_ok(cache_prune(0, &removed, &err));
    unit_tear_down();
}

/* ---- Helpers ---- */

static Throwaway *start_with(const char *const *keys, size_t count)
{
    ThrowawaySpec spec = {
        .url = dev_url, .use_cache = true, .cache_keys = keys, .cache_key_count = count};
    Throwaway *throwaway;
    ck_assert_ok(throwaway_start(arena, &spec, &throwaway, &err));
    return throwaway;
}

static Throwaway *start(void)
{
    return start_with(NULL, 0);
}

static Session *session_on(const char *url)
{
    Session *session;
    SessionOptions options = {.url = url};
    ck_assert_ok(session_open(arena, &options, &session, &err));
    return session;
}

static void run_sql(const char *url, const char *sql)
{
    Session *session = session_on(url);
    ck_assert_ok(session_exec(session, sql, &err));
    session_close(session);
}

static const char *ask(const char *url, const char *sql)
{
    Session *session = session_on(url);
    Rows *rows;
    ck_assert_ok(session_query(session, arena, sql, 0, NULL, &rows, &err));
    ck_assert_uint_eq(rows_count(rows), 1);
    const char *text = arena_strdup(arena, rows_text(rows, 0, 0));
    session_close(session);
    return text;
}

static const char *output_of(const char *const *argv)
{
    ProcessSpec spec = {.argv = argv};
    ProcessResult result;
    ck_assert_ok(process_run(arena, &spec, &result, &err));
    return result.out.data;
}

/* Containers of that process, a line each. */
static const char *containers_of(pid_t pid)
{
    const char *argv[] = {"docker",
                          "ps",
                          "--all",
                          "--filter",
                          "label=dbmig.owner",
                          "--format",
                          "{{.Label \"dbmig.owner\"}} {{.ID}}",
                          NULL};
    StringList lines = {0};
    Buf found = {0};
    char *mark = arena_printf(arena, ".%ld.", (long)pid);
    text_split(arena, output_of(argv), '\n', &lines);
    for (size_t i = 0; i < lines.count; i++) {
        if (strstr(lines.items[i], mark) != NULL)
            buf_printf(&found, "%s\n", strchr(lines.items[i], ' ') + 1);
    }
    return buf_steal(&found, arena);
}

static const char *own_folder(void)
{
    StringList names;
    ck_assert_ok(file_list(arena, folder, &names, &err));
    for (size_t i = 0; i < names.count; i++) {
        if (text_starts(names.items[i], "dbmig-e-"))
            return unit_path(names.items[i]);
    }
    return NULL;
}

static const char *databases(void)
{
    return ask(dev_url, "SELECT coalesce(string_agg(datname, ' '), '') FROM pg_database WHERE "
                        "datname LIKE 'dbmig\\_%'");
}

/* True when something of the process's throwaway is still there. */
static bool is_something_left(pid_t pid)
{
    if (is_embedded())
        return own_folder() != NULL;
    if (is_docker())
        return containers_of(pid)[0] != '\0';
    return databases()[0] != '\0';
}

/* The postgres in an embedded server's folder. */
static inline pid_t server_pid(void)
{
    Bytes text;
    ck_assert_ok(file_read(arena, file_join(arena, own_folder(), "server"), &text, &err));
    return (pid_t)strtol(text.data, NULL, 10);
}

/* ---- A run in another process ---- */

typedef struct Child {
    pid_t pid;
    int pipe;
} Child;

/* Starts a throwaway, says so, waits for a signal, and ends as main would. */
DBMIG_NORETURN static void child_main(int fd, bool say)
{
    ThrowawaySpec spec = {.url = dev_url, .use_cache = true};
    Throwaway *throwaway = NULL;
    interrupt_install();
    if (write(fd, "?", 1) != 1)
        _exit(2);
    bool ok = throwaway_start(arena, &spec, &throwaway, &err);
    if (ok && say && write(fd, "!", 1) == 1)
        interrupt_sleep(CASE_SECONDS * 1000, &err);
    cleanup_run_all();
    _exit(ok || interrupt_signal() != 0 ? 128 + interrupt_signal() : 1);
}

static void await_byte(const Child *child, char wanted)
{
    char byte = 0;
    ck_assert_int_eq(read(child->pipe, &byte, 1), 1);
    ck_assert_int_eq(byte, wanted);
}

/* Returns when it has taken over the signals. */
static Child begin_child(bool say)
{
    Child child;
    int fds[2];
    ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
    child.pid = unit_fork();
    if (child.pid == 0)
        child_main(fds[1], say);
    close(fds[1]);
    child.pipe = fds[0];
    await_byte(&child, '?');
    return child;
}

/* Waits until its server runs. */
static Child running_child(void)
{
    Child child = begin_child(true);
    await_byte(&child, '!');
    return child;
}

static int end_child(const Child *child, int number)
{
    int status;
    if (number != 0)
        kill(child->pid, number);
    ck_assert_int_eq(waitpid(child->pid, &status, 0), child->pid);
    close(child->pipe);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* ---- Cases for all ---- */

START_TEST(test_start_and_stop)
{
    Throwaway *throwaway = start();
    const char *url = throwaway_url(throwaway);
    ck_assert_int_eq(throwaway_restored(throwaway), -1);
    ck_assert_int_eq(throwaway_owns_server(throwaway), is_docker() || is_embedded());
    ck_assert_ptr_null(throwaway_search_path(throwaway));
    ck_assert(throwaway_shown(throwaway)[0] != '\0');
    run_sql(url, "CREATE TABLE t (a int); CREATE UNLOGGED TABLE u (a int)");
    ck_assert_str_eq(ask(url, "SHOW server_encoding"), "UTF8");
    if (throwaway_owns_server(throwaway))
        ck_assert_str_eq(ask(url, "SELECT current_database()"), "dev");
    ck_assert(is_something_left(getpid()));
    throwaway_stop(throwaway);
    ck_assert(!is_something_left(getpid()));
    throwaway_stop(throwaway);
    throwaway_stop(NULL);
}
END_TEST

START_TEST(test_databases)
{
    Throwaway *throwaway = start();
    char *url;
    char *name;
    char *copy_url;
    char *copy_name;
    run_sql(throwaway_url(throwaway), "CREATE TABLE of_main (a int)");
    ck_assert_ok(throwaway_create_database(arena, throwaway, NULL, &url, &name, &err));
    ck_assert_str_eq(ask(url, "SELECT current_database()"), name);
    ck_assert_str_eq(ask(url, "SELECT to_regclass('of_main') IS NULL"), "t");
    run_sql(url, "CREATE TABLE t (a int)");
    ck_assert_ok(throwaway_create_database(arena, throwaway, name, &copy_url, &copy_name, &err));
    ck_assert_str_eq(ask(copy_url, "SELECT to_regclass('t') IS NOT NULL"), "t");
    /* Whoever is still connected is thrown out. */
    Session *session = session_on(url);
    ck_assert_ok(throwaway_drop_database(throwaway, name, &err));
    ck_assert(!session_exec(session, "SELECT 1", &err));
    error_clear(&err);
    session_close(session);
    ck_assert_ok(throwaway_drop_database(throwaway, name, &err));
    throwaway_stop(throwaway);
    ck_assert(!is_something_left(getpid()));
}
END_TEST

START_TEST(test_sigterm)
{
    Child child = running_child();
    ck_assert(is_something_left(child.pid));
    ck_assert_int_eq(end_child(&child, SIGTERM), 128 + SIGTERM);
    ck_assert(!is_something_left(child.pid));
}
END_TEST

/* The next run sweeps, and leaves alone what has an owner. */
START_TEST(test_sigkill)
{
    Child dead = running_child();
    Child alive = running_child();
    end_child(&dead, SIGKILL);
    ck_assert(is_something_left(dead.pid));
    Throwaway *throwaway = start();
    if (is_docker()) {
        ck_assert_str_eq(containers_of(dead.pid), "");
        ck_assert_str_ne(containers_of(alive.pid), "");
    }
    throwaway_stop(throwaway);
    ck_assert(is_something_left(alive.pid));
    ck_assert_int_eq(end_child(&alive, SIGTERM), 128 + SIGTERM);
    ck_assert(!is_something_left(dead.pid));
    ck_assert(!is_something_left(alive.pid));
}
END_TEST

/* A signal at any time of the start. */
START_TEST(test_interrupted_start)
{
    static const int delays_ms[] = {1, 5, 15, 40, 80, 150, 300, 600, 1000, 1500};
    for (size_t i = 0; i < ARRAY_LENGTH(delays_ms); i++) {
        Child child = begin_child(true);
        poll(NULL, 0, delays_ms[i]);
        end_child(&child, SIGTERM);
        ck_assert_msg(!is_something_left(child.pid), "after %d ms", delays_ms[i]);
    }
}
END_TEST

/* The same without any chance to clean up: then the next start does. */
START_TEST(test_killed_start)
{
    static const int delays_ms[] = {1, 5, 15, 40, 80, 150, 300, 600};
    for (size_t i = 0; i < ARRAY_LENGTH(delays_ms); i++) {
        Child child = begin_child(true);
        poll(NULL, 0, delays_ms[i]);
        end_child(&child, SIGKILL);
        /* What it had asked the engine or the server for may still be coming. */
        poll(NULL, 0, is_embedded() ? 0 : 700);
        throwaway_stop(start());
        ck_assert_msg(!is_something_left(child.pid), "after %d ms", delays_ms[i]);
    }
}
END_TEST

START_TEST(test_identity)
{
    ThrowawaySpec spec = {.url = dev_url};
    char *first;
    char *second;
    ck_assert_ok(throwaway_identity(arena, &spec, &first, &err));
    ck_assert_ok(throwaway_identity(arena, &spec, &second, &err));
    ck_assert_str_eq(first, second);
    spec.url = arena_printf(arena, "%s%csearch_path=x", dev_url, strchr(dev_url, '?') ? '&' : '?');
    ck_assert_ok(throwaway_identity(arena, &spec, &second, &err));
    ck_assert_str_ne(first, second);
    ck_assert_ptr_null(strstr(second, "password"));
}
END_TEST

/* ---- The suite ---- */

static inline void add_tests(TCase *tcase, const TTest *const *tests, size_t count)
{
    for (size_t i = 0; i < count; i++)
        tcase_add_test(tcase, tests[i]);
}

#define ADD(tcase, ...)                                                                            \
    do {                                                                                           \
        const TTest *const tests[] = {__VA_ARGS__};                                                \
        add_tests(tcase, tests, ARRAY_LENGTH(tests));                                              \
    } while (0)

static inline TCase *common_case(Suite *suite, SFun set_up)
{
    TCase *tcase = tcase_create("common");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_set_timeout(tcase, CASE_SECONDS);
    suite_add_tcase(suite, tcase);
    ADD(tcase, test_start_and_stop, test_databases, test_sigterm, test_sigkill,
        test_interrupted_start, test_killed_start, test_identity);
    return tcase;
}

#ifndef THROWAWAY_NOT_OURS
/* ---- Cases for servers of our own ---- */

static const char *const keys[] = {"missing", "key"};

static void keep_a_state(void)
{
    Throwaway *throwaway = start();
    run_sql(throwaway_url(throwaway),
            "CREATE UNLOGGED TABLE u AS SELECT generate_series(1, 1000) AS a;"
            "CREATE ROLE of_history; CREATE TABLE t (a int)");
    throwaway_keep(throwaway, "key", true);
    /* It goes on where it was. */
    ck_assert_str_eq(ask(throwaway_url(throwaway), "SELECT count(*) FROM u"), "1000");
    throwaway_stop(throwaway);
}

START_TEST(test_keep)
{
    keep_a_state();
    for (int i = 0; i < 2; i++) {
        Throwaway *throwaway = start_with(keys, 2);
        const char *url = throwaway_url(throwaway);
        char *other_url;
        char *other;
        ck_assert_int_eq(throwaway_restored(throwaway), 1);
        /* A crash start would have emptied it. */
        ck_assert_str_eq(ask(url, "SELECT count(*) FROM u"), "1000");
        ck_assert_str_eq(ask(url, "SELECT to_regrole('of_history') IS NOT NULL"), "t");
        ck_assert_ok(throwaway_create_database(arena, throwaway, NULL, &other_url, &other, &err));
        ck_assert_str_eq(ask(other_url, "SELECT to_regclass('u') IS NULL"), "t");
        /* What is done now is not in the kept state. */
        run_sql(url, "DROP TABLE u; CREATE TABLE more (a int)");
        throwaway_stop(throwaway);
    }
    ck_assert(!is_something_left(getpid()));
}
END_TEST

static bool is_kept(const char *key)
{
    CacheMeta meta;
    return cache_find(arena, is_docker() ? "docker" : "embedded", key, &meta);
}

static inline void expect_fresh(void)
{
    Throwaway *throwaway = start_with(keys, 2);
    ck_assert_int_eq(throwaway_restored(throwaway), -1);
    ck_assert(!is_kept("key"));
    ck_assert_str_eq(ask(throwaway_url(throwaway), "SELECT to_regclass('t') IS NULL"), "t");
    throwaway_stop(throwaway);
}

static const char *image_of(const char *key)
{
    CacheMeta meta;
    ck_assert(cache_find(arena, "docker", key, &meta));
    return cache_value(arena, &meta, "image");
}

/* Both are gone, though the second stands on the first. */
static void prune_images(void)
{
    size_t removed;
    const char *images[] = {image_of("key"), image_of("key2")};
    ck_assert_ok(cache_prune(0, &removed, &err));
    for (size_t i = 0; i < ARRAY_LENGTH(images); i++) {
        const char *argv[] = {"docker", "image", "inspect", "--format", "{{.Id}}", images[i], NULL};
        ck_assert(!text_starts(output_of(argv), "sha256:"));
    }
}

START_TEST(test_keep_on_top)
{
    static const char *const longer[] = {"key2", "key"};
    keep_a_state();
    Throwaway *throwaway = start_with(longer, 2);
    ck_assert_int_eq(throwaway_restored(throwaway), 1);
    run_sql(throwaway_url(throwaway), "CREATE TABLE more (a int)");
    throwaway_keep(throwaway, "key2", false);
    throwaway_stop(throwaway);
    throwaway = start_with(longer, 2);
    ck_assert_int_eq(throwaway_restored(throwaway), 0);
    ck_assert_str_eq(ask(throwaway_url(throwaway), "SELECT count(*) FROM u"), "1000");
    ck_assert_str_eq(ask(throwaway_url(throwaway), "SELECT to_regclass('more') IS NOT NULL"), "t");
    throwaway_stop(throwaway);
    if (is_docker())
        prune_images();
}
END_TEST

static void kill_server(void)
{
    if (is_embedded()) {
        kill(server_pid(), SIGKILL);
    } else {
        const char *id = containers_of(getpid());
        const char *argv[] = {"docker", "kill", arena_strndup(arena, id, strcspn(id, "\n")), NULL};
        output_of(argv);
    }
}

START_TEST(test_server_killed)
{
    Throwaway *throwaway = start();
    Session *session = session_on(throwaway_url(throwaway));
    kill_server();
    ck_assert(!session_exec(session, "SELECT pg_sleep(10)", &err));
    ck_assert_int_eq((int)err.code, EXIT_CONNECTION);
    error_clear(&err);
    session_close(session);
    /* What did not stop cleanly is not kept. */
    throwaway_keep(throwaway, "key", false);
    ck_assert(!is_kept("key"));
    throwaway_stop(throwaway);
    ck_assert(!is_something_left(getpid()));
}
END_TEST

START_TEST(test_no_cache)
{
    keep_a_state();
    ThrowawaySpec spec = {.url = dev_url, .cache_keys = keys, .cache_key_count = 2};
    Throwaway *throwaway;
    ck_assert_ok(throwaway_start(arena, &spec, &throwaway, &err));
    ck_assert_int_eq(throwaway_restored(throwaway), -1);
    throwaway_keep(throwaway, "other", false);
    ck_assert(!is_kept("other"));
    throwaway_stop(throwaway);
}
END_TEST

START_TEST(test_prune)
{
    CacheList list;
    size_t removed;
    keep_a_state();
    ck_assert_ok(cache_list(arena, &list, &err));
    bool found = false;
    for (size_t i = 0; i < list.count; i++)
        found |= text_equal(list.items[i].key, "key") && list.items[i].bytes > 1000000;
    ck_assert(found);
    ck_assert_ok(cache_prune(0, &removed, &err));
    ck_assert_uint_eq(removed, list.count);
    if (is_docker()) {
        const char *argv[] = {"docker", "image", "ls", "--quiet", "dbmig-cache:key", NULL};
        ck_assert_str_eq(output_of(argv), "");
    }
    Throwaway *throwaway = start_with(keys, 2);
    ck_assert_int_eq(throwaway_restored(throwaway), -1);
    throwaway_stop(throwaway);
}
END_TEST

START_TEST(test_cache_limit)
{
    ThrowawaySpec spec = {.url = dev_url, .use_cache = true, .cache_limit = 1000};
    Throwaway *throwaway;
    ck_assert_ok(throwaway_start(arena, &spec, &throwaway, &err));
    throwaway_keep(throwaway, "key", false);
    throwaway_stop(throwaway);
    ck_assert(!is_kept("key"));
}
END_TEST

static inline void add_owned(TCase *tcase)
{
    ADD(tcase, test_keep, test_keep_on_top, test_server_killed, test_no_cache, test_prune,
        test_cache_limit);
}
#endif

#endif
