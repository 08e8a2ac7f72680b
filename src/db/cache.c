/*
 * The store of kept states: <cache folder>/<provider>/<key>/ with a marker and, for some providers,
 * a data folder. An entry is made under another name and renamed when it is whole; who reads one
 * copies it and holds the copy against the digest in the marker. So readers need no lock, and
 * whatever is half there, cut short or taken away meanwhile is not used. Nothing is flushed to the
 * disk: after a crash of the machine the digest of names and sizes fails too, since file systems
 * give a file its size only with its content.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "dbmig/base/fatal.h"
#include "dbmig/base/fault.h"
#include "dbmig/base/file.h"
#include "dbmig/base/hash.h"
#include "dbmig/base/log.h"
#include "dbmig/base/text.h"
#include "throwaway/throwaway_provider.h"

#define FIRST_LINE "dbmig cache 1\n"
#define LAST_LINE "end=1\n"
#define MARKER "entry"
#define UNKNOWN_OWNER_SECONDS (24 * 3600)

static const ThrowawayProvider *const keepers[] = {&throwaway_embedded, &throwaway_docker};

/* ---- Folders ---- */

static bool store_folder(Arena *arena, const char *provider, char **ret, Error *err)
{
    char *top;
    if (!file_cache_folder(arena, &top, err))
        return false;
    *ret = file_join(arena, top, provider);
    return file_make_folder(*ret, 0700, err);
}

static char *entry_folder(Arena *arena, const char *provider, const char *key)
{
    char *store;
    Error ignored = {0};
    bool ok = store_folder(arena, provider, &store, &ignored);
    error_clear(&ignored);
    return ok ? file_join(arena, store, key) : NULL;
}

int cache_lock(Arena *arena, const char *name)
{
    char *top;
    int fd = -1;
    Error ignored = {0};
    if (!file_cache_folder(arena, &top, &ignored) ||
        !file_lock(file_join(arena, top, name), true, &fd, &ignored))
        fd = -1;
    error_clear(&ignored);
    return fd;
}

/* A name in the store that its owner's death makes rubbish. */
static char *passing_name(Arena *arena, const char *store, const char *kind)
{
    return arena_printf(arena, "%s/.%s-%s-%s", store, kind, throwaway_owner(arena),
                        throwaway_random_name(arena));
}

static void remove_quietly(const char *path)
{
    Error err = {0};
    if (!file_remove_tree(path, &err))
        log_debug("%s", err.primary);
    error_clear(&err);
}

/* ---- The digest: names, kinds and sizes ---- */

typedef struct Digest {
    Sha256 sha;
    uint64_t bytes;
} Digest;

static bool digest_folder(Digest *digest, const char *folder, Error *err);

static bool digest_entry(Arena *arena, Digest *digest, const char *folder, const char *name,
                         Error *err)
{
    struct stat info;
    char *path = file_join(arena, folder, name);
    if (lstat(path, &info) != 0)
        return error_set_errno(err, EXIT_USAGE, errno, "could not look at \"%s\"", path);
    bool is_file = S_ISREG(info.st_mode);
    char *text = arena_printf(arena, "%s %c %lld", name,
                              is_file                 ? 'f'
                              : S_ISDIR(info.st_mode) ? 'd'
                                                      : 'o',
                              is_file ? (long long)info.st_size : 0LL);
    sha256_add_field(&digest->sha, text, strlen(text));
    if (is_file)
        digest->bytes += (uint64_t)info.st_size;
    return !S_ISDIR(info.st_mode) || digest_folder(digest, path, err);
}

static bool digest_folder(Digest *digest, const char *folder, Error *err)
{
    Arena *arena = arena_new();
    StringList names = {0};
    bool ok = file_list(arena, folder, &names, err);
    for (size_t i = 0; ok && i < names.count; i++)
        ok = digest_entry(arena, digest, folder, names.items[i], err);
    sha256_add_field(&digest->sha, "..", 2);
    arena_free(arena);
    return ok;
}

static bool digest_of(Arena *arena, const char *folder, char **ret_hex, uint64_t *ret_bytes,
                      Error *err)
{
    Digest digest = {0};
    uint8_t bytes[SHA256_SIZE];
    char hex[SHA256_HEX_SIZE];
    sha256_begin(&digest.sha);
    if (!digest_folder(&digest, folder, err))
        return false;
    sha256_digest(&digest.sha, bytes);
    hash_hex(bytes, sizeof(bytes), hex);
    *ret_hex = arena_strdup(arena, hex);
    *ret_bytes = digest.bytes;
    return true;
}

/* ---- Reading ---- */

const char *cache_value(Arena *arena, const CacheMeta *meta, const char *name)
{
    size_t len = strlen(name);
    for (const char *line = meta->text; line != NULL && *line != '\0';) {
        if (strncmp(line, name, len) == 0 && line[len] == '=')
            return arena_strndup(arena, line + len + 1, strcspn(line + len + 1, "\n"));
        line = strchr(line, '\n');
        line = line == NULL ? NULL : line + 1;
    }
    return NULL;
}

