/*
 * Lists a migrations folder. The folder type that readdir() gives spares a stat for each file:
 * with ten thousand of them that is a good part of the time.
 */
#include "dbmig/project/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dbmig/base/fault.h"
#include "dbmig/base/file.h"
#include "dbmig/base/text.h"

#define MAX_DEPTH 64

typedef struct Walk {
    Arena *arena;
    const char *folder;
    StringList *files;
    Error *err;
} Walk;

typedef struct Level {
    const struct Level *up;
    const char *prefix; /* "" or ends in '/' */
    size_t depth;
    int fd;
    dev_t device;
    ino_t inode;
} Level;

int walk_compare(const char *a, const char *b)
{
    for (;; a++, b++) {
        unsigned char left = (unsigned char)*a, right = (unsigned char)*b;

        if (left == right) {
            if (left == '\0')
                return 0;
            continue;
        }
        /* The end of a folder's name comes before anything that a longer name goes on with. */
        if (left == '\0' || right == '\0')
            return left == '\0' ? -1 : 1;
        if (left == '/' || right == '/')
            return left == '/' ? -1 : 1;
        return left < right ? -1 : 1;
    }
}

bool walk_hidden(const char *name)
{
    return *name == '.' || strstr(name, "/.") != NULL;
}

static bool ends_nocase(const char *name, size_t len, const char *suffix)
{
    size_t suffix_len = strlen(suffix);

    return len >= suffix_len && text_equal_nocase(name + len - suffix_len, suffix);
}

static bool is_script(const char *name)
{
    return ends_nocase(name, strlen(name), ".sql");
}

bool walk_wanted(const char *name)
{
    return is_script(name) || ends_nocase(name, strlen(name), ".sql.conf");
}

/* Configurations that decide over the migrations of other tools. */
bool walk_listed(const char *name)
{
    static const char *const side[] = {"metadata.toml", "migration_lock.toml", "_journal.json",
                                       "sqitch.plan",   "sqitch.conf",         "config.toml",
                                       "tern.conf"};
    static const char *const endings[] = {".yml", ".yaml", ".xml"};
    const char *base = file_name_of(name);

    if (walk_wanted(name))
        return true;
    for (size_t i = 0; i < ARRAY_LENGTH(side); i++)
        if (strcmp(base, side[i]) == 0)
            return true;
    for (size_t i = 0; i < ARRAY_LENGTH(endings); i++)
        if (text_ends(base, endings[i]))
            return true;
    return false;
}

static bool fail(Walk *walk, const char *name, const char *what)
{
    error_set(walk->err, EXIT_USAGE, "%s/%s %s", walk->folder, name, what);
    return error_at(walk->err, arena_printf(walk->arena, "%s/%s", walk->folder, name), 0, 0);
}

static bool fail_errno(Walk *walk, const char *name)
{
    int saved = errno;

    if (*name == '\0')
        return error_set_errno(walk->err, EXIT_USAGE, saved, "could not read the folder %s",
                               walk->folder);
    return error_set_errno(walk->err, EXIT_USAGE, saved, "could not read %s/%s", walk->folder,
                           name);
}

static bool walk_level(Walk *walk, Level *level);

/* A link to a folder that is being walked would go round for ever. */
static bool check_loop(Walk *walk, const Level *level, const char *name)
{
    if (level->depth > MAX_DEPTH)
        return fail(walk, name, "is nested too deep");
    for (const Level *up = level->up; up != NULL; up = up->up) {
        if (up->device != level->device || up->inode != level->inode)
            continue;
        return fail(walk, name, "is a link to a folder that it lies in: a loop");
    }
    return true;
}

