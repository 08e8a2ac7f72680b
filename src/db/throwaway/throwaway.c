/*
 * Throwaway servers: choosing the provider, and what is the same for all of them. What differs is
 * in throwaway_<provider>.c.
 */
#include "dbmig/db/throwaway.h"

#include <string.h>

#include "dbmig/base/fatal.h"
#include "dbmig/base/hash.h"
#include "dbmig/base/interrupt.h"
#include "dbmig/base/log.h"
#include "dbmig/base/platform.h"
#include "dbmig/base/text.h"
#include "dbmig/db/url.h"
#include "throwaway_provider.h"

#define DEFAULT_START_MS 60000
#define DEFAULT_DOCKER_URL "docker://postgres/17/dev"
#define DEFAULT_EMBEDDED_URL "embedded://"

/* By them the sweep goes; which one a URL means is throwaway_url.c's. */
static const ThrowawayProvider *const providers[] = {
    &throwaway_embedded,
    &throwaway_docker,
    &throwaway_existing,
};

/* ---- Choosing ---- */

static bool nothing_here(Error *err)
{
    error_set(err, EXIT_CONNECTION, "no throwaway server can be started here");
    error_detail(err, "No Docker engine answers, and there are no PostgreSQL server programs.");
    return error_hint(err,
                      "Start Docker, install PostgreSQL (Debian, Ubuntu: apt install postgresql; "
                      "macOS: brew install postgresql@17), or give --dev-url "
                      "postgres://… with a server where a temporary database may be created.");
}

static bool choose_embedded(Arena *arena, const char *text, Error *err)
{
    ThrowawayUrl url;
    EmbeddedServer server;
    return throwaway_url_parse(arena, text, &url, err) &&
           throwaway_embedded_find(arena, &url, &server, err);
}

/* Docker's default image is the same version everywhere, whatever this machine has installed. */
static bool choose_docker(Arena *arena, const char *text, Error *err)
{
    ThrowawayUrl url;
    return throwaway_url_parse(arena, text, &url, err) &&
           throwaway_docker_has_image(arena, &url, err);
}

/* Chosen once a process: a cache key and the server that is started must mean the same. */
static bool choose(Arena *arena, const char **ret, Error *err)
{
    static const char *chosen;
    Error docker = {0};
    bool ok = true;
    if (chosen != NULL) {
        /* as before */
    } else if (throwaway_docker_answers() && choose_docker(arena, DEFAULT_DOCKER_URL, &docker)) {
        chosen = DEFAULT_DOCKER_URL;
    } else if (interrupt_check(err)) {
        ok = false;
    } else if (choose_embedded(arena, DEFAULT_EMBEDDED_URL, err)) {
        if (error_is_set(&docker))
            log_info("%s; using PostgreSQL of this machine", docker.primary);
        chosen = DEFAULT_EMBEDDED_URL;
    } else {
        ok = false;
        if (error_is_set(&docker))
            error_copy(err, &docker);
        else if (err->code == EXIT_CONNECTION)
            nothing_here(err);
    }
    error_clear(&docker);
    *ret = chosen;
    return ok;
}

const char *throwaway_url_of(Arena *arena, int major)
{
    Error ignored = {0};
    const char *docker = arena_printf(arena, "docker://postgres/%d/dev", major);
    const char *embedded = arena_printf(arena, "embedded://%d", major);
    const char *found = NULL;
    if (throwaway_docker_answers() && choose_docker(arena, docker, &ignored))
        found = docker;
    else if (interrupt_signal() == 0 && choose_embedded(arena, embedded, &ignored))
        found = embedded;
    error_clear(&ignored);
    return found;
}

static bool resolve(Arena *arena, const ThrowawaySpec *spec, ThrowawayUrl *ret, Error *err)
{
    const char *url = spec->url;
    if ((url == NULL || url[0] == '\0') && !choose(arena, &url, err))
        return false;
    return throwaway_url_parse(arena, url, ret, err);
}

