/*
 * Throwaway servers in containers. A container has a name of ours from before it is made, so that
 * it can be removed whatever came of making it, and a label with the mark of its owner for the
 * sweep. It is not run with --rm: one that ends by itself could not say why, and one that is
 * stopped to be kept would be gone.
 *
 * Its data lies outside of the image's volumes, which "docker commit" would leave out.
 *
 * What "docker inspect" shows of it, and of an image made from it, is a password that held only
 * until the server was up.
 */
#include <string.h>

#include "dbmig/base/file.h"
#include "dbmig/base/hash.h"
#include "dbmig/base/interrupt.h"
#include "dbmig/base/log.h"
#include "dbmig/base/platform.h"
#include "dbmig/base/text.h"
#include "dbmig_sql.h"
#include "throwaway_docker.h"

#define PRISTINE "dbmig_pristine"
#define STOP_MS 60000
#define COMMIT_MS (10L * 60 * 1000)

/* Each kept state is a layer more on the one that it began with, and engines stop at some 125. */
#define MOST_LAYERS 40

/* ---- Running one ---- */

/* As in the embedded provider: nothing that could change a result. */
static const char *const settings[] = {
    "fsync=off",         "synchronous_commit=off", "full_page_writes=off",
    "max_wal_size=1GB",  "min_wal_size=32MB",      "wal_recycle=off",
    "wal_init_zero=off", "checkpoint_timeout=1h",  "dynamic_shared_memory_type=mmap",
    "jit=off",           "max_logical_replication_workers=0", /* nothing connects out */
    "max_locks_per_transaction=2048", /* one file may make 20,000 tables */
};

/*
 * What a container gets of the engine: what the official images' entry point needs to make its folders
 * and to become another user, and no more.
 */
static const char *const confines[] = {
    "--security-opt=no-new-privileges", "--cap-drop=ALL",     "--cap-add=CHOWN",
    "--cap-add=DAC_OVERRIDE",           "--cap-add=FOWNER",   "--cap-add=SETGID",
    "--cap-add=SETUID",                 "--pids-limit=1024",  "--memory=4g",
};

static void add_all(Arena *arena, StringList *list, const char *const *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        VEC_PUSH(arena, *list, items[i]);
}

static const char *data_folder(const DockerImage *image)
{
    bool is_root = image->user[0] == '\0' || text_equal(image->user, "root") ||
                   text_equal(image->user, "0") || text_starts(image->user, "0:") ||
                   text_starts(image->user, "root:");
    return is_root ? "/dbmig/data" : "/tmp/dbmig-data";
}

static const char *initdb_arguments(Arena *arena, const Throwaway *throwaway)
{
    const Docker *docker = throwaway->state;
    const char *locale = throwaway->url.locale;
    return arena_printf(arena, "POSTGRES_INITDB_ARGS=%s%s--no-sync%s%s",
                        docker->image.initdb_args == NULL ? "" : docker->image.initdb_args,
                        docker->image.initdb_args == NULL ? "" : " ",
                        locale == NULL ? "" : " --locale=", locale == NULL ? "" : locale);
}

static const char *published_port(Arena *arena, const Throwaway *throwaway)
{
    const Docker *docker = throwaway->state;
    const char *host = docker->engine.host == NULL ? "127.0.0.1:" : "";
    if (throwaway->spec.port != 0)
        return arena_printf(arena, "%s%lld:5432", host, (long long)throwaway->spec.port);
    return docker->engine.host == NULL ? "127.0.0.1::5432" : "5432";
}

/*
 * The first password goes by way of the client's environment. A remote engine must publish on all of its
 * addresses to be reached at all; the password has 128 random bits.
 */
