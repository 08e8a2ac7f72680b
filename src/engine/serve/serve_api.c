/* Requests and answers of IntegreSQL's API, byte for byte as its server has them. */
#include <string.h>
#include <strings.h>

#include "dbmig/base/json.h"
#include "dbmig/base/json_read.h"
#include "dbmig/base/text.h"
#include "serve_private.h"

#define LONGEST_HASH 42 /* with prefix and number, a database name of 63 bytes */

/* ---- Answers ---- */

void api_message(HttpRequest *request, int status, const char *message)
{
    Buf out = {0};
    JsonWriter json;
    json_begin(&json, &out, false);
    json_object_begin(&json);
    json_key_string(&json, "message", message);
    json_object_end(&json);
    buf_add_char(&out, '\n');
    http_answer(request, status, buf_text(&out), status == 405 ? "OPTIONS, GET, POST, PUT, DELETE" : NULL);
    buf_free(&out);
}

static void add_config(JsonWriter *json, const ThrowawayAddress *address, const char *database)
{
    json_key(json, "config");
    json_object_begin(json);
    json_key_string(json, "host", address->host);
    json_key_int(json, "port", address->port);
    json_key_string(json, "username", address->user);
    json_key_string(json, "password", address->password == NULL ? "" : address->password);
    json_key_string(json, "database", database);
    json_object_end(json);
}

void api_database(HttpRequest *request, const Pool *pool, const Template *template,
                  const TestDatabase *test)
{
    const Rundb *rundb = pool->options->rundb;
    Buf out = {0};
    JsonWriter json;
    json_begin(&json, &out, false);
    json_object_begin(&json);
    json_key(&json, "database");
    json_object_begin(&json);
    json_key_string(&json, "templateHash", template->hash);
    add_config(&json, test == NULL ? &rundb->admin : &rundb->address,
               test == NULL ? template->database : test->name);
    json_object_end(&json);
    if (test != NULL)
        json_key_int(&json, "id", test->id);
    json_object_end(&json);
    buf_add_char(&out, '\n');
    http_answer(request, 200, buf_text(&out), NULL);
    buf_free(&out);
}

static void done(HttpRequest *request)
{
    http_answer(request, 204, NULL, NULL);
}

/* ---- Requests ---- */

static void initialize(Pool *pool, Arena *arena, HttpRequest *request)
{
    const char *type = http_header(request, "Content-Type");
    const char *hash = NULL;
    size_t offset;
    bool is_json = type != NULL && strncasecmp(type, "application/json", 16) == 0;
    if (is_json && !json_read_member(arena, http_body(request), "hash", &hash, &offset))
        api_message(request, 400,
                    arena_printf(arena, "Syntax error: offset=%zu, error=invalid JSON", offset));
    else if (hash == NULL || hash[0] == '\0')
        api_message(request, 400, "hash is required");
    else if (strlen(hash) > LONGEST_HASH)
        api_message(request, 400, "hash is longer than 42 bytes");
    else if (pool_find(pool, hash) != NULL)
        api_message(request, 423, "template is already initialized");
    else
        pool_add(pool, hash, request);
}

static void give_back(Pool *pool, Template *template, HttpRequest *request, const char *id,
                      bool recreate)
{
    int64_t number;
    if (!text_to_int64(id, &number))
        api_message(request, 400, "invalid test database ID");
    else if (!pool_give_back(pool, template, number, recreate))
        api_message(request, 500, "invalid database index (id)");
    else
        done(request);
}

/* The migrated folder stays known. */
static void forget_all(Pool *pool, HttpRequest *request)
{
    StringList hashes = {0};
    Arena *arena = arena_new();
    for (size_t i = 0; i < pool->templates.count; i++) {
        if (!pool->templates.items[i]->own && !pool->templates.items[i]->discarded)
            VEC_PUSH(arena, hashes, arena_strdup(arena, pool->templates.items[i]->hash));
    }
    for (size_t i = 0; i < hashes.count; i++)
        pool_discard(pool, pool_find(pool, hashes.items[i]));
    arena_free(arena);
    done(request);
}

typedef struct Route {
    const char *method, *pattern; /* "*" is any one piece */
    void (*run)(Pool *pool, Arena *arena, HttpRequest *request, Template *template, const char *id);
} Route;