static bool enter(Walk *walk, const Level *up, const char *entry)
{
    const char *name = arena_printf(walk->arena, "%s%s", up->prefix, entry);
    Level level = {.up = up, .depth = up->depth + 1};
    struct stat status;

    if (is_script(entry)) {
        fail(walk, name, "is a folder, but named like a migration");
        return error_hint(walk->err, "Rename the folder: only files may end in .sql.");
    }
    level.prefix = arena_printf(walk->arena, "%s/", name);
    level.fd = fault_hit("walk open")
                   ? -1
                   : openat(up->fd, entry, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
    if (level.fd < 0)
        return fail_errno(walk, name);
    if (fstat(level.fd, &status) != 0) {
        fail_errno(walk, name);
        close(level.fd);
        return false;
    }
    level.device = status.st_dev;
    level.inode = status.st_ino;
    if (!check_loop(walk, &level, name)) {
        close(level.fd);
        return false;
    }
    return walk_level(walk, &level);
}

static void add_file(Walk *walk, const Level *level, const char *entry)
{
    if (walk_listed(entry))
        VEC_PUSH(walk->arena, *walk->files,
                 *level->prefix == '\0' ? arena_strdup(walk->arena, entry)
                                        : arena_printf(walk->arena, "%s%s", level->prefix, entry));
}

/* What readdir() did not tell: links, and file systems that do not say. */
static bool add_unknown(Walk *walk, const Level *level, const char *entry)
{
    struct stat status;
    bool wanted = walk_wanted(entry);

    if (fstatat(level->fd, entry, &status, 0) != 0) {
        int saved = errno;

        if (!wanted)
            return true;
        entry = arena_printf(walk->arena, "%s%s", level->prefix, entry);
        if (saved == ENOENT)
            return fail(walk, entry, "is a broken symbolic link");
        if (saved == ELOOP)
            return fail(walk, entry, "is a symbolic link in a loop");
        errno = saved;
        return fail_errno(walk, entry);
    }
    if (S_ISDIR(status.st_mode))
        return enter(walk, level, entry);
    if (S_ISREG(status.st_mode)) {
        add_file(walk, level, entry);
        return true;
    }
    return !wanted || fail(walk, arena_printf(walk->arena, "%s%s", level->prefix, entry),
                           "is not a regular file");
}

static bool add_entry(Walk *walk, const Level *level, const struct dirent *entry)
{
    if (entry->d_name[0] == '.')
        return true;
    switch (entry->d_type) {
    case DT_REG:
        add_file(walk, level, entry->d_name);
        return true;
    case DT_DIR:
        return enter(walk, level, entry->d_name);
    default:
        return add_unknown(walk, level, entry->d_name);
    }
}

/* Takes over level->fd. */
static bool walk_level(Walk *walk, Level *level)
{
    DIR *stream = fdopendir(level->fd);
    bool ok = true;

    if (stream == NULL) {
        fail_errno(walk, level->prefix);
        close(level->fd);
        return false;
    }
    while (ok) {
        const struct dirent *entry;

        errno = 0;
        entry = fault_hit("readdir") ? (errno = EIO, NULL) : readdir(stream);
        if (entry == NULL) {
            if (errno != 0)
                ok = fail_errno(walk, level->prefix);
            break;
        }
        ok = add_entry(walk, level, entry);
    }
    closedir(stream);
    return ok;
}

enum { LEVELS_UP = 8 };

/* Where a relative folder is not here: whether dbmig was started below the project's folder. */
static bool hint_missing(const Walk *walk)
{
    const char *up = "";
    for (int i = 0; i < LEVELS_UP && walk->folder[0] != '/'; i++) {
        up = arena_printf(walk->arena, "%s../", up);
        const char *folder = arena_printf(walk->arena, "%s%s", up, walk->folder);
        const char *config = arena_printf(walk->arena, "%satlas.hcl", up);
        if (file_kind(config) == FILE_REGULAR)
            return error_hint(walk->err,
                              "There is %s: run dbmig in its folder, or name it with --config.",
                              config);
        if (file_kind(folder) == FILE_FOLDER)
            return error_hint(
                walk->err, "There is %s: run dbmig in its folder, or name it with --dir.", folder);
    }
    return error_hint(walk->err, "Create it with: dbmig init");
}

/* The open folder, or -1 with err set. */
static int open_root(Walk *walk, struct stat *status)
{
    int fd = fault_hit("walk open")
                 ? -1
                 : open(walk->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
    int saved = errno;

    if (fd < 0) {
        error_set_errno(walk->err, EXIT_USAGE, saved, "could not open the migrations folder %s",
                        walk->folder);
        if (saved == ENOENT)
            hint_missing(walk);
        return -1;
    }
    if (fstat(fd, status) != 0) {
        fail_errno(walk, "");
        close(fd);
        return -1;
    }
    return fd;
}

bool walk_folder(Arena *arena, const char *folder, int *ret_fd, StringList *ret, Error *err)
{
    Walk walk = {.arena = arena, .folder = folder, .files = ret, .err = err};
    Level root = {.prefix = ""};
    struct stat status;
    int fd = open_root(&walk, &status);

    if (fd < 0)
        return false;
    root.device = status.st_dev;
    root.inode = status.st_ino;
    /* walk_level() closes its descriptor; the caller reads files through another one. */
    root.fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (root.fd < 0) {
        fail_errno(&walk, "");
        close(fd);
        return false;
    }
    if (!walk_level(&walk, &root)) {
        close(fd);
        return false;
    }
    *ret_fd = fd;
    return true;
}
