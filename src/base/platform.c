/* What differs between Linux, macOS and the BSDs, and nothing else. */
#include "dbmig/base/platform.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "dbmig/base/fatal.h"

#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif
#ifdef __linux__
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/syscall.h>
#if __has_include(<linux/landlock.h>)
#include <linux/landlock.h>
#endif
#endif
#ifdef __APPLE__
#include <sys/random.h>
#include <sys/sysctl.h>
#endif
#ifdef __FreeBSD__
#include <sys/procctl.h>
#include <sys/sysctl.h>
#include <sys/user.h>
#endif

/* A PostgreSQL cluster with room for work; containers often have 64 MiB only. */
#define MEMORY_FOLDER_LEAST ((uint64_t)512 * 1024 * 1024)

void platform_die_with_parent(pid_t parent)
{
#if defined(__linux__)
    prctl(PR_SET_PDEATHSIG, SIGTERM);
#elif defined(__FreeBSD__)
    int number = SIGTERM;
    procctl(P_PID, 0, PROC_PDEATHSIG_CTL, &number);
#endif
    /* It may have died before the call. */
    if (getppid() != parent)
        _exit(128 + SIGTERM);
}

static bool write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, bytes, len);
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0) {
            bytes += n;
            len -= (size_t)n;
        }
    }
    return true;
}

static bool copy_by_hand(int src_fd, int dst_fd)
{
    const size_t size = (size_t)256 * 1024;
    char *buffer = malloc(size);
    if (buffer == NULL)
        fatal_out_of_memory();
    ssize_t n;
    do {
        n = read(src_fd, buffer, size);
        if (n > 0 && !write_all(dst_fd, buffer, (size_t)n))
            n = -2;
    } while (n > 0 || (n == -1 && errno == EINTR));
    int saved_errno = errno;
    free(buffer);
    errno = saved_errno;
    return n == 0;
}

bool platform_clone_file(int src_fd, int dst_fd, uint64_t size)
{
#ifdef __linux__
    if (ioctl(dst_fd, FICLONE, src_fd) == 0)
        return true;
    uint64_t done = 0;
    while (done < size) {
        /* Not through the C library: glibc has had the call since 2.27 only. */
        ssize_t n = syscall(SYS_copy_file_range, src_fd, NULL, dst_fd, NULL, (size_t)(size - done), 0);
        if (n > 0)
            done += (uint64_t)n;
        else if (n == 0 || errno != EINTR)
            break;
    }
#else
    (void)size;
#endif
    /* Whatever was copied moved both offsets: the rest, what was appended since, or everything. */
    return copy_by_hand(src_fd, dst_fd);
}

void platform_random(void *bytes, size_t len)
{
    unsigned char *at = bytes;
    while (len > 0) {
        size_t part = len < 256 ? len : 256; /* getentropy() gives no more at once */
        if (getentropy(at, part) != 0)
            BUG("no random numbers: %s", strerror(errno));
        at += part;
        len -= part;
    }
}

int64_t platform_monotonic_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t platform_monotonic_ms(void)
{
    return platform_monotonic_us() / 1000;
}

const char *platform_memory_folder(void)
{
#ifdef __linux__
    struct statvfs info;
    if (access("/dev/shm", W_OK | X_OK) == 0 && statvfs("/dev/shm", &info) == 0 &&
        (uint64_t)info.f_bavail * info.f_frsize >= MEMORY_FOLDER_LEAST)
        return "/dev/shm";
#endif
    return NULL;
}

#if defined(__linux__)
/* What /proc/PID/stat says behind the name, which may hold anything; NULL when there is none. */
static const char *read_stat(pid_t pid, char *line, size_t size)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    ssize_t len = read(fd, line, size - 1);
    close(fd);
    line[len < 0 ? 0 : len] = '\0';
    return strrchr(line, ')');
}

/* Field 22; the name is field 2. */
uint64_t platform_process_start(pid_t pid)
{
    char line[1024];
    const char *at = read_stat(pid, line, sizeof(line));
    for (int field = 2; at != NULL && field < 22; field++)
        at = strchr(at + 1, ' ');
    return at == NULL ? 0 : strtoull(at, NULL, 10);
}

bool platform_process_is_zombie(pid_t pid)
{
    char line[1024];
    const char *at = read_stat(pid, line, sizeof(line));
    return at != NULL && at[1] == ' ' && (at[2] == 'Z' || at[2] == 'X');
}
#elif defined(__APPLE__) || defined(__FreeBSD__)
uint64_t platform_process_start(pid_t pid)
{
    int name[4] = {CTL_KERN, KERN_PROC, KERN_PROC_PID, (int)pid};
    struct kinfo_proc info;
    size_t size = sizeof(info);
    if (sysctl(name, 4, &info, &size, NULL, 0) != 0 || size == 0)
        return 0;
#ifdef __APPLE__
    struct timeval start = info.kp_proc.p_starttime;
#else
    struct timeval start = info.ki_start;
#endif
    return (uint64_t)start.tv_sec * 1000000 + (uint64_t)start.tv_usec;
}
#else
uint64_t platform_process_start(pid_t pid)
{
    (void)pid;
    return 0;
}
#endif

