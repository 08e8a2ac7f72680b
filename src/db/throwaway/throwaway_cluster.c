/*
 * Database clusters on disk: initdb, the prepared template of one in the cache, and what a cluster
 * says of itself. Starting servers on them is throwaway_embedded.c's.
 */
#include "throwaway_cluster.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "dbmig/base/file.h"
#include "dbmig/base/hash.h"
#include "dbmig/base/log.h"
#include "dbmig/base/platform.h"
#include "dbmig/base/text.h"

#define PROGRAM_MS 120000
#define TEMPLATE_KEY_LENGTH 32
#define DB_SHUTDOWNED 1 /* pg_control.h */
#define LOG_BYTES 65536

/* Without these the programs may not run, or not find the locale asked for. */
static const char *const kept_variables[] = {"LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH",
                                             "DYLD_FALLBACK_LIBRARY_PATH", "LOCALE_ARCHIVE",
                                             "LOCPATH"};

const char *const *cluster_environment(Arena *arena)
{
    StringList all = {0};
    VEC_PUSH(arena, all, "TZ=UTC");
    VEC_PUSH(arena, all, "LC_ALL=C");
    VEC_PUSH(arena, all, "PATH=/usr/local/bin:/usr/bin:/bin");
    VEC_PUSH(arena, all, "HOME=/");
    for (size_t i = 0; i < ARRAY_LENGTH(kept_variables); i++) {
        const char *value = getenv(kept_variables[i]);
        if (value != NULL)
            VEC_PUSH(arena, all, arena_printf(arena, "%s=%s", kept_variables[i], value));
    }
    VEC_PUSH(arena, all, NULL);
    return all.items;
}

bool cluster_user(ClusterUser *ret, Error *err)
{
    static const char *const names[] = {"postgres", "nobody"};
    *ret = (ClusterUser){0};
    if (geteuid() != 0)
        return true;
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        const struct passwd *user = getpwnam(names[i]);
        if (user != NULL && user->pw_uid != 0) {
            *ret = (ClusterUser){user->pw_uid, user->pw_gid};
            return true;
        }
    }
    error_set(err, EXIT_USAGE, "no user to run PostgreSQL as");
    return error_hint(err, "PostgreSQL refuses to run as root: create a user named postgres.");
}

/* ---- Making one ---- */

static bool run_program(Arena *arena, const ClusterSpec *spec, const char *const *argv,
                        const char *input, ProcessResult *ret, Error *err)
{
    ProcessSpec program = {
        .argv = argv,
        .set_env = cluster_environment(arena),
        .only_set_env = true,
        .folder = "/",
        .input = input,
        .input_len = input == NULL ? 0 : strlen(input),
        .timeout_ms = PROGRAM_MS,
        .run_as = spec->user->uid,
        .run_as_group = spec->user->gid,
    };
    return process_run(arena, &program, ret, err);
}

static bool run_initdb(Arena *arena, const ClusterSpec *spec, const char *data, Error *err)
{
    const char *locale = spec->url->locale;
    const char *argv[] = {
        file_join(arena, spec->server->bin, "initdb"),
        "--pgdata",
        data,
        "--username=postgres",
        "--auth=trust", /* only who may enter the socket's folder gets that far */
        "--encoding=UTF8",
        "--no-sync",
        "--wal-segsize=1", /* less to copy */
        arena_printf(arena, "--locale=%s", locale == NULL ? "C" : locale),
        /* What most servers have, though the C locale would not choose it. */
        locale == NULL ? "--text-search-config=english" : NULL,
        NULL,
    };
    ProcessResult result;
    if (!run_program(arena, spec, argv, NULL, &result, err))
        return false;
    if (result.exit_code == 0)
        return true;
    error_set(err, locale == NULL ? EXIT_CONNECTION : EXIT_USAGE,
              "could not make a PostgreSQL %s cluster: initdb failed with exit code %d",
              spec->server->version, result.exit_code);
    return error_detail(err, "%s", result.errors.data);
}

/* In the single-user mode's output: 2: setting = "/usr/share/postgresql/15" (typeid … */
static const char *find_setting(Arena *arena, const char *output, const char *name)
{
    const char *at = strstr(output, arena_printf(arena, "name = \"%s\"", name));
    at = at == NULL ? NULL : strstr(at, "setting = \"");
    if (at == NULL)
        return NULL;
    at += strlen("setting = \"");
    return arena_strndup(arena, at, strcspn(at, "\""));
}

