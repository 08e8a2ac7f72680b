/*
 * Looks at what takes long, from a second connection that is opened only then: who blocks it, how far
 * it is. Its findings are for messages alone; when it cannot look, nothing fails.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply_internal.h"
#include "dbmig/base/buf.h"
#include "dbmig/base/interrupt.h"
#include "dbmig/base/platform.h"
#include "dbmig/base/text.h"
#include "dbmig_sql.h"

#define TICK_MS 200
#define LONG_TICK_MS 30000
#define LOOK_MS 1000
#define QUERY_SHOWN 120

struct ApplyWatch {
    ApplyRun *run;
    Arena *arena;          /* of the second connection */
    Session *monitor;      /* NULL until something takes long */
    bool blind;            /* there is no second connection to be had */
    const ApplyStep *step;
    size_t line;           /* 0: not known, the server works through a window */
    bool windowed;
    Buf query;             /* whose line was looked for last */
    int64_t started_ms, looked_ms, told_ms;
    int64_t look_after_ms;
    Buf blocker;           /* who blocked the statement last; "" nobody */
    bool blocked;          /* it does now */
    double percent;        /* < 0 unknown */
    char *taken;           /* what apply_watch_blocker() returned last */
};

static void open_monitor(ApplyWatch *watch)
{
    SessionOptions options = {.url = watch->run->options->url, .application_name = "dbmig monitor",
                              .read_only = true};
    Error err = {0};
    if (!session_open(watch->arena, &options, &watch->monitor, &err)) {
        watch->monitor = NULL;
        watch->blind = true;
    }
    error_clear(&err);
}

/* "pid 4711 (alice, psql, idle in transaction for 00:01:02): SELECT …" */
void apply_word_blocker(Buf *out, Arena *scratch, const Rows *rows)
{
    const char *pid = rows_text(rows, 0, 0);
    buf_clear(out);
    if (strcmp(pid, "0") == 0) {
        buf_add_str(out, "a prepared transaction");
        return;
    }
    const char *user = rows_text(rows, 0, 1), *application = rows_text(rows, 0, 2);
    const char *state = rows_text(rows, 0, 3), *age = rows_text(rows, 0, 4);
    const char *query = rows_text(rows, 0, 5);
    buf_printf(out, "pid %s (%s", pid, user != NULL ? user : "user unknown");
    if (application != NULL && application[0] != '\0')
        buf_printf(out, ", %s", text_printable(scratch, application));
    if (state != NULL)
        buf_printf(out, ", %s%s%s", state, age != NULL ? " for " : "",
                   age != NULL ? age : "");
    buf_add_str(out, ")");
    if (query == NULL || query[0] == '\0')
        return;
    query = text_printable(scratch, apply_masked(scratch, query));
    size_t len = strlen(query);
    while (len > 0 && (query[len - 1] == ';' || query[len - 1] == ' '))
        len--;
    size_t shown = len;
    if (shown > QUERY_SHOWN) {
        shown = QUERY_SHOWN;
        while (shown > 0 && ((unsigned char)query[shown] & 0xC0) == 0x80)
            shown--;
    }
    buf_printf(out, ": %.*s%s", (int)shown, query, shown < len ? "…" : "");
}

/* Answers of a pipeline come a file at a time: which of its statements runs is told by its text alone,
   of which the server shows the first kilobyte. */
static void find_line(ApplyWatch *watch, const char *query)
{
    if (!watch->windowed || query == NULL || strcmp(buf_text(&watch->query), query) == 0)
        return;
    buf_clear(&watch->query);
    buf_add_str(&watch->query, query);
    FileScan *scan = NULL;
    SqlItem item = {0};
    Error ignored = {0};
    watch->line = 0;
    if (fileplan_open(&watch->step->plan, &scan, &ignored)) {
        while (watch->line == 0 && fileplan_next(scan, &item, &ignored) &&
               item.kind != SQL_ITEM_END) {
            if (strncmp(item.text, query, strlen(query)) == 0)
                watch->line = item.line;
        }
    }
    fileplan_close(scan);
    error_clear(&ignored);
}