#ifndef __linux__
bool platform_process_is_zombie(pid_t pid)
{
    (void)pid;
    return false;
}
#endif

bool platform_pipe(int fds[2])
{
#ifdef __APPLE__
    if (pipe(fds) != 0)
        return false;
    fcntl(fds[0], F_SETFD, FD_CLOEXEC);
    fcntl(fds[1], F_SETFD, FD_CLOEXEC);
    return true;
#else
    return pipe2(fds, O_CLOEXEC) == 0;
#endif
}

int platform_socket(int family, int type)
{
#ifdef SOCK_CLOEXEC
    return socket(family, type | SOCK_CLOEXEC, 0);
#else
    int fd = socket(family, type, 0);
    if (fd >= 0)
        fcntl(fd, F_SETFD, FD_CLOEXEC);
    return fd;
#endif
}

bool platform_socket_pair(int fds[2])
{
    /* Whole messages; macOS has no SOCK_SEQPACKET for local sockets, but datagrams that keep their
     * order. */
#ifdef SOCK_CLOEXEC
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) == 0;
#else
    if (socketpair(AF_UNIX, SOCK_DGRAM, 0, fds) != 0)
        return false;
    fcntl(fds[0], F_SETFD, FD_CLOEXEC);
    fcntl(fds[1], F_SETFD, FD_CLOEXEC);
    return true;
#endif
}

const char *platform_c_library(void)
{
#ifdef __GLIBC__
    static char name[32];
    snprintf(name, sizeof(name), "glibc %s", gnu_get_libc_version());
    return name;
#else
    return "unknown";
#endif
}

/* ---- Confinement ---- */

#ifdef __linux__

/* The reader of a call's arguments below takes their low halves first. */
#if defined(__x86_64__) && defined(__LP64__)
#define FILTER_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__) && defined(__LP64__) && !defined(__AARCH64EB__)
#define FILTER_ARCH AUDIT_ARCH_AARCH64
#else
#define FILTER_ARCH 0
#endif
#define FOREIGN_CALLS 0x40000000 /* numbers of x86's third kind of program begin here */

#ifdef LANDLOCK_CREATE_RULESET_VERSION

/* Since 6.2; a kernel before that has no such right to hold back. */
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif
#define LANDLOCK_REFER_ABI 2
#define LANDLOCK_TRUNCATE_ABI 3
#define READ_RIGHTS (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define WRITE_RIGHTS                                                                               \
    (LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |                               \
     LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | \
     LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |   \
     LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM)
/* What is below the rights of a folder and may be given to a file too. */
#define FILE_RIGHTS                                                                                \
    (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_TRUNCATE)

static long landlock_abi(void)
{
    return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

/* Rights on a file or folder; what cannot be reached need not be allowed. */
static bool allow_path(int ruleset, const char *path, uint64_t rights)
{
    struct stat info;
    struct landlock_path_beneath_attr rule = {.allowed_access = rights};
    rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
    if (rule.parent_fd < 0)
        return errno == ENOENT || errno == EACCES || errno == ENOTDIR;
    bool ok = fstat(rule.parent_fd, &info) == 0;
    if (ok && !S_ISDIR(info.st_mode))
        rule.allowed_access &= FILE_RIGHTS;
    ok = ok && syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
    close(rule.parent_fd);
    return ok;
}

static bool confine_files(const Confinement *confinement)
{
    long abi = landlock_abi();
    uint64_t writing = WRITE_RIGHTS;
    if (abi >= LANDLOCK_REFER_ABI)
        writing |= LANDLOCK_ACCESS_FS_REFER;
    if (abi >= LANDLOCK_TRUNCATE_ABI)
        writing |= LANDLOCK_ACCESS_FS_TRUNCATE;
    struct landlock_ruleset_attr handled = {.handled_access_fs = READ_RIGHTS | writing};
    long ruleset = syscall(SYS_landlock_create_ruleset, &handled, sizeof(handled), 0);
    if (ruleset < 0)
        return false;
    bool ok = allow_path((int)ruleset, "/dev/null", handled.handled_access_fs);
    for (const char *const *path = confinement->readable; ok && *path != NULL; path++)
        ok = allow_path((int)ruleset, *path, READ_RIGHTS);
    for (const char *const *path = confinement->writable; ok && *path != NULL; path++)
        ok = allow_path((int)ruleset, *path, handled.handled_access_fs);
    ok = ok && syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
    close((int)ruleset);
    return ok;
}

#else

static long landlock_abi(void)
{
    return -1;
}

static bool confine_files(const Confinement *confinement)
{
    (void)confinement;
    errno = ENOSYS;
    return false;
}

#endif

/* One instruction each; a skip counts the instructions behind it. */
#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(offset))
#define LOAD_LOW(argument) LOAD(offsetof(struct seccomp_data, args[argument]))
#define LOAD_HIGH(argument) LOAD(offsetof(struct seccomp_data, args[argument]) + 4)
#define SKIP_UNLESS(value, count) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(value), 0, count)
#define SKIP_UNLESS_SET(bits, count) \
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (uint32_t)(bits), 0, count)
#define SKIP_IF(value, count) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(value), count, 0)
#define SKIP_BELOW(value, count) BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, (uint32_t)(value), 0, count)
#define MASK(bits) BPF_STMT(BPF_ALU | BPF_AND | BPF_K, (uint32_t)(bits))
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define DENY BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES)

