/* What differs between Linux, macOS and the BSDs, and nothing else. */
#include "dbmig/base/platform.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "dbmig/base/fatal.h"

#ifdef __linux__
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/random.h>
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
        ssize_t n = copy_file_range(src_fd, NULL, dst_fd, NULL, (size_t)(size - done), 0);
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
/* Field 22 of /proc/<pid>/stat; the name in field 2 may hold blanks and parentheses. */
uint64_t platform_process_start(pid_t pid)
{
    char path[64];
    char line[1024];
    snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    ssize_t len = read(fd, line, sizeof(line) - 1);
    close(fd);
    if (len <= 0)
        return 0;
    line[len] = '\0';
    const char *at = strrchr(line, ')');
    for (int field = 2; at != NULL && field < 22; field++)
        at = strchr(at + 1, ' ');
    return at == NULL ? 0 : strtoull(at, NULL, 10);
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