static void run_initialize(Pool *pool, Arena *arena, HttpRequest *request, Template *template,
                           const char *id)
{
    (void)template;
    (void)id;
    initialize(pool, arena, request);
}

static void run_finalize(Pool *pool, Arena *arena, HttpRequest *request, Template *template,
                         const char *id)
{
    (void)arena;
    (void)id;
    pool_finalize(pool, template);
    done(request);
}

static void run_discard(Pool *pool, Arena *arena, HttpRequest *request, Template *template,
                        const char *id)
{
    (void)arena;
    (void)id;
    if (template->own) {
        api_message(request, 500, "the migrated template cannot be discarded");
        return;
    }
    pool_discard(pool, template);
    done(request);
}

static void run_lend(Pool *pool, Arena *arena, HttpRequest *request, Template *template,
                     const char *id)
{
    (void)arena;
    (void)id;
    pool_lend(pool, template, request);
}

static void run_unlock(Pool *pool, Arena *arena, HttpRequest *request, Template *template,
                       const char *id)
{
    (void)arena;
    give_back(pool, template, request, id, false);
}

static void run_recreate(Pool *pool, Arena *arena, HttpRequest *request, Template *template,
                         const char *id)
{
    (void)arena;
    give_back(pool, template, request, id, true);
}

static void run_forget_all(Pool *pool, Arena *arena, HttpRequest *request, Template *template,
                           const char *id)
{
    (void)arena;
    (void)template;
    (void)id;
    forget_all(pool, request);
}

static void run_own(Pool *pool, Arena *arena, HttpRequest *request, Template *template,
                    const char *id)
{
    (void)arena;
    (void)template;
    (void)id;
    pool_lend(pool, pool->templates.items[0], request);
}

static const Route routes[] = {
    {"POST", "templates", run_initialize},
    {"PUT", "templates/*", run_finalize},
    {"DELETE", "templates/*", run_discard},
    {"GET", "templates/*/tests", run_lend},
    {"DELETE", "templates/*/tests/*", run_unlock},
    {"POST", "templates/*/tests/*/unlock", run_unlock},
    {"POST", "templates/*/tests/*/recreate", run_recreate},
    {"DELETE", "admin/templates", run_forget_all},
    {"GET", "database", run_own},
};

/* "/api/v1", "/api", "/v1" or nothing stands before the rest: clients differ in what they add. */
static void split_path(Arena *arena, const char *path, StringList *ret)
{
    StringList all = {0};
    text_split(arena, path, '/', &all);
    size_t first = 0;
    if (first < all.count && text_equal(all.items[first], "api"))
        first++;
    if (first < all.count && text_equal(all.items[first], "v1"))
        first++;
    for (size_t i = first; i < all.count; i++)
        VEC_PUSH(arena, *ret, all.items[i]);
}

static bool matches(Arena *arena, const char *pattern, const StringList *path, StringList *ret_stars)
{
    StringList pieces = {0};
    *ret_stars = (StringList){0};
    text_split(arena, pattern, '/', &pieces);
    if (pieces.count != path->count)
        return false;
    for (size_t i = 0; i < pieces.count; i++) {
        if (text_equal(pieces.items[i], "*"))
            VEC_PUSH(arena, *ret_stars, path->items[i]);
        else if (!text_equal(pieces.items[i], path->items[i]))
            return false;
    }
    return true;
}

void api_handle(void *context, HttpRequest *request)
{
    Pool *pool = context;
    Arena *arena = arena_new();
    StringList path = {0};
    StringList stars;
    bool known = false;
    split_path(arena, http_path(request), &path);
    for (size_t i = 0; i < ARRAY_LENGTH(routes); i++) {
        if (!matches(arena, routes[i].pattern, &path, &stars))
            continue;
        known = true;
        if (!text_equal(routes[i].method, http_method(request)))
            continue;
        Template *template = stars.count > 0 ? pool_find(pool, stars.items[0]) : NULL;
        if (stars.count > 0 && template == NULL)
            api_message(request, 404, "template not found");
        else
            routes[i].run(pool, arena, request, template, stars.count > 1 ? stars.items[1] : NULL);
        arena_free(arena);
        return;
    }
    arena_free(arena);
    api_message(request, known ? 405 : 404, known ? "Method Not Allowed" : "Not Found");
}