static const char *const *run_arguments(Arena *arena, const Throwaway *throwaway, const char *image)
{
    const Docker *docker = throwaway->state;
    StringList argv = {0};
    const char *const first[] = {
        "run",          "--detach",
        "--pull=never", "--no-healthcheck",
        "--name",       docker->name,
        "--label",      arena_printf(arena, DOCKER_OWNER_LABEL "=%s", throwaway_owner(arena)),
        "--publish",    published_port(arena, throwaway),
        "--env",        "POSTGRES_PASSWORD",
        "--env",        "POSTGRES_USER=postgres",
        "--env",        arena_printf(arena, "POSTGRES_DB=%s", throwaway->url.database),
        "--env",        arena_printf(arena, "PGDATA=%s", data_folder(&docker->image)),
        "--env",        initdb_arguments(arena, throwaway),
    };
    add_all(arena, &argv, first, ARRAY_LENGTH(first));
    add_all(arena, &argv, confines, ARRAY_LENGTH(confines));
    VEC_PUSH(arena, argv, image);
    VEC_PUSH(arena, argv, "postgres");
    for (size_t i = 0; i < ARRAY_LENGTH(settings); i++) {
        VEC_PUSH(arena, argv, "-c");
        VEC_PUSH(arena, argv, settings[i]);
    }
    VEC_PUSH(arena, argv, NULL);
    return argv.items;
}

/* Not given up half-way, when nobody could say whether there is a container: it takes a second. */
static bool run_container(Throwaway *throwaway, const char *image, const char *password, Error *err)
{
    Docker *docker = throwaway->state;
    Arena *arena = throwaway->arena;
    if (interrupt_check(err))
        return false;
    docker->name = arena_strdup(arena, throwaway_random_name(arena));
    throwaway_guard(throwaway);
    const char *env[] = {arena_printf(arena, "POSTGRES_PASSWORD=%s", password), NULL};
    DockerCall call = {
        .arguments = run_arguments(arena, throwaway, image), .set_env = env, .for_cleanup = true};
    ProcessResult result;
    return docker_call(arena, &docker->engine, &call, &result, err) && !interrupt_check(err);
}

/* ---- Start ---- */

static void drop_container(Docker *docker)
{
    if (docker->name != NULL)
        docker_remove_container(&docker->engine, docker->name);
    docker->name = NULL;
}

/* The engine keeps a container's first environment for all who ask it, in kept images too. */
static bool change_password(Throwaway *throwaway, Error *err)
{
    Docker *docker = throwaway->state;
    const char *password = throwaway_random_password(throwaway->arena);
    if (!throwaway_set_password(throwaway, "postgres", password, err))
        return error_prefix(err, "could not change the container's password");
    docker->password = password;
    docker_make_urls(throwaway);
    return true;
}

static bool start_restored(Throwaway *throwaway, const CacheMeta *meta, Error *err)
{
    Docker *docker = throwaway->state;
    Arena *arena = throwaway->arena;
    const char *layers = cache_value(arena, meta, "layers");
    docker->password = cache_value(arena, meta, "password");
    throwaway->pristine = cache_value(arena, meta, "pristine");
    const char *image = cache_value(arena, meta, "image");
    if (layers != NULL && docker->password != NULL && throwaway->pristine != NULL &&
        image != NULL && text_to_int64(layers, &docker->layers) &&
        run_container(throwaway, image, throwaway_random_password(arena), err) &&
        docker_await(throwaway, err)) {
        cache_touch(meta);
        return true;
    }
    if (interrupt_signal() != 0)
        return false;
    log_debug("the kept state %s is not usable: %s", meta->key,
              error_is_set(err) ? err->primary : "its marker is not complete");
    drop_container(docker);
    cache_drop(meta->provider, meta->key);
    return false;
}

/* Of another engine, or with so many layers that nothing could be kept on top of it. */
static bool is_usable(Arena *arena, const Docker *docker, const CacheMeta *meta, size_t index)
{
    int64_t layers = 0;
    const char *text = cache_value(arena, meta, "layers");
    const char *endpoint = cache_value(arena, meta, "endpoint");
    return text_equal(endpoint, docker->engine.endpoint) && text != NULL &&
           text_to_int64(text, &layers) && (index == 0 || layers < MOST_LAYERS);
}

