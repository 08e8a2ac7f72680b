/*
 * Files and folders. Errors name the path and carry EXIT_USAGE. Every call that can fail for
 * reasons of the machine goes through here, so that the torture build can let the nth one fail.
 */
#ifndef DBMIG_BASE_FILE_H
#define DBMIG_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/base/vec.h"

typedef struct Bytes {
    const char *data; /* NUL-terminated after len */
    size_t len;
} Bytes;

typedef enum FileKind { FILE_MISSING, FILE_REGULAR, FILE_FOLDER, FILE_OTHER } FileKind;

/* What path is, links followed; FILE_MISSING also for a dangling link. */
FileKind file_kind(const char *path);

/* Reads a whole regular file into the arena. */
bool file_read(Arena *arena, const char *path, Bytes *ret, Error *err);

/* Sequential reading in pieces. file_open_read refuses what is not a regular file. */
typedef struct FileReader FileReader;
bool file_open_read(Arena *arena, const char *path, FileReader **ret, Error *err);
/* Reads up to size bytes; *ret_len is 0 at the end of the file. */
bool file_read_some(FileReader *reader, void *buffer, size_t size, size_t *ret_len, Error *err);
bool file_rewind(FileReader *reader, Error *err);
uint64_t file_size(const FileReader *reader);
void file_close(FileReader *reader); /* NULL allowed; safe twice */

/*
 * Replaces path by the content through a temporary file in the same folder, fsync and rename: after
 * any failure or crash path holds the old content or the new one. Keeps the mode of an existing
 * file; a new one gets `mode`. Follows a symbolic link to the file it names.
 */
bool file_write_atomic(const char *path, const void *data, size_t len, mode_t mode, Error *err);

/* Creates path with the content; fails with EEXIST text when it exists. */
bool file_create_new(const char *path, const void *data, size_t len, mode_t mode, Error *err);

/* The same without waiting for the disk, for files by the thousand; file_sync_all() waits for them. */
bool file_create_unsynced(const char *path, const void *data, size_t len, mode_t mode, Error *err);
void file_sync_all(void);

/* Creates a folder and its parents. */
bool file_make_folder(const char *path, mode_t mode, Error *err);

/* A new folder, mode 0700, named <parent>/<prefix>XXXXXX; parent NULL is $TMPDIR or /tmp. */
bool file_make_private_folder(Arena *arena, const char *parent, const char *prefix, char **ret,
                              Error *err);

/* Gives a file another name, which must not exist. */
bool file_rename(const char *from, const char *to, Error *err);

bool file_remove(const char *path, Error *err);      /* a missing file is no error */
bool file_remove_tree(const char *path, Error *err); /* never follows links; missing is no error */

/* Copies a folder with all its content, modes and (as root) owners; by reference where the file
   system can (see platform_clone_file). dst must not exist. */
bool file_copy_tree(const char *src, const char *dst, Error *err);

/* Names in a folder, sorted bytewise, without "." and "..". */
bool file_list(Arena *arena, const char *folder, StringList *ret, Error *err);

/*
 * Opens (creates, 0600) a lock file and takes an exclusive flock. *ret_fd is -1 with true when
 * another process holds it and wait is false. Close the descriptor to release; the kernel does so
 * when the process dies, which is how dead owners are told from live ones.
 */
bool file_lock(const char *path, bool wait, int *ret_fd, Error *err);

/* $XDG_CACHE_HOME/dbmig or ~/.cache/dbmig, made with 0700. */
bool file_cache_folder(Arena *arena, char **ret, Error *err);

/* $XDG_STATE_HOME/dbmig or ~/.local/state/dbmig, made with 0700: for what must not be lost as a cache may. */
bool file_state_folder(Arena *arena, char **ret, Error *err);

/* Path arithmetic; results are in the arena. */
char *file_join(Arena *arena, const char *folder, const char *name); /* name absolute: name */
char *file_folder_of(Arena *arena, const char *path);                /* "." when there is none */
const char *file_name_of(const char *path);                          /* after the last slash */
bool file_absolute(Arena *arena, const char *path, char **ret, Error *err); /* links resolved */

#endif
