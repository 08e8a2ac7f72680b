/*
 * Throwaway servers from this machine's own initdb and postgres, on a Unix socket in a private
 * folder. Finding the programs is throwaway_embedded_find.c's, clusters on disk are
 * throwaway_cluster.c's.
 *
 * <parent>/dbmig-e-XXXXXX/        ours
 *     lock                        held while the owner lives
 *     server                      "<pid> <start>" of postgres
 *     log
 *     s/                          the server's: its socket
 *     data/                       the server's
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include "dbmig/base/file.h"
#include "dbmig/base/interrupt.h"
#include "dbmig/base/log.h"
#include "dbmig/base/platform.h"
#include "dbmig/base/process.h"
#include "dbmig/base/text.h"
#include "throwaway_cluster.h"
#include "throwaway_provider.h"

#define READY_POLL_MS 3
#define QUICK_STOP_MS 5000
#define CLEAN_STOP_MS 60000
#define LOG_LINES 15
#define PORT_TRIES 5
#define SOCKET_PORT 5432 /* where there is no TCP */

/* Free room wanted beside a state that is restored into memory. */
#define MEMORY_RESERVE ((uint64_t)512 * 1024 * 1024)

typedef struct Embedded {
    EmbeddedServer server;
    ClusterUser user;
    PrivateFolder folder;
    const char *data, *socket, *log;
    int64_t port;        /* in the socket's name, and of TCP where the spec asks for it */
    const char *hba;     /* NULL without TCP */
    const char *password; /* NULL until somebody asked for the address */
    bool detached;       /* it is to outlive us */
    Process *process; /* NULL while it does not run */
} Embedded;

/* ---- The server ---- */

/* Nothing here may change a result: durability, memory, and planner work that only costs. */
static const char *const settings[] = {
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "shared_buffers=64MB",
    "max_wal_size=1GB",
    "min_wal_size=2MB",
    "wal_recycle=off",
    "wal_init_zero=off",
    "checkpoint_timeout=1h",
    "dynamic_shared_memory_type=mmap", /* its files then are in the data folder, and go with it */
    "logging_collector=off",
    "jit=off",
    "max_logical_replication_workers=0", /* no subscription connects out */
    "max_locks_per_transaction=2048",    /* one file may make 20,000 tables: a dump as the baseline */
};

static const char *const *server_arguments(Arena *arena, const Embedded *embedded)
{
    StringList argv = {0};
    VEC_PUSH(arena, argv, file_join(arena, embedded->server.bin, "postgres"));
    VEC_PUSH(arena, argv, "-D");
    VEC_PUSH(arena, argv, embedded->data);
    VEC_PUSH(arena, argv, "-p");
    VEC_PUSH(arena, argv, arena_printf(arena, "%lld", (long long)embedded->port));
    VEC_PUSH(arena, argv, "-k");
    VEC_PUSH(arena, argv, embedded->socket);
    VEC_PUSH(arena, argv, "-c");
    VEC_PUSH(arena, argv, embedded->hba == NULL ? "listen_addresses=" : "listen_addresses=127.0.0.1");
    if (embedded->hba != NULL) {
        VEC_PUSH(arena, argv, "-c");
        VEC_PUSH(arena, argv, arena_printf(arena, "hba_file=%s", embedded->hba));
    }
    for (size_t i = 0; i < ARRAY_LENGTH(settings); i++) {
        VEC_PUSH(arena, argv, "-c");
        VEC_PUSH(arena, argv, settings[i]);
    }
    VEC_PUSH(arena, argv, NULL);
    return argv.items;
}

static bool tell_log(Arena *arena, const Embedded *embedded, Error *err)
{
    char *tail = cluster_log_tail(arena, embedded->log, LOG_LINES);
    return tail == NULL ? false : error_detail(err, "Its last words:\n%s", tail);
}