static bool try_cache(Throwaway *throwaway, Error *err)
{
    for (size_t i = 0; i < throwaway->spec.cache_key_count; i++) {
        CacheMeta meta;
        if (!cache_find(throwaway->arena, "docker", throwaway->spec.cache_keys[i], &meta) ||
            !is_usable(throwaway->arena, throwaway->state, &meta, i))
            continue;
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

/*
 * An image may fill its database when it makes it (PostGIS does). A further empty database must
 * start the same way, so there is a copy from before anything else is done.
 */
static bool keep_pristine(Throwaway *throwaway, Error *err)
{
    Arena *arena = throwaway->arena;
    Session *session;
    Rows *rows;
    throwaway->pristine = "template0";
    if (!throwaway_session(arena, &throwaway_docker, throwaway->connect_url, false, &session, err))
        return false;
    bool ok = session_query(session, arena, sql_throwaway_is_filled, 0, NULL, &rows, err);
    bool filled = ok && rows_bool(rows, 0, 0);
    session_close(session);
    if (!ok || !filled)
        return ok;
    throwaway->pristine = PRISTINE;
    ok = throwaway_session(arena, &throwaway_docker, throwaway->admin_url, false, &session, err);
    if (ok) {
        ok =
            throwaway_database_create(arena, session, PRISTINE, throwaway->url.database, NULL, err);
        session_close(session);
    }
    return ok;
}

static bool start_empty(Throwaway *throwaway, Error *err)
{
    Docker *docker = throwaway->state;
    docker->password = throwaway_random_password(throwaway->arena);
    docker->layers = 0;
    if (!run_container(throwaway, docker->image.id, docker->password, err))
        return false;
    /* The entry point has its work to do meanwhile. */
    docker_sweep_engine(&docker->engine);
    return docker_await(throwaway, err) && change_password(throwaway, err) && keep_pristine(throwaway, err);
}

static bool start(Throwaway *throwaway, Error *err)
{
    Arena *arena = throwaway->arena;
    Docker *docker = arena_alloc(arena, sizeof(*docker));
    throwaway->state = docker;
    if (!docker_engine(arena, &docker->engine, err) ||
        !docker_image(arena, &docker->engine, &throwaway->url, &docker->image, err) ||
        !try_cache(throwaway, err))
        return false;
    if (throwaway->restored < 0 && !start_empty(throwaway, err))
        return false;
    const char *version = docker->image.version;
    throwaway->shown = arena_printf(arena, "%s %s%s%s%s", file_name_of(docker->engine.program),
                                    throwaway->url.image, version == NULL ? "" : " (",
                                    version == NULL ? "" : version, version == NULL ? "" : ")");
    return true;
}

/* ---- Keep ---- */

/* What ends with code 0 on SIGINT has written its shutdown checkpoint. */
static bool stop_cleanly(Arena *arena, const Docker *docker, Error *err)
{
    const char *kill_arguments[] = {"kill", "--signal=INT", docker->name, NULL};
    const char *wait_arguments[] = {"wait", docker->name, NULL};
    DockerCall wait = {.arguments = wait_arguments, .timeout_ms = STOP_MS};
    ProcessResult result;
    const char *line;
    if (!docker_line(arena, &docker->engine, kill_arguments, &line, err) ||
        !docker_call(arena, &docker->engine, &wait, &result, err))
        return false;
    return text_starts(result.out.data, "0\n") ||
           error_set(err, EXIT_CONNECTION, "the server did not stop cleanly");
}

/* The id of the new image. */
static bool commit(Throwaway *throwaway, const char *key, const char **ret, Error *err)
{
    const Docker *docker = throwaway->state;
    Arena *arena = throwaway->arena;
    char *label = arena_printf(arena, "LABEL " DOCKER_CACHE_LABEL "=%s", docker_store_mark(arena));
    const char *tag = docker_cache_tag(arena, key);
    const char *arguments[] = {
        "commit", "--change", "ENV POSTGRES_PASSWORD=", "--change", label, docker->name, tag, NULL};
    DockerCall call = {.arguments = arguments, .timeout_ms = COMMIT_MS};
    ProcessResult result;
    if (!docker_call(arena, &docker->engine, &call, &result, err))
        return false;
    *ret = arena_strndup(arena, result.out.data, strcspn(result.out.data, "\r\n"));
    return true;
}

/* Of two runs that keep the same state at once, the second one's image is one too many. */
static bool store(Throwaway *throwaway, const char *key, const char *image, Error *err)
{
    Docker *docker = throwaway->state;
    Arena *arena = throwaway->arena;
    uint64_t bytes = docker_image_bytes(arena, &docker->engine, image);
    CacheMeta found;
    CacheMeta meta = {
        .provider = "docker",
        .key = key,
        .shown = throwaway->shown,
        .bytes = bytes > docker->image.bytes ? bytes - docker->image.bytes : 0,
        .text =
            arena_printf(arena, "image=%s\npassword=%s\npristine=%s\nlayers=%lld\nendpoint=%s\n",
                         image, docker->password, throwaway->pristine,
                         (long long)docker->layers + 1, docker->engine.endpoint),
    };
    bool ok = cache_store(arena, &meta, NULL, false, err);
    if (ok && cache_find(arena, "docker", key, &found) &&
        text_equal(cache_value(arena, &found, "image"), image))
        docker->layers++;
    else
        docker_remove_image(&docker->engine, NULL, image);
    return ok;
}

static bool start_again(Throwaway *throwaway, Error *err)
{
    Docker *docker = throwaway->state;
    const char *arguments[] = {"start", docker->name, NULL};
    const char *line;
    return docker_line(throwaway->arena, &docker->engine, arguments, &line, err) &&
           docker_await(throwaway, err);
}

static void keep(Throwaway *throwaway, const char *key, bool keep_running)
{
    Docker *docker = throwaway->state;
    Error err = {0};
    CacheMeta found;
    const char *image;
    if (docker->layers >= MOST_LAYERS || cache_find(throwaway->arena, "docker", key, &found))
        return;
    if (!stop_cleanly(throwaway->arena, docker, &err) || !commit(throwaway, key, &image, &err) ||
        !store(throwaway, key, image, &err))
        log_warning("the replay is not kept: %s", err.primary);
    error_clear(&err);
    if (keep_running && !start_again(throwaway, &err))
        log_warning("the throwaway server did not start again: %s", err.primary);
    error_clear(&err);
}

/* ---- The rest ---- */

static bool address(Throwaway *throwaway, Arena *arena, ThrowawayAddress *ret, Error *err)
{
    const Docker *docker = throwaway->state;
    *ret = (ThrowawayAddress){
        .host = arena_strdup(arena, docker->host),
        .user = "postgres",
        .password = arena_strdup(arena, docker->password),
        .database = arena_strdup(arena, throwaway->url.database),
    };
    return text_to_int64(docker->port, &ret->port) ||
           error_set(err, EXIT_CONNECTION, "the container's port is not a number: %s", docker->port);
}

static void stop(Throwaway *throwaway)
{
    if (throwaway->state != NULL)
        drop_container(throwaway->state);
}

static bool identity(Arena *arena, const ThrowawayUrl *url, Buf *ret, Error *err)
{
    DockerEngine engine;
    DockerImage image;
    if (!docker_engine(arena, &engine, err) || !docker_image(arena, &engine, url, &image, err))
        return false;
    buf_printf(ret, "image=%s\n", image.id);
    return true;
}

const ThrowawayProvider throwaway_docker = {
    .name = "docker",
    .owns_server = true,
    .identity = identity,
    .start = start,
    .address = address,
    .keep = keep,
    .detach = docker_detach,
    .kept_alive = docker_kept_alive,
    .kept_drop = docker_kept_drop,
    .kept_log = docker_kept_log,
    .stop = stop,
    .sweep = docker_sweep,
    .forget = docker_forget,
};
