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
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dbmig/base/file.h"
#include "dbmig/base/hash.h"
#include "dbmig/base/interrupt.h"
#include "dbmig/base/log.h"
#include "dbmig/base/platform.h"
#include "dbmig/base/text.h"
#include "dbmig_sql.h"
#include "throwaway_docker.h"

#define OWNER_LABEL "dbmig.owner"
#define CACHE_LABEL "dbmig.cache"
#define CACHE_REPOSITORY "dbmig-cache"
#define PRISTINE "dbmig_pristine"
#define READY_POLL_MS 30
#define STATE_POLL_MS 700
#define REFUSED_MS 5000
#define CLEANUP_MS 30000
#define STOP_MS 60000
#define COMMIT_MS (10L * 60 * 1000)
#define UNKNOWN_OWNER_SECONDS 3600

/* Each kept state is a layer more on the one that it began with, and engines stop at some 125. */
#define MOST_LAYERS 40

typedef struct Docker {
    DockerEngine engine;
    DockerImage image;
    const char *name; /* NULL while there is no container */
    const char *password;
    int64_t layers; /* of kept states below it */
    const char *host, *port;
} Docker;

/* ---- Where it can be reached ---- */

/* In a container with the engine's socket, "127.0.0.1" may be another than the engine's. */
static bool inside_container(const Docker *docker)
{
    return docker->engine.host == NULL && !text_starts(docker->engine.endpoint, "tcp://") &&
           (file_kind("/.dockerenv") != FILE_MISSING ||
            file_kind("/run/.containerenv") != FILE_MISSING);
}

static bool somebody_listens(int64_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool ok = fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0;
    if (fd >= 0)
        close(fd);
    return ok;
}

static bool find_own_address(Arena *arena, Docker *docker, Error *err)
{
    const char *arguments[] = {
        "inspect", "--format",
        "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{println}}{{end}}", docker->name, NULL};
    docker->port = "5432";
    return docker_line(arena, &docker->engine, arguments, &docker->host, err) &&
           (docker->host[0] != '\0' ||
            error_set(err, EXIT_CONNECTION, "the container has no address of its own"));
}

/* "127.0.0.1:32768", and perhaps a line for IPv6. */
static bool find_address(Arena *arena, Docker *docker, Error *err)
{
    const char *arguments[] = {"port", docker->name, "5432/tcp", NULL};
    const char *line = "";
    int64_t number = 0;
    if (!docker_line(arena, &docker->engine, arguments, &line, err))
        return false;
    const char *colon = strrchr(line, ':');
    if (colon == NULL || !text_to_int64(colon + 1, &number))
        return error_set(err, EXIT_CONNECTION, "could not find the container's port in \"%s\"",
                         line);
    if (inside_container(docker) && !somebody_listens(number))
        return find_own_address(arena, docker, err);
    docker->port = colon + 1;
    docker->host = docker->engine.host == NULL ? "127.0.0.1" : docker->engine.host;
    return true;
}

static void make_urls(Throwaway *throwaway)
{
    const Docker *docker = throwaway->state;
    Arena *arena = throwaway->arena;
    /* Whatever PGSSLMODE and the like say: the server has no TLS. */
    char *server = arena_printf(arena, "postgresql://postgres:%s@%s:%s", docker->password,
                                docker->host, docker->port);
    const char *plain = "?sslmode=disable&gssencmode=disable";
    throwaway->connect_url = arena_printf(
        arena, "%s/%s%s", server, throwaway_percent_encode(arena, throwaway->url.database), plain);
    throwaway->admin_url = arena_printf(arena, "%s/template1%s", server, plain);
}

/* ---- Waiting for it ---- */

static bool tell_end(Arena *arena, const Docker *docker, const char *primary, Error *err)
{
    const char *arguments[] = {"logs", "--tail", "15", docker->name, NULL};
    DockerCall call = {.arguments = arguments};
    ProcessResult result;
    Error ignored = {0};
    error_set(err, EXIT_CONNECTION, "%s", primary);
    if (docker_call(arena, &docker->engine, &call, &result, &ignored) &&
        result.out.len + result.errors.len > 0)
        error_detail(err, "Its last words:\n%s%s", result.out.data, result.errors.data);
    error_clear(&ignored);
    return false;
}

