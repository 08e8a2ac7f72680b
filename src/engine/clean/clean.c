/* What goes, what stays, and the dropping. */
#include "dbmig/engine/clean.h"

#include <fnmatch.h>
#include <inttypes.h>
#include <string.h>

#include "dbmig/base/map.h"
#include "dbmig/base/text.h"
#include "dbmig/engine/diff.h"
#include "dbmig/engine/drift.h"
#include "dbmig_sql.h"

#define LARGE_OBJECTS "SELECT count(*) FROM pg_catalog.pg_largeobject_metadata " \
                      "WHERE pg_catalog.pg_has_role(lomowner, 'USAGE')"
/* Each takes a lock. */
#define UNLINK_SOME                                                                                \
    "SELECT count(pg_catalog.lo_unlink(oid)) FROM (SELECT oid FROM "                               \
    "pg_catalog.pg_largeobject_metadata WHERE pg_catalog.pg_has_role(lomowner, 'USAGE') LIMIT "    \
    "1000) AS l"

typedef struct Clean {
    Arena *arena;
    Session *session;
    const CleanOptions *options;
    const StringList *schemas; /* as chosen, or the first of search_path */
    Map *own_roles;
    Map *kept_schemas; /* that hold an extension that stays */
    CleanPlan *ret;
} Clean;

/* ---- what stays ---- */

static bool matches(const StringList *patterns, const char *name)
{
    for (size_t i = 0; i < patterns->count; i++)
        if (fnmatch(patterns->items[i], name, 0) == 0)
            return true;
    return false;
}

static const char *schema_of(const Object *object)
{
    if (object->kind == KIND_SCHEMA)
        return object->name;
    return object->schema == NULL && object->parent != NULL ? object->parent->schema : object->schema;
}

/* Of those in the chosen schemas. Parts go with what they are parts of. */
static bool is_others(const Clean *clean, const Object *object)
{
    return object->parent == NULL && object->owner != NULL && !map_has(clean->own_roles, object->owner);
}

static bool is_public(const Object *object)
{
    return object->kind == KIND_SCHEMA && text_equal(object->name, "public");
}

static bool stays(const Object *object, const void *context)
{
    const Clean *clean = context;
    const char *schema = schema_of(object);
    if (is_public(object))
        return false;
    if (object->kind == KIND_EXTENSION && !clean->options->extensions)
        return true;
    if (object->kind == KIND_SCHEMA && map_has(clean->kept_schemas, object->name))
        return true;
    if (!clean->options->all_schemas && (schema == NULL || !matches(clean->schemas, schema)))
        return true;
    return is_others(clean, object);
}

static void note_staying(const Clean *clean, const Snapshot *live)
{
    Arena *arena = clean->arena;
    for (size_t i = 0; i < live->objects.count; i++) {
        const Object *object = live->objects.items[i];
        const char *schema = schema_of(object);
        bool chosen = clean->options->all_schemas || (schema != NULL && matches(clean->schemas, schema));
        if (chosen && is_others(clean, object) && !is_public(object))
            VEC_PUSH(arena, clean->ret->staying,
                     arena_printf(arena, "%s %s belongs to %s", kind_spec(object->kind)->name, object->key,
                                  object->owner));
        else if (chosen && object->kind == KIND_EXTENSION && !clean->options->extensions)
            VEC_PUSH(arena, clean->ret->staying,
                     arena_printf(arena, "extension %s stays without --extensions", object->key));
    }
    for (size_t i = 0; i < live->left_out.count; i++)
        if (!text_starts(live->left_out.items[i], "large objects")) /* these are counted */
            VEC_PUSH(arena, clean->ret->staying, live->left_out.items[i]);
}

/* A schema is not dropped from under an extension. */
static void find_kept_schemas(Clean *clean, const Snapshot *live)
{
    clean->kept_schemas = map_new(clean->arena);
    for (size_t i = 0; !clean->options->extensions && i < live->objects.count; i++) {
        const Object *object = live->objects.items[i];
        for (size_t k = 0; object->kind == KIND_EXTENSION && k < object->needs.count; k++)
            if (object->needs.items[k]->kind == KIND_SCHEMA)
                map_set(clean->kept_schemas, object->needs.items[k]->name, clean);
    }
}

