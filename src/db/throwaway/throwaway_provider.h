/*
 * What the throwaway files share: the provider interface, the parsed dev URL, the mark of the
 * owning process, and the store of kept states. A new provider is one file and one row in
 * throwaway.c.
 */
#ifndef DBMIG_DB_THROWAWAY_PROVIDER_H
#define DBMIG_DB_THROWAWAY_PROVIDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/buf.h"
#include "dbmig/base/error.h"
#include "dbmig/base/platform.h"
#include "dbmig/base/vec.h"
#include "dbmig/db/session.h"
#include "dbmig/db/throwaway.h"

typedef struct ThrowawayProvider ThrowawayProvider;

/* ---- throwaway_url.c: dev URLs ---- */

typedef struct ThrowawayUrl {
    const ThrowawayProvider *provider;
    const char *text;        /* as given */
    const char *database;    /* docker, embedded: never NULL */
    const char *search_path; /* NULL unless asked for */
    const char *locale;      /* docker, embedded: NULL unless asked for */
    const char *folder;      /* embedded: where its files go; NULL chooses */
    const char *bin_folder;  /* embedded: NULL searches */
    int64_t major;           /* embedded: 0 is any */
    const char *image;       /* docker */
    bool is_mirror;          /* docker: given in the docker+postgres:// form */
} ThrowawayUrl;

/* EXIT_USAGE when it means nothing. Addresses of existing servers are left to url_parse(). */
bool throwaway_url_parse(Arena *arena, const char *text, ThrowawayUrl *ret, Error *err);

/* Of all but letters, digits and "-_./". Decoding is done in place; returns text. */
char *throwaway_percent_encode(Arena *arena, const char *text);
char *throwaway_percent_decode(char *text);

/* ---- The interface ---- */

struct Throwaway {
    Arena *arena; /* the caller's */
    const ThrowawayProvider *provider;
    ThrowawayUrl url;
    ThrowawaySpec spec;
    const char *connect_url; /* to the main database */
    const char *admin_url;   /* to a database that is never dropped or copied */
    const char *shown;
    unsigned confined; /* CONFINES_…: what the server is held back from, by the system */
    const char *unconfined_why;
    const char *search_path;
    const char *pristine; /* the database that further empty ones are copied from */
    long restored;        /* index of the key, or -1 */
    unsigned cleanup;
    bool stopped;
    StringList databases; /* created besides the main one */
    StringList roles;
    void *state; /* the provider's */
};

/* A kept state, or a prepared empty cluster. */
typedef struct CacheMeta {
    const char *provider, *key, *shown;
    uint64_t bytes;
    int64_t last_used;
    const char *folder; /* the entry's */
    const char *text;   /* "name=value" lines; see cache_value() */
} CacheMeta;

struct ThrowawayProvider {
    const char *name;
    bool owns_server;
    bool shares_files; /* its server sees the files of this machine */
    /* Adds to *ret all that a result depends on besides the SQL and the URL's parameters. */
    bool (*identity)(Arena *arena, const ThrowawayUrl *url, Buf *ret, Error *err);
    /* Fills connect_url, admin_url, shown, pristine, restored. After a failure, what was begun is
       gone. Calls throwaway_guard() as soon as there is something to remove. */
    bool (*start)(Throwaway *throwaway, Error *err);
    /* Where other programs reach it: see throwaway_address(). */
    bool (*address)(Throwaway *throwaway, Arena *arena, ThrowawayAddress *ret, Error *err);
    /* The comment for a further database, with which a sweep finds it; NULL where it goes with the
       server anyway. */
    const char *(*comment)(const Throwaway *throwaway);
    /* Told when throwaway->roles has grown; NULL for providers whose server goes with them. */
    void (*note_role)(Throwaway *throwaway);
    /* NULL where nothing can be kept. */
    void (*keep)(Throwaway *throwaway, const char *key, bool keep_running);
    /* For throwaway_detach(): adds "name=value" lines to *ret, of which the kept_*() functions get all. */
    bool (*detach)(Throwaway *throwaway, Buf *ret, Error *err);
    bool (*kept_alive)(const char *handle);
    bool (*kept_drop)(const char *handle, Error *err);
    char *(*kept_log)(Arena *arena, const char *handle, size_t lines);
    /* Ends it; works although a signal has come, and on what is half started. */
    void (*stop)(Throwaway *throwaway);
    /* Removes what dead runs left here; NULL where it takes a connection. */
    void (*sweep)(void);
    /* Removes what a kept state has outside of its cache folder; NULL for nothing. */
    void (*forget)(const CacheMeta *meta);
};

