/*
 * Fault injection, in builds with -DDBMIG_TORTURE alone. DBMIG_FAULT=n lets the nth fault point of
 * this process fail; DBMIG_FAULT_LOG=path gets a line with the number of points passed, so that a
 * harness learns how many there are.
 */
#include "dbmig/base/fault.h"

#include <stddef.h>

#ifdef DBMIG_TORTURE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_long passed;
static long failing = -1;
static const char *log_path;
static pid_t owner;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void write_count(void)
{
    if (getpid() != owner)
        return;
    char line[32];
    int len = snprintf(line, sizeof(line), "%ld\n", atomic_load(&passed));
    int fd = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (fd < 0)
        return;
    ssize_t ignored = write(fd, line, (size_t)len);
    (void)ignored;
    close(fd);
}

static void read_settings(void)
{
    const char *n = getenv("DBMIG_FAULT");
    if (n != NULL)
        failing = strtol(n, NULL, 10);
    log_path = getenv("DBMIG_FAULT_LOG");
    owner = getpid();
    if (log_path != NULL)
        atexit(write_count);
}

bool fault_hit(const char *what)
{
    pthread_once(&once, read_settings);
    if (atomic_fetch_add(&passed, 1) + 1 != failing)
        return false;
    fprintf(stderr, "dbmig: fault: %s\n", what);
    errno = EIO;
    return true;
}
#endif
