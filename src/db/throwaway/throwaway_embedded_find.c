/*
 * Finds the PostgreSQL programs of this machine: where the URL says, in PATH, where Debian, Red Hat
 * and Homebrew put them, and where pg_config points to.
 */
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/file.h"
#include "dbmig/base/process.h"
#include "dbmig/base/text.h"
#include "throwaway_provider.h"

#define OLDEST_MAJOR 12
#define PROBE_MS 10000

static const char *const no_folders[] = {NULL};

/* Each may have several matches, one a major version. */
static const char *const usual_places[] = {
    "/usr/lib/postgresql/*/bin",       "/usr/pgsql-*/bin",     "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin", "/usr/local/pgsql/bin", "/usr/local/bin",
};

static bool has_programs(Arena *arena, const char *folder)
{
    return process_find(arena, file_join(arena, folder, "postgres"), NULL) &&
           process_find(arena, file_join(arena, folder, "initdb"), NULL);
}

/* "postgres (PostgreSQL) 15.18 (Debian 15.18-1)": the banner, the version, its major number. */
static bool read_banner(Arena *arena, const char *banner, EmbeddedServer *ret)
{
    const char *version = strstr(banner, ") ");
    if (version == NULL)
        return false;
    version += 2;
    size_t digits = strspn(version, "0123456789");
    ret->banner = arena_strndup(arena, banner, strcspn(banner, "\r\n"));
    ret->version = arena_strndup(arena, version, strcspn(version, " \r\n"));
    return text_to_int64(arena_strndup(arena, version, digits), &ret->major);
}

/*
 * Where PostgreSQL, its extensions and their languages have their files, and nobody keeps secrets:
 * no home, no temporary folder, no data of other servers. Folders of the installation come on top.
 */
static const char *const readable_folders[] = {
    "/usr",        "/lib",         "/lib32",
    "/lib64",      "/bin",         "/sbin",
    "/etc",        "/opt",         "/nix/store",
    "/gnu/store",  "/snap",        "/home/linuxbrew/.linuxbrew",
    "/proc",       "/sys",         "/dev/zero",
    "/dev/random", "/dev/urandom", "/var/cache/postgresql", /* Debian's dictionaries */
};

static const char *const readable_below_top[] = {"bin", "lib", "lib64", "share"};

/* Lists of folders or files that the programs are told of in their environment. */
static const char *const readable_variables[] = {"LD_LIBRARY_PATH", "LOCALE_ARCHIVE", "LOCPATH"};

static Confinement make_confinement(Arena *arena, const char *bin)
{
    StringList readable = {0};
    const char *top = file_folder_of(arena, bin);
    for (size_t i = 0; i < ARRAY_LENGTH(readable_folders); i++)
        VEC_PUSH(arena, readable, readable_folders[i]);
    for (size_t i = 0; i < ARRAY_LENGTH(readable_below_top); i++)
        VEC_PUSH(arena, readable, file_join(arena, top, readable_below_top[i]));
    VEC_PUSH(arena, readable, bin);
    for (size_t i = 0; i < ARRAY_LENGTH(readable_variables); i++) {
        const char *value = getenv(readable_variables[i]);
        if (value != NULL)
            text_split(arena, value, ':', &readable);
    }
    VEC_PUSH(arena, readable, NULL);
    return (Confinement){.readable = readable.items, .writable = no_folders};
}

static bool ask_version(Arena *arena, const char *program, const Confinement *confinement,
                        EmbeddedServer *ret, Error *err)
{
    const char *argv[] = {program, "--version", NULL};
    ProcessSpec spec = {.argv = argv, .timeout_ms = PROBE_MS, .confine = confinement};
    ProcessResult result;
    if (!process_run(arena, &spec, &result, err))
        return false;
    if (result.exit_code == 0 && read_banner(arena, result.out.data, ret))
        return true;
    return error_set(err, EXIT_CONNECTION, "could not tell the version of \"%s\"", program);
}

/* Confined, as the server will be: one that cannot even say its version then is left its freedom.
 */
static bool probe(Arena *arena, const char *folder, EmbeddedServer *ret, Error *err)
{
    char *program;
    Error ignored = {0};
    if (!file_absolute(arena, file_join(arena, folder, "postgres"), &program, err))
        return false;
    ret->bin = file_folder_of(arena, program);
    ret->confinement = make_confinement(arena, ret->bin);
    ret->confined = ask_version(arena, program, &ret->confinement, ret, &ignored);
    error_clear(&ignored);
    if (!ret->confined && !ask_version(arena, program, NULL, ret, err))
        return false;
    return true;
}

