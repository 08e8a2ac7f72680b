/*
 * Fault and signal injection, in builds with -DDBMIG_TORTURE alone. DBMIG_FAULT=n lets the nth fault
 * point of this process fail, DBMIG_SIGNAL_AT=n raises SIGTERM at the nth point of either kind.
 * DBMIG_FAULT_LOG=path and DBMIG_SIGNAL_LOG=path get a line with the number of points passed, so that
 * a harness learns how many there are.
 */
#include "dbmig/base/fault.h"

#include <stddef.h>

#ifdef DBMIG_TORTURE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_long faults, signals; /* points passed */
static long failing = -1, signalled = -1;
static const char *fault_log, *signal_log;
static pid_t owner;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void write_count(const char *path, long count)
{
    char line[32];
    int len = snprintf(line, sizeof(line), "%ld\n", count);
    int fd = path == NULL ? -1 : open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (fd < 0)
        return;
    ssize_t ignored = write(fd, line, (size_t)len);
    (void)ignored;
    close(fd);
}

static void write_counts(void)
{
    if (getpid() != owner)
        return;
    write_count(fault_log, atomic_load(&faults));
    write_count(signal_log, atomic_load(&signals));
}

static long number_of(const char *name)
{
    const char *text = getenv(name);
    return text == NULL ? -1 : strtol(text, NULL, 10);
}

static void read_settings(void)
{
    failing = number_of("DBMIG_FAULT");
    signalled = number_of("DBMIG_SIGNAL_AT");
    fault_log = getenv("DBMIG_FAULT_LOG");
    signal_log = getenv("DBMIG_SIGNAL_LOG");
    owner = getpid();
    atexit(write_counts);
}

void fault_signal_point(const char *what)
{
    pthread_once(&once, read_settings);
    if (atomic_fetch_add(&signals, 1) + 1 != signalled || getpid() != owner)
        return;
    fprintf(stderr, "dbmig: signal: %s\n", what);
    kill(owner, SIGTERM);
}

bool fault_hit(const char *what)
{
    fault_signal_point(what);
    if (atomic_fetch_add(&faults, 1) + 1 != failing)
        return false;
    fprintf(stderr, "dbmig: fault: %s\n", what);
    errno = EIO;
    return true;
}
#endif