/* False with err set when the container does not run any more. */
static bool check_running(Arena *arena, const Docker *docker, Error *err)
{
    const char *arguments[] = {"inspect", "--format", "{{.State.Status}} {{.State.ExitCode}}",
                               docker->name, NULL};
    const char *state = "";
    if (!docker_line(arena, &docker->engine, arguments, &state, err))
        return false;
    if (!text_starts(state, "exited") && !text_starts(state, "dead"))
        return true;
    return tell_end(arena, docker,
                    arena_printf(arena, "the container ended while it was starting (exit code%s)",
                                 state + strcspn(state, " ")),
                    err);
}

static bool answers_once(const char *url, Error *err)
{
    Arena *arena = arena_new();
    Session *session;
    bool ok = throwaway_session(arena, &throwaway_docker, url, false, &session, err);
    if (ok) {
        ok = session_exec(session, "SELECT 1", err);
        session_close(session);
    }
    arena_free(arena);
    return ok;
}

/*
 * The entry point fills a new cluster on a server without TCP, so whoever answers here is the real
 * one. Twice, for images whose entry point does otherwise.
 */
static bool answers(const char *url, Error *err)
{
    bool ok = true;
    for (int i = 0; ok && i < 2; i++)
        ok = answers_once(url, err);
    return ok;
}

/* True when waiting longer is of no use: it ended, time is up, or it does not know our password. */
static bool is_hopeless(Throwaway *throwaway, int64_t waited_ms, int64_t *next_look_ms, Error *err)
{
    const Docker *docker = throwaway->state;
    Arena *arena = throwaway->arena;
    bool refused = text_starts(err->sqlstate, "28") && waited_ms > REFUSED_MS;
    if (refused || waited_ms > throwaway->spec.start_timeout_ms) {
        char *waited = text_from_duration(arena, waited_ms / 1000 * 1000);
        char *text =
            arena_printf(arena, "the container was not ready within %s: %s", waited, err->primary);
        tell_end(arena, docker, text, err);
        return true;
    }
    if (waited_ms < *next_look_ms)
        return false;
    *next_look_ms = waited_ms + STATE_POLL_MS;
    Error ended = {0};
    bool runs = check_running(arena, docker, &ended);
    if (!runs)
        error_copy(err, &ended);
    error_clear(&ended);
    return !runs;
}

static bool wait_ready(Throwaway *throwaway, Error *err)
{
    int64_t begin = platform_monotonic_ms();
    int64_t next_look_ms = STATE_POLL_MS;
    while (!answers(throwaway->admin_url, err)) {
        if (interrupt_check(err) ||
            is_hopeless(throwaway, platform_monotonic_ms() - begin, &next_look_ms, err))
            return false;
        error_clear(err);
        if (!interrupt_sleep(READY_POLL_MS, err))
            return false;
    }
    return true;
}

/* ---- Sweep ---- */

static void remove_container(const DockerEngine *engine, const char *name)
{
    Arena *arena = arena_new();
    const char *arguments[] = {"rm", "--force", "--volumes", name, NULL};
    DockerCall call = {.arguments = arguments, .timeout_ms = CLEANUP_MS, .for_cleanup = true};
    ProcessResult result;
    Error err = {0};
    if (!docker_call(arena, engine, &call, &result, &err) &&
        (err.detail == NULL || (strstr(err.detail, "No such container") == NULL &&
                                strstr(err.detail, "no such container") == NULL &&
                                strstr(err.detail, "no container with") == NULL)))
        log_warning("the container %s is left: %s", name, err.primary);
    error_clear(&err);
    arena_free(arena);
}

/* One of another machine, or from before a restart, only when it has ended. */
static bool is_leftover(const char *mark, const char *state)
{
    OwnerState owner = throwaway_owner_state(mark);
    if (owner != OWNER_UNKNOWN)
        return owner == OWNER_DEAD;
    return throwaway_owner_age(mark) > UNKNOWN_OWNER_SECONDS && !text_equal(state, "running") &&
           !text_equal(state, "paused");
}