/* ---- the plan ---- */

static bool read_roles(Clean *clean, Error *err)
{
    Rows *rows;
    if (!session_query(clean->session, clean->arena, sql_clean_roles, 0, NULL, &rows, err))
        return false;
    clean->own_roles = map_new(clean->arena);
    for (size_t i = 0; i < rows_count(rows); i++)
        map_set(clean->own_roles, rows_text(rows, i, 0), clean);
    return true;
}

static bool choose_schemas(Clean *clean, Error *err)
{
    StringList *first = arena_calloc(clean->arena, 1, sizeof(*first));
    Rows *rows;
    clean->schemas = clean->options->schemas;
    if (clean->options->all_schemas || (clean->schemas != NULL && clean->schemas->count > 0))
        return true;
    if (!session_query(clean->session, clean->arena, "SELECT pg_catalog.current_schema()", 0, NULL,
                       &rows, err))
        return false;
    clean->schemas = first;
    if (rows_text(rows, 0, 0) == NULL)
        return error_set(err, EXIT_USAGE, "there is no schema in search_path: name one with --schema");
    VEC_PUSH(clean->arena, *first, rows_text(rows, 0, 0));
    return true;
}

/* The schema public is never dropped; what was granted on it is taken back where it may be. */
static void keep_public(const Clean *clean, Snapshot *live, const Snapshot *empty)
{
    Object *theirs = snapshot_find(live, KIND_SCHEMA, "public");
    const Object *plain = snapshot_find(empty, KIND_SCHEMA, "public");
    bool own = theirs != NULL && theirs->owner != NULL && map_has(clean->own_roles, theirs->owner);
    bool chosen = clean->options->all_schemas || matches(clean->schemas, "public");
    if (theirs == NULL || plain == NULL)
        return;
    theirs->owner = plain->owner;
    theirs->comment = plain->comment;
    theirs->labels = plain->labels;
    if (!own || !chosen) {
        theirs->acl = plain->acl;
        theirs->acl_default = plain->acl_default;
    }
}

static bool plan_objects(Clean *clean, Error *err)
{
    const ApplyOptions *apply = clean->options->apply;
    SnapshotOptions options = {.exclude = clean->options->exclude,
                               .history_schema = apply->history_schema,
                               .history_table = apply->history_table};
    Snapshot live, empty;
    if (!snapshot_read(clean->arena, clean->session, &options, &live, err))
        return false;
    drift_forget_providers(clean->arena, &live);
    find_kept_schemas(clean, &live);
    note_staying(clean, &live);
    snapshot_forget(clean->arena, &live, stays, clean);
    snapshot_empty(clean->arena, &live, &empty);
    keep_public(clean, &live, &empty);
    return plan_make(clean->arena, &live, &empty, NULL, &clean->ret->plan, err);
}

static bool find_history(Clean *clean, Error *err)
{
    const ApplyOptions *apply = clean->options->apply;
    History history;
    Rows *rows;
    if (!history_read(clean->arena, clean->session, apply->history_schema, apply->history_table,
                      &history, err))
        return false;
    const char *lease = history_lease_name(clean->arena, history.table);
    const char *tables[] = {history.schema, history.table,
                            history_progress_name(clean->arena, history.table)};
    const char *leases[] = {history.schema, lease, lease};
    if (!session_query(clean->session, clean->arena, sql_clean_history, 3, tables, &rows, err))
        return false;
    for (size_t i = 0; i < rows_count(rows); i++)
        VEC_PUSH(clean->arena, clean->ret->history, rows_text(rows, i, 0));
    if (!session_query(clean->session, clean->arena, sql_clean_history, 3, leases, &rows, err))
        return false;
    clean->ret->lease = rows_count(rows) > 0 ? rows_text(rows, 0, 0) : NULL;
    return true;
}

static bool count_large_objects(Clean *clean, Error *err)
{
    Rows *rows;
    if (!session_query(clean->session, clean->arena, LARGE_OBJECTS, 0, NULL, &rows, err))
        return false;
    int64_t count = rows_int(rows, 0, 0);
    if (clean->options->all_schemas)
        clean->ret->large_objects = count;
    else if (count > 0)
        VEC_PUSH(clean->arena, clean->ret->staying,
                 arena_printf(clean->arena,
                              "%" PRId64 " large object%s: in no schema, --all-schemas takes them",
                              count, count == 1 ? "" : "s"));
    return true;
}

