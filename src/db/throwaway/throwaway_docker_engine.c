/*
 * Talking to the engine through its command line, so that contexts, DOCKER_HOST, credential helpers
 * and podman work as the user set them up. What is run in it is throwaway_docker.c's.
 */
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/file.h"
#include "dbmig/base/interrupt.h"
#include "dbmig/base/log.h"
#include "dbmig/base/text.h"
#include "throwaway_docker.h"

#define PROBE_MS 3000
#define SHORT_CALL_MS 60000
#define PULL_MS (30L * 60 * 1000)

/* ---- Which engine, and where ---- */

static const char *find_program(Arena *arena)
{
    const char *chosen = getenv("DBMIG_DOCKER");
    if (chosen != NULL && chosen[0] != '\0')
        return chosen;
    if (process_find(arena, "docker", NULL))
        return "docker";
    return process_find(arena, "podman", NULL) ? "podman" : NULL;
}

static bool is_podman(const char *program)
{
    return text_starts(file_name_of(program), "podman");
}

/* Asking for the context takes a call; without one in the client's configuration there is none. */
static bool may_have_context(Arena *arena)
{
    const char *context = getenv("DOCKER_CONTEXT");
    if (context != NULL && context[0] != '\0')
        return true;
    const char *folder = getenv("DOCKER_CONFIG");
    const char *home = getenv("HOME");
    if (folder == NULL || folder[0] == '\0')
        folder = file_join(arena, home == NULL ? "/" : home, ".docker");
    Bytes config;
    Error ignored = {0};
    bool ok = file_read(arena, file_join(arena, folder, "config.json"), &config, &ignored);
    error_clear(&ignored);
    return ok && strstr(config.data, "\"currentContext\"") != NULL;
}

static const char *context_endpoint(Arena *arena, const char *program)
{
    const char *argv[] = {program, "context", "inspect", "--format", "{{.Endpoints.docker.Host}}",
                          NULL};
    ProcessSpec spec = {.argv = argv, .timeout_ms = PROBE_MS};
    ProcessResult result;
    Error ignored = {0};
    bool ok = process_run(arena, &spec, &result, &ignored) && result.exit_code == 0;
    error_clear(&ignored);
    return ok ? arena_strndup(arena, result.out.data, strcspn(result.out.data, "\r\n")) : "";
}

static const char *find_endpoint(Arena *arena, const char *program)
{
    const char *host = getenv(is_podman(program) ? "CONTAINER_HOST" : "DOCKER_HOST");
    if (host != NULL && host[0] != '\0')
        return host;
    if (!is_podman(program) && may_have_context(arena))
        return context_endpoint(arena, program);
    return "";
}

/* tcp://host:2376, ssh://user@host:22/path, http(s)://…; sockets and pipes are of this machine. */
static const char *endpoint_host(Arena *arena, const char *endpoint)
{
    static const char *const remote[] = {"tcp://", "ssh://", "http://", "https://"};
    for (size_t i = 0; i < ARRAY_LENGTH(remote); i++) {
        if (!text_starts(endpoint, remote[i]))
            continue;
        const char *at = endpoint + strlen(remote[i]);
        size_t len = strcspn(at, "/?");
        const char *user_end = memchr(at, '@', len);
        if (user_end != NULL)
            at = user_end + 1;
        char *host =
            arena_strndup(arena, at, at[0] == '[' ? strcspn(at, "]") + 1 : strcspn(at, ":/?"));
        bool is_here = text_equal(host, "localhost") || text_starts(host, "127.") ||
                       text_equal(host, "[::1]") || host[0] == '\0';
        return is_here ? NULL : host;
    }
    return NULL;
}

bool docker_engine(Arena *arena, DockerEngine *ret, Error *err)
{
    ret->program = find_program(arena);
    if (ret->program == NULL) {
        error_set(err, EXIT_CONNECTION, "there is no docker command");
        return error_hint(err,
                          "Install Docker or podman, or use a server without them: embedded:// "
                          "takes PostgreSQL from this machine.");
    }
    ret->endpoint = find_endpoint(arena, ret->program);
    ret->host = endpoint_host(arena, ret->endpoint);
    return true;
}