static void look(ApplyWatch *watch)
{
    if (watch->monitor == NULL)
        open_monitor(watch);
    if (watch->monitor == NULL)
        return;
    Arena *scratch = arena_new();
    char pid[24];
    snprintf(pid, sizeof(pid), "%d", session_backend_pid(watch->run->session));
    const char *params[] = {pid};
    Rows *rows = NULL;
    Error err = {0};
    if (session_query(watch->monitor, scratch, sql_apply_watch, 1, params, &rows, &err)) {
        const char *percent = rows_text(rows, 0, 6);
        watch->blocked = rows_text(rows, 0, 0) != NULL;
        if (watch->blocked)
            apply_word_blocker(&watch->blocker, scratch, rows);
        watch->percent = percent != NULL ? strtod(percent, NULL) : -1;
        find_line(watch, rows_text(rows, 0, 7));
    } else if (session_lost(watch->monitor)) {
        session_close(watch->monitor);
        watch->monitor = NULL;
        watch->blind = true;
    }
    error_clear(&err);
    arena_free(scratch);
}

static void on_tick(void *context)
{
    ApplyWatch *watch = context;
    ApplyRun *run = watch->run;
    int64_t now = platform_monotonic_ms();
    if (watch->step == NULL || interrupt_signal() != 0)
        return;
    bool long_tick = now - watch->told_ms >= LONG_TICK_MS;
    if (!watch->blind && now - watch->started_ms >= watch->look_after_ms &&
        now - watch->looked_ms >= watch->look_after_ms) {
        look(watch);
        watch->looked_ms = platform_monotonic_ms();
    }
    if (!long_tick && run->options->tick_ms == 0)
        return;
    if (long_tick)
        watch->told_ms = now;
    run->events->running(run->events->context, watch->step, watch->line, now - watch->started_ms,
                         watch->percent, watch->blocked ? watch->blocker.data : NULL,
                         long_tick);
}

bool apply_watch_start(ApplyRun *run, Error *err)
{
    (void)err;
    ApplyWatch *watch = arena_alloc(run->arena, sizeof(*watch));
    int64_t patience = run->options->ddl_lock_timeout_ms;
    watch->run = run;
    watch->arena = run->arena;
    watch->blind = run->pooled;
    watch->percent = -1;
    watch->look_after_ms = patience > 0 && patience / 2 < LOOK_MS ? patience / 2 : LOOK_MS;
    watch->told_ms = platform_monotonic_ms();
    int64_t tick = watch->look_after_ms < TICK_MS ? watch->look_after_ms : TICK_MS;
    session_on_tick(run->session, on_tick, watch, tick > 0 ? (long)tick : 1);
    run->watch = watch;
    return true;
}

void apply_watch_end(ApplyRun *run)
{
    ApplyWatch *watch = run->watch;
    if (watch == NULL)
        return;
    session_on_tick(run->session, NULL, NULL, 0);
    session_close(watch->monitor);
    buf_free(&watch->blocker);
    buf_free(&watch->query);
    run->watch = NULL;
}

static void begin(ApplyWatch *watch, const ApplyStep *step, size_t line, bool windowed)
{
    watch->step = step;
    watch->line = line;
    watch->windowed = windowed;
    watch->started_ms = platform_monotonic_ms();
    watch->looked_ms = 0;
    watch->percent = -1;
    watch->blocked = false;
    buf_clear(&watch->blocker);
    buf_clear(&watch->query);
}

void apply_watch_statement(ApplyWatch *watch, const ApplyStep *step, size_t line)
{
    begin(watch, step, line, false);
}

void apply_watch_file(ApplyWatch *watch, const ApplyStep *step)
{
    begin(watch, step, 0, true);
}

const char *apply_watch_blocker(ApplyWatch *watch)
{
    if (watch->blocker.len == 0)
        return NULL;
    watch->taken = arena_strdup(watch->run->arena, watch->blocker.data);
    buf_clear(&watch->blocker);
    return watch->taken;
}

const ApplyStep *apply_watch_step(const ApplyWatch *watch)
{
    return watch != NULL ? watch->step : NULL;
}
