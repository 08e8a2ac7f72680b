/*
 * Waiting for the server: one poll() for the socket, for signals and for ticks. A signal cancels
 * what runs, and the call goes on to the server's answer, within a few seconds.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dbmig/base/fatal.h"
#include "dbmig/base/fault.h"
#include "dbmig/base/interrupt.h"
#include "dbmig/base/platform.h"
#include "session_internal.h"

#define RECANCEL_MS 1000

/* How soon to look again for what poll() cannot see; see hides_input(). */
#define HIDDEN_POLL_MS 200

/* libpq's words for a broken connection, once, without passwords and what it tried afterwards. */
static char *lost_text(Arena *arena, const PGconn *conn)
{
    char *text = url_mask(arena, PQerrorMessage(conn));
    char *first = arena_strndup(arena, text, strcspn(text, "\n"));
    char *rest = text + strlen(first);
    char *again = *first == '\0' ? NULL : strstr(rest, first);
    char *socket_gone = strstr(rest, "\ninvalid socket");
    if (again != NULL)
        *again = '\0';
    if (socket_gone != NULL)
        *socket_gone = '\0';
    size_t len = strlen(text);
    while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == ' '))
        text[--len] = '\0';
    return text;
}

bool session_lost_error(Session *session, Error *err)
{
    session->lost = true;
    Arena *arena = arena_new();
    const char *text = lost_text(arena, session->conn);
    error_set(err, EXIT_CONNECTION, "lost the connection to %s", session->shown);
    error_sqlstate(err, "08006");
    if (*text != '\0')
        error_detail(err, "%s", text);
    arena_free(arena);
    return false;
}

bool session_send_error(Session *session, Error *err)
{
    if (PQstatus(session->conn) == CONNECTION_OK)
        BUG("libpq: %s", PQerrorMessage(session->conn));
    return session_lost_error(session, err);
}

void session_io_fault(Session *session, const char *what)
{
    (void)what;
    if (fault_hit(what))
        shutdown(PQsocket(session->conn), SHUT_RDWR);
}

bool session_io_alive(Session *session, Error *err)
{
    if (!session->lost && PQstatus(session->conn) == CONNECTION_OK)
        return true;
    return session_lost_error(session, err);
}

bool session_io_resume(Session *session, Error *err)
{
    fault_signal_point("before a call");
    if (!session->ignore_interrupt && interrupt_check(err)) {
        session->ignore_interrupt = true;
        return false;
    }
    session->interrupted = false;
    session->deadline_ms = 0;
    if (interrupt_signal() != 0)
        session->deadline_ms = platform_monotonic_ms() + SESSION_CANCEL_MS;
    fault_signal_point("in a call");
    return true;
}

bool session_io_begin(Session *session, Error *err)
{
    return session_io_alive(session, err) && session_io_resume(session, err);
}

bool session_io_end(Session *session, bool ok, Error *err)
{
    fault_signal_point("end of a call");
    if (!session->interrupted)
        return ok;
    session->interrupted = false;
    return !interrupt_check(err);
}

void session_io_defer(Session *session)
{
    fault_signal_point("end of a call in a pipeline");
    if (!session->interrupted)
        return;
    session->interrupted = false;
    session->ignore_interrupt = false;
}

static void on_interrupt(Session *session)
{
    int64_t now = platform_monotonic_ms();
    session->interrupted = true;
    session->ignore_interrupt = true;
    session->deadline_ms = now + SESSION_CANCEL_MS;
    session_cancel(session);
    session->recancel_ms = now + RECANCEL_MS;
}

/* A cancel that arrives before the statement is forgotten by the server. */
static void cancel_again(Session *session, int64_t now)
{
    if (!(session->interrupted || session->cancelling) || now < session->recancel_ms)
        return;
    session_cancel(session);
    session->recancel_ms = now + RECANCEL_MS;
}

static void tick(Session *session, int64_t now)
{
    if (session->on_tick == NULL || now < session->next_tick_ms)
        return;
    session->next_tick_ms = now + session->tick_ms;
    session->on_tick(session->tick_context);
}

/* Under encryption, bytes may have left the socket and not be with libpq yet. */
static bool hides_input(PGconn *conn)
{
    return PQsslInUse(conn) || PQgssEncInUse(conn);
}

