/*
 * Words for people, on stderr. Data goes to stdout and never through here. Libraries use
 * log_debug() and the events of their callers; commands and main use the rest.
 */
#ifndef DBMIG_BASE_LOG_H
#define DBMIG_BASE_LOG_H

#include <stdbool.h>

#include "dbmig/base/error.h"

typedef enum LogLevel { LOG_QUIET, LOG_NORMAL, LOG_VERBOSE, LOG_DEBUG } LogLevel;

/* Sets the level, and whether stderr may carry colour (a terminal, no NO_COLOR, TERM not dumb). */
void log_configure(LogLevel level, bool color);
LogLevel log_level(void);
bool log_color(void);

void log_info(const char *format, ...) DBMIG_PRINTF(1, 2);    /* LOG_NORMAL and above */
void log_verbose(const char *format, ...) DBMIG_PRINTF(1, 2); /* LOG_VERBOSE and above */
void log_debug(const char *format, ...) DBMIG_PRINTF(1, 2);   /* LOG_DEBUG */

/* "warning: …" at every level; log_warning_at() puts file:line:column before it. */
void log_warning(const char *format, ...) DBMIG_PRINTF(1, 2);
void log_warning_at(const char *file, size_t line, size_t column, const char *format, ...)
    DBMIG_PRINTF(4, 5);

/* Prints a whole error: place, primary, SQLSTATE, detail, excerpt, hint. For main only. */
void log_error(const Error *err);

/*
 * One line that is overwritten in place on a terminal, and nothing elsewhere. NULL erases it. Any
 * other log call erases it first.
 */
void log_progress(const char *format, ...) DBMIG_PRINTF(1, 2);

#endif
