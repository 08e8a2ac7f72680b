/*
 * SIGINT, SIGTERM and SIGHUP. The first one is remembered and wakes every wait; work in progress
 * cancels, rolls back, cleans up and ends with 128 + signal. The second one ends at once, after
 * the registered clean-ups that can be run.
 */
#ifndef DBMIG_BASE_INTERRUPT_H
#define DBMIG_BASE_INTERRUPT_H

#include <stdbool.h>

#include "dbmig/base/error.h"

/* Installs the handlers (and ignores SIGPIPE). Called once, by main. */
void interrupt_install(void);

/* The first signal received, or 0. */
int interrupt_signal(void);

/* A file descriptor that becomes readable with the first signal, for poll(); -1 if not installed. */
int interrupt_fd(void);

/* True, and err set to "interrupted by SIGTERM" with 128 + n, when a signal was received. */
bool interrupt_check(Error *err);

/* Sleeps; false with err set when a signal ends the sleep. */
bool interrupt_sleep(long milliseconds, Error *err);

#endif
