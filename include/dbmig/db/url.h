/*
 * Database addresses as people have them, turned into what libpq takes: postgres:// and
 * postgresql:// URLs, conninfo strings, and the dialects of other tools. Passwords never appear in
 * anything made for showing.
 */
#ifndef DBMIG_DB_URL_H
#define DBMIG_DB_URL_H

#include <stdbool.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/base/vec.h"

typedef struct DatabaseUrl {
    const char *conninfo;    /* for libpq: URL or key=value form, password included */
    const char *shown;       /* the same for people: no password */
    const char *search_path; /* NULL, or what the URL asked for (?search_path=, ?schema=) */
    bool pooled;             /* ?pgbouncer=true */
    StringList warnings;     /* unknown parameters that were left out */
    const char *typo;        /* NULL after a parse: a parameter that is nearly one of libpq's is an error */
} DatabaseUrl;

/* Understands the address; EXIT_USAGE when it cannot be one. */
bool url_parse(Arena *arena, const char *text, DatabaseUrl *ret, Error *err);

/* Text with the password of every URL and conninfo in it replaced by '***'. */
char *url_mask(Arena *arena, const char *text);

/*
 * The PG* variable, set at present, that libpq would take a part of the address from that says which
 * server or database it is ("$PGHOST"); "a service" when the address names one; else NULL.
 */
const char *url_from_outside(Arena *arena, const char *text);

/* The same address with another database name. */
char *url_with_database(Arena *arena, const char *conninfo, const char *database, Error *err);

/* The name of the database in it, decoded. EXIT_USAGE when there is none. */
char *url_database(Arena *arena, const char *conninfo, Error *err);

#endif