bool throwaway_docker_answers(void)
{
    static int answer = -1;
    Arena *arena = arena_new();
    const char *program = find_program(arena);
    if (answer < 0 && program != NULL) {
        const char *argv[] = {program, is_podman(program) ? "info" : "version", "--format",
                              is_podman(program) ? "{{.Version.Version}}" : "{{.Server.Version}}",
                              NULL};
        ProcessSpec spec = {.argv = argv, .timeout_ms = PROBE_MS};
        ProcessResult result = {0};
        Error ignored = {0};
        answer = process_run(arena, &spec, &result, &ignored) && result.exit_code == 0 &&
                 result.out.len > 1;
        error_clear(&ignored);
    }
    arena_free(arena);
    return answer > 0;
}

/* ---- Calls ---- */

/* "Error response from daemon: …" without what it is about and where to get help. */
static char *last_words(Arena *arena, const ProcessResult *result)
{
    char *text = arena_strndup(arena, result->errors.data, result->errors.len);
    char *help = strstr(text, "\nRun 'docker");
    char *see = strstr(text, "\nSee 'docker");
    if (help != NULL)
        *help = '\0';
    if (see != NULL)
        *see = '\0';
    for (size_t len = strlen(text); len > 0 && strchr("\r\n ", text[len - 1]) != NULL; len--)
        text[len - 1] = '\0';
    return text;
}

static bool tell(Arena *arena, const DockerEngine *engine, const DockerCall *call,
                 const ProcessResult *result, Error *err)
{
    char *words = last_words(arena, result);
    const char *name = file_name_of(engine->program);
    bool no_engine = strstr(words, "Cannot connect to") != NULL ||
                     strstr(words, "Is the docker daemon running") != NULL ||
                     strstr(words, "error during connect") != NULL;
    if (no_engine)
        error_set(err, EXIT_CONNECTION, "no %s engine answers%s%s", name,
                  engine->endpoint[0] == '\0' ? "" : " at ", engine->endpoint);
    else
        error_set(err, EXIT_CONNECTION, "\"%s %s\" failed with exit code %d", name,
                  call->arguments[0], result->exit_code);
    if (words[0] != '\0')
        error_detail(err, "%s", words);
    if (strstr(words, "permission denied") != NULL)
        return error_hint(err,
                          "The user may not talk to the engine; on Linux, members of the group "
                          "docker may.");
    return no_engine ? error_hint(err, "Start it, or use a server without it: embedded:// takes "
                                       "PostgreSQL from this machine.")
                     : false;
}

bool docker_call(Arena *arena, const DockerEngine *engine, const DockerCall *call,
                 ProcessResult *ret, Error *err)
{
    StringList argv = {0};
    VEC_PUSH(arena, argv, engine->program);
    for (size_t i = 0; call->arguments[i] != NULL; i++)
        VEC_PUSH(arena, argv, call->arguments[i]);
    VEC_PUSH(arena, argv, NULL);
    ProcessSpec spec = {
        .argv = argv.items,
        .set_env = call->set_env,
        .timeout_ms = call->timeout_ms == 0 ? SHORT_CALL_MS : call->timeout_ms,
        .ignore_interrupt = call->for_cleanup,
    };
    *ret = (ProcessResult){.exit_code = -1, .out = {"", 0}, .errors = {"", 0}};
    if (!process_run(arena, &spec, ret, err)) {
        if (err->code == EXIT_USAGE)
            err->code = EXIT_CONNECTION;
        return false;
    }
    return ret->exit_code == 0 || tell(arena, engine, call, ret, err);
}

bool docker_line(Arena *arena, const DockerEngine *engine, const char *const *arguments,
                 const char **ret, Error *err)
{
    DockerCall call = {.arguments = arguments};
    ProcessResult result;
    if (!docker_call(arena, engine, &call, &result, err))
        return false;
    *ret = arena_strndup(arena, result.out.data, strcspn(result.out.data, "\r\n"));
    return true;
}

/* ---- Images ---- */

