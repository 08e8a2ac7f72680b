/*
 * Files: reading, writing that survives a crash, names, locks. What goes through whole folders is
 * file_tree.c's. Every system call that the machine can fail has its fault point.
 */
#include "dbmig/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dbmig/base/fatal.h"
#include "dbmig/base/fault.h"
#include "dbmig/base/interrupt.h"
#include "dbmig/base/platform.h"

#define MOST_LINKS 40
#define MOST_LOCK_WAIT_MS 100

struct FileReader {
    const char *path;
    int fd;
    uint64_t size;
};

static bool failed(Error *err, const char *what, const char *path)
{
    return error_set_errno(err, EXIT_USAGE, errno, "could not %s \"%s\"", what, path);
}

static int open_file(const char *path, int flags, mode_t mode)
{
    if (fault_hit("open"))
        return -1;
    return open(path, flags | O_CLOEXEC | O_NOCTTY, mode);
}

static bool sync_file(int fd)
{
    return !fault_hit("fsync") && fsync(fd) == 0;
}

/* Network file systems tell only here that they have no room. */
static bool close_written(int fd)
{
    if (fault_hit("close")) {
        close(fd);
        errno = EIO;
        return false;
    }
    return close(fd) == 0 || errno == EINTR;
}

static bool write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = fault_hit("write") ? -1 : write(fd, bytes, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        bytes += n;
        len -= (size_t)n;
    }
    return true;
}

FileKind file_kind(const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return FILE_MISSING;
    if (S_ISREG(info.st_mode))
        return FILE_REGULAR;
    return S_ISDIR(info.st_mode) ? FILE_FOLDER : FILE_OTHER;
}

/* ---- Reading ---- */

bool file_open_read(Arena *arena, const char *path, FileReader **ret, Error *err)
{
    /* Without O_NONBLOCK, opening a FIFO would wait for a writer before it can be refused. */
    int fd = open_file(path, O_RDONLY | O_NONBLOCK, 0);
    if (fd < 0)
        return failed(err, "open", path);
    struct stat info;
    if (fstat(fd, &info) != 0) {
        failed(err, "read", path);
        close(fd);
        return false;
    }
    if (!S_ISREG(info.st_mode)) {
        close(fd);
        return error_set(err, EXIT_USAGE, "cannot read \"%s\": %s", path,
                         S_ISDIR(info.st_mode) ? "it is a folder" : "it is not a regular file");
    }
    FileReader *reader = arena_alloc(arena, sizeof(*reader));
    *reader = (FileReader){arena_strdup(arena, path), fd, (uint64_t)info.st_size};
    *ret = reader;
    return true;
}

bool file_read_some(FileReader *reader, void *buffer, size_t size, size_t *ret_len, Error *err)
{
    ssize_t n;
    do
        n = fault_hit("read") ? -1 : read(reader->fd, buffer, size);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return failed(err, "read", reader->path);
    *ret_len = (size_t)n;
    return true;
}

bool file_rewind(FileReader *reader, Error *err)
{
    if (lseek(reader->fd, 0, SEEK_SET) != 0)
        return failed(err, "read", reader->path);
    return true;
}

uint64_t file_size(const FileReader *reader)
{
    return reader->size;
}

void file_close(FileReader *reader)
{
    if (reader == NULL || reader->fd < 0)
        return;
    close(reader->fd);
    reader->fd = -1;
}

/* The size is only a hint: the file may grow meanwhile, and files in /proc say 0. */
static bool read_rest(Arena *arena, FileReader *reader, Bytes *ret, Error *err)
{
    size_t capacity = (size_t)reader->size + 1;
    size_t len = 0;
    char *data = arena_alloc(arena, capacity);
    for (;;) {
        size_t n = 0;
        if (!file_read_some(reader, data + len, capacity - len, &n, err))
            return false;
        if (n == 0)
            break;
        len += n;
        if (len == capacity)
            data = vec_grow(arena, data, 1, len, &capacity);
    }
    data[len] = '\0';
    *ret = (Bytes){data, len};
    return true;
}

bool file_read(Arena *arena, const char *path, Bytes *ret, Error *err)
{
    FileReader *reader = NULL;
    if (!file_open_read(arena, path, &reader, err) || reader == NULL)
        return false;
    bool ok = read_rest(arena, reader, ret, err);
    file_close(reader);
    return ok;
}

/* ---- Writing ---- */

static void remove_temporary(void *path)
{
    unlink(path);
}

static bool write_and_sync(int fd, const void *data, size_t len)
{
    bool ok = write_all(fd, data, len) && sync_file(fd);
    int saved_errno = errno;
    bool closed = close_written(fd);
    if (!ok)
        errno = saved_errno;
    return ok && closed;
}

/* Makes a rename or a new name in the folder last; some file systems cannot and need not. */
static bool sync_folder_of(Arena *arena, const char *path, Error *err)
{
    char *folder = file_folder_of(arena, path);
    int fd = open_file(folder, O_RDONLY | O_DIRECTORY, 0);
    if (fd < 0)
        return failed(err, "open the folder", folder);
    bool ok = sync_file(fd) || errno == EINVAL || errno == ENOTSUP || errno == EROFS;
    if (!ok)
        failed(err, "flush the folder", folder);
    close(fd);
    return ok;
}