/* The database, and where the server's extensions are, without starting a server for it. */
static bool run_single(Arena *arena, const ClusterSpec *spec, const char *data, Buf *lines,
                       Error *err)
{
    bool create = !text_equal(spec->url->database, "postgres");
    const char *argv[] = {file_join(arena, spec->server->bin, "postgres"),
                          "--single",
                          "-D",
                          data,
                          "-c",
                          "fsync=off",
                          "template1",
                          NULL};
    char *create_sql =
        arena_printf(arena, "CREATE DATABASE \"%s\" TEMPLATE template0\n", spec->url->database);
    char *sql = arena_printf(arena, "%sSELECT name, setting FROM pg_catalog.pg_config\n",
                             create ? create_sql : "");
    ProcessResult result;
    if (!run_program(arena, spec, argv, sql, &result, err))
        return false;
    const char *share = find_setting(arena, result.out.data, "SHAREDIR");
    const char *lib = find_setting(arena, result.out.data, "PKGLIBDIR");
    if (result.exit_code == 0 && share != NULL && lib != NULL &&
        strstr(result.errors.data, "ERROR:") == NULL) {
        if (lines != NULL)
            buf_printf(lines, "share=%s\nlib=%s\n", share, lib);
        return true;
    }
    error_set(err, EXIT_CONNECTION, "could not prepare a PostgreSQL %s cluster",
              spec->server->version);
    return error_detail(err, "%s", result.errors.data);
}

bool cluster_make(Arena *arena, const ClusterSpec *spec, const char *data, Buf *lines, Error *err)
{
    return run_initdb(arena, spec, data, err) && run_single(arena, spec, data, lines, err);
}

/* ---- What it depends on ---- */

static void add_text(Sha256 *sha, const char *text)
{
    sha256_add_field(sha, text, strlen(text));
}

static void add_file(Sha256 *sha, const char *path)
{
    struct stat info;
    char text[96] = "missing";
    if (stat(path, &info) == 0)
        snprintf(text, sizeof(text), "%lld %lld", (long long)info.st_size,
                 (long long)info.st_mtime);
    add_text(sha, path);
    add_text(sha, text);
}

/* Names, sizes and times of the files in it; not of what is below. */
static void add_folder(Arena *arena, Sha256 *sha, const char *path)
{
    StringList names = {0};
    Error ignored = {0};
    file_list(arena, path, &names, &ignored);
    error_clear(&ignored);
    add_text(sha, path);
    for (size_t i = 0; i < names.count; i++)
        add_file(sha, file_join(arena, path, names.items[i]));
}

/* Collations and time zones are the machine's, whatever the cluster's own locale. */
static void add_machine(Sha256 *sha)
{
    char libc[256] = "";
#ifdef _CS_GNU_LIBC_VERSION
    confstr(_CS_GNU_LIBC_VERSION, libc, sizeof(libc));
#endif
    add_text(sha, libc);
    add_file(sha, "/usr/lib/locale");
    add_file(sha, "/usr/lib/locale/locale-archive");
    add_file(sha, "/usr/share/zoneinfo");
    add_file(sha, "/usr/share/zoneinfo/tzdata.zi");
    for (size_t i = 0; i < ARRAY_LENGTH(kept_variables); i++) {
        const char *value = getenv(kept_variables[i]);
        add_text(sha, value == NULL ? "" : value);
    }
}

static char *hex_of(Arena *arena, const Sha256 *sha, size_t length)
{
    uint8_t digest[SHA256_SIZE];
    char hex[SHA256_HEX_SIZE];
    sha256_digest(sha, digest);
    hash_hex(digest, sizeof(digest), hex);
    return arena_strndup(arena, hex, length);
}

static char *template_key(Arena *arena, const ClusterSpec *spec)
{
    Sha256 sha;
    char user[32];
    sha256_begin(&sha);
    snprintf(user, sizeof(user), "%lu", (unsigned long)spec->user->uid);
    add_text(&sha, DBMIG_VERSION);
    add_text(&sha, spec->server->banner);
    add_file(&sha, file_join(arena, spec->server->bin, "postgres"));
    add_file(&sha, file_join(arena, spec->server->bin, "initdb"));
    add_machine(&sha);
    add_text(&sha, user);
    add_text(&sha, spec->url->database);
    add_text(&sha, spec->url->locale == NULL ? "" : spec->url->locale);
    return arena_printf(arena, "template-%s", hex_of(arena, &sha, TEMPLATE_KEY_LENGTH));
}

