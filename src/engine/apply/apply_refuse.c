/*
 * What a comparison of folder and history forbids: applying over changed or missing files, and
 * filling gaps unasked. Messages name the files and say what to do.
 */
#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/text.h"
#include "dbmig/engine/apply.h"
#include "apply_internal.h"

#define NAMED 10 /* so many files a message lists */

static const char *name_of(const MigrationStatus *status)
{
    return status->migration != NULL ? status->migration->name : status->row->script;
}

/* Java migrations and the like have no .sql file: their absence says nothing. */
static bool has_no_file(const HistoryRow *row)
{
    return strcmp(row->type, "SQL") != 0 && strcmp(row->type, "SQL_BASELINE") != 0;
}

/* May this state be out of order and still run? */
bool apply_out_of_order_wanted(const ApplyOptions *options, const char *version)
{
    const char *wanted = options->out_of_order;
    if (wanted != NULL)
        return wanted[0] == '\0' || version_compare(wanted, version) == 0;
    return options->exec_order == EXEC_NON_LINEAR;
}

static bool is_refused(const MigrationStatus *status, MigrationState state,
                       const ApplyOptions *options)
{
    if (status->state != state)
        return false;
    switch (state) {
    case STATE_MISSING:
        return status->row->version != NULL && !has_no_file(status->row);
    case STATE_OUT_OF_ORDER:
        return options->only == NULL && !apply_out_of_order_wanted(options, status->migration->version) &&
               options->exec_order == EXEC_LINEAR;
    default:
        return true;
    }
}

static size_t list_names(const StatusList *list, MigrationState state, const ApplyOptions *options,
                         Buf *names)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (!is_refused(&list->items[i], state, options))
            continue;
        if (count++ < NAMED)
            buf_printf(names, "%s%s", count > 1 ? ", " : "", name_of(&list->items[i]));
    }
    if (count > NAMED)
        buf_printf(names, " and %zu more", count - NAMED);
    return count;
}

static bool only_line_ends(const StatusList *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const MigrationStatus *status = &list->items[i];
        if (status->state == STATE_CHANGED &&
            !(status->row->has_checksum && status->row->checksum == status->migration->checksum))
            return false;
    }
    return true;
}

static bool refuse_changed(const ApplyComparison *comparison, const char *names, size_t count,
                           Error *err)
{
    error_set(err, EXIT_INTEGRITY, "%zu applied migration%s edited since: %s", count,
              count == 1 ? " was" : "s were", names);
    if (only_line_ends(&comparison->list))
        error_detail(err, "Only line ends differ from what was applied.");
    return error_hint(err, "Restore what was applied and put the change into a new migration. If the "
                           "edit is meant and changes nothing in the database, `dbmig repair` records "
                           "the new content.");
}

static bool refuse_missing(const char *names, size_t count, Error *err)
{
    error_set(err, EXIT_INTEGRITY, "%zu applied migration%s no file: %s", count,
              count == 1 ? " has" : "s have", names);
    return error_hint(err, "Restore the file, or tell the history that it is gone with `dbmig repair`.");
}

static bool refuse_gap(const ApplyComparison *comparison, const char *names, size_t count,
                       Error *err)
{
    error_set(err, EXIT_INTEGRITY, "%zu pending migration%s below the newest applied version %s: %s",
              count, count == 1 ? " is" : "s are", comparison->current, names);
    return error_hint(err, "Give the file a newer version, or run it with --out-of-order.");
}

static bool refuse_below_base(const ApplyComparison *comparison, Error *err)
{
    const Migration *base = comparison->below_base;
    if (comparison->current != NULL)
        error_set(err, EXIT_INTEGRITY,
                  "the database is at version %s, and the files up to %s were squashed into %s",
                  comparison->current, base->version, base->name);
    else
        error_set(err, EXIT_INTEGRITY,
                  "the database has no version applied, and the files up to %s were squashed into %s",
                  base->version, base->name);
    return error_hint(err, "Apply a release first that still has the files up to version %s; then this one.",
                      base->version);
}

/* What does not stop an apply, but should be known. */
static void warn(Arena *arena, const ApplyComparison *comparison, const ApplyOptions *options,
                 StringList *warnings)
{
    Buf future = {0};
    size_t count = list_names(&comparison->list, STATE_FUTURE, options, &future);
    if (count > 0)
        VEC_PUSH(arena, *warnings,
                 arena_printf(arena, "the database has %zu migration%s newer than this folder: %s",
                              count, count == 1 ? "" : "s", future.data));
    buf_free(&future);
    for (size_t i = 0; i < comparison->list.count; i++) {
        const MigrationStatus *status = &comparison->list.items[i];
        if (status->state == STATE_MISSING && !is_refused(status, STATE_MISSING, options))
            VEC_PUSH(arena, *warnings, arena_printf(arena, "%s was applied and has no file here",
                                                    status->row->script));
        if (status->state == STATE_OUT_OF_ORDER && options->exec_order == EXEC_LINEAR_SKIP &&
            !apply_out_of_order_wanted(options, status->migration->version))
            VEC_PUSH(arena, *warnings,
                     arena_printf(arena, "%s is below the newest applied version %s: left out",
                                  status->migration->name, comparison->current));
    }
}

bool apply_refuse(Arena *arena, const ApplyComparison *comparison, const ApplyOptions *options,
                  StringList *warnings, Error *err)
{
    static const MigrationState order[] = {STATE_CHANGED, STATE_MISSING, STATE_OUT_OF_ORDER};
    bool fine = comparison->below_base == NULL || refuse_below_base(comparison, err);
    for (size_t i = 0; i < ARRAY_LENGTH(order) && fine; i++) {
        Buf names = {0};
        size_t count = list_names(&comparison->list, order[i], options, &names);
        if (count > 0 && order[i] == STATE_CHANGED)
            fine = refuse_changed(comparison, buf_text(&names), count, err);
        else if (count > 0 && order[i] == STATE_MISSING)
            fine = refuse_missing(buf_text(&names), count, err);
        else if (count > 0)
            fine = refuse_gap(comparison, buf_text(&names), count, err);
        buf_free(&names);
    }
    if (fine)
        warn(arena, comparison, options, warnings);
    return fine;
}
