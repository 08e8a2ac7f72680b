/* What the files of serve share. The interface is include/dbmig/engine/serve.h. */
#ifndef DBMIG_ENGINE_SERVE_PRIVATE_H
#define DBMIG_ENGINE_SERVE_PRIVATE_H

#include <sys/types.h>

#include "dbmig/base/http.h"
#include "dbmig/engine/serve.h"

/* ---- serve_worker.c: processes with a connection each, which copy and drop databases ---- */

typedef enum WorkKind {
    WORK_CREATE,  /* an empty database, in place of one of that name */
    WORK_CLONE,   /* a copy of template_name, in place of one of that name */
    WORK_RECYCLE, /* the same, unless somebody is connected to it: then nothing is done */
    WORK_DROP,
} WorkKind;

typedef enum WorkOutcome { WORK_DONE, WORK_FAILED, WORK_IN_USE } WorkOutcome;

typedef struct Work {
    WorkKind kind;
    const char *name;
    const char *template_name; /* "" where there is none */
    const char *owner;         /* "" for who is logged in */
} Work;

typedef struct Worker {
    pid_t pid;
    int fd; /* readable when it has finished */
} Worker;

/* comment: what the databases carry, or NULL. */
bool worker_start(const ServeOptions *options, Worker *ret, Error *err);
bool worker_send(const Worker *worker, const Work *work);
/* False when the worker is gone. *ret_message is in the arena, of WORK_FAILED. */
bool worker_receive(const Worker *worker, Arena *arena, WorkOutcome *ret, char **ret_message);
void worker_stop(Worker *worker);

/* ---- pool.c: templates, their databases, and who waits for one ---- */

typedef enum TestState { TEST_MAKING, TEST_READY, TEST_LENT, TEST_BROKEN } TestState;

typedef struct TestDatabase {
    int id;
    TestState state;
    int64_t since_ms; /* when it came into the state */
    bool recycled;    /* being made again, having been lent and not given back */
    char *name;
} TestDatabase;

typedef enum TemplateState { TEMPLATE_MAKING, TEMPLATE_OPEN, TEMPLATE_FINAL } TemplateState;

typedef struct Template {
    char *hash, *database;
    bool own; /* the migrated folder: neither made nor dropped here */
    TemplateState state;
    int wanted; /* ready ones to have in stock */
    VEC(TestDatabase *) tests;
    Arena *arena;
    bool discarded; /* waits for its last work to end */
    int busy;       /* works in hand or in the queue */
} Template;

typedef struct Waiting {
    HttpRequest *request;
    Template *template; /* NULL: gone */
    int64_t until_ms;
    bool for_template; /* a POST, not a GET */
} Waiting;

typedef struct Job {
    Work work;
    Template *template;
    TestDatabase *test; /* NULL: of the template itself */
    Arena *arena;
} Job;

typedef struct Pool {
    const ServeOptions *options;
    const char *template_prefix, *test_prefix; /* of database names */
    VEC(Template *) templates;
    VEC(Waiting) waiting;
    VEC(Job *) queue;
    Worker *workers;
    Job **jobs; /* of each worker; NULL: idle */
    int worker_count;
    Arena *arena;
} Pool;

bool pool_open(Arena *arena, const ServeOptions *options, Pool *ret, Error *err);
void pool_close(Pool *pool);

Template *pool_find(Pool *pool, const char *hash);
/* Makes a template; the request is answered when it is there. */
void pool_add(Pool *pool, const char *hash, HttpRequest *request);
void pool_finalize(Pool *pool, Template *template);
void pool_discard(Pool *pool, Template *template);
/* Answers the request with a database, now or when one is ready. */
void pool_lend(Pool *pool, Template *template, HttpRequest *request);
/* False when there is no such id. */
bool pool_give_back(Pool *pool, Template *template, int64_t id, bool recreate);

/* Work that has ended, times that are up. */
void pool_worker_ended(Pool *pool, int index);
void pool_tick(Pool *pool);

/* ---- serve_api.c: requests and answers ---- */

void api_handle(void *context, HttpRequest *request); /* the context is the Pool */
void api_message(HttpRequest *request, int status, const char *message);
void api_database(HttpRequest *request, const Pool *pool, const Template *template,
                  const TestDatabase *test);

#endif