void cluster_identity(Arena *arena, const ClusterSpec *spec, Buf *ret)
{
    CacheMeta meta;
    Sha256 sha;
    buf_printf(ret, "server=%s\n", spec->server->banner);
    if (!cluster_template(arena, spec, &meta)) {
        /* Nothing can be kept either: a value that never comes again. */
        buf_printf(ret, "unknown=%s\n", throwaway_random_name(arena));
        return;
    }
    const char *share = cache_value(arena, &meta, "share");
    const char *lib = cache_value(arena, &meta, "lib");
    sha256_begin(&sha);
    add_text(&sha, meta.key);
    add_machine(&sha);
    add_folder(arena, &sha, file_join(arena, share == NULL ? "" : share, "extension"));
    add_folder(arena, &sha, file_join(arena, share == NULL ? "" : share, "tsearch_data"));
    add_folder(arena, &sha, lib == NULL ? "" : lib);
    buf_printf(ret, "files=%s\n", hex_of(arena, &sha, SHA256_HEX_SIZE - 1));
}

/* ---- The template ---- */

static bool make_template(Arena *arena, const ClusterSpec *spec, const char *key, Error *err)
{
    PrivateFolder folder = {0};
    Buf lines = {0};
    if (!private_folder_make(arena, platform_memory_folder(), &folder, err))
        return false;
    char *data = file_join(arena, folder.path, "data");
    bool ok = spec->user->uid == 0 || chmod(folder.path, 0711) == 0;
    ok = ok && private_folder_sub(data, spec->user->uid, spec->user->gid, err) &&
         cluster_make(arena, spec, data, &lines, err);
    CacheMeta meta = {
        .provider = "embedded",
        .key = key,
        .shown = arena_printf(arena, "empty cluster of PostgreSQL %s", spec->server->version),
        .text = buf_text(&lines),
    };
    ok = ok && cache_store(arena, &meta, data, true, err);
    buf_free(&lines);
    private_folder_remove(&folder);
    return ok;
}

bool cluster_template(Arena *arena, const ClusterSpec *spec, CacheMeta *ret)
{
    char *key = template_key(arena, spec);
    if (cache_find(arena, "embedded", key, ret))
        return true;
    /* Several runs that start at once need one initdb, not one each. */
    int lock = cache_lock(arena, "template.lock");
    if (lock < 0)
        return false;
    Error err = {0};
    bool ok = cache_find(arena, "embedded", key, ret) ||
              (make_template(arena, spec, key, &err) && cache_find(arena, "embedded", key, ret));
    if (!ok && error_is_set(&err))
        log_debug("no template cluster: %s", err.primary);
    error_clear(&err);
    close(lock);
    return ok;
}

/* ---- What a cluster says of itself ---- */

/* pg_control: system id (8), control version (4), catalog version (4), state (4); so since 9.x. */
bool cluster_is_shut_down(const char *data)
{
    Arena *arena = arena_new();
    Error ignored = {0};
    Bytes control;
    uint32_t state = 0;
    if (file_read(arena, file_join(arena, data, "global/pg_control"), &control, &ignored) &&
        control.len >= 20)
        memcpy(&state, control.data + 16, sizeof(state));
    error_clear(&ignored);
    arena_free(arena);
    return state == DB_SHUTDOWNED;
}

bool cluster_matches(const char *data, int64_t major)
{
    Arena *arena = arena_new();
    Error ignored = {0};
    Bytes version;
    int64_t found = 0;
    if (file_read(arena, file_join(arena, data, "PG_VERSION"), &version, &ignored))
        text_to_int64(arena_strndup(arena, version.data, strcspn(version.data, "\n")), &found);
    error_clear(&ignored);
    arena_free(arena);
    return found == major && cluster_is_shut_down(data);
}

bool cluster_fits(const char *folder, uint64_t bytes)
{
    struct statvfs info;
    return statvfs(folder, &info) == 0 && (uint64_t)info.f_bavail * info.f_frsize >= bytes;
}

char *cluster_log_tail(Arena *arena, const char *path, size_t lines)
{
    Bytes text;
    Error ignored = {0};
    bool ok = file_read(arena, path, &text, &ignored);
    error_clear(&ignored);
    if (!ok || text.len == 0)
        return NULL;
    const char *from = text.data + text.len;
    while (from > text.data && text.data + text.len - from < LOG_BYTES) {
        if (from[-1] == '\n' && from < text.data + text.len && lines-- == 1)
            break;
        from--;
    }
    size_t len = strlen(from);
    while (len > 0 && from[len - 1] == '\n')
        len--;
    return arena_strndup(arena, from, len);
}
