/* What a confined child can reach: files, programs and sockets, by the system's own calls. */
#include "unit.h"

#include <errno.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dbmig/base/platform.h"

typedef bool Attempt(const char *path);

/* An address of a Unix socket that is as long as one of TCP: the path is padded with slashes. */
static socklen_t address_of(const char *path, socklen_t len, struct sockaddr_un *ret)
{
    *ret = (struct sockaddr_un){.sun_family = AF_UNIX};
    size_t room = len - offsetof(struct sockaddr_un, sun_path), used = strlen(path);
    memset(ret->sun_path, '/', room);
    memcpy(ret->sun_path + room - used, path, used);
    return len;
}

static bool connects(const char *path, socklen_t len)
{
    struct sockaddr_un address;
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    socklen_t size = address_of(path, len, &address);
    return fd >= 0 && connect(fd, (struct sockaddr *)&address, size) == 0;
}

static bool connects_as_ipv6(const char *path)
{
    return connects(path, 28);
}

static bool connects_as_ipv4(const char *path)
{
    return connects(path, 16);
}

static bool connects_plainly(const char *path)
{
    return connects(path, (socklen_t)sizeof(struct sockaddr_un));
}

static bool sends_datagram(const char *path)
{
    struct sockaddr_un address;
    int pair[2];
    int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    if (fd < 0 && socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0)
        fd = pair[0];
    socklen_t size = address_of(path, 28, &address);
    return fd >= 0 && sendto(fd, "x", 1, 0, (struct sockaddr *)&address, size) == 1;
}

static bool sends_message(const char *path)
{
    struct sockaddr_un address;
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) != 0)
        return false;
    struct iovec part = {.iov_base = (void *)(uintptr_t)"x", .iov_len = 1};
    struct msghdr message = {.msg_name = &address, .msg_iov = &part, .msg_iovlen = 1};
    message.msg_namelen = address_of(path, 28, &address);
    return sendmsg(pair[0], &message, 0) == 1;
}

static bool makes_tcp_socket(const char *path)
{
    (void)path;
    return socket(AF_INET, SOCK_STREAM, 0) >= 0 || socket(AF_INET, SOCK_DGRAM, 0) >= 0;
}

/* What the server does itself: listens on a Unix socket, and answers on a connection. */
static bool answers(const char *path)
{
    (void)path;
    int pair[2];
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return fd >= 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 && send(pair[0], "x", 1, 0) == 1;
}

/* 0 or 1: the attempt's result in a child that is confined, or is not. */
static int in_child(Attempt *attempt, const char *path, bool confined)
{
    static const char *const none[] = {NULL};
    const Confinement confinement = {.readable = none, .writable = none};
    pid_t pid = fork();
    if (pid == 0) {
        if (confined && !platform_confine(&confinement, "/none"))
            _exit(2);
        _exit(attempt(path));
    }
    int status = 0;
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* A listener in a folder whose name leaves room for the shortest address. */
static int listener(const char *path, int type)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, type, 0);
    memcpy(address.sun_path, path, strlen(path) + 1);
    unlink(path);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    if (type == SOCK_STREAM)
        ck_assert_int_eq(listen(fd, 8), 0);
    return fd;
}

START_TEST(nothing_outside_is_reached)
{
    static const struct {
        Attempt *attempt;
        int type;
    } rows[] = {{connects_as_ipv6, SOCK_STREAM}, {connects_as_ipv4, SOCK_STREAM},
                {connects_plainly, SOCK_STREAM}, {sends_datagram, SOCK_DGRAM},
                {sends_message, SOCK_DGRAM},     {makes_tcp_socket, SOCK_STREAM}};
    if ((platform_confines() & CONFINES_CALLS) == 0)
        return; /* platform_confines() says so to users, too */
    char place[] = "/tmp/XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(place));
    const char *path = arena_printf(arena, "%s/s", place);
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        int fd = listener(path, rows[i].type);
        ck_assert_msg(in_child(rows[i].attempt, path, false) == 1, "row %zu does not work at all", i);
        ck_assert_msg(in_child(rows[i].attempt, path, true) == 0, "row %zu", i);
        close(fd);
    }
    ck_assert_int_eq(in_child(answers, path, true), 1);
    unlink(path);
    rmdir(place);
}
END_TEST

UNIT_SUITE("confine", nothing_outside_is_reached)
UNIT_MAIN(suite)
