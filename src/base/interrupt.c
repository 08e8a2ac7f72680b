/*
 * Signals that end the program. The first is remembered and its arrival written to a pipe, whose
 * reading end wakes every poll(); the byte is never read, so that it wakes later waits as well.
 */
#include "dbmig/base/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "dbmig/base/fatal.h"
#include "dbmig/base/platform.h"

/* timeout(1) signals its child and then the child's group: twice the same within a moment. */
#define SAME_SIGNAL_MS 200

/* How long the clean-ups may take after the second signal. */
#define LAST_SECONDS 10

static const struct {
    int number;
    const char *name;
} handled[] = {{SIGINT, "SIGINT"}, {SIGTERM, "SIGTERM"}, {SIGHUP, "SIGHUP"}};

static volatile sig_atomic_t first_signal;
static volatile sig_atomic_t last_signal;
static int64_t first_ms;
static int wake_pipe[2] = {-1, -1};

DBMIG_NORETURN static void on_deadline(int number)
{
    (void)number;
    _exit(EXIT_SIGNAL + last_signal);
}

/*
 * What the clean-ups call is not safe in a handler (the signal may have come inside malloc), so a
 * deadline stands behind them, and one more signal ends the program by its default action.
 */
DBMIG_NORETURN static void end_now(int number)
{
    last_signal = number;
    sigset_t open;
    sigemptyset(&open);
    for (size_t i = 0; i < ARRAY_LENGTH(handled); i++)
        signal(handled[i].number, SIG_DFL);
    signal(SIGALRM, on_deadline);
    pthread_sigmask(SIG_SETMASK, &open, NULL);
    alarm(LAST_SECONDS);
    cleanup_run_all();
    _exit(EXIT_SIGNAL + number);
}

static void on_signal(int number)
{
    int saved_errno = errno;
    if (first_signal == 0) {
        first_signal = number;
        first_ms = platform_monotonic_ms();
        ssize_t ignored = write(wake_pipe[1], "!", 1);
        (void)ignored;
    } else if (number != first_signal || platform_monotonic_ms() - first_ms > SAME_SIGNAL_MS) {
        end_now(number);
    }
    errno = saved_errno;
}

static void set_handler(int number)
{
    struct sigaction action = {0};
    /* nohup and background jobs of a shell start us with the signal ignored, and mean it. */
    if (sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
        return;
    action = (struct sigaction){0};
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    for (size_t i = 0; i < ARRAY_LENGTH(handled); i++)
        sigaddset(&action.sa_mask, handled[i].number);
    sigaction(number, &action, NULL);
}

void interrupt_install(void)
{
    if (wake_pipe[0] >= 0)
        return;
    if (!platform_pipe(wake_pipe))
        BUG("no pipe for signals");
    fcntl(wake_pipe[1], F_SETFL, O_NONBLOCK);
    for (size_t i = 0; i < ARRAY_LENGTH(handled); i++)
        set_handler(handled[i].number);
    signal(SIGPIPE, SIG_IGN);
    /* Inherited as ignored, it would take the exit codes of our children away. */
    signal(SIGCHLD, SIG_DFL);
}

int interrupt_signal(void)
{
    return first_signal;
}

int interrupt_fd(void)
{
    return wake_pipe[0];
}

bool interrupt_check(Error *err)
{
    int number = first_signal;
    if (number == 0)
        return false;
    const char *name = "a signal";
    for (size_t i = 0; i < ARRAY_LENGTH(handled); i++) {
        if (handled[i].number == number)
            name = handled[i].name;
    }
    error_set(err, (ExitCode)(EXIT_SIGNAL + number), "interrupted by %s", name);
    return true;
}

bool interrupt_sleep(long milliseconds, Error *err)
{
    int64_t end = platform_monotonic_ms() + milliseconds;
    for (;;) {
        if (interrupt_check(err))
            return false;
        int64_t left = end - platform_monotonic_ms();
        if (left <= 0)
            return true;
        struct pollfd wake = {.fd = wake_pipe[0], .events = POLLIN};
        poll(&wake, 1, left > 60000 ? 60000 : (int)left);
    }
}