/* The last line of the pid file says "ready"; asking it is cheaper than connecting. */
static bool is_ready(Arena *arena, const Embedded *embedded)
{
    Bytes text;
    Error ignored = {0};
    StringList lines = {0};
    bool ok = file_read(arena, file_join(arena, embedded->data, "postmaster.pid"), &text, &ignored);
    error_clear(&ignored);
    if (!ok)
        return false;
    text_split(arena, text.data, '\n', &lines);
    return lines.count > 0 && text_starts(lines.items[lines.count - 1], "ready");
}

static bool wait_ready(const Embedded *embedded, long timeout_ms, Error *err)
{
    Arena *arena = arena_new();
    int64_t end = platform_monotonic_ms() + timeout_ms;
    bool ok = true;
    int code;
    while (ok && !is_ready(arena, embedded)) {
        arena_reset(arena);
        if (process_ended(embedded->process, &code)) {
            error_set(err, EXIT_CONNECTION, "PostgreSQL %s ended while it was starting",
                      embedded->server.version);
            ok = tell_log(arena, embedded, err);
        } else if (platform_monotonic_ms() > end) {
            error_set(err, EXIT_CONNECTION, "PostgreSQL %s was not ready within %s",
                      embedded->server.version, text_from_duration(arena, timeout_ms));
            ok = tell_log(arena, embedded, err);
        } else {
            ok = interrupt_sleep(READY_POLL_MS, err);
        }
    }
    arena_free(arena);
    return ok;
}

/*
 * Other people's SQL runs in it, in DO blocks and functions too, with all rights of a superuser: it
 * gets its own files, what PostgreSQL is made of, and nothing else of this machine.
 */
static bool launch_once(Throwaway *throwaway, Error *err)
{
    Embedded *embedded = throwaway->state;
    const char *const *argv = server_arguments(throwaway->arena, embedded);
    const char *const writable[] = {embedded->data, embedded->socket, NULL};
    Confinement confinement = embedded->server.confinement;
    confinement.writable = writable;
    confinement.listens = embedded->hba != NULL;
    ProcessSpec spec = {
        .argv = argv,
        .set_env = cluster_environment(throwaway->arena),
        .only_set_env = true,
        .folder = "/",
        .run_as = embedded->user.uid,
        .run_as_group = embedded->user.gid,
        .stdout_path = embedded->log,
        .confine = embedded->server.confined ? &confinement : NULL,
        .outlives = embedded->detached,
        .inherited = embedded->detached ? embedded->folder.lock : 0,
    };
    if (!process_start(throwaway->arena, &spec, &embedded->process, err))
        return false;
    /* Before the process's own clean-up, which knows no better than SIGTERM. */
    throwaway_guard(throwaway);
    return private_folder_note(&embedded->folder, embedded->process, err) &&
           wait_ready(embedded, throwaway->spec.start_timeout_ms, err);
}

static void stop_server(Embedded *embedded, int signal, long timeout_ms)
{
    if (embedded->process != NULL)
        process_stop(embedded->process, signal, timeout_ms);
    if (embedded->process != NULL && embedded->data != NULL)
        cluster_remove_memory(embedded->data);
    embedded->process = NULL;
}

/* Who is connected over TCP knows the password; the socket's folder lets in its owner alone. */
static bool write_access_rules(const Embedded *embedded, Error *err)
{
    static const char rules[] = "local all all trust\n"
                                "host all all 127.0.0.1/32 scram-sha-256\n";
    return file_kind(embedded->hba) != FILE_MISSING ||
           file_create_new(embedded->hba, rules, sizeof(rules) - 1, 0644, err);
}