extern const ThrowawayProvider throwaway_docker;
extern const ThrowawayProvider throwaway_embedded;
extern const ThrowawayProvider throwaway_existing;

/* ---- throwaway.c ---- */

/* (Again) registers the clean-up, so that it runs before those registered so far. */
void throwaway_guard(Throwaway *throwaway);

/* A short-lived session for administration; works after a signal when for_cleanup. */
bool throwaway_session(Arena *arena, const ThrowawayProvider *provider, const char *url,
                       bool for_cleanup, Session **ret, Error *err);

/* ---- throwaway_database.c ---- */

/* template_name is not NULL; comment NULL: none. Not inside a transaction. */
bool throwaway_database_create(Arena *arena, Session *session, const char *name,
                               const char *template_name, const char *comment, Error *err);
/* Whoever is connected to it is thrown out. A missing database is no error; nor is a missing role.
 */
bool throwaway_database_drop(Session *session, const char *name, Error *err);
bool throwaway_role_drop(Session *session, const char *name, Error *err);

/* ---- throwaway_detach.c ---- */

/* The value of the nth "name=value" line, or NULL. */
char *throwaway_handle_value(Arena *arena, const char *handle, const char *name, size_t n);

/* ---- throwaway_address.c ---- */

/* Settings and rights of a database, to its copy. */
bool throwaway_copy_properties(Session *session, const char *from, const char *name, Error *err);

/* A port of the loopback that is free now: wanted, or any for 0. EXIT_CONNECTION when it is taken. */
bool throwaway_free_port(int64_t wanted, int64_t *ret, Error *err);

/* ---- throwaway_docker_engine.c ---- */

/* True when the image is there or could be pulled. */
bool throwaway_docker_has_image(Arena *arena, const ThrowawayUrl *url, Error *err);

/* True when a Docker (or podman) engine answers within a few seconds. Asked once a process. */
bool throwaway_docker_answers(void);

/* ---- throwaway_embedded_find.c ---- */

typedef struct EmbeddedServer {
    const char *bin;     /* folder with initdb and postgres, links resolved */
    const char *version; /* "15.18" */
    const char *banner;  /* all that postgres --version says */
    int64_t major;
    /* Runs confined as far as this system can do that. False for one that runs another program
       before it is the server, as wrappers of package managers do. */
    bool confined;
    Confinement confinement; /* without what it may write */
} EmbeddedServer;

/* EXIT_CONNECTION with what to install when there is none. */
bool throwaway_embedded_find(Arena *arena, const ThrowawayUrl *url, EmbeddedServer *ret,
                             Error *err);

/* ---- throwaway_owner.c: whose is it, and does that process live? ---- */

typedef enum OwnerState {
    OWNER_ALIVE,
    OWNER_DEAD,    /* surely: same kernel, same process namespace, no such process */
    OWNER_UNKNOWN, /* of another machine, or from before a restart, or no mark of ours */
} OwnerState;

/* The mark of this process: "<hash of kernel boot and namespace>.<pid>.<start>.<seconds since
 * 1970>". */
char *throwaway_owner(Arena *arena);
OwnerState throwaway_owner_state(const char *mark);
/* Seconds since the mark was made; 0 when it is none of ours. */
int64_t throwaway_owner_age(const char *mark);

/* ---- cache.c: the store ---- */

/*
 * Finds an entry. One without its marker, of another format or without its files is removed and not
 * found. False: none.
 */
bool cache_find(Arena *arena, const char *provider, const char *key, CacheMeta *ret);

/* The value of a "name=value" line in meta->text, or NULL. */
const char *cache_value(Arena *arena, const CacheMeta *meta, const char *name);

/* Copies the entry's data folder to dst, which must not exist, and holds the copy against the
   marker's digest. After a false dst is gone; a bad entry too. */
bool cache_restore(Arena *arena, const CacheMeta *meta, const char *dst, Error *err);

/*
 * Stores an entry: data_folder (NULL: none) is copied, or moved if it may be and the file system
 * can; lines are further "name=value\n" lines. bytes is used when there is no data folder. An entry
 * that exists already stays as it is.
 */
bool cache_store(Arena *arena, const CacheMeta *meta, const char *data_folder, bool may_move,
                 Error *err);

/* Marks it as used now. */
void cache_touch(const CacheMeta *meta);

/* Removes one entry. */
void cache_drop(const char *provider, const char *key);

/* Removes the longest unused entries until at most limit bytes are left; 0: no limit. */
void cache_trim(uint64_t limit);

/* A lock file in the cache folder, by name; waits. -1 when there is no cache folder. */
int cache_lock(Arena *arena, const char *name);

#endif