static bool read_marker(Arena *arena, const char *folder, CacheMeta *ret)
{
    struct stat info;
    Bytes text;
    Error ignored = {0};
    char *path = file_join(arena, folder, MARKER);
    bool ok = file_read(arena, path, &text, &ignored) && stat(path, &info) == 0;
    error_clear(&ignored);
    if (!ok || strlen(text.data) != text.len || !text_starts(text.data, FIRST_LINE) ||
        !text_ends(text.data, "\n" LAST_LINE))
        return false;
    *ret = (CacheMeta){.text = text.data, .folder = folder, .last_used = (int64_t)info.st_mtime};
    ret->provider = cache_value(arena, ret, "provider");
    ret->key = cache_value(arena, ret, "key");
    ret->shown = cache_value(arena, ret, "shown");
    const char *bytes = cache_value(arena, ret, "bytes");
    int64_t number = -1;
    if (bytes == NULL || !text_to_int64(bytes, &number) || number < 0)
        return false;
    ret->bytes = (uint64_t)number;
    return ret->provider != NULL && ret->key != NULL && ret->shown != NULL;
}

static bool is_entry(Arena *arena, const char *provider, const char *key, const char *folder,
                     CacheMeta *ret)
{
    if (!read_marker(arena, folder, ret) || !text_equal(ret->provider, provider) ||
        !text_equal(ret->key, key))
        return false;
    return cache_value(arena, ret, "digest") == NULL ||
           file_kind(file_join(arena, folder, "data")) == FILE_FOLDER;
}

bool cache_find(Arena *arena, const char *provider, const char *key, CacheMeta *ret)
{
    char *folder = entry_folder(arena, provider, key);
    if (folder == NULL || file_kind(folder) == FILE_MISSING)
        return false;
    if (is_entry(arena, provider, key, folder, ret))
        return true;
    log_debug("cache: %s is not whole", key);
    cache_drop(provider, key);
    return false;
}

static bool same_digest(Arena *arena, const CacheMeta *meta, const char *folder, Error *err)
{
    char *found;
    uint64_t bytes;
    if (!digest_of(arena, folder, &found, &bytes, err))
        return false;
    if (text_equal(found, cache_value(arena, meta, "digest")))
        return true;
    return error_set(err, EXIT_INTEGRITY, "the kept state %s has changed", meta->key);
}

bool cache_restore(Arena *arena, const CacheMeta *meta, const char *dst, Error *err)
{
    char *src = file_join(arena, meta->folder, "data");
    if (file_copy_tree(src, dst, err) && same_digest(arena, meta, dst, err))
        return true;
    remove_quietly(dst);
    /* Whose fault: the entry's, or that of the place where the copy goes? */
    Error ignored = {0};
    if (!same_digest(arena, meta, src, &ignored))
        cache_drop(meta->provider, meta->key);
    error_clear(&ignored);
    return false;
}

void cache_touch(const CacheMeta *meta)
{
    Arena *arena = arena_new();
    struct timespec now[2] = {{.tv_nsec = UTIME_NOW}, {.tv_nsec = UTIME_NOW}};
    utimensat(AT_FDCWD, file_join(arena, meta->folder, MARKER), now, 0);
    arena_free(arena);
}

/* ---- Writing ---- */

static void remove_passing(void *context)
{
    remove_quietly(context);
}

/* Moving saves the copy, but takes the data away from the caller. */
static bool take_data(const char *data_folder, const char *dst, bool may_move, Error *err)
{
    if (may_move && !fault_hit("rename") && rename(data_folder, dst) == 0)
        return true;
    return file_copy_tree(data_folder, dst, err);
}

static bool write_marker(Arena *arena, const CacheMeta *meta, const char *folder,
                         const char *digest, uint64_t bytes, Error *err)
{
    char *path = file_join(arena, folder, MARKER);
    FILE *file = fault_hit("open") ? NULL : fopen(path, "wx");
    if (file == NULL)
        return error_set_errno(err, EXIT_USAGE, errno, "could not create \"%s\"", path);
    fprintf(file, FIRST_LINE "provider=%s\nkey=%s\nshown=%s\nbytes=%llu\n", meta->provider,
            meta->key, meta->shown, (unsigned long long)bytes);
    if (digest != NULL)
        fprintf(file, "digest=%s\n", digest);
    fprintf(file, "%s" LAST_LINE, meta->text == NULL ? "" : meta->text);
    bool ok = fflush(file) == 0 && fchmod(fileno(file), 0600) == 0;
    ok = fclose(file) == 0 && ok;
    return ok || error_set_errno(err, EXIT_USAGE, errno, "could not write \"%s\"", path);
}

static bool fill_entry(Arena *arena, const CacheMeta *meta, const char *folder,
                       const char *data_folder, bool may_move, Error *err)
{
    char *digest = NULL;
    uint64_t bytes = meta->bytes;
    if (!file_make_folder(folder, 0700, err))
        return false;
    if (data_folder != NULL) {
        char *data = file_join(arena, folder, "data");
        if (!take_data(data_folder, data, may_move, err) ||
            !digest_of(arena, data, &digest, &bytes, err))
            return false;
    }
    return write_marker(arena, meta, folder, digest, bytes, err);
}