/* A port that was free a moment ago may be taken by now; one that was asked for is not changed. */
static bool launch(Throwaway *throwaway, Error *err)
{
    Embedded *embedded = throwaway->state;
    const ThrowawaySpec *spec = &throwaway->spec;
    if (!spec->tcp)
        return launch_once(throwaway, err);
    for (int i = 0;; i++) {
        if ((embedded->port == 0 && !throwaway_free_port(spec->port, &embedded->port, err)) ||
            !write_access_rules(embedded, err))
            return false;
        if (launch_once(throwaway, err))
            return true;
        bool taken = err->detail != NULL && strstr(err->detail, "TCP/IP sockets") != NULL;
        if (!taken || spec->port != 0 || i == PORT_TRIES || interrupt_signal() != 0)
            return false;
        error_clear(err);
        stop_server(embedded, SIGQUIT, QUICK_STOP_MS);
        embedded->port = 0;
    }
}

/* True when it wrote its shutdown checkpoint and said so. */
static bool stop_cleanly(Embedded *embedded)
{
    int code = -1;
    process_stop(embedded->process, SIGINT, CLEAN_STOP_MS);
    bool clean = process_ended(embedded->process, &code) && code == 0;
    embedded->process = NULL;
    return clean && cluster_is_shut_down(embedded->data);
}

/* ---- Start ---- */

static void drop_data(const Embedded *embedded)
{
    Error ignored = {0};
    file_remove_tree(embedded->data, &ignored);
    error_clear(&ignored);
}

static bool start_restored(Throwaway *throwaway, const CacheMeta *meta, Error *err)
{
    Embedded *embedded = throwaway->state;
    if (!cache_restore(throwaway->arena, meta, embedded->data, err))
        return false;
    bool ok = true;
    if (!cluster_matches(embedded->data, embedded->server.major))
        ok = error_set(err, EXIT_CONNECTION, "it is of another server or was not stopped");
    ok = ok && launch(throwaway, err);
    if (ok) {
        cache_touch(meta);
        return true;
    }
    if (interrupt_signal() != 0)
        return false;
    log_debug("the kept state %s is not usable: %s", meta->key, err->primary);
    stop_server(embedded, SIGQUIT, QUICK_STOP_MS);
    drop_data(embedded);
    cache_drop(meta->provider, meta->key);
    return false;
}

/* Memory when there is room for the state, the disk's temporary folder else. */
static const char *choose_parent(const ThrowawayUrl *url, uint64_t state_bytes)
{
    const char *memory = platform_memory_folder();
    if (url->folder != NULL)
        return url->folder;
    if (memory != NULL && !cluster_fits(memory, 2 * state_bytes + MEMORY_RESERVE))
        return NULL;
    return memory;
}

/* The user of the server must get through to its own folders, and sees nothing else. */
static bool enter_folder(Throwaway *throwaway, uint64_t state_bytes, Error *err)
{
    Embedded *embedded = throwaway->state;
    PrivateFolder *folder = &embedded->folder;
    const ClusterUser *user = &embedded->user;
    if (folder->path != NULL)
        return true;
    const char *parent = choose_parent(&throwaway->url, state_bytes);
    if (!private_folder_make(throwaway->arena, parent, folder, err))
        return false;
    embedded->data = file_join(throwaway->arena, folder->path, "data");
    embedded->log = file_join(throwaway->arena, folder->path, "log");
    embedded->socket = file_join(throwaway->arena, folder->path, "s");
    embedded->port = throwaway->spec.tcp ? 0 : SOCKET_PORT;
    if (throwaway->spec.tcp)
        embedded->hba = file_join(throwaway->arena, embedded->socket, "hba");
    if (user->uid != 0 && chmod(folder->path, 0711) != 0)
        return error_set_errno(err, EXIT_USAGE, errno, "could not open up \"%s\"", folder->path);
    return private_folder_sub(embedded->socket, user->uid, user->gid, err);
}

/* The first of the wanted states that is there and works. */
static bool try_cache(Throwaway *throwaway, Error *err)
{
    for (size_t i = 0; i < throwaway->spec.cache_key_count; i++) {
        CacheMeta meta;
        if (!cache_find(throwaway->arena, "embedded", throwaway->spec.cache_keys[i], &meta))
            continue;
        if (!enter_folder(throwaway, meta.bytes, err))
            return false;
        if (start_restored(throwaway, &meta, err)) {
            throwaway->restored = (long)i;
            return true;
        }
        if (interrupt_check(err))
            return false;
        error_clear(err);
    }
    return true;
}

