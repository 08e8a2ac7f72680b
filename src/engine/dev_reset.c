/* Decides whether a development database must be made anew, and does it. */
#include "dbmig/engine/dev_reset.h"

#include <string.h>

#include "apply/apply_internal.h"
#include "dbmig/base/file.h"
#include "dbmig/base/text.h"
#include "dbmig/engine/gitbase.h"
#include "dbmig/engine/sqlfile.h"
#include "dbmig_sql.h"
#include "dev_reset_private.h"

#define NEW_SUFFIX "_dbmig_new"

/* ---- deciding ---- */

/* A SQL migration that an apply would be refused for. */
static bool stands_in_the_way(const MigrationStatus *status)
{
    const HistoryRow *row = status->row;
    if (row == NULL || row->version == NULL || strcmp(row->type, "SQL") != 0)
        return false;
    return status->state == STATE_CHANGED || status->state == STATE_MISSING;
}

static bool is_merged(const BaseFolder *base, const char *script)
{
    return map_has(base->revision_names, script) || map_has(base->parting_names, script);
}

static bool decide(Arena *arena, const ApplyPlan *plan, const char *base, DevReset *ret, Error *err)
{
    BaseFolder others;
    for (size_t i = 0; i < plan->status.count; i++) {
        if (stands_in_the_way(&plan->status.items[i]))
            VEC_PUSH(arena, ret->files, plan->status.items[i].row->script);
    }
    if (ret->files.count == 0)
        return true;
    if (!gitbase_open(arena, plan->folder.path, base != NULL ? base : "HEAD", &others, err))
        return error_prefix(err, "dev_reset: could not tell which files are merged");
    for (size_t i = 0; i < ret->files.count && ret->merged == NULL; i++) {
        if (is_merged(&others, ret->files.items[i]))
            ret->merged = ret->files.items[i];
    }
    ret->needed = ret->merged == NULL;
    return true;
}

bool dev_reset_plan(Arena *arena, Session *session, const ApplyOptions *options, const char *base,
                    DevReset *ret, Error *err)
{
    ApplyPlan plan;
    *ret = (DevReset){0};
    return apply_status(arena, session, options, &plan, err) &&
           decide(arena, &plan, base, ret, err);
}

/* ---- rebuilding ---- */

typedef struct Rebuild {
    Arena *arena;
    const ApplyOptions *options;
    const char *base;
    const StringList *init_files;
    MigrationLock *lock;
    ApplyPlan plan; /* as it is under the lock */
    const char *database, *new_database;
    const char *quoted, *quoted_new;
    const char *create;   /* CREATE DATABASE of the new one */
    const char *settings; /* NULL, or what is set and granted for it */
} Rebuild;

static bool read_database(Rebuild *rebuild, Session *session, Error *err)
{
    Arena *arena = rebuild->arena;
    Rows *rows = NULL;
    rebuild->database = arena_strdup(arena, session_database(session));
    rebuild->new_database = history_derived_name(arena, rebuild->database, NEW_SUFFIX);
    if (!session_query(session, arena, sql_dev_reset, 1, &rebuild->new_database, &rows, err))
        return false;
    rebuild->create = rows_text(rows, 0, 0);
    rebuild->settings = rows_text(rows, 0, 1);
    rebuild->quoted = session_quote_identifier(arena, rebuild->database);
    rebuild->quoted_new = session_quote_identifier(arena, rebuild->new_database);
    return true;
}

/* A run that is under way must not lose its database, and none may begin: the lock is held until the
 * database is gone, and with it whoever waits for it. */
static bool keep_others_out(Rebuild *rebuild, Session *session, Error *err)
{
    const ApplyOptions *options = rebuild->options;
    History history;
    if (!history_read(rebuild->arena, session, options->history_schema, options->history_table,
                      &history, err))
        return false;
    LockOptions wanted = {.kind = options->lock,
                          .schema = history.schema,
                          .table = history.table,
                          .timeout_ms = options->lock_timeout_ms,
                          .lease_ms = options->lease_ms,
                          .command = options->command,
                          .url = options->url};
    return lock_acquire(rebuild->arena, session, &wanted, &rebuild->lock, err);
}

/* What was decided without the lock may have changed while it was waited for. */
static bool still_wanted(Rebuild *rebuild, Session *session, const char **ret_obstacle, Error *err)
{
    DevReset now = {0};
    if (!apply_status(rebuild->arena, session, rebuild->options, &rebuild->plan, err) ||
        !decide(rebuild->arena, &rebuild->plan, rebuild->base, &now, err))
        return false;
    if (!now.needed)
        *ret_obstacle = "another run has changed what is applied there";
    return true;
}

