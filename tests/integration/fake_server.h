/* A server that says what the test wants. */
#ifndef DBMIG_TESTS_FAKE_SERVER_H
#define DBMIG_TESTS_FAKE_SERVER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "dbmig/base/text.h"
#include "integration.h"

typedef struct FakeServer {
    pid_t pid;
    int port;
} FakeServer;

static inline int listen_anywhere(int *ret_port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(address);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, len), 0);
    ck_assert_int_eq(listen(fd, 16), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    *ret_port = ntohs(address.sin_port);
    return fd;
}

/* Reads the start-up message, refusing TLS and GSSAPI first. */
static inline void read_startup(int fd)
{
    unsigned char head[8];
    for (;;) {
        if (recv(fd, head, sizeof(head), MSG_WAITALL) != (ssize_t)sizeof(head))
            _exit(0);
        size_t len = (size_t)head[2] << 8 | head[3];
        if (head[4] == 0x04 && head[5] == 0xD2) {
            if (send(fd, "N", 1, MSG_NOSIGNAL) != 1)
                _exit(0);
            continue;
        }
        char rest[1024];
        recv(fd, rest, len - sizeof(head), MSG_WAITALL);
        return;
    }
}

/* Answers every connection with the bytes, and ends it. */
static inline FakeServer fake_server(const char *answer, size_t len)
{
    FakeServer fake;
    int fd = listen_anywhere(&fake.port);
    fflush(NULL);
    fake.pid = fork();
    ck_assert_int_ge(fake.pid, 0);
    if (fake.pid == 0) {
        alarm(UNIT_TIMEOUT_SECONDS);
        for (;;) {
            int client = accept(fd, NULL, NULL);
            if (answer != NULL) {
                read_startup(client);
                send(client, answer, len, MSG_NOSIGNAL);
                shutdown(client, SHUT_WR);
                char rest[64];
                while (recv(client, rest, sizeof(rest), 0) > 0)
                    ;
                close(client);
            }
        }
    }
    close(fd);
    return fake;
}

static inline void fake_end(FakeServer fake)
{
    kill(fake.pid, SIGKILL);
    waitpid(fake.pid, NULL, 0);
}

static inline FakeServer fake_error(const char *sqlstate, const char *message)
{
    Buf body = {0};
    buf_printf(&body, "SFATAL%cVFATAL%cC%s%cM%s%cFx.c%cL1%cRf%c%c", 0, 0, sqlstate, 0, message, 0,
               0, 0, 0, 0);
    size_t len = body.len + 4;
    char head[5] = {'E', 0, 0, (char)(len >> 8), (char)len};
    Buf answer = {0};
    buf_add(&answer, head, sizeof(head));
    buf_add(&answer, body.data, body.len);
    FakeServer fake = fake_server(answer.data, answer.len);
    buf_free(&body);
    buf_free(&answer);
    return fake;
}

static inline bool open_at(int port, const char *more, SessionOptions options)
{
    Session *session;
    options.url = arena_printf(arena, "postgres://app:s3cret@127.0.0.1:%d/shop%s", port, more);
    return session_open(arena, &options, &session, &err);
}

#endif