/* An installation may have files where nobody would look for them. In a new cluster nothing has run
   yet that could have made it fail. */
static bool launch_new(Throwaway *throwaway, Error *err)
{
    Embedded *embedded = throwaway->state;
    if (launch(throwaway, err))
        return true;
    if (!embedded->server.confined || interrupt_signal() != 0)
        return false;
    log_debug("%s, confined", err->primary);
    error_clear(err);
    stop_server(embedded, SIGQUIT, QUICK_STOP_MS);
    embedded->server.confined = false;
    return launch(throwaway, err);
}

static bool start_empty(Throwaway *throwaway, Error *err)
{
    Embedded *embedded = throwaway->state;
    ClusterSpec spec = {&embedded->server, &embedded->user, &throwaway->url};
    CacheMeta meta;
    if (!enter_folder(throwaway, 0, err))
        return false;
    if (cluster_template(throwaway->arena, &spec, &meta)) {
        if (start_restored(throwaway, &meta, err))
            return true;
        if (interrupt_check(err))
            return false;
        error_clear(err);
    }
    return private_folder_sub(embedded->data, embedded->user.uid, embedded->user.gid, err) &&
           cluster_make(throwaway->arena, &spec, embedded->data, NULL, err) &&
           launch_new(throwaway, err);
}

static void describe(Throwaway *throwaway)
{
    Embedded *embedded = throwaway->state;
    Arena *arena = throwaway->arena;
    char *socket = throwaway_percent_encode(arena, embedded->socket);
    throwaway->connect_url =
        arena_printf(arena, "postgresql://postgres@/%s?host=%s&port=%lld",
                     throwaway_percent_encode(arena, throwaway->url.database), socket,
                     (long long)embedded->port);
    throwaway->admin_url = arena_printf(arena, "postgresql://postgres@/template1?host=%s&port=%lld",
                                        socket, (long long)embedded->port);
    throwaway->pristine = "template0";
    throwaway->shown = arena_printf(arena, "embedded PostgreSQL %s (%s)", embedded->server.version,
                                    embedded->server.bin);
    throwaway->confined = embedded->server.confined ? platform_confines() : 0;
    if (!embedded->server.confined)
        throwaway->unconfined_why = "its programs do not run so";
}

static bool start(Throwaway *throwaway, Error *err)
{
    Embedded *embedded = arena_alloc(throwaway->arena, sizeof(*embedded));
    throwaway->state = embedded;
    if (throwaway->url.folder != NULL)
        private_folder_sweep(throwaway->url.folder);
    if (!throwaway_embedded_find(throwaway->arena, &throwaway->url, &embedded->server, err) ||
        !cluster_user(&embedded->user, err) || !try_cache(throwaway, err))
        return false;
    if (throwaway->restored < 0 && !start_empty(throwaway, err))
        return false;
    describe(throwaway);
    return true;
}

/* ---- For other programs ---- */

static bool address(Throwaway *throwaway, Arena *arena, ThrowawayAddress *ret, Error *err)
{
    Embedded *embedded = throwaway->state;
    if (embedded->password == NULL) {
        const char *password = throwaway_random_password(throwaway->arena);
        if (!throwaway_set_password(throwaway, "postgres", password, err))
            return false;
        embedded->password = password;
    }
    *ret = (ThrowawayAddress){
        .host = "127.0.0.1",
        .port = embedded->port,
        .user = "postgres",
        .password = arena_strdup(arena, embedded->password),
        .database = arena_strdup(arena, throwaway->url.database),
    };
    return true;
}

/* ---- Keep, stop, sweep ---- */

/* A tablespace is a link to a folder outside: a copy would share it with the original. */
static bool has_tablespaces(const Embedded *embedded)
{
    Arena *arena = arena_new();
    StringList names = {0};
    Error ignored = {0};
    file_list(arena, file_join(arena, embedded->data, "pg_tblspc"), &names, &ignored);
    error_clear(&ignored);
    arena_free(arena);
    return names.count > 0;
}