static bool inspect(Arena *arena, const DockerEngine *engine, const char *image, DockerImage *ret,
                    Error *err)
{
    const char *arguments[] = {
        "image",
        "inspect",
        "--format",
        "{{.Id}}\n{{.Size}}\nuser={{.Config.User}}\n{{range .Config.Env}}{{println .}}{{end}}",
        image,
        NULL};
    DockerCall call = {.arguments = arguments};
    ProcessResult result;
    if (!docker_call(arena, engine, &call, &result, err))
        return false;
    StringList lines = {0};
    int64_t bytes = 0;
    text_split(arena, result.out.data, '\n', &lines);
    if (lines.count < 3 || !text_to_int64(lines.items[1], &bytes))
        return error_set(err, EXIT_CONNECTION,
                         "could not read what the engine says about the image %s", image);
    *ret = (DockerImage){
        .id = lines.items[0], .bytes = (uint64_t)bytes, .user = lines.items[2] + strlen("user=")};
    for (size_t i = 3; i < lines.count; i++) {
        if (text_starts(lines.items[i], "PG_VERSION="))
            ret->version = lines.items[i] + strlen("PG_VERSION=");
        else if (text_starts(lines.items[i], "POSTGRES_INITDB_ARGS="))
            ret->initdb_args = lines.items[i] + strlen("POSTGRES_INITDB_ARGS=");
    }
    return true;
}

static bool pull(Arena *arena, const DockerEngine *engine, const ThrowawayUrl *url, Error *err)
{
    const char *arguments[] = {"pull", "--quiet", url->image, NULL};
    DockerCall call = {.arguments = arguments, .timeout_ms = PULL_MS};
    ProcessResult result;
    log_info("pulling the image %s", url->image);
    if (docker_call(arena, engine, &call, &result, err) || interrupt_signal() != 0)
        return !error_is_set(err);
    error_prefix(err, "could not pull the image %s", url->image);
    if (url->is_mirror)
        return error_hint(err,
                          "Check the name, and log in to the registry if it wants that: %s login",
                          file_name_of(engine->program));
    return error_hint(
        err,
        "If a mirror has it: --dev-url docker+postgres://REGISTRY/%s/%s. Without Docker: "
        "--dev-url embedded://.",
        url->image, url->database);
}

typedef struct KnownImage {
    const char *name;
    DockerImage image;
    struct KnownImage *next;
} KnownImage;

/*
 * One answer a process: the key of a kept state and the server that is started must mean the same
 * image, though another process may give its name to another one in between.
 */
static const DockerImage *remembered(const char *name, const DockerImage *add)
{
    static Arena *arena;
    static KnownImage *first;
    for (const KnownImage *known = first; known != NULL; known = known->next) {
        if (text_equal(known->name, name))
            return &known->image;
    }
    if (add == NULL)
        return NULL;
    if (arena == NULL)
        arena = arena_new();
    KnownImage *known = arena_alloc(arena, sizeof(*known));
    known->name = arena_strdup(arena, name);
    known->image = (DockerImage){arena_strdup(arena, add->id), arena_strdup(arena, add->user),
                                 arena_strdup(arena, add->initdb_args),
                                 arena_strdup(arena, add->version), add->bytes};
    known->next = first;
    first = known;
    return &known->image;
}

bool docker_image(Arena *arena, const DockerEngine *engine, const ThrowawayUrl *url,
                  DockerImage *ret, Error *err)
{
    const DockerImage *known = remembered(url->image, NULL);
    if (known == NULL) {
        bool ok = inspect(arena, engine, url->image, ret, err);
        if (!ok && interrupt_signal() == 0 && err->detail != NULL &&
            (strstr(err->detail, "No such image") != NULL ||
             strstr(err->detail, "image not known") != NULL)) {
            error_clear(err);
            ok = pull(arena, engine, url, err) && inspect(arena, engine, url->image, ret, err);
        }
        if (!ok)
            return false;
        known = remembered(url->image, ret);
    }
    *ret = *known;
    return true;
}

bool throwaway_docker_has_image(Arena *arena, const ThrowawayUrl *url, Error *err)
{
    DockerEngine engine;
    DockerImage image;
    return docker_engine(arena, &engine, err) && docker_image(arena, &engine, url, &image, err);
}

uint64_t docker_image_bytes(Arena *arena, const DockerEngine *engine, const char *image)
{
    DockerImage found = {0};
    Error ignored = {0};
    bool ok = inspect(arena, engine, image, &found, &ignored);
    error_clear(&ignored);
    return ok ? found.bytes : 0;
}
