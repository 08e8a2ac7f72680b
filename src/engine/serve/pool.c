/*
 * Templates, their databases and who waits for one. A lent database comes back by unlock or recreate, or is
 * taken back when its template has as many as it may: the one that was lent first, once nobody is
 * connected to it. How many are made ahead follows demand: twice as many after somebody had to wait.
 */
#include <string.h>

#include "dbmig/base/log.h"
#include "dbmig/base/platform.h"
#include "serve_private.h"

#define FIRST_WANTED 4
#define LEAST_LENT_MS 250
#define WAIT_MS 60000
#define MOST_WORKERS 4
#define OWN_HASH "dbmig"
#define PREFIX_DIGITS 8

/* ---- Jobs ---- */

static void add_job(Pool *pool, Template *template, TestDatabase *test, WorkKind kind)
{
    Arena *arena = arena_new();
    Job *job = arena_alloc(arena, sizeof(*job));
    const char *role = pool->options->rundb->address.user;
    bool plain = strcmp(role, pool->options->rundb->admin.user) == 0;
    *job = (Job){
        .work = {.kind = kind,
                 .name = arena_strdup(arena, test == NULL ? template->database : test->name),
                 .template_name = test == NULL ? "" : arena_strdup(arena, template->database),
                 .owner = test == NULL || plain ? "" : arena_strdup(arena, role)},
        .template = template,
        .test = test,
        .arena = arena,
    };
    template->busy++;
    VEC_PUSH(pool->arena, pool->queue, job);
}

/* The queue is short, and its memory is used again: jobs leave it from the front. */
static void start_jobs(Pool *pool)
{
    for (int i = 0; i < pool->worker_count && pool->queue.count > 0; i++) {
        if (pool->jobs[i] != NULL || pool->workers[i].pid <= 0)
            continue;
        Job *job = pool->queue.items[0];
        memmove(pool->queue.items, pool->queue.items + 1,
                (pool->queue.count - 1) * sizeof(*pool->queue.items));
        pool->queue.count--;
        pool->jobs[i] = job;
        if (!worker_send(&pool->workers[i], &job->work))
            log_warning("a worker did not take its work");
    }
}

/* ---- Templates ---- */

Template *pool_find(Pool *pool, const char *hash)
{
    for (size_t i = 0; i < pool->templates.count; i++) {
        Template *template = pool->templates.items[i];
        if (!template->discarded && strcmp(template->hash, hash) == 0)
            return template;
    }
    return NULL;
}

static Template *new_template(Pool *pool, const char *hash, const char *database)
{
    Arena *arena = arena_new();
    Template *template = arena_alloc(arena, sizeof(*template));
    template->arena = arena;
    template->hash = arena_strdup(arena, hash);
    template->database = database == NULL
                             ? arena_printf(arena, "%s_%s", pool->template_prefix, hash)
                             : arena_strdup(arena, database);
    template->wanted = FIRST_WANTED;
    if (database == NULL)
        throwaway_own_database(pool->options->rundb->throwaway, template->database);
    VEC_PUSH(pool->arena, pool->templates, template);
    return template;
}

static void wait_for(Pool *pool, Template *template, HttpRequest *request, bool for_template)
{
    Waiting waiting = {request, template, platform_monotonic_ms() + WAIT_MS, for_template};
    VEC_PUSH(pool->arena, pool->waiting, waiting);
}

static void forget_waiting(Pool *pool, size_t i)
{
    memmove(pool->waiting.items + i, pool->waiting.items + i + 1,
            (pool->waiting.count - i - 1) * sizeof(*pool->waiting.items));
    pool->waiting.count--;
}

void pool_add(Pool *pool, const char *hash, HttpRequest *request)
{
    Template *template = new_template(pool, hash, NULL);
    add_job(pool, template, NULL, WORK_CREATE);
    wait_for(pool, template, request, true);
    start_jobs(pool);
}

/* ---- Stock ---- */

static int count_in(const Template *template, TestState state)
{
    int count = 0;
    for (size_t i = 0; i < template->tests.count; i++)
        count += template->tests.items[i]->state == state;
    return count;
}

