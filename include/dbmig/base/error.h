/*
 * Errors. A function that can fail returns bool and takes `Error *err` last; on false, *err says
 * what went wrong. Callers add context; only main prints. Wording: primary in lower case without a
 * full stop; "could not" for what may work another time, "cannot" for what never will; detail and
 * hint are whole sentences.
 *
 * An Error is zero-initialised by its owner (`Error err = {0};`), keeps its texts in memory of its
 * own, and is ended by error_clear(). Setting it again replaces what it held.
 */
#ifndef DBMIG_BASE_ERROR_H
#define DBMIG_BASE_ERROR_H

#include <stdbool.h>
#include <stddef.h>

#include "dbmig/base/arena.h"

/* The exit codes, as documented in dbmig(1). */
typedef enum ExitCode {
    EXIT_OK = 0,
    EXIT_FINDINGS = 1,     /* lint errors, drift, pending with --exit-code */
    EXIT_USAGE = 2,        /* usage or configuration, files that cannot be read */
    EXIT_CONNECTION = 3,   /* database or Docker could not be reached */
    EXIT_SQL = 4,          /* a statement failed */
    EXIT_INTEGRITY = 5,    /* sum file or history do not agree with the files */
    EXIT_LOCK_TIMEOUT = 6, /* the migration lock or a table lock was not got in time */
    EXIT_BUG = 70,         /* a state that cannot be */
    EXIT_SIGNAL = 128,     /* + signal number */
} ExitCode;

typedef struct Error {
    ExitCode code;    /* EXIT_OK while unset */
    char sqlstate[6]; /* "" when not from a server */
    const char *primary;
    const char *detail;  /* NULL or text; may have several lines */
    const char *hint;    /* NULL or text: what to do next */
    const char *excerpt; /* NULL or the source line(s) concerned, with a caret line */
    const char *context; /* NULL or where the server was, e.g. "PL/pgSQL function f() line 3 …" */
    const char *file;    /* NULL or the file concerned, as the user knows it */
    size_t line;         /* 1-based; 0 unknown */
    size_t column;       /* 1-based, in characters; 0 unknown */
    Arena *arena;        /* owns the texts */
} Error;

/* Sets code and primary, drops all else, and returns false: `return error_set(err, …);` */
bool error_set(Error *err, ExitCode code, const char *format, ...) DBMIG_PRINTF(3, 4);

/* Like error_set() with ": " and strerror(saved_errno) appended. */
bool error_set_errno(Error *err, ExitCode code, int saved_errno, const char *format, ...)
    DBMIG_PRINTF(4, 5);

/* Each fills one part of an error that is set, replacing that part, and returns false. */
bool error_detail(Error *err, const char *format, ...) DBMIG_PRINTF(2, 3);
bool error_hint(Error *err, const char *format, ...) DBMIG_PRINTF(2, 3);
bool error_excerpt(Error *err, const char *format, ...) DBMIG_PRINTF(2, 3);
bool error_at(Error *err, const char *file, size_t line, size_t column);
bool error_sqlstate(Error *err, const char *sqlstate);

/* Puts "text: " before the primary: what the caller was about to do. Returns false. */
bool error_prefix(Error *err, const char *format, ...) DBMIG_PRINTF(2, 3);

/* Copies src over dst (each keeps memory of its own). */
void error_copy(Error *dst, const Error *src);

/* True when an error is set. */
bool error_is_set(const Error *err);

/* Forgets everything and frees the memory; the Error can be used again. */
void error_clear(Error *err);

#endif
