/*
 * Throwaway servers behind one interface: docker, embedded (initdb and postgres of this machine),
 * and a temporary database on an existing server. One provider is one file and one row in
 * throwaway.c. Whatever happens, nothing is left behind: clean-ups run at errors and signals; after
 * a kill -9 the next run sweeps what its labels or lock files show to be dead.
 *
 * Dev URLs:
 *   docker://postgres/16/dev          image postgres:16, database dev; also postgis and pgvector
 *   docker+postgres://registry/team/image:tag/db       any image with the official entry point's
 *                                     contract; "_" for no registry
 *   embedded://  embedded://16  embedded://16/db  embedded:///path/to/bin
 *   anything else that url_parse() takes: a temporary database on that server
 * Parameters of the first three: search_path, database (default: dev), locale (initdb's; embedded's
 * default is C, docker's the image's); of embedded also folder (where its files go).
 *
 * DBMIG_DOCKER names another client program than docker (or podman, where there is no docker).
 * Published ports are bound to 127.0.0.1; with a remote engine (DOCKER_HOST or a context with
 * tcp:// or ssh://) to all addresses of that host, since it could not be reached otherwise.
 * Passwords are random, of 128 bits.
 */
#ifndef DBMIG_DB_THROWAWAY_H
#define DBMIG_DB_THROWAWAY_H

#include <stdbool.h>
#include <stdint.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/base/vec.h"
#include "dbmig/db/session.h"

typedef struct Throwaway Throwaway;

typedef struct ThrowawaySpec {
    const char *url; /* the dev URL; NULL chooses: docker if its engine answers, else embedded */
    long start_timeout_ms; /* 0: 60 s */
    bool tcp;     /* other programs connect to it: throwaway_address() */
    int64_t port; /* with tcp, on a server of our own: its port; 0 chooses a free one */
    bool use_cache;
    uint64_t cache_limit; /* bytes; what was not used for longest goes first. 0: no limit */
    /* Hashes of states wanted, best first (see replay's key): the server starts from the first one
       that the cache holds. File names: letters, digits, '-', '_'. The caller's, until the end. */
    const char *const *cache_keys;
    size_t cache_key_count;
} ThrowawaySpec;

/*
 * Starts a server (or takes one from the cache). EXIT_CONNECTION with what to install or set when
 * it cannot; EXIT_USAGE for a URL that means nothing. Interrupts end it at once. After a failure
 * nothing is left. The throwaway lives in the arena, which must not end before throwaway_stop().
 */
bool throwaway_start(Arena *arena, const ThrowawaySpec *spec, Throwaway **ret, Error *err);

/* The dev URL of a server of that major version, as far as one can be started here (chosen as without any
   URL, a missing image is pulled); NULL when there is none. */
const char *throwaway_url_of(Arena *arena, int major);

/* Which of the cache_keys the server started from: its index, or -1 for an empty database. */
long throwaway_restored(const Throwaway *throwaway);

/* The database to work in: a URL for session_open() (never shown: it has a password). Its
   search_path is the server's own: see throwaway_search_path(). Another one after a
   throwaway_keep(). */
const char *throwaway_url(const Throwaway *throwaway);

/*
 * Where programs that know nothing of private folders reach it: TCP on the loopback (or what an
 * existing server's URL says), and a random password for a server of our own, which its other users
 * on the machine do not know. Needs spec.tcp. It does not hold after a throwaway_keep().
 */
typedef struct ThrowawayAddress {
    const char *host;
    int64_t port;
    const char *user;
    const char *password; /* NULL: none is needed */
    const char *database;
    const char *params; /* NULL, or what belongs behind the "?" of a URL */
} ThrowawayAddress;
bool throwaway_address(Arena *arena, Throwaway *throwaway, ThrowawayAddress *ret, Error *err);

/* 32 random hexadecimal digits, and setting such for a role, which may log in from then on, without a log of
   the server having it. */
const char *throwaway_random_password(Arena *arena);
bool throwaway_set_password(Throwaway *throwaway, const char *role, const char *password, Error *err);

/* "dbmig_" and 16 random hexadecimal digits. */
char *throwaway_random_name(Arena *arena);

/* A short-lived session for administration, in the main database or (in_main false) in one that is
   never copied or dropped. */
bool throwaway_open(Arena *arena, Throwaway *throwaway, bool in_main, Session **ret, Error *err);

/* For people: "docker postgres:16 (16.4)", "embedded PostgreSQL 15.18 (/usr/lib/postgresql/15/bin)" */
const char *throwaway_shown(const Throwaway *throwaway);

/* What the result of a replay depends on besides the SQL: provider, server version, image id,
   locale, files of the installed extensions, URL parameters. Lines of text. Pulls a missing image;
   connects to an existing server. What it found (image, choice of provider) holds for the whole
   process, so that a key made of it and a server started later mean the same. */