static bool open_other(Rebuild *rebuild, const char *database, Session **ret, Error *err)
{
    char *url = url_with_database(rebuild->arena, rebuild->options->url, database, err);
    if (url == NULL)
        return false;
    SessionOptions options = {.url = url, .application_name = "dbmig dev_reset"};
    return session_open(rebuild->arena, &options, ret, err);
}

static bool run_init_files(Rebuild *rebuild, Session *session, Error *err)
{
    const StringList *files = rebuild->init_files;
    for (size_t i = 0; files != NULL && i < files->count; i++) {
        if (!sqlfile_run(rebuild->arena, session, files->items[i], err))
            return error_prefix(err, "init SQL");
    }
    return true;
}

/* ---- the new database beside the old one ---- */

static void drop_new(Rebuild *rebuild, Session *maintenance)
{
    Error ignored = {0};
    session_begin_cleanup(maintenance);
    session_execf(maintenance, &ignored, "DROP DATABASE IF EXISTS %s", rebuild->quoted_new);
    error_clear(&ignored);
}

/* The new one with what init SQL makes, which is what the old one may have beside its migrations. */
static bool fill_new(Rebuild *rebuild, Map **ret_known, Error *err)
{
    Session *session = NULL;
    if (!open_other(rebuild, rebuild->new_database, &session, err))
        return false;
    bool done = run_init_files(rebuild, session, err) &&
                dev_reset_known_objects(rebuild->arena, session, ret_known, err);
    session_close(session);
    return done;
}

static const char *would_be_lost(Arena *arena, const StringList *objects)
{
    if (objects->count == 0)
        return NULL;
    if (objects->count == 1)
        return arena_printf(arena, "%s is there, which its history does not explain", objects->items[0]);
    return arena_printf(arena, "%s and %zu more are there, which its history does not explain",
                        objects->items[0], objects->count - 1);
}

static bool find_foreign(Rebuild *rebuild, Session *session, const Map *known,
                         const char **ret_obstacle, Error *err)
{
    StringList foreign = {0};
    if (!dev_reset_foreign_objects(rebuild->arena, session, &rebuild->plan, known, &foreign, err))
        return false;
    *ret_obstacle = would_be_lost(rebuild->arena, &foreign);
    return true;
}

/* Init SQL may have set something for the database: what is set is read again. */
static bool swap(Rebuild *rebuild, Session *session, Session *maintenance, Error *err)
{
    const char *old = rebuild->quoted, *new = rebuild->quoted_new;
    if (!read_database(rebuild, session, err) ||
        (rebuild->settings != NULL && !session_exec(maintenance, rebuild->settings, err)) ||
        !session_execf(maintenance, err, "DROP DATABASE %s WITH (FORCE)", old))
        return false;
    lock_abandon(rebuild->lock);
    rebuild->lock = NULL;
    if (session_execf(maintenance, err, "ALTER DATABASE %s RENAME TO %s", new, old))
        return true;
    return error_hint(err, "The new database is there as %s, complete but for its name.", new);
}

/* The new one is complete before the old one goes. */
static bool replace(Rebuild *rebuild, Session *session, Session *maintenance,
                    const char **ret_obstacle, Error *err)
{
    Map *known = NULL;
    if (!session_execf(maintenance, err, "DROP DATABASE IF EXISTS %s", rebuild->quoted_new) ||
        !session_exec(maintenance, rebuild->create, err))
        return false;
    bool done = fill_new(rebuild, &known, err) &&
                find_foreign(rebuild, session, known, ret_obstacle, err) &&
                (*ret_obstacle != NULL || swap(rebuild, session, maintenance, err));
    if (rebuild->lock != NULL)
        drop_new(rebuild, maintenance);
    return done;
}

static bool rebuild_with(Rebuild *rebuild, Session *session, const char **ret_obstacle, Error *err)
{
    Session *maintenance = NULL;
    const char *other = text_equal(rebuild->database, "postgres") ? "template1" : "postgres";
    if (!open_other(rebuild, other, &maintenance, err))
        return false;
    bool done = replace(rebuild, session, maintenance, ret_obstacle, err);
    if (!done)
        apply_denied(rebuild->arena, maintenance, rebuild->options, err);
    session_close(maintenance);
    return done ||
           error_prefix(err, "could not rebuild database %s", rebuild->database);
}

bool dev_reset_run(Arena *arena, Session *session, const ApplyOptions *options, const char *base,
                   const StringList *init_files, const char **ret_obstacle, Error *err)
{
    Rebuild rebuild = {.arena = arena, .options = options, .base = base, .init_files = init_files};
    *ret_obstacle = NULL;
    bool done = read_database(&rebuild, session, err) && keep_others_out(&rebuild, session, err) &&
                still_wanted(&rebuild, session, ret_obstacle, err) &&
                (*ret_obstacle != NULL || rebuild_with(&rebuild, session, ret_obstacle, err));
    lock_release(rebuild.lock);
    return done || error_prefix(err, "dev_reset");
}
