/*
 * The end of the program: clean-ups that must run however it ends, and the two ways to end at once.
 * Clean-ups run last-registered first: on fatal errors, and by main at a normal or signalled end.
 */
#ifndef DBMIG_BASE_FATAL_H
#define DBMIG_BASE_FATAL_H

#include <stddef.h>

#include "dbmig/base/arena.h"

typedef void (*CleanupFunction)(void *context);

/* Registers a clean-up and returns its id (never 0). */
unsigned cleanup_register(CleanupFunction function, void *context);

/* Takes a clean-up back without running it. An id that is gone or 0 is ignored. */
void cleanup_forget(unsigned id);

/* Runs one clean-up now and forgets it. */
void cleanup_run(unsigned id);

/* Runs all that are left, in reverse order. In a forked child that did not register them: none. */
void cleanup_run_all(void);

/* Prints to stderr, runs the clean-ups and exits with EXIT_BUG. */
DBMIG_NORETURN void fatal_out_of_memory(void);
DBMIG_NORETURN void fatal_bug(const char *file, int line, const char *format, ...)
    DBMIG_PRINTF(3, 4);

/* An impossible state: a bug in dbmig, told as one. */
#define BUG(...) fatal_bug(__FILE__, __LINE__, __VA_ARGS__)

#endif
