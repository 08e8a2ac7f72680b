/* The only file that knows libmicrohttpd: one thread, epoll, connections suspended until answered. */
#include "dbmig/base/http.h"

#include "dbmig/base/text.h"

bool http_is_public(const char *listen)
{
    return !text_starts(listen, "unix:") && !text_starts(listen, "127.") &&
           !text_starts(listen, "localhost:") && !text_starts(listen, "[::1]:");
}

#ifdef DBMIG_HTTP

#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/file.h"

#define MOST_BODY (1024 * 1024)
#define MOST_CONNECTIONS 1000
#define IDLE_SECONDS 300
#define BACKLOG 256

struct HttpServer {
    HttpSpec spec;
    struct MHD_Daemon *daemon;
    int epoll_fd;
    const char *socket_path;
};

struct HttpRequest {
    HttpServer *server;
    struct MHD_Connection *connection;
    char *method, *path;
    Buf body;
    bool too_large, handled, answered, suspended;
    int status;
    struct MHD_Response *response;
};

/* ---- Answers ---- */

void http_answer(HttpRequest *request, int status, const char *body, const char *allow)
{
    const char *text = body == NULL ? "" : body;
    /* libmicrohttpd 0.9 takes a plain pointer and copies. */
    request->response = MHD_create_response_from_buffer(strlen(text), (void *)(uintptr_t)text,
                                                        MHD_RESPMEM_MUST_COPY);
    if (body != NULL)
        MHD_add_response_header(request->response, "Content-Type", "application/json; charset=UTF-8");
    if (allow != NULL)
        MHD_add_response_header(request->response, "Allow", allow);
    request->status = status;
    request->answered = true;
    if (request->suspended) {
        request->suspended = false;
        MHD_resume_connection(request->connection);
    }
}

/* In a time that does not depend on where the two differ. */
static bool same_secret(const char *given, const char *wanted)
{
    size_t len = strlen(wanted);
    unsigned different = strlen(given) != len;
    for (size_t i = 0; i < len && given[i] != '\0'; i++)
        different |= (unsigned)(given[i] ^ wanted[i]);
    return different == 0;
}

static bool may_enter(const HttpRequest *request)
{
    const char *token = request->server->spec.token;
    const char *given = http_header(request, "Authorization");
    return token == NULL ||
           (given != NULL && strncasecmp(given, "Bearer ", 7) == 0 && same_secret(given + 7, token));
}

static void handle(HttpRequest *request)
{
    request->handled = true;
    if (request->too_large)
        http_answer(request, MHD_HTTP_CONTENT_TOO_LARGE, "{\"message\":\"Request Entity Too Large\"}\n",
                    NULL);
    else if (!may_enter(request))
        http_answer(request, MHD_HTTP_UNAUTHORIZED, "{\"message\":\"Unauthorized\"}\n", NULL);
    else
        request->server->spec.handle(request->server->spec.context, request);
}

static HttpRequest *begin(HttpServer *server, struct MHD_Connection *connection, const char *url,
                          const char *method)
{
    HttpRequest *request = calloc(1, sizeof(*request));
    if (request == NULL)
        return NULL;
    request->server = server;
    request->connection = connection;
    request->method = strdup(method);
    request->path = strdup(url);
    return request;
}

/* Called at the head of a request, for each piece of its body, at its end, and after it was resumed. */
static enum MHD_Result on_access(void *context, struct MHD_Connection *connection, const char *url,
                                 const char *method, const char *version, const char *data,
                                 size_t *len, void **own)
{
    HttpRequest *request = *own;
    (void)version;
    if (request == NULL) {
        *own = begin(context, connection, url, method);
        return *own == NULL ? MHD_NO : MHD_YES;
    }
    if (*len > 0) {
        request->too_large = request->too_large || request->body.len + *len > MOST_BODY;
        if (!request->too_large)
            buf_add(&request->body, data, *len);
        *len = 0;
        return MHD_YES;
    }
    if (!request->handled)
        handle(request);
    if (!request->answered) {
        request->suspended = true;
        MHD_suspend_connection(connection);
        return MHD_YES;
    }
    enum MHD_Result result =
        MHD_queue_response(connection, (unsigned)request->status, request->response);
    MHD_destroy_response(request->response);
    request->response = NULL;
    return result;
}

static void on_end(void *context, struct MHD_Connection *connection, void **own,
                   enum MHD_RequestTerminationCode code)
{
    HttpRequest *request = *own;
    (void)context;
    (void)connection;
    (void)code;
    if (request == NULL)
        return;
    if (request->response != NULL)
        MHD_destroy_response(request->response);
    buf_free(&request->body);
    free(request->method);
    free(request->path);
    free(request);
    *own = NULL;
}

/* ---- Requests ---- */

const char *http_method(const HttpRequest *request)
{
    return request->method;
}

const char *http_path(const HttpRequest *request)
{
    return request->path;
}