/*
 * A filter cannot follow pointers, but it can compare them: execve is allowed with the one name that
 * lies in this child before it becomes the program, and at no address that the program knows. Nothing
 * may be connected to: the family of an address cannot be seen, and its length can be made to measure.
 */
static bool confine_calls(const Confinement *confinement, const char *program)
{
    bool streams = confinement->listens;
    uint64_t name = (uintptr_t)program;
    const uint32_t never = UINT32_MAX; /* no family of a socket */
    struct sock_filter filter[] = {
        LOAD(offsetof(struct seccomp_data, arch)),
        SKIP_IF(FILTER_ARCH, 1),
        DENY,
        LOAD(offsetof(struct seccomp_data, nr)),
        SKIP_BELOW(FOREIGN_CALLS, 1),
        DENY,
        SKIP_UNLESS(SYS_execveat, 1),
        DENY,
        SKIP_UNLESS(SYS_io_uring_setup, 1),
        DENY,
        /* execve(name, …) */
        SKIP_UNLESS(SYS_execve, 6),
        LOAD_LOW(0),
        SKIP_UNLESS(name & UINT32_MAX, 3),
        LOAD_HIGH(0),
        SKIP_UNLESS(name >> 32, 1),
        ALLOW,
        DENY,
        SKIP_UNLESS(SYS_connect, 1),
        DENY,
        /* Sending can connect as well, and reach a datagram socket without: no message with an address
           goes out, and none whose address cannot be seen here. */
        SKIP_UNLESS(SYS_sendmsg, 1),
        DENY,
        SKIP_UNLESS(SYS_sendmmsg, 1),
        DENY,
        /* sendto(…, flags, address, length) */
        SKIP_UNLESS(SYS_sendto, 7),
        LOAD_LOW(3),
        SKIP_UNLESS_SET(MSG_FASTOPEN, 1),
        DENY,
        LOAD_LOW(5),
        SKIP_IF(0, 1),
        DENY,
        ALLOW,
        /* socket(family, type, …) */
        SKIP_UNLESS(SYS_socket, 8),
        LOAD_LOW(0),
        SKIP_IF(AF_UNIX, 3),
        SKIP_IF(streams ? AF_INET : never, 2),
        SKIP_IF(streams ? AF_INET6 : never, 1),
        DENY,
        LOAD_LOW(1),
        MASK(~(uint32_t)(SOCK_CLOEXEC | SOCK_NONBLOCK)),
        SKIP_UNLESS(SOCK_STREAM, 1),
        ALLOW,
        DENY,
    };
    struct sock_fprog all = {.len = sizeof(filter) / sizeof(filter[0]), .filter = filter};
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &all) == 0;
}

unsigned platform_confines(void)
{
    unsigned action = SECCOMP_RET_ERRNO;
    bool calls =
        FILTER_ARCH != 0 && syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
    return (landlock_abi() >= 1 ? CONFINES_FILES : 0) | (calls ? CONFINES_CALLS : 0);
}

bool platform_confine(const Confinement *confinement, const char *program)
{
    unsigned can = platform_confines();
    if (can == 0)
        return true;
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           ((can & CONFINES_FILES) == 0 || confine_files(confinement)) &&
           ((can & CONFINES_CALLS) == 0 || confine_calls(confinement, program));
}

#else

unsigned platform_confines(void)
{
    return 0;
}

bool platform_confine(const Confinement *confinement, const char *program)
{
    (void)confinement;
    (void)program;
    return true;
}

#endif
