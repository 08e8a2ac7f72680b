/* A container that was started: where its server can be reached, and when. */
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dbmig/base/file.h"
#include "dbmig/base/interrupt.h"
#include "dbmig/base/platform.h"
#include "dbmig/base/text.h"
#include "throwaway_docker.h"

#define READY_POLL_MS 30
#define STATE_POLL_MS 700
#define REFUSED_MS 5000

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
    int fd = platform_socket(AF_INET, SOCK_STREAM);
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

void docker_make_urls(Throwaway *throwaway)
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

bool docker_await(Throwaway *throwaway, Error *err)
{
    Docker *docker = throwaway->state;
    if (!find_address(throwaway->arena, docker, err)) {
        Error ended = {0};
        if (!check_running(throwaway->arena, docker, &ended))
            error_copy(err, &ended);
        error_clear(&ended);
        return false;
    }
    docker_make_urls(throwaway);
    return wait_ready(throwaway, err);
}