static int waiting_for(const Pool *pool, const Template *template)
{
    int count = 0;
    for (size_t i = 0; i < pool->waiting.count; i++)
        count += pool->waiting.items[i].template == template && !pool->waiting.items[i].for_template;
    return count;
}

static void set_state(TestDatabase *test, TestState state)
{
    test->state = state;
    test->since_ms = platform_monotonic_ms();
}

static void make_test(Pool *pool, Template *template)
{
    TestDatabase *test = arena_alloc(template->arena, sizeof(*test));
    test->id = (int)template->tests.count;
    test->name = arena_printf(template->arena, "%s_%s_%03d", pool->test_prefix, template->hash, test->id);
    throwaway_own_database(pool->options->rundb->throwaway, test->name);
    set_state(test, TEST_MAKING);
    VEC_PUSH(template->arena, template->tests, test);
    add_job(pool, template, test, WORK_CLONE);
}

/* The one that was lent first, and long enough ago. */
static TestDatabase *oldest_lent(const Template *template)
{
    int64_t now = platform_monotonic_ms();
    TestDatabase *oldest = NULL;
    for (size_t i = 0; i < template->tests.count; i++) {
        TestDatabase *test = template->tests.items[i];
        if (test->state == TEST_LENT && now - test->since_ms >= LEAST_LENT_MS &&
            (oldest == NULL || test->since_ms < oldest->since_ms))
            oldest = test;
    }
    return oldest;
}

/* Its sessions are ended only when it has been lent for very long. */
static void recycle(Pool *pool, Template *template, TestDatabase *test)
{
    bool overdue = platform_monotonic_ms() - test->since_ms >= pool->options->in_use_ms;
    test->state = TEST_MAKING; /* since_ms stays: it goes back to lent when it is in use */
    test->recycled = true;
    add_job(pool, template, test, overdue ? WORK_CLONE : WORK_RECYCLE);
}

static void refill(Pool *pool, Template *template)
{
    if (template->state != TEMPLATE_FINAL || template->discarded)
        return;
    int lack = template->wanted + waiting_for(pool, template) - count_in(template, TEST_READY) -
               count_in(template, TEST_MAKING);
    for (; lack > 0; lack--) {
        TestDatabase *oldest;
        if ((int64_t)template->tests.count < pool->options->pool_size)
            make_test(pool, template);
        else if ((oldest = oldest_lent(template)) != NULL)
            recycle(pool, template, oldest);
        else
            break;
    }
    start_jobs(pool);
}

static TestDatabase *take_ready(Template *template)
{
    TestDatabase *first = NULL;
    for (size_t i = 0; i < template->tests.count; i++) {
        TestDatabase *test = template->tests.items[i];
        if (test->state == TEST_READY && (first == NULL || test->since_ms < first->since_ms))
            first = test;
    }
    if (first != NULL)
        set_state(first, TEST_LENT);
    return first;
}

/* ---- What requests ask for ---- */

void pool_lend(Pool *pool, Template *template, HttpRequest *request)
{
    TestDatabase *test =
        waiting_for(pool, template) > 0 ? NULL : take_ready(template);
    if (test != NULL) {
        api_database(request, pool, template, test);
    } else {
        wait_for(pool, template, request, false);
        if (template->state == TEMPLATE_FINAL && template->wanted * 2 <= pool->options->pool_size / 2)
            template->wanted *= 2;
    }
    refill(pool, template);
}

static void serve_waiting(Pool *pool, Template *template)
{
    for (size_t i = 0; i < pool->waiting.count;) {
        Waiting waiting = pool->waiting.items[i];
        TestDatabase *test = waiting.template == template && !waiting.for_template
                                 ? take_ready(template)
                                 : NULL;
        if (test == NULL) {
            i++;
            continue;
        }
        forget_waiting(pool, i);
        api_database(waiting.request, pool, template, test);
    }
    refill(pool, template);
}

void pool_finalize(Pool *pool, Template *template)
{
    if (template->state == TEMPLATE_OPEN)
        template->state = TEMPLATE_FINAL;
    refill(pool, template);
}

