#include "unit.h"

#include <poll.h>
#include <signal.h>

#include "dbmig/base/fatal.h"
#include "dbmig/base/interrupt.h"
#include "dbmig/base/platform.h"

static bool readable(int fd)
{
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    return poll(&wait, 1, 0) == 1;
}

/* In unit_child: tells by its exit code which expectation failed. */
#define EXPECT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition))                                                                          \
            _exit(__LINE__ % 100);                                                                 \
    } while (0)

START_TEST(test_not_installed)
{
    ck_assert_int_eq(interrupt_signal(), 0);
    ck_assert_int_eq(interrupt_fd(), -1);
    ck_assert(!interrupt_check(&err));
    int64_t start = platform_monotonic_ms();
    ck_assert_ok(interrupt_sleep(30, &err));
    ck_assert_int_ge(platform_monotonic_ms() - start, 30);
}
END_TEST

static void first_signal(void *context)
{
    (void)context;
    Error error = {0};
    interrupt_install();
    interrupt_install();
    EXPECT(interrupt_fd() >= 0 && !readable(interrupt_fd()));
    raise(SIGPIPE);
    EXPECT(interrupt_sleep(1, &error));
    raise(SIGTERM);
    EXPECT(interrupt_signal() == SIGTERM);
    EXPECT(readable(interrupt_fd()));
    EXPECT(interrupt_check(&error));
    EXPECT(error.code == 128 + SIGTERM);
    EXPECT(strcmp(error.primary, "interrupted by SIGTERM") == 0);
    EXPECT(!interrupt_sleep(60000, &error));
    raise(SIGTERM); /* timeout(1) sends two at once */
    EXPECT(interrupt_signal() == SIGTERM);
    error_clear(&error);
}

START_TEST(test_first_signal)
{
    ck_assert_int_eq(unit_child(first_signal, NULL, NULL), 0);
}
END_TEST

static void say(void *context)
{
    fprintf(stderr, "%s", (const char *)context);
}

static char cleaned[] = "cleaned";

static void second_signal(void *context)
{
    int second = *(int *)context;
    interrupt_install();
    cleanup_register(say, cleaned);
    raise(SIGTERM);
    if (second == SIGTERM)
        poll(NULL, 0, 300);
    raise(second);
    _exit(99);
}

START_TEST(test_second_signal)
{
    char *text;
    int number = SIGINT;
    ck_assert_int_eq(unit_child(second_signal, &number, &text), 128 + SIGINT);
    ck_assert_str_eq(text, "cleaned");
    number = SIGTERM;
    ck_assert_int_eq(unit_child(second_signal, &number, &text), 128 + SIGTERM);
    ck_assert_str_eq(text, "cleaned");
}
END_TEST

static void hang(void *context)
{
    (void)context;
    raise(SIGHUP);
    poll(NULL, 0, 60000);
}

static void third_signal(void *context)
{
    (void)context;
    interrupt_install();
    cleanup_register(hang, NULL);
    raise(SIGTERM);
    raise(SIGINT);
    _exit(99);
}

START_TEST(test_third_signal_ends_a_hanging_cleanup)
{
    ck_assert_int_eq(unit_child(third_signal, NULL, NULL), 128 + SIGHUP);
}
END_TEST

static void sleep_until_signal(void *context)
{
    (void)context;
    Error error = {0};
    interrupt_install();
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        poll(NULL, 0, 50);
        kill(parent, SIGINT);
        _exit(0);
    }
    int64_t start = platform_monotonic_ms();
    EXPECT(!interrupt_sleep(60000, &error));
    EXPECT(platform_monotonic_ms() - start < 30000);
    EXPECT(error.code == 128 + SIGINT);
    error_clear(&error);
    EXPECT(waitpid(pid, NULL, 0) == pid);
}

START_TEST(test_signal_ends_a_sleep)
{
    ck_assert_int_eq(unit_child(sleep_until_signal, NULL, NULL), 0);
}
END_TEST

static void stay_ignored(void *context)
{
    (void)context;
    signal(SIGHUP, SIG_IGN);
    interrupt_install();
    raise(SIGHUP);
    EXPECT(interrupt_signal() == 0);
}

START_TEST(test_nohup_is_respected)
{
    ck_assert_int_eq(unit_child(stay_ignored, NULL, NULL), 0);
}
END_TEST

UNIT_SUITE("interrupt", test_not_installed, test_first_signal, test_second_signal,
           test_third_signal_ends_a_hanging_cleanup, test_signal_ends_a_sleep,
           test_nohup_is_respected)
UNIT_MAIN(suite)