bool throwaway_identity(Arena *arena, const ThrowawaySpec *spec, char **ret, Error *err);

/* search_path the URL asked for, or NULL. */
const char *throwaway_search_path(const Throwaway *throwaway);

/* True when the whole server is ours (docker, embedded): roles and settings of the cluster are then
   free to change. False for a temporary database on an existing server. */
bool throwaway_owns_server(const Throwaway *throwaway);

/* True when the server works on this machine's own file system, with the rights of a user of it. */
bool throwaway_shares_files(const Throwaway *throwaway);

/*
 * A server that shares_files runs with all rights of a superuser, and SQL in a DO block or a
 * function is not looked at before it runs. It is therefore confined by the operating system where
 * that can be done (Linux): it reads what PostgreSQL is made of, changes its own folder, runs no
 * program and connects to nothing.
 */
bool throwaway_is_confined(const Throwaway *throwaway);

/* What it is not kept from, and why, for people; NULL when all is, or when it does not share files.
 */
char *throwaway_unconfined(Arena *arena, const Throwaway *throwaway);

/* How sessions on it are to be opened: nothing of the caller's surroundings changes a replay, and
   no PGHOSTADDR or PGSERVICE leads away from a server of our own. */
SessionEnvironment throwaway_environment(const Throwaway *throwaway);

/* A further empty database, as the main one was at its start (or a copy of `template_name`, to
   which nobody may be connected), on the same server; dropped at the end. The URL's password makes
   it one that is never shown; it does not hold after a throwaway_keep(). */
bool throwaway_create_database(Arena *arena, Throwaway *throwaway, const char *template_name,
                               char **ret_url, char **ret_name, Error *err);
/* For databases that others make on the server: the URL to make them by, and the comment by which a
   sweep finds them (NULL: they go with the server). */
const char *throwaway_admin_url(const Throwaway *throwaway);
const char *throwaway_comment(const Throwaway *throwaway);

/* The same under a name of the caller's, and with the settings and rights that belong to the
   database `template_name` rather than being in it. */
bool throwaway_copy_database(Throwaway *throwaway, const char *template_name, const char *name,
                             Error *err);
/* A database that somebody else made there, or may make: on a server that is not ours it is dropped at the
   end. */
void throwaway_own_database(Throwaway *throwaway, const char *name);
/* Throws out who is connected to it. A missing one is no error. */
bool throwaway_drop_database(Throwaway *throwaway, const char *name, Error *err);

/* Roles that the caller created on the server and that must go at the end. On a server that is not
   ours they are noted there too, for the sweep after a kill -9. */
void throwaway_own_role(Throwaway *throwaway, const char *name);
/* Drops one now. A missing one is no error. */
bool throwaway_drop_role(Throwaway *throwaway, const char *name, Error *err);

/*
 * Keeps the present state under the key, for later runs: a clean stop, a copy, and (keep_running) a
 * start again, where throwaway_url() may be another one. Without keep_running there is nothing to
 * connect to afterwards. All sessions must be closed. Does nothing where the provider has no cache,
 * where the key is kept already, and after a signal; never fails a run: trouble is a warning.
 */
void throwaway_keep(Throwaway *throwaway, const char *key, bool keep_running);

/*
 * Lets it live on without this process, which then owns it no more: throwaway_stop() does nothing.
 * Its sessions must be closed; its address stays. *ret_handle is text of a few lines by which
 * throwaway_kept_*() finds it; it may have a password in it.
 */
bool throwaway_detach(Arena *arena, Throwaway *throwaway, char **ret_handle, Error *err);

/* False when it is gone: ended, killed, or lost with a restart of the machine. */
bool throwaway_kept_alive(const char *handle);
/* Ends it and removes everything of it. One that is gone is no error. */
bool throwaway_kept_drop(const char *handle, Error *err);
/* The last lines of its server's log; NULL where there is none to be had. */
char *throwaway_kept_log(Arena *arena, const char *handle, size_t lines);
/* A URL for administration: as its superuser, in a database that is never copied. NULL where it is gone. */
char *throwaway_kept_admin(Arena *arena, const char *handle);

/* Ends it and removes everything. NULL allowed, and a second time. */
void throwaway_stop(Throwaway *throwaway);

/* Removes what dead runs left behind on this machine and in its Docker engine; `dbmig cache prune`.
   throwaway_start() does as much as concerns its provider, existing servers included. */
void throwaway_sweep(void);

/* `dbmig cache`: what is kept (prepared empty clusters too), longest unused first, and dropping it
   down to limit_bytes; 0 is all. */
typedef struct CacheEntry {
    const char *key, *provider, *shown;
    uint64_t bytes;
    int64_t last_used; /* seconds since 1970 */
} CacheEntry;
typedef VEC(CacheEntry) CacheList;
bool cache_list(Arena *arena, CacheList *ret, Error *err);
bool cache_prune(uint64_t limit_bytes, size_t *ret_removed, Error *err);

#endif