bool pool_give_back(Pool *pool, Template *template, int64_t id, bool recreate)
{
    if (id < 0 || id >= (int64_t)template->tests.count)
        return false;
    TestDatabase *test = template->tests.items[id];
    if (test->state != TEST_LENT)
        return true;
    if (recreate) {
        set_state(test, TEST_MAKING);
        add_job(pool, template, test, WORK_CLONE);
        start_jobs(pool);
    } else {
        set_state(test, TEST_READY);
        serve_waiting(pool, template);
    }
    return true;
}

/* Memory of a template that nothing is at work for any more. */
static void forget_template(Pool *pool, const Template *template)
{
    for (size_t i = 0; i < pool->templates.count; i++) {
        if (pool->templates.items[i] != template)
            continue;
        memmove(pool->templates.items + i, pool->templates.items + i + 1,
                (pool->templates.count - i - 1) * sizeof(*pool->templates.items));
        pool->templates.count--;
        arena_free(template->arena);
        return;
    }
}

/* Its databases go once what is at work on them is done: then, or now. */
static void drop_all(Pool *pool, Template *template)
{
    for (size_t i = 0; i < template->tests.count; i++)
        add_job(pool, template, template->tests.items[i], WORK_DROP);
    template->tests.count = 0;
    if (!template->own)
        add_job(pool, template, NULL, WORK_DROP);
    template->own = true; /* dropped once */
    if (template->busy == 0)
        forget_template(pool, template);
    start_jobs(pool);
}

void pool_discard(Pool *pool, Template *template)
{
    template->discarded = true;
    for (size_t i = 0; i < pool->waiting.count;) {
        if (pool->waiting.items[i].template != template) {
            i++;
            continue;
        }
        HttpRequest *request = pool->waiting.items[i].request;
        forget_waiting(pool, i);
        api_message(request, 410, "template was just discarded");
    }
    if (template->busy == 0)
        drop_all(pool, template);
}

/* ---- What workers have done ---- */

static void answer_template(Pool *pool, Template *template, const char *problem)
{
    for (size_t i = 0; i < pool->waiting.count; i++) {
        Waiting waiting = pool->waiting.items[i];
        if (waiting.template != template || !waiting.for_template)
            continue;
        forget_waiting(pool, i);
        if (problem == NULL)
            api_database(waiting.request, pool, template, NULL);
        else
            api_message(waiting.request, 500, problem);
        return;
    }
}

static void template_done(Pool *pool, Template *template, WorkOutcome outcome, const char *message)
{
    if (outcome == WORK_DONE)
        template->state = TEMPLATE_OPEN;
    else
        log_warning("template %s: %s", template->hash, message);
    answer_template(pool, template, outcome == WORK_DONE ? NULL : message);
    if (outcome != WORK_DONE)
        pool_discard(pool, template);
}

static void test_done(Pool *pool, Job *job, WorkOutcome outcome, const char *message)
{
    TestDatabase *test = job->test;
    if (outcome == WORK_IN_USE) {
        test->state = TEST_LENT; /* behind those that were lent after it */
        test->since_ms = platform_monotonic_ms() - LEAST_LENT_MS / 2;
    } else if (outcome == WORK_DONE) {
        set_state(test, TEST_READY);
    } else {
        log_warning("%s: %s", test->name, message);
        set_state(test, TEST_BROKEN);
    }
    test->recycled = false;
    if (outcome == WORK_DONE)
        serve_waiting(pool, job->template);
}

static void job_done(Pool *pool, Job *job, WorkOutcome outcome, const char *message)
{
    Template *template = job->template;
    template->busy--;
    if (job->work.kind == WORK_DROP) {
        if (outcome != WORK_DONE)
            log_warning("could not drop %s: %s", job->work.name, message);
    } else if (job->test == NULL) {
        template_done(pool, template, outcome, message);
    } else if (!template->discarded) {
        test_done(pool, job, outcome, message);
    }
    if (template->discarded && template->busy == 0 && job->work.kind != WORK_DROP)
        drop_all(pool, template);
    else if (template->discarded && template->busy == 0)
        forget_template(pool, template);
}