bool throwaway_identity(Arena *arena, const ThrowawaySpec *spec, char **ret, Error *err)
{
    ThrowawayUrl url;
    if (!resolve(arena, spec, &url, err))
        return false;
    Buf text = {0};
    buf_printf(&text, "provider=%s\n", url.provider->name);
    buf_printf(&text, "database=%s\n", url.database == NULL ? "" : url.database);
    buf_printf(&text, "search_path=%s\n", url.search_path == NULL ? "" : url.search_path);
    buf_printf(&text, "locale=%s\n", url.locale == NULL ? "" : url.locale);
    bool ok = url.provider->identity(arena, &url, &text, err);
    if (ok)
        *ret = buf_steal(&text, arena);
    buf_free(&text);
    return ok;
}

/* ---- Start and end ---- */

static void clean_up(void *context)
{
    Throwaway *throwaway = context;
    throwaway->cleanup = 0;
    throwaway_stop(throwaway);
}

void throwaway_guard(Throwaway *throwaway)
{
    unsigned before = throwaway->cleanup;
    throwaway->cleanup = cleanup_register(clean_up, throwaway);
    cleanup_forget(before);
}

static Throwaway *make(Arena *arena, const ThrowawaySpec *spec, const ThrowawayUrl *url)
{
    Throwaway *throwaway = arena_alloc(arena, sizeof(*throwaway));
    throwaway->arena = arena;
    throwaway->provider = url->provider;
    throwaway->url = *url;
    throwaway->spec = *spec;
    if (throwaway->spec.start_timeout_ms <= 0)
        throwaway->spec.start_timeout_ms = DEFAULT_START_MS;
    if (!throwaway->spec.use_cache)
        throwaway->spec.cache_key_count = 0;
    throwaway->search_path = url->search_path;
    throwaway->restored = -1;
    return throwaway;
}

bool throwaway_start(Arena *arena, const ThrowawaySpec *spec, Throwaway **ret, Error *err)
{
    ThrowawayUrl url;
    if (interrupt_check(err) || !resolve(arena, spec, &url, err))
        return false;
    Throwaway *throwaway = make(arena, spec, &url);
    /* What Docker has left is swept by its provider while a container starts, for it takes time. */
    if (throwaway_embedded.sweep != NULL)
        throwaway_embedded.sweep();
    int64_t begin = platform_monotonic_ms();
    if (!throwaway->provider->start(throwaway, err)) {
        throwaway_stop(throwaway);
        return false;
    }
    log_debug("started %s in %lld ms%s", throwaway->shown,
              (long long)(platform_monotonic_ms() - begin),
              throwaway->restored >= 0 ? ", from the cache" : "");
    *ret = throwaway;
    return true;
}

void throwaway_stop(Throwaway *throwaway)
{
    if (throwaway == NULL || throwaway->stopped)
        return;
    throwaway->stopped = true;
    throwaway->provider->stop(throwaway);
    cleanup_forget(throwaway->cleanup);
    throwaway->cleanup = 0;
}

void throwaway_keep(Throwaway *throwaway, const char *key, bool keep_running)
{
    if (throwaway->stopped || !throwaway->spec.use_cache || throwaway->provider->keep == NULL ||
        interrupt_signal() != 0)
        return;
    throwaway->provider->keep(throwaway, key, keep_running);
    cache_trim(throwaway->spec.cache_limit);
}

void throwaway_sweep(void)
{
    for (size_t i = 0; i < ARRAY_LENGTH(providers); i++) {
        if (providers[i]->sweep != NULL)
            providers[i]->sweep();
    }
}

/* ---- What it is ---- */

long throwaway_restored(const Throwaway *throwaway)
{
    return throwaway->restored;
}

const char *throwaway_url(const Throwaway *throwaway)
{
    return throwaway->connect_url;
}

const char *throwaway_shown(const Throwaway *throwaway)
{
    return throwaway->shown;
}

const char *throwaway_search_path(const Throwaway *throwaway)
{
    return throwaway->search_path;
}

bool throwaway_owns_server(const Throwaway *throwaway)
{
    return throwaway->provider->owns_server;
}

