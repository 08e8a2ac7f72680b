/*
 * A look at the catalog around a statement that cannot run inside a transaction: what was there before
 * it, and after a crash whether it took effect. Leftovers of our own try are removed, CONCURRENTLY;
 * what was there before, or is being built by somebody, is never touched.
 */
#include <stdlib.h>
#include <string.h>

#include "apply_look.h"
#include "dbmig_sql.h"

typedef struct Look {
    NoTx *notx;
    const ApplyRun *run;
    Arena *arena;
    const Target *target;
    const char *before; /* what apply_look_sql() gave */
    LookVerdict *verdict;
    const char **why;
} Look;

enum { COLUMN_OID, COLUMN_SHOWN, COLUMN_NAME, COLUMN_VALID, COLUMN_UNIQUE, COLUMN_BUILDER };

static bool query(const Look *look, const char *sql, const char *one, const char *two, Rows **ret,
                  Error *err)
{
    const char *params[] = {one, two};
    return session_query(look->run->session, look->arena, sql, two == NULL ? 1 : 2, params, ret,
                         err);
}

/* The oid stands in the list "1,2,3". */
static bool was_there(const Look *look, const char *oid)
{
    size_t len = strlen(oid);
    for (const char *at = look->before; at != NULL && *at != '\0';) {
        size_t part = strcspn(at, ",");
        if (part == len && strncmp(at, oid, len) == 0)
            return true;
        at += part;
        at += *at == ',';
    }
    return false;
}

/* An index that REINDEX CONCURRENTLY makes or leaves: x_ccnew, x_ccold, x_ccnew1, … */
static bool is_reindex_leftover(const char *name)
{
    size_t len = strlen(name);
    while (len > 0 && name[len - 1] >= '0' && name[len - 1] <= '9')
        len--;
    return len > 6 && (strncmp(name + len - 6, "_ccnew", 6) == 0 ||
                       strncmp(name + len - 6, "_ccold", 6) == 0);
}

static const char detach_sql[] =
    "SELECT i.inhdetachpending FROM pg_catalog.pg_inherits i "
    "WHERE i.inhparent = pg_catalog.to_regclass($1) AND i.inhrelid = pg_catalog.to_regclass($2)";

static char *object_sql(Arena *arena, const Target *target)
{
    return arena_printf(arena, "SELECT oid FROM %s WHERE %s = %s%s", target->catalog, target->column,
                        session_quote_literal(arena, target->name),
                        strstr(target->catalog, "subscription") == NULL
                            ? ""
                            : " AND subdbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE "
                              "d.datname = pg_catalog.current_database())");
}

char *apply_look_sql(Arena *arena, const Target *target)
{
    const char *relation =
        target->relation != NULL ? session_quote_literal(arena, target->relation) : "NULL";
    switch (target->kind) {
    case TARGET_CREATE_INDEX:
        return arena_printf(arena,
                            "SELECT pg_catalog.string_agg(i.indexrelid::pg_catalog.text, ',') FROM "
                            "pg_catalog.pg_index i WHERE i.indrelid = pg_catalog.to_regclass(%s)",
                            relation);
    case TARGET_REINDEX: /* x_ccnew, x_ccold, x_ccnew1, …, wherever they are */
        return arena_strdup(arena, "SELECT pg_catalog.string_agg(c.oid::pg_catalog.text, ',') FROM "
                                   "pg_catalog.pg_class c WHERE c.relkind IN ('i', 'I') AND "
                                   "c.relname ~ '_cc(new|old)[0-9]*$'");
    case TARGET_DROP_INDEX:
        return arena_printf(arena, "SELECT pg_catalog.to_regclass(%s)::pg_catalog.oid", relation);
    case TARGET_DETACH:
        return arena_printf(arena,
                            "SELECT i.inhdetachpending FROM pg_catalog.pg_inherits i WHERE i.inhparent "
                            "= pg_catalog.to_regclass(%s) AND i.inhrelid = pg_catalog.to_regclass(%s)",
                            relation, session_quote_literal(arena, target->child));
    case TARGET_CREATE:
    case TARGET_DROP:
        return object_sql(arena, target);
    default:
        return arena_strdup(arena, "''");
    }
}

/* What it gives now. */
static bool describe(const Look *look, char **ret, Error *err)
{
    Rows *rows = NULL;
    *ret = arena_strdup(look->arena, "");
    if (!session_query(look->run->session, look->arena, apply_look_sql(look->arena, look->target), 0,
                       NULL, &rows, err))
        return false;
    if (rows_count(rows) > 0 && rows_text(rows, 0, 0) != NULL)
        *ret = arena_strdup(look->arena, rows_text(rows, 0, 0));
    return true;
}

/* What the look does about it: a message of its own. */
static bool act(const Look *look, const char *sql, Error *err)
{
    return apply_send(look->notx->sender, FRAME_OWN, sql, err) &&
           apply_send_now(look->notx->sender, err);
}

static bool decide(const Look *look, LookVerdict verdict)
{
    *look->verdict = verdict;
    return true;
}

