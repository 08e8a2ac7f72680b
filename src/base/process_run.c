/*
 * Running a child to its end: feeds its stdin, captures its stdout and stderr, and gives up on a
 * time-out or an interruption. Starting and ending it is process.c's.
 */
#include "process_private.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/fault.h"
#include "dbmig/base/interrupt.h"
#include "dbmig/base/platform.h"
#include "dbmig/base/text.h"

#define GRACE_MS 5000

/* More than a pipe holds, and an end for a child that writes faster than we read. */
#define MOST_READS 64

/* Our side of a child: what it writes, and what it has not read yet. */
typedef struct Relay {
    const ProcessSpec *spec;
    Process process;
    int input; /* -1 when closed */
    size_t input_sent;
    int output[2]; /* its stdout and stderr; -1 when closed */
    Buf captured[2];
} Relay;

static bool open_pipe(int *ret_child, int *ret_own, bool child_reads, Error *err)
{
    int fds[2];
    if (!process_pipe(fds, err))
        return false;
    *ret_child = fds[child_reads ? 0 : 1];
    *ret_own = fds[child_reads ? 1 : 0];
    fcntl(*ret_own, F_SETFL, O_NONBLOCK);
    return true;
}

static bool open_stdio(Relay *relay, Launch *launch, Error *err)
{
    const ProcessSpec *spec = relay->spec;
    if (spec->inherit_stdio)
        return true;
    bool ok = spec->input != NULL ? open_pipe(&launch->stdio[0], &relay->input, true, err)
                                  : process_open("/dev/null", O_RDONLY, &launch->stdio[0], err);
    return ok && open_pipe(&launch->stdio[1], &relay->output[0], false, err) &&
           open_pipe(&launch->stdio[2], &relay->output[1], false, err);
}

/* The child may end or close its stdin without reading all: that is its right. */
static void feed(Relay *relay)
{
    const ProcessSpec *spec = relay->spec;
    size_t left = spec->input_len - relay->input_sent;
    ssize_t n = left == 0 ? 0 : write(relay->input, spec->input + relay->input_sent, left);
    if (n > 0)
        relay->input_sent += (size_t)n;
    bool later = n < 0 && (errno == EAGAIN || errno == EINTR);
    if (!later && (n < 0 || relay->input_sent == spec->input_len))
        process_close(&relay->input);
}

/* Takes all that is in the pipe. */
static void drain(Relay *relay, int i)
{
    for (int reads = 0; relay->output[i] >= 0 && reads < MOST_READS; reads++) {
        Buf *buf = &relay->captured[i];
        buf_reserve(buf, 16384);
        ssize_t n = read(relay->output[i], buf->data + buf->len, buf->capacity - buf->len - 1);
        if (n > 0) {
            buf->len += (size_t)n;
            buf->data[buf->len] = '\0';
        } else if (n < 0 && errno == EINTR) {
            continue;
        } else if (n < 0 && errno == EAGAIN) {
            return;
        } else {
            process_close(&relay->output[i]);
        }
    }
}

/* One wait of at most timeout_ms; true when there was something to do. */
static bool relay_once(Relay *relay, int timeout_ms)
{
    int wake = relay->spec->ignore_interrupt ? -1 : interrupt_fd();
    struct pollfd fds[4] = {
        {.fd = relay->output[0], .events = POLLIN},
        {.fd = relay->output[1], .events = POLLIN},
        {.fd = relay->input, .events = POLLOUT},
        {.fd = wake, .events = POLLIN},
    };
    if (poll(fds, ARRAY_LENGTH(fds), timeout_ms) <= 0)
        return false;
    for (int i = 0; i < 2; i++) {
        if (fds[i].revents != 0)
            drain(relay, i);
    }
    if (fds[2].revents != 0)
        feed(relay);
    return true;
}

static bool give_up(Relay *relay, Error *err)
{
    bool interrupted = !relay->spec->ignore_interrupt && interrupt_signal() != 0;
    bool passed_on = interrupted && !relay->process.own_group;
    process_kill(&relay->process, passed_on ? interrupt_signal() : SIGTERM, GRACE_MS);
    if (interrupted) {
        interrupt_check(err);
        return false;
    }
    Arena *arena = arena_new();
    error_set(err, EXIT_USAGE, "could not run \"%s\" to its end within %s", relay->spec->argv[0],
              text_from_duration(arena, relay->spec->timeout_ms));
    arena_free(arena);
    return false;
}

/*
 * The end of the child ends the relay, not the end of its output: a server that it started may
 * hold the pipes open for ever. What the child itself wrote is in them by then.
 */
static bool relay_to_end(Relay *relay, Error *err)
{
    long timeout_ms = relay->spec->timeout_ms;
    int64_t deadline = timeout_ms > 0 ? platform_monotonic_ms() + timeout_ms : INT64_MAX;
    int tick = 1;
    while (!process_poll(&relay->process)) {
        bool interrupted = !relay->spec->ignore_interrupt && interrupt_signal() != 0;
        if (interrupted || platform_monotonic_ms() >= deadline)
            return give_up(relay, err);
        tick = relay_once(relay, tick) ? 1 : process_next_tick(tick);
    }
    drain(relay, 0);
    drain(relay, 1);
    return true;
}

/*
 * A child at our terminal gets the keys' signals itself, and what Ctrl-C means is its decision (in
 * psql, to cancel a query): as in system(3), we do not hear them.
 */
static bool run_at_terminal(Relay *relay, Error *err)
{
    struct sigaction ignore = {0};
    struct sigaction on_int;
    struct sigaction on_quit;
    ignore.sa_handler = SIG_IGN;
    sigaction(SIGINT, &ignore, &on_int);
    sigaction(SIGQUIT, &ignore, &on_quit);
    bool ok = relay_to_end(relay, err);
    sigaction(SIGINT, &on_int, NULL);
    sigaction(SIGQUIT, &on_quit, NULL);
    return ok;
}

static bool shares_terminal(const ProcessSpec *spec)
{
    return spec->inherit_stdio && isatty(STDIN_FILENO) && tcgetpgrp(STDIN_FILENO) == getpgrp();
}

static bool run(Arena *arena, Relay *relay, Error *err)
{
    Launch launch;
    bool ok = process_prepare(arena, relay->spec, &launch, err) &&
              open_stdio(relay, &launch, err) && process_spawn(&launch, &relay->process, err);
    for (int i = 0; i < 3; i++)
        process_close(&launch.stdio[i]);
    if (!ok)
        return false;
    return shares_terminal(relay->spec) ? run_at_terminal(relay, err) : relay_to_end(relay, err);
}

static Bytes keep(Arena *arena, Buf *buf)
{
    size_t len = buf->len;
    return (Bytes){buf_steal(buf, arena), len};
}

bool process_run(Arena *arena, const ProcessSpec *spec, ProcessResult *ret, Error *err)
{
    Relay relay = {.spec = spec, .input = -1, .output = {-1, -1}};
    bool ok = run(arena, &relay, err);
    process_close(&relay.input);
    process_close(&relay.output[0]);
    process_close(&relay.output[1]);
    Bytes out = keep(arena, &relay.captured[0]);
    Bytes errors = keep(arena, &relay.captured[1]);
    if (ok)
        *ret = (ProcessResult){relay.process.exit_code, out, errors};
    return ok;
}