void pool_worker_ended(Pool *pool, int index)
{
    Arena *arena = arena_new();
    WorkOutcome outcome = WORK_FAILED;
    char *message = NULL;
    Job *job = pool->jobs[index];
    Error err = {0};
    pool->jobs[index] = NULL;
    if (!worker_receive(&pool->workers[index], arena, &outcome, &message)) {
        message = arena_strdup(arena, "a worker ended");
        worker_stop(&pool->workers[index]);
        if (!worker_start(pool->options, &pool->workers[index], &err))
            log_warning("%s", err.primary);
        error_clear(&err);
    }
    if (job != NULL) {
        job_done(pool, job, outcome, message);
        arena_free(job->arena);
    }
    start_jobs(pool);
    arena_free(arena);
}

/* Broken ones are tried again, and what is wanted may be had by now from those that were lent. */
void pool_tick(Pool *pool)
{
    int64_t now = platform_monotonic_ms();
    for (size_t i = 0; i < pool->waiting.count;) {
        Waiting waiting = pool->waiting.items[i];
        if (waiting.until_ms > now) {
            i++;
            continue;
        }
        forget_waiting(pool, i);
        api_message(waiting.request, 500,
                    waiting.template->state == TEMPLATE_FINAL ? "timeout when waiting for ready db"
                                                              : "unexpected template state");
    }
    for (size_t i = 0; i < pool->templates.count; i++) {
        Template *template = pool->templates.items[i];
        for (size_t k = 0; k < template->tests.count; k++) {
            TestDatabase *test = template->tests.items[k];
            if (test->state == TEST_BROKEN && !template->discarded && now - test->since_ms > 1000) {
                set_state(test, TEST_MAKING);
                add_job(pool, template, test, WORK_CLONE);
            }
        }
        refill(pool, template);
    }
}

/* ---- Begin and end ---- */

/* On a server of our own they are IntegreSQL's; on another there may be an IntegreSQL, or another of us. */
static void choose_names(Pool *pool)
{
    pool->template_prefix = "integresql_template";
    pool->test_prefix = "integresql_test";
    if (throwaway_owns_server(pool->options->rundb->throwaway))
        return;
    const char *digits = throwaway_random_password(pool->arena);
    pool->template_prefix = arena_printf(pool->arena, "dbmig_%.*s_p", PREFIX_DIGITS, digits);
    pool->test_prefix = arena_printf(pool->arena, "dbmig_%.*s_t", PREFIX_DIGITS, digits);
}

bool pool_open(Arena *arena, const ServeOptions *options, Pool *ret, Error *err)
{
    *ret = (Pool){.options = options, .arena = arena};
    choose_names(ret);
    ret->workers = arena_calloc(arena, MOST_WORKERS, sizeof(*ret->workers));
    ret->jobs = arena_calloc(arena, MOST_WORKERS, sizeof(*ret->jobs));
    for (int i = 0; i < MOST_WORKERS; i++, ret->worker_count++) {
        if (!worker_start(options, &ret->workers[i], err)) {
            pool_close(ret);
            return false;
        }
    }
    Template *own = new_template(ret, OWN_HASH, options->rundb->template_name);
    own->own = true;
    own->state = TEMPLATE_FINAL;
    refill(ret, own);
    return true;
}

/* Requests that wait must be answered before their server can end. */
void pool_close(Pool *pool)
{
    while (pool->waiting.count > 0) {
        HttpRequest *request = pool->waiting.items[0].request;
        forget_waiting(pool, 0);
        api_message(request, 503, "Service Unavailable");
    }
    for (int i = 0; i < pool->worker_count; i++)
        worker_stop(&pool->workers[i]);
    for (size_t i = 0; i < pool->queue.count; i++)
        arena_free(pool->queue.items[i]->arena);
    for (int i = 0; i < pool->worker_count; i++) {
        if (pool->jobs[i] != NULL)
            arena_free(pool->jobs[i]->arena);
    }
    for (size_t i = 0; i < pool->templates.count; i++)
        arena_free(pool->templates.items[i]->arena);
    *pool = (Pool){0};
}