static void keep(Throwaway *throwaway, const char *key, bool keep_running)
{
    Embedded *embedded = throwaway->state;
    Error err = {0};
    CacheMeta found;
    CacheMeta meta = {.provider = "embedded", .key = key, .shown = throwaway->shown, .text = ""};
    int code;
    if (embedded->process == NULL || process_ended(embedded->process, &code) ||
        has_tablespaces(embedded) || cache_find(throwaway->arena, "embedded", key, &found))
        return;
    bool clean = stop_cleanly(embedded);
    if (!clean)
        log_warning("the replay is not kept: the server did not stop cleanly");
    else if (!cache_store(throwaway->arena, &meta, embedded->data, !keep_running, &err))
        log_warning("the replay is not kept: %s", err.primary);
    error_clear(&err);
    if (keep_running && !launch(throwaway, &err))
        log_warning("the throwaway server did not start again: %s", err.primary);
    error_clear(&err);
    describe(throwaway); /* the port may be another one */
}

/* Started again, for a server that we may not end when we die must not be our child from the start: it
   would stay when we are killed before this. It holds the folder's lock as long as it lives. */
static bool detach(Throwaway *throwaway, Buf *ret, Error *err)
{
    Embedded *embedded = throwaway->state;
    if (!stop_cleanly(embedded))
        return error_set(err, EXIT_CONNECTION, "the server did not stop cleanly");
    embedded->detached = true;
    if (!launch(throwaway, err))
        return false;
    describe(throwaway);
    buf_printf(ret, "folder=%s\n", embedded->folder.path);
    process_release(embedded->process);
    embedded->process = NULL;
    private_folder_release(&embedded->folder);
    return true;
}

static bool kept_alive(const char *handle)
{
    Arena *arena = arena_new();
    const char *folder = throwaway_handle_value(arena, handle, "folder", 0);
    bool alive = folder != NULL && private_folder_lives(folder);
    arena_free(arena);
    return alive;
}

static bool kept_drop(const char *handle, Error *err)
{
    Arena *arena = arena_new();
    const char *folder = throwaway_handle_value(arena, handle, "folder", 0);
    bool ok = folder == NULL || file_kind(folder) == FILE_MISSING || private_folder_end(folder) ||
              error_set(err, EXIT_CONNECTION, "could not end the server in \"%s\"", folder);
    arena_free(arena);
    return ok;
}

static char *kept_log(Arena *arena, const char *handle, size_t lines)
{
    const char *folder = throwaway_handle_value(arena, handle, "folder", 0);
    return folder == NULL ? NULL : cluster_log_tail(arena, file_join(arena, folder, "log"), lines);
}

static void stop(Throwaway *throwaway)
{
    Embedded *embedded = throwaway->state;
    if (embedded == NULL)
        return;
    stop_server(embedded, SIGQUIT, QUICK_STOP_MS);
    private_folder_remove(&embedded->folder);
}

static void sweep(void)
{
    private_folder_sweep(NULL);
}

static bool identity(Arena *arena, const ThrowawayUrl *url, Buf *ret, Error *err)
{
    EmbeddedServer server;
    ClusterUser user;
    if (!throwaway_embedded_find(arena, url, &server, err) || !cluster_user(&user, err))
        return false;
    ClusterSpec spec = {&server, &user, url};
    cluster_identity(arena, &spec, ret);
    return true;
}

const ThrowawayProvider throwaway_embedded = {
    .name = "embedded",
    .owns_server = true,
    .shares_files = true,
    .identity = identity,
    .start = start,
    .address = address,
    .keep = keep,
    .detach = detach,
    .kept_alive = kept_alive,
    .kept_drop = kept_drop,
    .kept_log = kept_log,
    .stop = stop,
    .sweep = sweep,
};