bool clean_plan(Arena *arena, Session *session, const CleanOptions *options, CleanPlan *ret, Error *err)
{
    Clean clean = {.arena = arena, .session = session, .options = options, .ret = ret};
    *ret = (CleanPlan){0};
    return read_roles(&clean, err) && choose_schemas(&clean, err) && find_history(&clean, err) &&
           count_large_objects(&clean, err) && plan_objects(&clean, err);
}

/* ---- dropping ---- */

static bool is_same(const CleanPlan *shown, const CleanPlan *now)
{
    bool same = shown->plan.statements.count == now->plan.statements.count &&
                shown->history.count == now->history.count;
    for (size_t i = 0; same && i < now->plan.statements.count; i++)
        same = strcmp(shown->plan.statements.items[i].sql, now->plan.statements.items[i].sql) == 0;
    return same;
}

static bool drop_table(Session *session, const char *name, Error *err)
{
    return session_execf(session, err, "DROP TABLE IF EXISTS %s", name);
}

static bool drop_history(Session *session, const CleanPlan *plan, Error *err)
{
    Error ignored = {0};
    if (!session_exec(session, "BEGIN", err))
        return false;
    bool done = true;
    for (size_t i = 0; done && i < plan->history.count; i++)
        done = drop_table(session, plan->history.items[i], err);
    if (done && session_exec(session, "COMMIT", err))
        return true;
    session_exec(session, "ROLLBACK", &ignored);
    error_clear(&ignored);
    return false;
}

static bool drop_objects(Session *session, const CleanPlan *plan, Error *err)
{
    size_t failed = 0;
    if (diff_apply(session, &plan->plan, 0, &failed, err))
        return true;
    if (err->code == EXIT_SQL) {
        error_prefix(err, "%s", plan->plan.statements.items[failed].sql);
        error_hint(
            err,
            "What was dropped before is gone, the history too. Remove the cause, and run the same "
            "command again: it does the rest.");
    }
    return false;
}

static bool unlink_large_objects(Arena *arena, Session *session, int64_t count, Error *err)
{
    Rows *rows;
    while (count > 0) {
        if (!session_query(session, arena, UNLINK_SOME, 0, NULL, &rows, err))
            return false;
        count -= rows_int(rows, 0, 0);
        if (rows_int(rows, 0, 0) == 0)
            break;
    }
    return true;
}

static bool carry_out(Arena *arena, Session *session, const CleanOptions *options, const CleanPlan *shown,
                      Error *err)
{
    CleanPlan plan;
    if (!clean_plan(arena, session, options, &plan, err))
        return false;
    if (!is_same(shown, &plan)) {
        error_set(err, EXIT_INTEGRITY, "the database changed meanwhile, and was left as it is");
        return error_hint(err, "Run the command again to see what would be dropped now.");
    }
    return session_execf(session, err, "SET lock_timeout = '%" PRId64 "ms'",
                         options->apply->ddl_lock_timeout_ms) &&
           drop_history(session, &plan, err) && drop_objects(session, &plan, err) &&
           unlink_large_objects(arena, session, plan.large_objects, err);
}

bool clean_run(Arena *arena, Session *session, const CleanOptions *options, const CleanPlan *shown,
               Error *err)
{
    const ApplyOptions *apply = options->apply;
    History history;
    MigrationLock *lock;
    if (!history_read(arena, session, apply->history_schema, apply->history_table, &history, err))
        return false;
    LockOptions wanted = {.kind = apply->lock,
                          .schema = history.schema,
                          .table = history.table,
                          .timeout_ms = apply->lock_timeout_ms,
                          .lease_ms = apply->lease_ms,
                          .command = apply->command,
                          .url = apply->url};
    if (!lock_acquire(arena, session, &wanted, &lock, err))
        return false;
    bool done = carry_out(arena, session, options, shown, err);
    lock_release(lock);
    return done && (shown->lease == NULL || drop_table(session, shown->lease, err));
}
