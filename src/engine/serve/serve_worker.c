/*
 * Workers: forked processes, each with a connection of its own, that copy and drop databases one at a time.
 * Processes, for a session is a matter of one thread, and one that hangs takes nobody along. A message is a
 * packet: the kind, then texts that end with NUL.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/platform.h"
#include "dbmig/db/clone.h"
#include "serve_private.h"

#define MOST_PACKET 4096

/* ---- In the worker ---- */

static bool in_use(Session *session, const char *name, Error *err)
{
    Arena *arena = arena_new();
    Rows *rows;
    const char *params[] = {name};
    bool used = session_query(session, arena,
                              "SELECT 1 FROM pg_catalog.pg_stat_activity WHERE datname = $1 "
                              "AND backend_type = 'client backend' LIMIT 1",
                              1, params, &rows, err) &&
                rows_count(rows) > 0;
    arena_free(arena);
    return used;
}

static WorkOutcome work_on(Session *session, const Work *work, const char *comment, Error *err)
{
    CloneSpec spec = {
        .template_name = work->kind == WORK_CREATE ? "template0" : work->template_name,
        .name = work->name,
        .owner = work->owner[0] == '\0' ? NULL : work->owner,
        .comment = comment,
        .marked = comment != NULL,
    };
    if (work->kind == WORK_RECYCLE && in_use(session, work->name, err))
        return WORK_IN_USE;
    if (error_is_set(err) || !clone_drop(session, work->name, err))
        return WORK_FAILED;
    return work->kind == WORK_DROP || clone_create(session, &spec, err) ? WORK_DONE : WORK_FAILED;
}

static bool read_work(char *packet, size_t len, Work *ret)
{
    const char *texts[3];
    size_t at = 1;
    if (len < 2 || packet[len - 1] != '\0')
        return false;
    for (size_t i = 0; i < 3; i++) {
        if (at >= len)
            return false;
        texts[i] = packet + at;
        at += strlen(packet + at) + 1;
    }
    *ret = (Work){(WorkKind)packet[0], texts[0], texts[1], texts[2]};
    return true;
}

static bool connect_again(Arena *arena, const char *url, Session **session, Error *err)
{
    SessionOptions options = {
        .url = url,
        .application_name = "dbmig serve",
        .environment = SESSION_ENV_ADDRESS,
        .startup_sql = "SET statement_timeout = 0; SET lock_timeout = 0",
        .ignore_interrupt = true, /* its pipe is the server's, too */
    };
    if (*session != NULL && !session_lost(*session))
        return true;
    session_close(*session);
    *session = NULL;
    return session_open(arena, &options, session, err);
}

DBMIG_NORETURN static void be_worker(int fd, const char *url, const char *comment)
{
    Arena *arena = arena_new();
    Session *session = NULL;
    char packet[MOST_PACKET];
    /* The terminal's Ctrl-C is for the one that sends the work: it ends us when it has none any more. */
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGTERM, SIG_DFL);
    for (;;) {
        ssize_t len = recv(fd, packet, sizeof(packet), 0);
        if (len < 0 && errno == EINTR)
            continue;
        Work work;
        if (len <= 0 || !read_work(packet, (size_t)len, &work))
            break;
        Error err = {0};
        WorkOutcome outcome = connect_again(arena, url, &session, &err)
                                  ? work_on(session, &work, comment, &err)
                                  : WORK_FAILED;
        const char *message = err.primary == NULL ? "" : err.primary;
        char answer[MOST_PACKET];
        size_t size = strlen(message) < MOST_PACKET - 2 ? strlen(message) : MOST_PACKET - 2;
        answer[0] = (char)outcome;
        memcpy(answer + 1, message, size);
        answer[size + 1] = '\0';
        error_clear(&err);
        if (send(fd, answer, size + 2, MSG_NOSIGNAL) < 0)
            break;
    }
    session_close(session);
    _exit(0);
}

/* ---- In the server ---- */

bool worker_start(const ServeOptions *options, Worker *ret, Error *err)
{
    int fds[2];
    pid_t parent = getpid();
    if (!platform_socket_pair(fds))
        return error_set_errno(err, EXIT_CONNECTION, errno, "could not start a worker");
    pid_t pid = fork();
    if (pid == 0) {
        close(fds[0]);
        platform_die_with_parent(parent);
        be_worker(fds[1], throwaway_admin_url(options->rundb->throwaway),
                  throwaway_comment(options->rundb->throwaway));
    }
    close(fds[1]);
    *ret = (Worker){pid, fds[0]};
    if (pid > 0)
        return true;
    close(fds[0]);
    return error_set_errno(err, EXIT_CONNECTION, errno, "could not start a worker");
}

bool worker_send(const Worker *worker, const Work *work)
{
    Buf packet = {0};
    buf_add_char(&packet, (char)work->kind);
    buf_add(&packet, work->name, strlen(work->name) + 1);
    buf_add(&packet, work->template_name, strlen(work->template_name) + 1);
    buf_add(&packet, work->owner, strlen(work->owner) + 1);
    bool ok = packet.len <= MOST_PACKET &&
              send(worker->fd, packet.data, packet.len, MSG_NOSIGNAL) == (ssize_t)packet.len;
    buf_free(&packet);
    return ok;
}

bool worker_receive(const Worker *worker, Arena *arena, WorkOutcome *ret, char **ret_message)
{
    char packet[MOST_PACKET];
    ssize_t len = recv(worker->fd, packet, sizeof(packet), 0);
    if (len < 2)
        return false;
    *ret = (WorkOutcome)packet[0];
    *ret_message = arena_strdup(arena, packet + 1);
    return true;
}

/* It finishes what it is at. Of one that has ended by itself only the end is collected. */
void worker_stop(Worker *worker)
{
    if (worker->pid <= 0)
        return;
    /* Closing alone would not do: workers that were forked later have it open, too. */
    shutdown(worker->fd, SHUT_RDWR);
    close(worker->fd);
    while (waitpid(worker->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    worker->pid = 0;
}
