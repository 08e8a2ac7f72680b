/*
 * Whole folders: listing, removing and copying. The latter two work by descriptors from folder to
 * folder and never follow a link, since they run as root in folders where others may write.
 */
#include "dbmig/base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dbmig/base/fault.h"
#include "dbmig/base/platform.h"
#include "dbmig/base/text.h"

/* Times that a folder is emptied again because something still writes into it. */
#define MOST_ROUNDS 5

#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

static bool failed(Error *err, const char *what, const char *path)
{
    return error_set_errno(err, EXIT_USAGE, errno, "could not %s \"%s\"", what, path);
}

/* NULL at the end, with errno 0, or when it cannot be read. */
static const struct dirent *next_entry(DIR *dir)
{
    errno = 0;
    return fault_hit("readdir") ? NULL : readdir(dir);
}

/* The names in an open folder, all before the first is touched. Keeps fd open. */
static bool list_names(Arena *arena, int fd, StringList *ret)
{
    int copy = openat(fd, ".", FOLDER_FLAGS);
    DIR *dir = copy < 0 || fault_hit("opendir") ? NULL : fdopendir(copy);
    if (dir == NULL) {
        int saved_errno = errno;
        if (copy >= 0)
            close(copy);
        errno = saved_errno;
        return false;
    }
    const struct dirent *entry;
    while ((entry = next_entry(dir)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            VEC_PUSH(arena, *ret, arena_strdup(arena, entry->d_name));
    }
    int saved_errno = errno;
    closedir(dir);
    errno = saved_errno;
    return saved_errno == 0;
}

bool file_list(Arena *arena, const char *folder, StringList *ret, Error *err)
{
    int fd = fault_hit("open") ? -1 : open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return failed(err, "open the folder", folder);
    StringList names = {0};
    bool ok = list_names(arena, fd, &names) || failed(err, "read the folder", folder);
    close(fd);
    if (!ok)
        return false;
    if (names.count > 1)
        qsort(names.items, names.count, sizeof(*names.items), text_compare_pointers);
    *ret = names;
    return true;
}

/* ---- Removing ---- */

static bool remove_entry(int parent, const char *name, const char *path, Error *err);

static int open_to_empty(int parent, const char *name)
{
    int fd = fault_hit("open") ? -1 : openat(parent, name, FOLDER_FLAGS);
    if (fd < 0 && errno == EACCES && fchmodat(parent, name, 0700, 0) == 0)
        fd = openat(parent, name, FOLDER_FLAGS);
    return fd;
}

/* Removes as much as it can and tells of the last failure. */
static bool empty_folder(int parent, const char *name, const char *path, Error *err)
{
    int fd = open_to_empty(parent, name);
    if (fd < 0)
        return errno == ENOENT || failed(err, "open the folder", path);
    Arena *arena = arena_new();
    StringList names = {0};
    bool ok = list_names(arena, fd, &names) || failed(err, "read the folder", path);
    if (ok && faccessat(fd, ".", W_OK | X_OK, 0) != 0)
        fchmod(fd, 0700);
    for (size_t i = 0; i < names.count; i++) {
        if (!remove_entry(fd, names.items[i], file_join(arena, path, names.items[i]), err))
            ok = false;
    }
    close(fd);
    arena_free(arena);
    return ok;
}

static bool remove_folder(int parent, const char *name, const char *path, Error *err)
{
    for (int round = 1;; round++) {
        if (!empty_folder(parent, name, path, err))
            return false;
        if (!fault_hit("rmdir") && unlinkat(parent, name, AT_REMOVEDIR) == 0)
            return true;
        if (errno == ENOENT)
            return true;
        if ((errno != ENOTEMPTY && errno != EEXIST) || round == MOST_ROUNDS)
            return failed(err, "remove the folder", path);
    }
}

static bool remove_entry(int parent, const char *name, const char *path, Error *err)
{
    struct stat info;
    if (fstatat(parent, name, &info, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT || failed(err, "remove", path);
    if (S_ISDIR(info.st_mode))
        return remove_folder(parent, name, path, err);
    if (!fault_hit("unlink") && unlinkat(parent, name, 0) == 0)
        return true;
    return errno == ENOENT || failed(err, "remove", path);
}

bool file_remove_tree(const char *path, Error *err)
{
    Arena *arena = arena_new();
    char *name = arena_strdup(arena, path);
    /* With a slash behind it, a link would be followed. */
    for (size_t len = strlen(name); len > 1 && name[len - 1] == '/'; len--)
        name[len - 1] = '\0';
    bool ok = remove_entry(AT_FDCWD, name, path, err);
    arena_free(arena);
    return ok;
}

/* ---- Copying ---- */

/* One entry: its folders on both sides, its name in both, and the path for messages. */
typedef struct Entry {
    int src_folder;
    int dst_folder;
    const char *src_name;
    const char *dst_name;
    const char *path;
    struct stat info;
} Entry;

static bool copy_entry(Entry *entry, Error *err);

/* The owner first: changing it takes the set-user-id bits away. */
static bool copy_owner_and_mode(int fd, const struct stat *info)
{
    if (geteuid() == 0 && fchown(fd, info->st_uid, info->st_gid) != 0)
        return false;
    return fchmod(fd, info->st_mode & 07777) == 0;
}

static bool copy_open_file(const Entry *entry, int src, int dst)
{
    return !fault_hit("copy") && platform_clone_file(src, dst, (uint64_t)entry->info.st_size) &&
           copy_owner_and_mode(dst, &entry->info);
}

static bool copy_file(const Entry *entry, Error *err)
{
    int src = fault_hit("open") ? -1
                                : openat(entry->src_folder, entry->src_name,
                                         O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (src < 0)
        return failed(err, "open", entry->path);
    int dst = fault_hit("create") ? -1
                                  : openat(entry->dst_folder, entry->dst_name,
                                           O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool ok = dst >= 0 && copy_open_file(entry, src, dst);
    if (!ok)
        failed(err, "copy", entry->path);
    close(src);
    if (dst >= 0 && close(dst) != 0 && ok)
        ok = failed(err, "copy", entry->path);
    return ok;
}

static bool copy_link(const Entry *entry, Error *err)
{
    char target[4096];
    ssize_t len = readlinkat(entry->src_folder, entry->src_name, target, sizeof(target) - 1);
    if (len < 0)
        return failed(err, "read the link", entry->path);
    target[len] = '\0';
    if (fault_hit("symlink") || symlinkat(target, entry->dst_folder, entry->dst_name) != 0)
        return failed(err, "copy the link", entry->path);
    if (geteuid() == 0 && fchownat(entry->dst_folder, entry->dst_name, entry->info.st_uid,
                                   entry->info.st_gid, AT_SYMLINK_NOFOLLOW) != 0)
        return failed(err, "copy the link", entry->path);
    return true;
}

static bool copy_names(const Entry *folder, int src, int dst, Error *err)
{
    Arena *arena = arena_new();
    StringList names = {0};
    bool ok = list_names(arena, src, &names) || failed(err, "read the folder", folder->path);
    for (size_t i = 0; ok && i < names.count; i++) {
        const char *name = names.items[i];
        Entry entry = {src, dst, name, name, file_join(arena, folder->path, name), {0}};
        ok = copy_entry(&entry, err);
    }
    arena_free(arena);
    return ok;
}

/* The folder gets its own mode last, which may forbid writing into it. */
static bool copy_folder(const Entry *entry, Error *err)
{
    if (fault_hit("mkdir") || mkdirat(entry->dst_folder, entry->dst_name, 0700) != 0)
        return failed(err, "create a copy of the folder", entry->path);
    int src = fault_hit("open") ? -1 : openat(entry->src_folder, entry->src_name, FOLDER_FLAGS);
    int dst = src < 0 ? -1 : openat(entry->dst_folder, entry->dst_name, FOLDER_FLAGS);
    bool ok = dst >= 0 || failed(err, "open the folder", entry->path);
    ok = ok && copy_names(entry, src, dst, err);
    if (ok && !copy_owner_and_mode(dst, &entry->info))
        ok = failed(err, "copy the folder", entry->path);
    if (src >= 0)
        close(src);
    if (dst >= 0)
        close(dst);
    return ok;
}

static bool copy_entry(Entry *entry, Error *err)
{
    if (fstatat(entry->src_folder, entry->src_name, &entry->info, AT_SYMLINK_NOFOLLOW) != 0)
        return failed(err, "copy", entry->path);
    mode_t mode = entry->info.st_mode;
    if (S_ISDIR(mode))
        return copy_folder(entry, err);
    if (S_ISREG(mode))
        return copy_file(entry, err);
    if (S_ISLNK(mode))
        return copy_link(entry, err);
    if (S_ISSOCK(mode))
        return true; /* a name without its server is worth nothing */
    return error_set(err, EXIT_USAGE, "cannot copy \"%s\": it is not a regular file", entry->path);
}

static bool copy_into_new(const char *src, const char *dst, Error *err)
{
    Entry entry = {AT_FDCWD, AT_FDCWD, src, dst, src, {0}};
    if (copy_entry(&entry, err))
        return true;
    Error ignored = {0};
    file_remove_tree(dst, &ignored);
    error_clear(&ignored);
    return false;
}

bool file_copy_tree(const char *src, const char *dst, Error *err)
{
    struct stat info;
    if (lstat(dst, &info) == 0) {
        errno = EEXIST;
        return failed(err, "create", dst);
    }
    Arena *arena = arena_new();
    char *folder; /* src itself may be a link to the folder */
    bool ok = file_absolute(arena, src, &folder, err);
    if (ok && file_kind(folder) != FILE_FOLDER)
        ok = error_set(err, EXIT_USAGE, "cannot copy \"%s\": it is not a folder", src);
    ok = ok && copy_into_new(folder, dst, err);
    arena_free(arena);
    return ok;
}