static void sweep_engine(const DockerEngine *engine)
{
    Arena *arena = arena_new();
    const char *arguments[] = {"ps",
                               "--all",
                               "--no-trunc",
                               "--filter",
                               "label=" OWNER_LABEL,
                               "--format",
                               "{{.ID}} {{.Label \"" OWNER_LABEL "\"}} {{.State}}",
                               NULL};
    DockerCall call = {.arguments = arguments};
    ProcessResult result;
    Error ignored = {0};
    StringList lines = {0};
    if (docker_call(arena, engine, &call, &result, &ignored))
        text_split(arena, result.out.data, '\n', &lines);
    error_clear(&ignored);
    for (size_t i = 0; i < lines.count; i++) {
        StringList words = {0};
        text_split(arena, lines.items[i], ' ', &words);
        if (words.count < 3 || !is_leftover(words.items[1], words.items[2]))
            continue;
        log_verbose("removing what a dead run left behind: container %.12s", words.items[0]);
        remove_container(engine, words.items[0]);
    }
    arena_free(arena);
}

/* The store that a kept state belongs to: an engine may serve several users and cache folders. */
static const char *store_mark(Arena *arena)
{
    char host[256] = "";
    char *folder;
    Sha256 sha;
    uint8_t digest[SHA256_SIZE];
    char hex[SHA256_HEX_SIZE];
    Error ignored = {0};
    if (!file_cache_folder(arena, &folder, &ignored))
        folder = arena_strdup(arena, "");
    error_clear(&ignored);
    gethostname(host, sizeof(host) - 1);
    sha256_begin(&sha);
    sha256_add_field(&sha, host, strlen(host));
    sha256_add_field(&sha, folder, strlen(folder));
    sha256_digest(&sha, digest);
    hash_hex(digest, sizeof(digest), hex);
    return arena_strndup(arena, hex, 16);
}

/*
 * By tag (NULL: none) and by id: one that others stand on only loses its tag, and the engine
 * removes it with the last of them; one that has lost its tag to another has only its id.
 */
static void remove_image(const DockerEngine *engine, const char *tag, const char *id)
{
    Arena *arena = arena_new();
    const char *arguments[] = {"image", "rm", "--force", id, tag, NULL};
    if (tag != NULL) {
        arguments[3] = tag;
        arguments[4] = id;
    }
    DockerCall call = {.arguments = arguments, .timeout_ms = CLEANUP_MS, .for_cleanup = true};
    ProcessResult result;
    Error ignored = {0};
    if (!docker_call(arena, engine, &call, &result, &ignored))
        log_debug("%s: %s", ignored.primary, ignored.detail == NULL ? "" : ignored.detail);
    error_clear(&ignored);
    arena_free(arena);
}

static const char *cache_tag(Arena *arena, const char *key)
{
    return arena_printf(arena, CACHE_REPOSITORY ":%s", key);
}

static bool is_of_an_entry(Arena *arena, const CacheList *list, const char *image)
{
    for (size_t i = 0; i < list->count; i++) {
        CacheMeta meta;
        if (text_equal(list->items[i].provider, "docker") &&
            cache_find(arena, "docker", list->items[i].key, &meta) &&
            text_equal(cache_value(arena, &meta, "image"), image))
            return true;
    }
    return false;
}

/* Images of this store whose entry is gone. */
static void sweep_images(Arena *arena, const DockerEngine *engine)
{
    const char *arguments[] = {
        "image",   "ls",       "--no-trunc",
        "--quiet", "--filter", arena_printf(arena, "label=" CACHE_LABEL "=%s", store_mark(arena)),
        NULL};
    DockerCall call = {.arguments = arguments};
    ProcessResult result;
    Error ignored = {0};
    StringList images = {0};
    CacheList list;
    if (cache_list(arena, &list, &ignored) && docker_call(arena, engine, &call, &result, &ignored))
        text_split(arena, result.out.data, '\n', &images);
    error_clear(&ignored);
    for (size_t i = 0; i < images.count; i++) {
        if (!is_of_an_entry(arena, &list, images.items[i]))
            remove_image(engine, NULL, images.items[i]);
    }
}

static void sweep(void)
{
    Arena *arena = arena_new();
    DockerEngine engine;
    Error ignored = {0};
    if (throwaway_docker_answers() && docker_engine(arena, &engine, &ignored)) {
        sweep_engine(&engine);
        sweep_images(arena, &engine);
    }
    error_clear(&ignored);
    arena_free(arena);
}

/* ---- Running one ---- */