static int64_t sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int poll_timeout(const Session *session, int64_t now)
{
    int64_t end = now + 60000;
    if (session->deadline_ms != 0)
        end = sooner(end, session->deadline_ms);
    if (session->interrupted || session->cancelling)
        end = sooner(end, session->recancel_ms);
    if (session->on_tick != NULL)
        end = sooner(end, session->next_tick_ms);
    if (hides_input(session->conn))
        end = sooner(end, now + HIDDEN_POLL_MS);
    return end <= now ? 0 : (int)(end - now);
}

bool session_give_up(Session *session, Error *err)
{
    session->lost = true;
    shutdown(PQsocket(session->conn), SHUT_RDWR);
    error_set(err, EXIT_CONNECTION, "%s did not answer within %d s after a signal", session->shown,
              SESSION_CANCEL_MS / 1000);
    return error_hint(err, "The connection was closed; the statement may still be running.");
}

static void count_round_trip(Session *session)
{
    if (session->sent)
        session->round_trips++;
    session->sent = false;
}

bool session_io_wait(Session *session, bool to_write, Error *err)
{
    int64_t now = platform_monotonic_ms();
    if (session->deadline_ms != 0 && now >= session->deadline_ms)
        return session_give_up(session, err);
    if (!to_write)
        count_round_trip(session);
    fault_signal_point("wait");
    bool watch = !session->ignore_interrupt && interrupt_fd() >= 0;
    short events = to_write ? POLLIN | POLLOUT : POLLIN;
    struct pollfd fds[2] = {{.fd = PQsocket(session->conn), .events = events},
                            {.fd = watch ? interrupt_fd() : -1, .events = POLLIN}};
    int count = poll(fds, 2, poll_timeout(session, now));
    if (watch && interrupt_signal() != 0)
        on_interrupt(session);
    now = platform_monotonic_ms();
    cancel_again(session, now);
    tick(session, now);
    bool to_read = count > 0 && (fds[0].revents & ~POLLOUT) != 0;
    /* A failure shows as a result that says so: whatever the server said last comes first. */
    if ((to_read || hides_input(session->conn)) && PQconsumeInput(session->conn) == 1 &&
        hides_input(session->conn))
        PQconsumeInput(session->conn);
    return true;
}

bool session_io_flush(Session *session, Error *err)
{
    session_io_fault(session, "libpq send");
    session->sent = true;
    for (;;) {
        /* A failure is told by the result, which may hold the server's last words. */
        if (PQflush(session->conn) <= 0 || PQstatus(session->conn) != CONNECTION_OK)
            return true;
        if (!session_io_wait(session, true, err))
            return false;
    }
}

bool session_io_result(Session *session, PGresult **ret, Error *err)
{
    session_io_fault(session, "libpq receive");
    while (PQisBusy(session->conn) && PQstatus(session->conn) == CONNECTION_OK) {
        if (!session_io_wait(session, false, err))
            return false;
    }
    *ret = PQgetResult(session->conn);
    if (PQstatus(session->conn) != CONNECTION_OK)
        session->lost = true;
    return true;
}

/* ---- cancel ---- */

typedef struct CancelJob {
    PGcancel *cancel;
    int done_fd; /* closed at the end */
} CancelJob;

static void *run_cancel(void *context)
{
    CancelJob *job = context;
    char text[256];
    PQcancel(job->cancel, text, sizeof(text));
    PQfreeCancel(job->cancel);
    close(job->done_fd);
    free(job);
    return NULL;
}

static bool start_cancel(CancelJob *job)
{
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    pthread_t thread;
    bool ok = pthread_create(&thread, NULL, run_cancel, job) == 0;
    if (ok)
        pthread_detach(thread);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return ok;
}

/* PQcancel() blocks for as long as the network likes: a thread does it, and is waited for a while.
 */
void session_cancel(Session *session)
{
    PGcancel *cancel = PQgetCancel(session->conn);
    if (cancel == NULL)
        return;
    int fds[2];
    if (!platform_pipe(fds)) {
        PQfreeCancel(cancel);
        return;
    }
    CancelJob *job = malloc(sizeof(*job));
    if (job == NULL)
        fatal_out_of_memory();
    *job = (CancelJob){cancel, fds[1]};
    if (start_cancel(job)) {
        struct pollfd done = {.fd = fds[0], .events = POLLIN};
        int64_t end = platform_monotonic_ms() + SESSION_CANCEL_MS;
        int64_t left = SESSION_CANCEL_MS;
        while (left > 0 && poll(&done, 1, (int)left) < 0 && errno == EINTR)
            left = end - platform_monotonic_ms();
    } else {
        close(fds[1]);
        PQfreeCancel(cancel);
        free(job);
    }
    close(fds[0]);
}