/* The file that path names in the end; unlike realpath() also when that does not exist yet. */
static bool follow_links(Arena *arena, const char *path, const char **ret, Error *err)
{
    for (int i = 0; i < MOST_LINKS; i++) {
        char target[4096];
        ssize_t len = readlink(path, target, sizeof(target));
        if (len < 0) {
            *ret = path;
            return true;
        }
        if ((size_t)len == sizeof(target))
            break;
        char *name = arena_strndup(arena, target, (size_t)len);
        path = file_join(arena, file_folder_of(arena, path), name);
    }
    errno = ELOOP;
    return failed(err, "write", path);
}

/* A temporary file that stands in for `path`, with its mode and (as root) its owner. */
static int create_stand_in(const char *name, const struct stat *old, mode_t mode)
{
    int fd = open_file(name, O_WRONLY | O_CREAT | O_EXCL, old == NULL ? mode : 0600);
    if (fd < 0 || old == NULL)
        return fd;
    bool owner_kept = geteuid() != 0 || fchown(fd, old->st_uid, old->st_gid) == 0;
    if (owner_kept && fchmod(fd, old->st_mode & 07777) == 0)
        return fd;
    int saved_errno = errno;
    close(fd);
    unlink(name);
    errno = saved_errno;
    return -1;
}

static bool replace_file(Arena *arena, const char *path, const struct stat *old, mode_t mode,
                         Bytes content, Error *err)
{
    uint64_t random;
    platform_random(&random, sizeof(random));
    char *name = file_join(arena, file_folder_of(arena, path),
                           arena_printf(arena, ".dbmig-%016llx.tmp", (unsigned long long)random));
    unsigned cleanup = cleanup_register(remove_temporary, name);
    int fd = create_stand_in(name, old, mode);
    if (fd < 0) {
        failed(err, "create a file beside", path);
        cleanup_forget(cleanup);
        return false;
    }
    bool ok = write_and_sync(fd, content.data, content.len);
    ok = ok && !fault_hit("rename") && rename(name, path) == 0;
    if (!ok) {
        failed(err, "write", path);
        cleanup_run(cleanup);
        return false;
    }
    cleanup_forget(cleanup);
    return sync_folder_of(arena, path, err);
}

static bool write_atomic(Arena *arena, const char *path, mode_t mode, Bytes content, Error *err)
{
    if (!follow_links(arena, path, &path, err))
        return false;
    struct stat info;
    if (stat(path, &info) != 0) {
        if (errno != ENOENT)
            return failed(err, "write", path);
        return replace_file(arena, path, NULL, mode, content, err);
    }
    if (!S_ISREG(info.st_mode))
        return error_set(err, EXIT_USAGE, "cannot write \"%s\": it is not a regular file", path);
    return replace_file(arena, path, &info, mode, content, err);
}

bool file_write_atomic(const char *path, const void *data, size_t len, mode_t mode, Error *err)
{
    Arena *arena = arena_new();
    bool ok = write_atomic(arena, path, mode, (Bytes){data, len}, err);
    arena_free(arena);
    return ok;
}

bool file_create_new(const char *path, const void *data, size_t len, mode_t mode, Error *err)
{
    int fd = open_file(path, O_WRONLY | O_CREAT | O_EXCL, mode);
    if (fd < 0)
        return failed(err, "create", path);
    if (!write_and_sync(fd, data, len)) {
        failed(err, "write", path);
        unlink(path);
        return false;
    }
    Arena *arena = arena_new();
    bool ok = sync_folder_of(arena, path, err);
    arena_free(arena);
    return ok;
}

bool file_create_unsynced(const char *path, const void *data, size_t len, mode_t mode, Error *err)
{
    int fd = open_file(path, O_WRONLY | O_CREAT | O_EXCL, mode);
    if (fd < 0)
        return failed(err, "create", path);
    bool written = write_all(fd, data, len);
    int saved_errno = errno;
    bool closed = close_written(fd);
    if (written && closed)
        return true;
    errno = written ? errno : saved_errno;
    failed(err, "write", path);
    unlink(path);
    return false;
}

void file_sync_all(void)
{
    sync();
}

bool file_remove(const char *path, Error *err)
{
    if (!fault_hit("unlink") && unlink(path) == 0)
        return true;
    return errno == ENOENT || failed(err, "remove", path);
}

bool file_rename(const char *from, const char *to, Error *err)
{
    struct stat status;
    if (lstat(to, &status) == 0)
        return error_set(err, EXIT_USAGE, "could not rename %s to %s: there is a file of that name",
                         from, to);
    if (!fault_hit("rename") && rename(from, to) == 0)
        return true;
    return failed(err, "rename", from);
}

/* ---- Folders ---- */

static bool make_one_folder(const char *path, mode_t mode, Error *err)
{
    if (!fault_hit("mkdir") && mkdir(path, mode) == 0)
        return true;
    /* Of several processes that make it, all but one come here. */
    if ((errno == EEXIST || errno == EROFS || errno == EACCES) && file_kind(path) == FILE_FOLDER)
        return true;
    return failed(err, "create the folder", path);
}