/* Drops an invalid index of ours. One that somebody builds right now is left, and that is told. */
static bool drop_leftover(const Look *look, const Rows *rows, size_t row, Error *err)
{
    const char *shown = rows_text(rows, row, COLUMN_SHOWN);
    if (rows_text(rows, row, COLUMN_BUILDER) != NULL) {
        *look->why = arena_printf(look->arena, "index %s is being built by pid %s", shown,
                                  rows_text(rows, row, COLUMN_BUILDER));
        return decide(look, LOOK_UNKNOWN);
    }
    if (!act(look, arena_printf(look->arena, "DROP INDEX CONCURRENTLY IF EXISTS %s", shown), err)) {
        if (strncmp(shown, "pg_toast.", 9) != 0 || strcmp(err->sqlstate, "42501") != 0)
            return error_prefix(err, "could not drop the invalid index %s", shown);
        error_clear(err);
        look->run->events->note(look->run->events->context,
                                arena_printf(look->arena, "the invalid index %s remains: only a superuser "
                                                          "may drop it here", shown));
        return true;
    }
    look->run->events->note(look->run->events->context,
                            arena_printf(look->arena, "dropped the invalid index %s that %s left", shown,
                                         look->notx->marked ? "this try" : "an earlier try"));
    return true;
}

static bool after_create_index(const Look *look, Error *err)
{
    const Target *target = look->target;
    Rows *rows = NULL;
    if (!query(look, sql_apply_look_indexes, target->relation, NULL, &rows, err))
        return false;
    decide(look, LOOK_AGAIN);
    for (size_t i = 0; i < rows_count(rows); i++) {
        if (was_there(look, rows_text(rows, i, COLUMN_OID)) ||
            (target->name != NULL && strcmp(rows_text(rows, i, COLUMN_NAME), target->name) != 0) ||
            is_reindex_leftover(rows_text(rows, i, COLUMN_NAME)))
            continue;
        if (rows_bool(rows, i, COLUMN_VALID) && rows_bool(rows, i, COLUMN_UNIQUE) == target->unique)
            return decide(look, LOOK_DONE);
        if (rows_bool(rows, i, COLUMN_VALID)) {
            *look->why = arena_printf(look->arena, "index %s is there, but not as written",
                                      rows_text(rows, i, COLUMN_SHOWN));
            return decide(look, LOOK_UNKNOWN);
        }
        if (!drop_leftover(look, rows, i, err))
            return false;
    }
    return true;
}

void apply_look_invalid(NoTx *notx, Arena *arena, const Target *target, Error *err)
{
    Rows *rows = NULL;
    Error ignored = {0};
    Look look = {.notx = notx, .run = notx->run, .arena = arena, .target = target};
    if (strcmp(err->sqlstate, "42P07") != 0 || target->kind != TARGET_CREATE_INDEX ||
        target->name == NULL)
        return;
    bool found =
        query(
            &look,
            "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_index i "
            "JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid "
            "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
            "WHERE i.indrelid = pg_catalog.to_regclass($1) AND c.relname = $2 AND NOT i.indisvalid",
            target->relation, target->name, &rows, &ignored) &&
        rows_count(rows) > 0;
    if (found)
        error_hint(err, "The index %s is invalid: a CREATE INDEX CONCURRENTLY that nobody finished left it. "
                        "DROP INDEX CONCURRENTLY %s; then apply again.",
                   rows_text(rows, 0, 0), rows_text(rows, 0, 0));
    error_clear(&ignored);
}

static bool after_reindex(const Look *look, Error *err)
{
    Rows *rows = NULL;
    if (!query(look, sql_apply_look_indexes, look->target->relation, NULL, &rows, err))
        return false;
    decide(look, LOOK_AGAIN);
    for (size_t i = 0; i < rows_count(rows); i++) {
        if (!was_there(look, rows_text(rows, i, COLUMN_OID)) &&
            is_reindex_leftover(rows_text(rows, i, COLUMN_NAME)) &&
            !rows_bool(rows, i, COLUMN_VALID) &&
            !drop_leftover(look, rows, i, err))
            return false;
    }
    return true;
}

/* The partition was attached before our try (else the statement fails as it would have). */
static bool after_detach(const Look *look, Error *err)
{
    const Target *target = look->target;
    Rows *rows = NULL;
    if (!query(look, detach_sql, target->relation, target->child, &rows, err))
        return false;
    if (rows_count(rows) == 0)
        return decide(look, look->before[0] != '\0' ? LOOK_DONE : LOOK_AGAIN);
    if (!rows_bool(rows, 0, 0))
        return decide(look, LOOK_AGAIN);
    if (!act(look, arena_printf(look->arena, "ALTER TABLE %s DETACH PARTITION %s FINALIZE",
                                target->relation, target->child), err))
        return error_prefix(err, "could not finish the detaching of %s", target->child);
    look->run->events->note(look->run->events->context,
                            arena_printf(look->arena, "finished the detaching of partition %s",
                                         target->child));
    return decide(look, LOOK_DONE);
}

bool apply_look_after(NoTx *notx, Arena *arena, const Target *target, const char *before,
                      LookVerdict *ret, const char **ret_why, Error *err)
{
    Look look = {.notx = notx, .run = notx->run, .arena = arena, .target = target, .before = before,
                 .verdict = ret, .why = ret_why};
    char *now = NULL;
    *ret_why = "the catalog does not tell";
    *ret = LOOK_UNKNOWN;
    switch (target->kind) {
    case TARGET_HARMLESS:
        return decide(&look, LOOK_AGAIN);
    case TARGET_CREATE_INDEX:
        return after_create_index(&look, err);
    case TARGET_REINDEX:
        return after_reindex(&look, err);
    case TARGET_DETACH:
        return after_detach(&look, err);
    case TARGET_DROP_INDEX:
    case TARGET_DROP:
        if (!describe(&look, &now, err))
            return false;
        return decide(&look, before[0] != '\0' && strcmp(now, before) != 0 ? LOOK_DONE : LOOK_AGAIN);
    case TARGET_CREATE:
        if (!describe(&look, &now, err))
            return false;
        return decide(&look, now[0] != '\0' && strcmp(now, before) != 0 ? LOOK_DONE : LOOK_AGAIN);
    default:
        return true;
    }
}