bool cache_store(Arena *arena, const CacheMeta *meta, const char *data_folder, bool may_move,
                 Error *err)
{
    char *store;
    if (!store_folder(arena, meta->provider, &store, err))
        return false;
    char *folder = file_join(arena, store, meta->key);
    if (file_kind(folder) != FILE_MISSING)
        return true;
    char *passing = passing_name(arena, store, "new");
    unsigned cleanup = cleanup_register(remove_passing, passing);
    bool ok = fill_entry(arena, meta, passing, data_folder, may_move, err);
    if (ok && (fault_hit("rename") || rename(passing, folder) != 0)) {
        /* Another run was quicker: its entry is as good. */
        ok = errno == EEXIST || errno == ENOTEMPTY ||
             error_set_errno(err, EXIT_USAGE, errno, "could not create \"%s\"", folder);
        remove_quietly(passing);
    } else if (!ok) {
        remove_quietly(passing);
    }
    cleanup_forget(cleanup);
    return ok;
}

/* ---- Removing ---- */

static void forget(const CacheMeta *meta)
{
    for (size_t i = 0; i < ARRAY_LENGTH(keepers); i++) {
        if (text_equal(keepers[i]->name, meta->provider) && keepers[i]->forget != NULL)
            keepers[i]->forget(meta);
    }
}

/* By way of another name, so that nobody finds half an entry. */
void cache_drop(const char *provider, const char *key)
{
    Arena *arena = arena_new();
    char *store;
    Error ignored = {0};
    if (store_folder(arena, provider, &store, &ignored)) {
        CacheMeta meta;
        char *folder = file_join(arena, store, key);
        char *passing = passing_name(arena, store, "old");
        bool known = read_marker(arena, folder, &meta);
        if (rename(folder, passing) == 0) {
            if (known)
                forget(&meta);
            remove_quietly(passing);
        }
    }
    error_clear(&ignored);
    arena_free(arena);
}

/* ".new-<mark>-dbmig_…": of a run that is dead, or surely over. */
static void sweep_passing(Arena *arena, const char *store, const char *name)
{
    StringList parts = {0};
    text_split(arena, name, '-', &parts);
    if (parts.count < 3)
        return;
    const char *mark = parts.items[1];
    OwnerState state = throwaway_owner_state(mark);
    if (state == OWNER_DEAD ||
        (state == OWNER_UNKNOWN && throwaway_owner_age(mark) > UNKNOWN_OWNER_SECONDS))
        remove_quietly(file_join(arena, store, name));
}

static bool list_store(Arena *arena, const char *provider, CacheList *ret, Error *err)
{
    char *store;
    StringList names = {0};
    if (!store_folder(arena, provider, &store, err) || !file_list(arena, store, &names, err))
        return false;
    for (size_t i = 0; i < names.count; i++) {
        CacheMeta meta;
        if (names.items[i][0] == '.')
            sweep_passing(arena, store, names.items[i]);
        else if (cache_find(arena, provider, names.items[i], &meta))
            VEC_PUSH(arena, *ret,
                     (CacheEntry){meta.key, meta.provider, meta.shown, meta.bytes, meta.last_used});
    }
    return true;
}

static int oldest_first(const void *a, const void *b)
{
    const CacheEntry *x = a;
    const CacheEntry *y = b;
    if (x->last_used != y->last_used)
        return x->last_used < y->last_used ? -1 : 1;
    return strcmp(x->key, y->key);
}

bool cache_list(Arena *arena, CacheList *ret, Error *err)
{
    *ret = (CacheList){0};
    for (size_t i = 0; i < ARRAY_LENGTH(keepers); i++) {
        if (!list_store(arena, keepers[i]->name, ret, err))
            return false;
    }
    if (ret->count > 1)
        qsort(ret->items, ret->count, sizeof(*ret->items), oldest_first);
    return true;
}

bool cache_prune(uint64_t limit_bytes, size_t *ret_removed, Error *err)
{
    Arena *arena = arena_new();
    CacheList list;
    uint64_t total = 0;
    *ret_removed = 0;
    bool ok = cache_list(arena, &list, err);
    for (size_t i = 0; ok && i < list.count; i++)
        total += list.items[i].bytes;
    for (size_t i = 0; ok && i < list.count && total > limit_bytes; i++) {
        cache_drop(list.items[i].provider, list.items[i].key);
        total -= list.items[i].bytes;
        ++*ret_removed;
    }
    arena_free(arena);
    return ok;
}

void cache_trim(uint64_t limit)
{
    Error err = {0};
    size_t removed = 0;
    if (limit > 0 && !cache_prune(limit, &removed, &err))
        log_debug("cache: %s", err.primary);
    if (removed > 0)
        log_debug("cache: removed %zu entries above the limit", removed);
    error_clear(&err);
}
