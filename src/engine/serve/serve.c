/* The loop of `serve`: requests, workers and signals. */
#include "dbmig/engine/serve.h"

#include <poll.h>

#include "dbmig/base/interrupt.h"
#include "dbmig/base/platform.h"
#include "serve_private.h"

#define TICK_MS 100

/* Waits for what comes next, and deals with it. */
static void step(Pool *pool, HttpServer *server, struct pollfd *fds)
{
    int wait = http_wait_ms(server);
    fds[0] = (struct pollfd){.fd = http_fd(server), .events = POLLIN};
    fds[1] = (struct pollfd){.fd = interrupt_fd(), .events = POLLIN};
    for (int i = 0; i < pool->worker_count; i++)
        fds[2 + i] = (struct pollfd){.fd = pool->workers[i].pid > 0 ? pool->workers[i].fd : -1,
                                     .events = POLLIN};
    poll(fds, 2 + (nfds_t)pool->worker_count, wait < 0 || wait > TICK_MS ? TICK_MS : wait);
    for (int i = 0; i < pool->worker_count; i++) {
        if (fds[2 + i].revents != 0)
            pool_worker_ended(pool, i);
    }
    http_run(server);
}

bool serve_run(Arena *arena, const ServeOptions *options, Error *err)
{
    Pool pool;
    HttpServer *server;
    if (!pool_open(arena, options, &pool, err))
        return false;
    HttpSpec spec = {
        .listen = options->listen, .token = options->token, .handle = api_handle, .context = &pool};
    if (!http_open(arena, &spec, &server, err)) {
        pool_close(&pool);
        return false;
    }
    if (options->on_ready != NULL)
        options->on_ready(options->context);
    struct pollfd *fds = arena_calloc(arena, (size_t)pool.worker_count + 2, sizeof(*fds));
    int64_t next_tick = 0;
    while (interrupt_signal() == 0) {
        step(&pool, server, fds);
        if (platform_monotonic_ms() >= next_tick) {
            pool_tick(&pool);
            next_tick = platform_monotonic_ms() + TICK_MS;
        }
    }
    pool_close(&pool);
    http_run(server);
    http_close(server);
    return true;
}
