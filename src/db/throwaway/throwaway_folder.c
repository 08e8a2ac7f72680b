/*
 * Private folders of running throwaway servers: made under a lock that dies with its owner, and
 * removed by the next run if the owner could not.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dbmig/base/fatal.h"
#include "dbmig/base/file.h"
#include "dbmig/base/interrupt.h"
#include "dbmig/base/log.h"
#include "dbmig/base/platform.h"
#include "dbmig/base/text.h"
#include "throwaway_cluster.h"

#define PREFIX "dbmig-e-"
#define MOST_TRIES 5
#define ORPHAN_MS 1000
#define ORPHAN_POLL_MS 10
#define LOCK_MS 5000

/* What sockaddr_un holds where it holds least (104), less "/s/.s.PGSQL.5432" and the final NUL. */
#define LONGEST_PATH 87

static void drop(const char *path)
{
    Error err = {0};
    if (!file_remove_tree(path, &err))
        log_warning("%s", err.primary);
    error_clear(&err);
}

/* The lock goes last: until then nobody else may call the folder dead. */
void private_folder_remove(PrivateFolder *folder)
{
    if (folder->path == NULL)
        return;
    drop(folder->path);
    folder->path = NULL;
    close(folder->lock);
    cleanup_forget(folder->cleanup);
}

static void clean_up(void *context)
{
    private_folder_remove(context);
}

/* -1 when a sweep was quicker: then the folder is the sweep's. */
static int lock_folder(Arena *arena, const char *path)
{
    Error ignored = {0};
    int fd = -1;
    if (!file_lock(file_join(arena, path, "lock"), false, &fd, &ignored))
        fd = -1;
    error_clear(&ignored);
    return fd;
}

static const char *short_parent(const char *parent)
{
    if (parent == NULL)
        parent = getenv("TMPDIR");
    bool fits = parent != NULL && strlen(parent) + strlen("/" PREFIX "XXXXXX") <= LONGEST_PATH;
    return fits && parent[0] == '/' ? parent : "/tmp";
}

bool private_folder_make(Arena *arena, const char *parent, PrivateFolder *ret, Error *err)
{
    parent = short_parent(parent);
    for (int i = 0; i < MOST_TRIES; i++) {
        char *path;
        if (!file_make_private_folder(arena, parent, PREFIX, &path, err))
            return false;
        int lock = lock_folder(arena, path);
        if (lock < 0)
            continue;
        *ret = (PrivateFolder){.path = path, .lock = lock};
        ret->cleanup = cleanup_register(clean_up, ret);
        return true;
    }
    return error_set(err, EXIT_USAGE, "could not lock a new folder in \"%s\"", parent);
}

bool private_folder_sub(const char *path, uid_t uid, gid_t gid, Error *err)
{
    if (!file_make_folder(path, 0700, err))
        return false;
    if (uid != 0 && chown(path, uid, gid) != 0)
        return error_set_errno(err, EXIT_USAGE, errno, "could not give away \"%s\"", path);
    return true;
}

bool private_folder_note(const PrivateFolder *folder, const Process *process, Error *err)
{
    Arena *arena = arena_new();
    pid_t pid = process_pid(process);
    char *text =
        arena_printf(arena, "%ld %llu", (long)pid, (unsigned long long)platform_process_start(pid));
    bool ok =
        file_write_atomic(file_join(arena, folder->path, "server"), text, strlen(text), 0600, err);
    arena_free(arena);
    return ok;
}

/* ---- Sweep ---- */

static bool is_ours(const char *path)
{
    struct stat info;
    return lstat(path, &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == geteuid();
}

static bool read_note(Arena *arena, const char *folder, pid_t *ret_pid, uint64_t *ret_start)
{
    Bytes text;
    Error ignored = {0};
    StringList words = {0};
    int64_t pid = 0;
    int64_t start = 0;
    if (file_read(arena, file_join(arena, folder, "server"), &text, &ignored))
        text_split(arena, text.data, ' ', &words);
    error_clear(&ignored);
    if (words.count != 2 || !text_to_int64(words.items[0], &pid) ||
        !text_to_int64(words.items[1], &start))
        return false;
    *ret_pid = (pid_t)pid;
    *ret_start = (uint64_t)start;
    return pid > 1 && start != 0;
}

/*
 * A server that outlived its owner. Only the start time proves that it is the one; when its pid
 * file is gone it has ended, though nobody may have collected the dead process yet.
 */
static void end_orphan(Arena *arena, const char *folder)
{
    pid_t pid;
    uint64_t start;
    const char *pid_file = file_join(arena, folder, "data/postmaster.pid");
    if (!read_note(arena, folder, &pid, &start))
        return;
    for (int waited = 0;
         platform_process_start(pid) == start && file_kind(pid_file) != FILE_MISSING;
         waited += ORPHAN_POLL_MS) {
        Error ignored = {0};
        if (waited == 0)
            kill(pid, SIGQUIT);
        if (waited >= ORPHAN_MS || !interrupt_sleep(ORPHAN_POLL_MS, &ignored)) {
            kill(pid, SIGKILL);
            error_clear(&ignored);
            return;
        }
    }
}

static void sweep_folder(Arena *arena, const char *path)
{
    int lock = is_ours(path) ? lock_folder(arena, path) : -1;
    if (lock < 0)
        return;
    log_verbose("removing what a dead run left behind: %s", path);
    end_orphan(arena, path);
    cluster_remove_memory(file_join(arena, path, "data"));
    drop(path);
    close(lock);
}

void private_folder_release(PrivateFolder *folder)
{
    cleanup_forget(folder->cleanup);
    close(folder->lock);
    *folder = (PrivateFolder){0};
}

bool private_folder_lives(const char *path)
{
    Arena *arena = arena_new();
    bool ours = is_ours(path);
    int lock = ours ? lock_folder(arena, path) : -1;
    if (lock >= 0)
        close(lock);
    arena_free(arena);
    return ours && lock < 0;
}

bool private_folder_end(const char *path)
{
    Arena *arena = arena_new();
    bool ours = is_ours(path);
    if (ours)
        end_orphan(arena, path);
    /* Backends hold the lock a moment longer than the server. */
    for (int waited = 0; ours && waited < LOCK_MS; waited += ORPHAN_POLL_MS) {
        int lock = lock_folder(arena, path);
        if (lock >= 0) {
            cluster_remove_memory(file_join(arena, path, "data"));
            drop(path);
            close(lock);
            break;
        }
        poll(NULL, 0, ORPHAN_POLL_MS);
    }
    arena_free(arena);
    return file_kind(path) == FILE_MISSING;
}

static void sweep_parent(const char *parent)
{
    Arena *arena = arena_new();
    Error ignored = {0};
    StringList names = {0};
    if (file_list(arena, parent, &names, &ignored)) {
        for (size_t i = 0; i < names.count; i++) {
            if (text_starts(names.items[i], PREFIX))
                sweep_folder(arena, file_join(arena, parent, names.items[i]));
        }
    }
    error_clear(&ignored);
    arena_free(arena);
}

/* Memory too when it is full, and thus not in use any more. */
void private_folder_sweep(const char *parent)
{
    if (parent != NULL) {
        sweep_parent(parent);
        return;
    }
    sweep_parent("/dev/shm");
    sweep_parent("/tmp");
    if (strcmp(short_parent(NULL), "/tmp") != 0)
        sweep_parent(short_parent(NULL));
}
