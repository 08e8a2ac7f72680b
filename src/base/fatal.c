/*
 * Clean-ups and the two ways to end at once. The list is changed with all signals blocked: the
 * handler of a second signal runs the clean-ups, and must never find the list half changed or its
 * lock held by the thread that it interrupted.
 */
#include "dbmig/base/fatal.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dbmig/base/error.h"
#include "dbmig/base/log.h"

typedef struct Cleanup {
    unsigned id;
    pid_t owner; /* a forked child must not end what belongs to its parent */
    CleanupFunction function;
    void *context;
} Cleanup;

static Cleanup *cleanups;
static size_t cleanup_count;
static size_t cleanup_capacity;
static unsigned last_id;
static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;

static void lock_list(sigset_t *before)
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, before);
    pthread_mutex_lock(&list_lock);
}

static void unlock_list(const sigset_t *before)
{
    pthread_mutex_unlock(&list_lock);
    pthread_sigmask(SIG_SETMASK, before, NULL);
}

static bool grow_list(void)
{
    if (cleanup_count < cleanup_capacity)
        return true;
    size_t capacity = cleanup_capacity == 0 ? 16 : cleanup_capacity * 2;
    Cleanup *grown = realloc(cleanups, capacity * sizeof(*grown));
    if (grown == NULL)
        return false;
    cleanups = grown;
    cleanup_capacity = capacity;
    return true;
}

unsigned cleanup_register(CleanupFunction function, void *context)
{
    sigset_t before;
    lock_list(&before);
    unsigned id = 0;
    if (grow_list()) {
        if (++last_id == 0)
            last_id = 1;
        id = last_id;
        cleanups[cleanup_count++] = (Cleanup){id, getpid(), function, context};
    }
    unlock_list(&before);
    if (id == 0)
        fatal_out_of_memory();
    return id;
}

/* Takes the clean-up with this id, or the last one when id is 0, out of the list. */
static bool take(unsigned id, Cleanup *ret)
{
    sigset_t before;
    lock_list(&before);
    size_t i = cleanup_count;
    while (i > 0 && id != 0 && cleanups[i - 1].id != id)
        i--;
    bool found = i > 0;
    if (found) {
        *ret = cleanups[i - 1];
        memmove(&cleanups[i - 1], &cleanups[i], (cleanup_count - i) * sizeof(*cleanups));
        cleanup_count--;
        if (cleanup_count == 0) {
            free(cleanups);
            cleanups = NULL;
            cleanup_capacity = 0;
        }
    }
    unlock_list(&before);
    return found;
}

void cleanup_forget(unsigned id)
{
    Cleanup gone;
    if (id != 0)
        take(id, &gone);
}

void cleanup_run(unsigned id)
{
    Cleanup cleanup;
    if (id != 0 && take(id, &cleanup) && cleanup.owner == getpid())
        cleanup.function(cleanup.context);
}

void cleanup_run_all(void)
{
    Cleanup cleanup;
    while (take(0, &cleanup)) {
        if (cleanup.owner == getpid())
            cleanup.function(cleanup.context);
    }
}

/* A fault in a clean-up or in an exit handler ends up here again: then nothing is left to try. */
DBMIG_NORETURN static void end_with_bug(void)
{
    static volatile sig_atomic_t depth;
    if (depth++ < 8)
        cleanup_run_all();
    if (depth > 1)
        _exit(EXIT_BUG);
    exit(EXIT_BUG);
}

void fatal_out_of_memory(void)
{
    static const char text[] = "dbmig: error: out of memory\n";
    ssize_t ignored = write(STDERR_FILENO, text, sizeof(text) - 1);
    (void)ignored;
    end_with_bug();
}

void fatal_bug(const char *file, int line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    log_progress(NULL);
    fprintf(stderr, "dbmig: bug: ");
    vfprintf(stderr, format, args);
    fprintf(stderr, "\n  detail: At %s:%d, in dbmig %s.\n", file, line, DBMIG_VERSION);
    fprintf(stderr, "  hint: This is a fault of dbmig itself. Please report it.\n");
    va_end(args);
    end_with_bug();
}
