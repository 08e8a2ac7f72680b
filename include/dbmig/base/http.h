/*
 * A small HTTP/1.1 server on one thread: the caller polls http_fd() with whatever else it waits for,
 * and calls http_run(). A request may be answered at once or later. http.c alone knows libmicrohttpd;
 * a build without that library has http_open() fail.
 */
#ifndef DBMIG_BASE_HTTP_H
#define DBMIG_BASE_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"

typedef struct HttpServer HttpServer;
typedef struct HttpRequest HttpRequest;

typedef struct HttpSpec {
    const char *listen; /* "127.0.0.1:5000", "[::1]:5000", "unix:PATH" */
    const char *token;  /* NULL, or what "Authorization: Bearer" must say */
    void (*handle)(void *context, HttpRequest *request);
    void *context;
} HttpSpec;

/* EXIT_USAGE for an address that means nothing, EXIT_CONNECTION when it cannot be listened at. */
bool http_open(Arena *arena, const HttpSpec *spec, HttpServer **ret, Error *err);
void http_close(HttpServer *server); /* NULL allowed; open requests are dropped */

/* True for an address that other machines can reach. */
bool http_is_public(const char *listen);

int http_fd(const HttpServer *server);     /* for poll(): POLLIN */
int http_wait_ms(const HttpServer *server); /* how long poll() may wait; -1: for ever */
void http_run(HttpServer *server);

/* Of a request, until it is answered. */
const char *http_method(const HttpRequest *request);
const char *http_path(const HttpRequest *request); /* decoded, without the query */
const char *http_header(const HttpRequest *request, const char *name);
const char *http_body(const HttpRequest *request); /* NUL-terminated */

/* body NULL: none. allow: NULL or the value of an Allow header. Once a request. */
void http_answer(HttpRequest *request, int status, const char *body, const char *allow);

#endif