/* The programs on their own in a folder, or links to them (as in /usr/local/bin). */
static bool try_folder(Arena *arena, const char *folder, int64_t major, EmbeddedServer *ret)
{
    if (folder == NULL || !has_programs(arena, folder))
        return false;
    Error ignored = {0};
    EmbeddedServer found = {0};
    bool ok = probe(arena, folder, &found, &ignored) && has_programs(arena, found.bin) &&
              (major == 0 ? found.major >= OLDEST_MAJOR : found.major == major);
    error_clear(&ignored);
    if (ok)
        *ret = found;
    return ok;
}

/* The number in ".../postgresql/16/bin", "pgsql-16", "postgresql@16"; 0 without one. */
static long number_in(const char *path)
{
    const char *at = path + strcspn(path, "0123456789");
    return strtol(at, NULL, 10);
}

static int newest_first(const void *a, const void *b)
{
    long x = number_in(*(const char *const *)a);
    long y = number_in(*(const char *const *)b);
    return (x < y) - (x > y);
}

static StringList usual_folders(Arena *arena)
{
    StringList folders = {0};
    for (size_t i = 0; i < ARRAY_LENGTH(usual_places); i++) {
        glob_t found = {0};
        if (glob(usual_places[i], 0, NULL, &found) == 0) {
            for (size_t k = 0; k < found.gl_pathc; k++)
                VEC_PUSH(arena, folders, arena_strdup(arena, found.gl_pathv[k]));
        }
        globfree(&found);
    }
    if (folders.count > 1)
        qsort(folders.items, folders.count, sizeof(*folders.items), newest_first);
    return folders;
}

/* The folder in PATH; only a pair of programs that belong together counts. */
static const char *path_folder(Arena *arena)
{
    char *program;
    return process_find(arena, "postgres", &program) ? file_folder_of(arena, program) : NULL;
}

static const char *pg_config_folder(Arena *arena)
{
    const char *argv[] = {"pg_config", "--bindir", NULL};
    ProcessSpec spec = {.argv = argv, .timeout_ms = PROBE_MS};
    ProcessResult result = {0};
    Error ignored = {0};
    bool ok = process_run(arena, &spec, &result, &ignored) && result.exit_code == 0;
    error_clear(&ignored);
    return ok ? arena_strndup(arena, result.out.data, strcspn(result.out.data, "\r\n")) : NULL;
}

static bool search(Arena *arena, int64_t major, EmbeddedServer *ret)
{
    if (try_folder(arena, path_folder(arena), major, ret))
        return true;
    StringList folders = usual_folders(arena);
    for (size_t i = 0; i < folders.count; i++) {
        if (try_folder(arena, folders.items[i], major, ret))
            return true;
    }
    return try_folder(arena, pg_config_folder(arena), major, ret);
}

/* The folder itself, or the installation that it is the top of. */
static bool named_folder(Arena *arena, const char *folder, EmbeddedServer *ret, Error *err)
{
    const char *below = file_join(arena, folder, "bin");
    if (!has_programs(arena, folder) && has_programs(arena, below))
        folder = below;
    if (has_programs(arena, folder))
        return probe(arena, folder, ret, err);
    error_set(err, EXIT_CONNECTION, "no PostgreSQL server programs in \"%s\"", folder);
    return error_hint(err, "embedded:/// takes the folder that holds postgres and initdb.");
}

static bool not_found(int64_t major, Error *err)
{
    Arena *arena = arena_new();
    char *name = major == 0 ? arena_strdup(arena, "PostgreSQL")
                            : arena_printf(arena, "PostgreSQL %lld", (long long)major);
    char *package = major == 0 ? arena_strdup(arena, "postgresql")
                               : arena_printf(arena, "postgresql-%lld", (long long)major);
    error_set(err, EXIT_CONNECTION, "no %s server programs on this machine", name);
    error_detail(err, "Looked for postgres and initdb in PATH, in the places of Debian, Red Hat "
                      "and Homebrew, and where pg_config points to.");
    error_hint(
        err,
        "Install them (Debian, Ubuntu: apt install %s; macOS: brew install postgresql@%lld), "
        "name their folder as embedded:///path/to/bin, or use docker://postgres/%lld/dev.",
        package, (long long)(major == 0 ? 17 : major), (long long)(major == 0 ? 17 : major));
    arena_free(arena);
    return false;
}

bool throwaway_embedded_find(Arena *arena, const ThrowawayUrl *url, EmbeddedServer *ret, Error *err)
{
    if (url->bin_folder == NULL)
        return search(arena, url->major, ret) || not_found(url->major, err);
    if (!named_folder(arena, url->bin_folder, ret, err))
        return false;
    if (ret->major >= OLDEST_MAJOR)
        return true;
    return error_set(err, EXIT_USAGE, "PostgreSQL %s in \"%s\" is too old", ret->version, ret->bin);
}