bool file_make_folder(const char *path, mode_t mode, Error *err)
{
    if (file_kind(path) == FILE_FOLDER)
        return true;
    Arena *arena = arena_new();
    char *copy = arena_strdup(arena, path);
    bool ok = true;
    for (char *at = copy; ok && *at != '\0'; at++) {
        if (*at == '/' && at > copy && at[-1] != '/') {
            *at = '\0';
            ok = make_one_folder(copy, mode, err);
            *at = '/';
        }
    }
    ok = ok && make_one_folder(path, mode, err);
    arena_free(arena);
    return ok;
}

bool file_make_private_folder(Arena *arena, const char *parent, const char *prefix, char **ret,
                              Error *err)
{
    if (parent == NULL)
        parent = getenv("TMPDIR");
    if (parent == NULL || parent[0] == '\0')
        parent = "/tmp";
    char *path = file_join(arena, parent, arena_printf(arena, "%sXXXXXX", prefix));
    if (fault_hit("mkdtemp") || mkdtemp(path) == NULL)
        return failed(err, "create a folder in", parent);
    *ret = path;
    return true;
}

/* A folder of this user's: in what the variable names, else below the home folder. */
static bool user_folder(Arena *arena, const char *variable, const char *in_home, const char *what,
                        char **ret, Error *err)
{
    const char *base = getenv(variable);
    char *path;
    if (base != NULL && base[0] == '/') {
        path = file_join(arena, base, "dbmig");
    } else {
        const char *home = getenv("HOME");
        const struct passwd *user = home == NULL || home[0] == '\0' ? getpwuid(geteuid()) : NULL;
        if (user != NULL)
            home = user->pw_dir;
        if (home == NULL || home[0] == '\0') {
            error_set(err, EXIT_USAGE, "could not find a folder for the %s", what);
            return error_hint(err, "Set HOME or %s.", variable);
        }
        path = file_join(arena, home, in_home);
    }
    if (!file_make_folder(path, 0700, err))
        return false;
    *ret = path;
    return true;
}

bool file_cache_folder(Arena *arena, char **ret, Error *err)
{
    return user_folder(arena, "XDG_CACHE_HOME", ".cache/dbmig", "cache", ret, err);
}

bool file_state_folder(Arena *arena, char **ret, Error *err)
{
    return user_folder(arena, "XDG_STATE_HOME", ".local/state/dbmig", "list of kept databases", ret,
                       err);
}

/* ---- Locks ---- */

/* False when the file was removed or replaced while we waited: its lock then means nothing. */
static bool still_named(int fd, const char *path)
{
    struct stat held;
    struct stat named;
    return fstat(fd, &held) == 0 && stat(path, &named) == 0 && held.st_dev == named.st_dev &&
           held.st_ino == named.st_ino;
}

/* Waits in short sleeps, which a signal can end. *ret_got is false only when wait is. */
static bool get_flock(int fd, const char *path, bool wait, bool *ret_got, Error *err)
{
    for (long sleep_ms = 1;; sleep_ms = sleep_ms < MOST_LOCK_WAIT_MS ? sleep_ms * 2 : sleep_ms) {
        *ret_got = !fault_hit("flock") && flock(fd, LOCK_EX | LOCK_NB) == 0;
        if (*ret_got)
            return true;
        if (errno != EWOULDBLOCK && errno != EINTR)
            return failed(err, "lock", path);
        if (!wait && errno == EWOULDBLOCK)
            return true;
        if (!interrupt_sleep(sleep_ms, err))
            return false;
    }
}

bool file_lock(const char *path, bool wait, int *ret_fd, Error *err)
{
    for (;;) {
        int fd = open_file(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
        if (fd < 0)
            return failed(err, "open the lock file", path);
        bool got;
        if (!get_flock(fd, path, wait, &got, err)) {
            close(fd);
            return false;
        }
        if (got && still_named(fd, path)) {
            *ret_fd = fd;
            return true;
        }
        close(fd);
        if (!got) {
            *ret_fd = -1;
            return true;
        }
    }
}

/* ---- Names ---- */

char *file_join(Arena *arena, const char *folder, const char *name)
{
    size_t len = strlen(folder);
    if (name[0] == '/' || len == 0)
        return arena_strdup(arena, name);
    return arena_printf(arena, "%s%s%s", folder, folder[len - 1] == '/' ? "" : "/", name);
}

char *file_folder_of(Arena *arena, const char *path)
{
    const char *end = strrchr(path, '/');
    if (end == NULL)
        return arena_strdup(arena, ".");
    while (end > path && end[-1] == '/')
        end--;
    return end == path ? arena_strdup(arena, "/")
                       : arena_strndup(arena, path, (size_t)(end - path));
}

const char *file_name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

bool file_absolute(Arena *arena, const char *path, char **ret, Error *err)
{
    char *resolved = fault_hit("realpath") ? NULL : realpath(path, NULL);
    if (resolved == NULL)
        return failed(err, "find", path);
    *ret = arena_strdup(arena, resolved);
    free(resolved);
    return true;
}