const char *http_header(const HttpRequest *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

const char *http_body(const HttpRequest *request)
{
    return buf_text(&request->body);
}

/* ---- Listening ---- */

static bool listen_unix(const char *path, int *ret, Error *err)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(address.sun_path))
        return error_set(err, EXIT_USAGE, "the socket's path is too long: %s", path);
    memcpy(address.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0)
        return error_set_errno(err, EXIT_CONNECTION, errno, "could not make a socket");
    /* A socket that nobody answers at is of a dead server. */
    if (file_kind(path) == FILE_OTHER &&
        connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0 && errno == ECONNREFUSED)
        unlink(path);
    close(fd);
    fd = socket(AF_UNIX, SOCK_STREAM, 0);
    mode_t before = umask(077);
    bool ok = fd >= 0 && bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
              listen(fd, BACKLOG) == 0;
    int saved_errno = errno;
    umask(before);
    *ret = fd;
    return ok ||
           error_set_errno(err, EXIT_CONNECTION, saved_errno, "could not listen at %s", path);
}

static bool listen_tcp(Arena *arena, const char *listen_at, int *ret, Error *err)
{
    const char *colon = strrchr(listen_at, ':');
    if (colon == NULL || colon[1] == '\0') {
        error_set(err, EXIT_USAGE, "\"%s\" is not a valid address to listen at", listen_at);
        return error_hint(err, "Examples: 127.0.0.1:5000, [::1]:5000, unix:/run/dbmig.sock.");
    }
    char *host = arena_strndup(arena, listen_at, (size_t)(colon - listen_at));
    size_t len = strlen(host);
    if (len > 1 && host[0] == '[' && host[len - 1] == ']')
        host = arena_strndup(arena, host + 1, len - 2);
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    struct addrinfo *found = NULL;
    int failed = getaddrinfo(host[0] == '\0' ? NULL : host, colon + 1, &hints, &found);
    if (failed != 0)
        return error_set(err, EXIT_USAGE, "\"%s\" is not a valid address to listen at: %s", listen_at,
                         gai_strerror(failed));
    int yes = 1;
    int fd = socket(found->ai_family, SOCK_STREAM, 0);
    bool ok = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) == 0 &&
              bind(fd, found->ai_addr, found->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0;
    int saved_errno = errno;
    freeaddrinfo(found);
    *ret = fd;
    return ok || error_set_errno(err, EXIT_CONNECTION, saved_errno, "could not listen at %s", listen_at);
}

bool http_open(Arena *arena, const HttpSpec *spec, HttpServer **ret, Error *err)
{
    HttpServer *server = arena_alloc(arena, sizeof(*server));
    bool local = text_starts(spec->listen, "unix:");
    int fd = -1;
    server->spec = *spec;
    if (!(local ? listen_unix(spec->listen + strlen("unix:"), &fd, err)
                : listen_tcp(arena, spec->listen, &fd, err))) {
        if (fd >= 0)
            close(fd);
        return false;
    }
    if (local)
        server->socket_path = spec->listen + strlen("unix:");
    server->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC, 0, NULL, NULL, on_access, server,
        MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_NOTIFY_COMPLETED, on_end, NULL,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)MOST_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)IDLE_SECONDS, MHD_OPTION_END);
    const union MHD_DaemonInfo *info =
        server->daemon == NULL ? NULL : MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    if (info == NULL) {
        close(fd);
        return error_set(err, EXIT_CONNECTION, "could not start the HTTP server");
    }
    server->epoll_fd = info->listen_fd;
    *ret = server;
    return true;
}

void http_close(HttpServer *server)
{
    if (server == NULL || server->daemon == NULL)
        return;
    MHD_stop_daemon(server->daemon);
    server->daemon = NULL;
    if (server->socket_path != NULL)
        unlink(server->socket_path);
}

int http_fd(const HttpServer *server)
{
    return server->epoll_fd;
}

int http_wait_ms(const HttpServer *server)
{
    MHD_UNSIGNED_LONG_LONG ms;
    if (MHD_get_timeout(server->daemon, &ms) != MHD_YES)
        return -1;
    return ms > 60000 ? 60000 : (int)ms;
}

void http_run(HttpServer *server)
{
    MHD_run(server->daemon);
}

#else

bool http_open(Arena *arena, const HttpSpec *spec, HttpServer **ret, Error *err)
{
    (void)arena;
    (void)spec;
    (void)ret;
    error_set(err, EXIT_USAGE, "this dbmig was built without an HTTP server");
    return error_hint(err, "Build it where libmicrohttpd is (Debian: libmicrohttpd-dev).");
}

void http_close(HttpServer *server)
{
    (void)server;
}

int http_fd(const HttpServer *server)
{
    (void)server;
    return -1;
}

int http_wait_ms(const HttpServer *server)
{
    (void)server;
    return -1;
}

void http_run(HttpServer *server)
{
    (void)server;
}

const char *http_method(const HttpRequest *request)
{
    (void)request;
    return "";
}

const char *http_path(const HttpRequest *request)
{
    (void)request;
    return "";
}

const char *http_header(const HttpRequest *request, const char *name)
{
    (void)request;
    (void)name;
    return NULL;
}

const char *http_body(const HttpRequest *request)
{
    (void)request;
    return "";
}

void http_answer(HttpRequest *request, int status, const char *body, const char *allow)
{
    (void)request;
    (void)status;
    (void)body;
    (void)allow;
}

#endif
