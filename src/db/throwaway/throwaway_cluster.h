/*
 * What the embedded provider stands on: private folders with a lock (throwaway_folder.c), and
 * clusters on disk: making, preparing and judging them (throwaway_cluster.c, throwaway_memory.c).
 */
#ifndef DBMIG_DB_THROWAWAY_CLUSTER_H
#define DBMIG_DB_THROWAWAY_CLUSTER_H

#include <sys/types.h>

#include "dbmig/base/process.h"
#include "throwaway_provider.h"

/* ---- throwaway_folder.c ---- */

/*
 * A folder whose lock file is held while its owner lives. Who gets the lock of a folder that it did
 * not make may remove it. Registers a clean-up.
 */
typedef struct PrivateFolder {
    const char *path; /* NULL: none */
    int lock;
    unsigned cleanup;
} PrivateFolder;

/* parent NULL: the disk's temporary folder. The path is short enough for a socket in a sub-folder.
 */
bool private_folder_make(Arena *arena, const char *parent, PrivateFolder *ret, Error *err);
void private_folder_remove(PrivateFolder *folder); /* safe twice */

/* A sub-folder, 0700, of the server's user. */
bool private_folder_sub(const char *path, uid_t uid, gid_t gid, Error *err);

/* Notes the server that runs in it, so that a sweep can end it if it outlives us. */
bool private_folder_note(const PrivateFolder *folder, const Process *process, Error *err);

/* The folder is its server's from now on, which has inherited the lock. */
void private_folder_release(PrivateFolder *folder);

/* True when its server holds the lock. */
bool private_folder_lives(const char *path);

/* Ends the server and removes the folder. False when it is still there. */
bool private_folder_end(const char *path);

/* Removes the dead ones in a folder (parent NULL: in all usual ones). */
void private_folder_sweep(const char *parent);

/* ---- throwaway_cluster.c ---- */

/* Who runs initdb and postgres; uid 0: as we are, for we are not root. */
typedef struct ClusterUser {
    uid_t uid;
    gid_t gid;
} ClusterUser;

typedef struct ClusterSpec {
    const EmbeddedServer *server;
    const ClusterUser *user;
    const ThrowawayUrl *url;
} ClusterSpec;

/* All the variables that initdb and postgres get: a fixed few, and where libraries and locales are;
   of these the identity knows. */
const char *const *cluster_environment(Arena *arena);

/* As root, postgres or else nobody. */
bool cluster_user(ClusterUser *ret, Error *err);

/* initdb and the database, in a folder that exists and is empty. Adds to *lines (NULL allowed) what
   the server says of its folders. */
bool cluster_make(Arena *arena, const ClusterSpec *spec, const char *data, Buf *lines, Error *err);

/* The prepared empty cluster in the cache, made when it is missing. False when there can be none.
 */
bool cluster_template(Arena *arena, const ClusterSpec *spec, CacheMeta *ret);

/* Adds what a result depends on: versions, locales, files of the installed extensions. */
void cluster_identity(Arena *arena, const ClusterSpec *spec, Buf *ret);

/* True when it says of itself that it was shut down; true when it is also of that major version. */
bool cluster_is_shut_down(const char *data);
bool cluster_matches(const char *data, int64_t major);

/* True when the file system of the folder has that many bytes free. */
bool cluster_fits(const char *folder, uint64_t bytes);

/* The last lines of a log file, or NULL. */
char *cluster_log_tail(Arena *arena, const char *path, size_t lines);

/* ---- throwaway_memory.c ---- */

/* Removes the shared memory that a killed server left; nothing when it is in use. */
void cluster_remove_memory(const char *data);

#endif