bool throwaway_shares_files(const Throwaway *throwaway)
{
    return throwaway->provider->shares_files;
}

bool throwaway_is_confined(const Throwaway *throwaway)
{
    return throwaway->confined == CONFINES_ALL;
}

char *throwaway_unconfined(Arena *arena, const Throwaway *throwaway)
{
    static const char *const what[] = {"the machine's files, programs and connections",
                                       "the machine's programs and connections", "the machine's files"};
    if (!throwaway->provider->shares_files || throwaway->confined == CONFINES_ALL)
        return NULL;
    const char *why = throwaway->unconfined_why == NULL ? "this system cannot do that"
                                                        : throwaway->unconfined_why;
    return arena_printf(arena, "the throwaway server is not kept from %s: %s",
                        what[throwaway->confined], why);
}

/* An existing server may be one that only PGHOST, PGSERVICE or PGSSLROOTCERT lead to. */
static SessionEnvironment environment_of(const ThrowawayProvider *provider)
{
    return provider->owns_server ? SESSION_ENV_NONE : SESSION_ENV_ADDRESS;
}

SessionEnvironment throwaway_environment(const Throwaway *throwaway)
{
    return environment_of(throwaway->provider);
}

/* ---- Databases and roles ---- */

bool throwaway_session(Arena *arena, const ThrowawayProvider *provider, const char *url,
                       bool for_cleanup, Session **ret, Error *err)
{
    SessionOptions options = {
        .url = url,
        .application_name = "dbmig throwaway",
        .environment = environment_of(provider),
        .ignore_interrupt = for_cleanup,
        .startup_sql = "SET statement_timeout = 0; SET lock_timeout = 0",
    };
    return session_open(arena, &options, ret, err);
}

bool throwaway_create_database(Arena *arena, Throwaway *throwaway, const char *template_name,
                               char **ret_url, char **ret_name, Error *err)
{
    Session *session;
    if (!throwaway_session(arena, throwaway->provider, throwaway->admin_url, false, &session, err))
        return false;
    char *name = throwaway_random_name(throwaway->arena);
    const char *from = template_name == NULL ? throwaway->pristine : template_name;
    const char *comment =
        throwaway->provider->comment == NULL ? NULL : throwaway->provider->comment(throwaway);
    bool ok = throwaway_database_create(arena, session, name, from, comment, err);
    session_close(session);
    if (!ok)
        return error_prefix(err, "could not create a throwaway database");
    VEC_PUSH(throwaway->arena, throwaway->databases, name);
    *ret_name = arena_strdup(arena, name);
    *ret_url = url_with_database(arena, throwaway->connect_url, name, err);
    return *ret_url != NULL;
}

static bool drop(Throwaway *throwaway, bool (*function)(Session *session, const char *name, Error *err),
                 const char *name, Error *err)
{
    Arena *arena = arena_new();
    Session *session;
    bool ok = throwaway_session(arena, throwaway->provider, throwaway->admin_url, false, &session,
                                err);
    if (ok) {
        ok = function(session, name, err);
        session_close(session);
    }
    arena_free(arena);
    return ok;
}

bool throwaway_drop_database(Throwaway *throwaway, const char *name, Error *err)
{
    return drop(throwaway, throwaway_database_drop, name, err);
}

bool throwaway_drop_role(Throwaway *throwaway, const char *name, Error *err)
{
    return drop(throwaway, throwaway_role_drop, name, err);
}

void throwaway_own_database(Throwaway *throwaway, const char *name)
{
    if (!throwaway->provider->owns_server && !text_list_has(&throwaway->databases, name))
        VEC_PUSH(throwaway->arena, throwaway->databases, arena_strdup(throwaway->arena, name));
}

void throwaway_own_role(Throwaway *throwaway, const char *name)
{
    VEC_PUSH(throwaway->arena, throwaway->roles, arena_strdup(throwaway->arena, name));
    if (throwaway->provider->note_role != NULL)
        throwaway->provider->note_role(throwaway);
}
