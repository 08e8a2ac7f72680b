/* Decides whether a development database must be made anew, and does it. */
#include "dbmig/engine/dev_reset.h"

#include <string.h>

#include "apply/apply_internal.h"
#include "dbmig/engine/gitbase.h"
#include "dbmig/base/file.h"
#include "dbmig/base/text.h"
#include "dbmig_sql.h"

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

bool dev_reset_plan(Arena *arena, Session *session, const ApplyOptions *options, const char *base,
                    DevReset *ret, Error *err)
{
    ApplyPlan plan;
    BaseFolder others;
    *ret = (DevReset){0};
    if (!apply_status(arena, session, options, &plan, err))
        return false;
    for (size_t i = 0; i < plan.status.count; i++) {
        if (stands_in_the_way(&plan.status.items[i]))
            VEC_PUSH(arena, ret->files, plan.status.items[i].row->script);
    }
    if (ret->files.count == 0)
        return true;
    if (!gitbase_open(arena, plan.folder.path, base != NULL ? base : "HEAD", &others, err))
        return error_prefix(err, "dev_reset: could not tell which files are merged");
    for (size_t i = 0; i < ret->files.count && ret->merged == NULL; i++) {
        if (is_merged(&others, ret->files.items[i]))
            ret->merged = ret->files.items[i];
    }
    ret->needed = ret->merged == NULL;
    return true;
}

/* ---- rebuilding ---- */

typedef struct Rebuild {
    Arena *arena;
    const ApplyOptions *options;
    const char *database;
    const char *quoted, *quoted_new;
    const char *create;   /* CREATE DATABASE of the new one */
    const char *settings; /* NULL, or what is set and granted for it */
} Rebuild;

static bool read_database(Rebuild *rebuild, Session *session, Error *err)
{
    Arena *arena = rebuild->arena;
    Rows *rows = NULL;
    rebuild->database = arena_strdup(arena, session_database(session));
    const char *name = history_derived_name(arena, rebuild->database, NEW_SUFFIX);
    if (!session_query(session, arena, sql_dev_reset, 1, &name, &rows, err))
        return false;
    rebuild->create = rows_text(rows, 0, 0);
    rebuild->settings = rows_text(rows, 0, 1);
    rebuild->quoted = session_quote_identifier(arena, rebuild->database);
    rebuild->quoted_new = session_quote_identifier(arena, name);
    return true;
}

/* A run that is under way must not lose its database. */
static bool no_other_run(Rebuild *rebuild, Session *session, Error *err)
{
    const ApplyOptions *options = rebuild->options;
    History history;
    MigrationLock *lock = NULL;
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
    if (!lock_acquire(rebuild->arena, session, &wanted, &lock, err))
        return false;
    lock_release(lock);
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

/* The new one is complete before the old one goes. */
static bool replace(Rebuild *rebuild, Session *session, Error *err)
{
    const char *old = rebuild->quoted, *new = rebuild->quoted_new;
    if (!session_execf(session, err, "DROP DATABASE IF EXISTS %s", new) ||
        !session_exec(session, rebuild->create, err))
        return false;
    if ((rebuild->settings == NULL || session_exec(session, rebuild->settings, err)) &&
        session_execf(session, err, "DROP DATABASE %s WITH (FORCE)", old))
        return session_execf(session, err, "ALTER DATABASE %s RENAME TO %s", new, old);
    Error ignored = {0};
    session_begin_cleanup(session);
    session_execf(session, &ignored, "DROP DATABASE IF EXISTS %s", new);
    error_clear(&ignored);
    return false;
}

static bool run_item(Session *session, const SqlItem *item, Error *err)
{
    SessionOutcome outcome;
    switch (item->kind) {
    case SQL_ITEM_STATEMENT:
        return session_run(session, item->text, item->len, &outcome, err);
    case SQL_ITEM_COPY:
        return session_copy_begin(session, item->text, item->len, &outcome, err);
    case SQL_ITEM_COPY_DATA:
        return session_copy_put(session, item->text, item->len, err);
    case SQL_ITEM_COPY_END:
        return session_copy_end(session, &outcome, err);
    default:
        return true;
    }
}

/* Statement by statement: what cannot run inside a transaction may stand there. */
static bool run_init_file(Rebuild *rebuild, Session *session, const char *path, Error *err)
{
    Bytes content;
    SqlItem item = {0};
    if (!file_read(rebuild->arena, path, &content, err))
        return false;
    SqlScanner *scanner = sqlscan_begin_text(rebuild->arena, path, content.data, content.len);
    bool done = true;
    while (done && (done = sqlscan_next(scanner, &item, err)) && item.kind != SQL_ITEM_END) {
        done = run_item(session, &item, err);
        if (!done)
            error_at(err, path, item.line, item.column);
    }
    sqlscan_end(scanner);
    return done;
}

static bool run_init_files(Rebuild *rebuild, const StringList *files, Error *err)
{
    Session *session = NULL;
    bool done = true;
    if (files == NULL || files->count == 0)
        return true;
    if (!open_other(rebuild, rebuild->database, &session, err))
        return false;
    for (size_t i = 0; i < files->count && done; i++)
        done = run_init_file(rebuild, session, files->items[i], err);
    session_close(session);
    return done || error_prefix(err, "init SQL");
}

bool dev_reset_run(Arena *arena, Session *session, const ApplyOptions *options,
                   const StringList *init_files, Error *err)
{
    Rebuild rebuild = {.arena = arena, .options = options};
    Session *maintenance = NULL;
    bool ready = read_database(&rebuild, session, err) && no_other_run(&rebuild, session, err);
    session_close(session);
    const char *other = text_equal(rebuild.database, "postgres") ? "template1" : "postgres";
    if (!ready || !open_other(&rebuild, other, &maintenance, err))
        return error_prefix(err, "dev_reset");
    bool done = replace(&rebuild, maintenance, err);
    if (!done)
        apply_denied(arena, maintenance, options, err);
    session_close(maintenance);
    if (!done)
        return error_prefix(err, "dev_reset: could not rebuild database %s", rebuild.database);
    return run_init_files(&rebuild, init_files, err);
}