/* As in the embedded provider: nothing that could change a result. */
static const char *const settings[] = {
    "fsync=off",         "synchronous_commit=off", "full_page_writes=off",
    "max_wal_size=1GB",  "min_wal_size=32MB",      "wal_recycle=off",
    "wal_init_zero=off", "checkpoint_timeout=1h",  "dynamic_shared_memory_type=mmap",
    "jit=off",           "max_logical_replication_workers=0", /* nothing connects out */
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
        "--label",      arena_printf(arena, OWNER_LABEL "=%s", throwaway_owner(arena)),
        "--publish",    docker->engine.host == NULL ? "127.0.0.1::5432" : "5432",
        "--env",        "POSTGRES_PASSWORD",
        "--env",        "POSTGRES_USER=postgres",
        "--env",        arena_printf(arena, "POSTGRES_DB=%s", throwaway->url.database),
        "--env",        arena_printf(arena, "PGDATA=%s", data_folder(&docker->image)),
        "--env",        initdb_arguments(arena, throwaway),
        image,          "postgres",
    };
    add_all(arena, &argv, first, ARRAY_LENGTH(first));
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

static bool await(Throwaway *throwaway, Error *err)
{
    Docker *docker = throwaway->state;
    if (!find_address(throwaway->arena, docker, err)) {
        Error ended = {0};
        if (!check_running(throwaway->arena, docker, &ended))
            error_copy(err, &ended);
        error_clear(&ended);
        return false;
    }
    make_urls(throwaway);
    return wait_ready(throwaway, err);
}

/* ---- Start ---- */

static void drop_container(Docker *docker)
{
    if (docker->name != NULL)
        remove_container(&docker->engine, docker->name);
    docker->name = NULL;
}

static const char *random_password(Arena *arena)
{
    uint8_t bytes[16];
    char hex[2 * sizeof(bytes) + 1];
    platform_random(bytes, sizeof(bytes));
    hash_hex(bytes, sizeof(bytes), hex);
    return arena_strdup(arena, hex);
}

/* The engine keeps a container's first environment for all who ask it, in kept images too. */
static bool change_password(Throwaway *throwaway, Error *err)
{
    Docker *docker = throwaway->state;
    Arena *arena = throwaway->arena;
    const char *password = random_password(arena);
    Session *session;
    if (!throwaway_session(arena, &throwaway_docker, throwaway->admin_url, false, &session, err))
        return false;
    bool ok = session_exec(session, "SET log_statement = 'none'", err) &&
              session_exec(session, "SET log_min_duration_statement = -1", err) &&
              session_exec(session, arena_printf(arena, "ALTER ROLE postgres PASSWORD '%s'", password),
                           err);
    session_close(session);
    if (!ok)
        return error_prefix(err, "could not change the container's password");
    docker->password = password;
    make_urls(throwaway);
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
        run_container(throwaway, image, random_password(arena), err) && await(throwaway, err)) {
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
    docker->password = random_password(throwaway->arena);
    docker->layers = 0;
    if (!run_container(throwaway, docker->image.id, docker->password, err))
        return false;
    /* The entry point has its work to do meanwhile. */
    sweep_engine(&docker->engine);
    return await(throwaway, err) && change_password(throwaway, err) && keep_pristine(throwaway, err);
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
    char *label = arena_printf(arena, "LABEL " CACHE_LABEL "=%s", store_mark(arena));
    const char *tag = cache_tag(arena, key);
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
        remove_image(&docker->engine, NULL, image);
    return ok;
}

static bool start_again(Throwaway *throwaway, Error *err)
{
    Docker *docker = throwaway->state;
    const char *arguments[] = {"start", docker->name, NULL};
    const char *line;
    return docker_line(throwaway->arena, &docker->engine, arguments, &line, err) &&
           await(throwaway, err);
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

static void forget(const CacheMeta *meta)
{
    Arena *arena = arena_new();
    DockerEngine engine;
    Error ignored = {0};
    const char *endpoint = cache_value(arena, meta, "endpoint");
    const char *image = cache_value(arena, meta, "image");
    if (image != NULL && docker_engine(arena, &engine, &ignored) &&
        text_equal(endpoint, engine.endpoint))
        remove_image(&engine, cache_tag(arena, meta->key), image);
    error_clear(&ignored);
    arena_free(arena);
}

/* ---- The rest ---- */

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
    .keep = keep,
    .stop = stop,
    .sweep = sweep,
    .forget = forget,
};
