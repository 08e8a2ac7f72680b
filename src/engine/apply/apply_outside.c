/*
 * One statement outside a transaction: the mark before it, the statement, the mark after it; and the
 * look at the catalog when a run ended between the two marks. The mark keeps what the catalog had
 * before, and the statement itself, in the row's error column.
 */
#include <stdio.h>
#include <string.h>

#include "apply_look.h"
#include "apply_notx.h"
#include "dbmig/base/text.h"

#define MARK_TEXT 2000 /* bytes of the statement that a mark keeps: the start is what is read again */

static const char mark_head[] = "this statement was begun and did not come to its end:\n";
static const char mark_tail[] = "\n-- dbmig-mark ";

/* Holds what the catalog had, for the mark and for the look behind a failure. */
#define BEFORE_SETTING "dbmig.before"

/* ---- the mark ---- */

static void statement_hex(const NoTx *notx, char ret[SHA256_HEX_SIZE])
{
    Sha256 sha;
    uint8_t digest[SHA256_SIZE];
    const char *now = placeholders_builtin(notx->step->plan.placeholders, "timestamp");
    sha256_begin(&sha);
    if (now == NULL)
        sha256_add(&sha, notx->item.text, notx->item.len);
    else
        apply_notx_digest(notx, &sha, notx->item.text, notx->item.len);
    sha256_digest(&sha, digest);
    hash_hex(digest, SHA256_SIZE, ret);
}

/* What the catalog has goes behind it. */
static char *mark_make(const NoTx *notx, Arena *arena)
{
    const SqlItem *item = &notx->item;
    char hex[SHA256_HEX_SIZE];
    statement_hex(notx, hex);
    size_t len = item->len < MARK_TEXT ? item->len : MARK_TEXT;
    while (len < item->len && len > 0 && ((unsigned char)item->text[len] & 0xC0) == 0x80)
        len--;
    return arena_printf(arena, "%s%s%s%s ", mark_head,
                        sqlscan_mask_passwords(arena, item->text, len), mark_tail, hex);
}

char *apply_error_shown(Arena *arena, const char *error)
{
    if (error == NULL || !text_starts(error, mark_head))
        return arena_strdup(arena, error);
    const char *end = NULL;
    for (const char *at = error; (at = strstr(at, mark_tail)) != NULL; at++)
        end = at;
    return end == NULL ? arena_strdup(arena, error) : arena_strndup(arena, error, (size_t)(end - error));
}

typedef struct Mark {
    const char *text;   /* the statement, or its start */
    const char *hex;    /* of the whole of it */
    const char *before; /* what apply_look_sql() gave */
} Mark;

static bool mark_read(Arena *arena, const char *text, Mark *ret)
{
    if (text == NULL || !text_starts(text, mark_head))
        return false;
    const char *start = text + sizeof(mark_head) - 1, *end = NULL;
    for (const char *at = start; (at = strstr(at, mark_tail)) != NULL; at++)
        end = at;
    if (end == NULL || strlen(end) < sizeof(mark_tail) - 1 + SHA256_HEX_SIZE)
        return false;
    ret->text = arena_strndup(arena, start, (size_t)(end - start));
    end += sizeof(mark_tail) - 1;
    ret->hex = arena_strndup(arena, end, SHA256_HEX_SIZE - 1);
    ret->before = arena_strdup(arena, end + SHA256_HEX_SIZE);
    return true;
}

/* ---- running it ---- */

/* CONCURRENTLY waits for other transactions by locks: a short lock_timeout would end it, and leave an
   invalid index. A file that sets its own is obeyed. */
static bool set_patience(const NoTx *notx, bool begin, Error *err)
{
    const ApplyOptions *options = notx->run->options;
    if (!notx->item.concurrently || notx->own_lock_timeout)
        return true;
    char sql[64];
    snprintf(sql, sizeof(sql), "SET lock_timeout = %lld",
             (long long)(begin ? options->concurrently_lock_timeout_ms : options->ddl_lock_timeout_ms));
    return apply_send(notx->sender, FRAME_OWN, sql, err) && apply_send_now(notx->sender, err);
}

/* DISCARD ALL would free the migration lock: the same without that. It cannot go out as one message,
   which would be a transaction. */
static bool run_discard_all(ApplySender *sender, Error *err)
{
    static const char *const parts[] = {
        "CLOSE ALL", "SET SESSION AUTHORIZATION DEFAULT", "RESET ALL", "DEALLOCATE ALL",
        "UNLISTEN *", "DISCARD PLANS", "DISCARD TEMP", "DISCARD SEQUENCES",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(parts); i++) {
        if (!apply_send(sender, FRAME_OWN, parts[i], err) || !apply_send_now(sender, err))
            return false;
    }
    return true;
}

static bool is_discard_all(const SqlItem *item)
{
    SqlToken token = sqlscan_token(item->text, item->len, 0);
    token = sqlscan_token(item->text, item->len, token.end);
    return item->verb == SQL_VERB_DISCARD && sqlscan_is_word(item->text, &token, "ALL");
}

bool apply_notx_send(NoTx *notx, Error *err)
{
    if (is_discard_all(&notx->item))
        return run_discard_all(notx->sender, err) &&
               apply_settings_frames(notx->run, notx->sender, err);
    return apply_send_item(notx->sender, notx->scan, &notx->item, NULL, err);
}

/* It took effect: on to the next. clocked: it ran in this session. */
static bool record_done(NoTx *notx, bool clocked, Error *err)
{
    apply_notx_digest(notx, &notx->sha, notx->item.text, notx->item.len);
    notx->progress.applied++;
    notx->progress.started = 0;
    notx->progress.error = NULL;
    notx->progress.error_setting = NULL;
    apply_crash_point("before the mark after");
    bool ok = apply_notx_record(notx, clocked ? HISTORY_MEASURE_CLOCK : HISTORY_MEASURE, err);
    apply_crash_point("marked after");
    return ok;
}

/*
 * It failed. What it left is removed, so that it can be tried again; where the catalog cannot tell, the
 * mark stays. After a signal there is no time for that: the next run does it.
 */
static void clean_up(NoTx *notx, Arena *scratch, const Target *target, Error *err)
{
    LookVerdict verdict = LOOK_UNKNOWN;
    const char *why;
    Rows *rows = NULL;
    Error own = {0};
    if (err->code >= EXIT_SIGNAL || session_lost(notx->run->session))
        return;
    apply_look_invalid(notx, scratch, target, err);
    if (session_query(notx->run->session, scratch, "SELECT pg_catalog.current_setting('" BEFORE_SETTING "')",
                      0, NULL, &rows, &own) &&
        apply_look_after(notx, scratch, target, rows_text(rows, 0, 0), &verdict, &why, &own) &&
        verdict == LOOK_AGAIN) {
        notx->progress.started = 0;
        notx->progress.error = NULL;
        notx->progress.error_setting = NULL;
        apply_notx_record(notx, HISTORY_MEASURE_CLOCK, &own);
    }
    error_clear(&own);
}

/*
 * The mark before: what the catalog has now, seen as whom and in the search_path that the statement will
 * have, the time, and then, as ourselves, the row.
 */
static bool mark(NoTx *notx, Arena *scratch, const Target *target, Error *err)
{
    const char *look = apply_look_sql(scratch, target);
    const char *sql = arena_printf(scratch,
                                   "SELECT " HISTORY_CLOCK_SQL ", pg_catalog.set_config('" BEFORE_SETTING
                                   "', coalesce((%s)::pg_catalog.text, ''), false)", look);
    notx->progress.started = notx->progress.applied + 1;
    notx->progress.error = mark_make(notx, notx->arena);
    notx->progress.error_setting = BEFORE_SETTING;
    apply_crash_point("before the mark");
    bool ok = apply_send(notx->sender, FRAME_OWN, "BEGIN", err) &&
              apply_send(notx->sender, FRAME_OWN, sql, err) &&
              apply_notx_progress(notx, HISTORY_MEASURE, err);
    if (!ok) {
        apply_notx_roll_back(notx);
        notx->progress.started = 0;
        notx->progress.error_setting = NULL;
    }
    notx->marked = ok;
    apply_crash_point("marked");
    return ok;
}

bool apply_notx_outside(NoTx *notx, Error *err)
{
    Arena *scratch = arena_new();
    Target target;
    apply_target_read(scratch, notx->item.text, notx->item.len, &target);
    bool ok = mark(notx, scratch, &target, err);
    if (ok) {
        ok = set_patience(notx, true, err) && apply_notx_send(notx, err);
        apply_crash_point("statement done");
        Error own = {0};
        if (!set_patience(notx, false, &own) && ok) {
            error_copy(err, &own);
            ok = false;
        }
        error_clear(&own);
        if (ok)
            ok = record_done(notx, true, err);
        else
            clean_up(notx, scratch, &target, err);
    }
    arena_free(scratch);
    return ok;
}

/* ---- after a run that was cut short ---- */

static bool cannot_tell(const NoTx *notx, const char *why, Error *err)
{
    const Migration *migration = notx->step->migration;
    const History *history = &notx->run->plan->history;
    error_set(err, EXIT_INTEGRITY, "%s: it cannot be told whether a statement took effect",
              migration->name);
    fileplan_place_error(migration, &notx->item, 0, err);
    error_detail(err, "An earlier run was interrupted while it ran: %s.", why);
    Arena *scratch = arena_new();
    const char *table = history->flyway ? history->progress : history->qualified;
    Sha256 after = notx->sha;
    uint8_t digest[SHA256_SIZE];
    char hex[SHA256_HEX_SIZE];
    apply_notx_digest(notx, &after, notx->item.text, notx->item.len);
    sha256_digest(&after, digest);
    hash_hex(digest, SHA256_SIZE, hex);
    error_hint(err,
               "See whether it did. If not: UPDATE %s SET started_statement = NULL WHERE "
               "installed_rank = %d; if it did: UPDATE %s SET started_statement = NULL, "
               "statements_applied = %d, applied_sha256 = '%s' WHERE installed_rank = %d; then apply "
               "again.", table, notx->progress.rank, table, notx->progress.applied + 1, hex,
               notx->progress.rank);
    arena_free(scratch);
    return false;
}

static bool edited_after_effect(const NoTx *notx, Error *err)
{
    const Migration *migration = notx->step->migration;
    error_set(err, EXIT_INTEGRITY, "%s was changed where it has run already", migration->name);
    fileplan_place_error(migration, &notx->item, 0, err);
    error_detail(err, "The statement that stood here took effect before the run was interrupted.");
    return error_hint(err, "Restore it; only what comes after it can be changed.");
}

bool apply_notx_look(NoTx *notx, bool *ret_done, Error *err)
{
    const ApplyRun *run = notx->run;
    Mark mark = {0};
    Target target;
    LookVerdict verdict;
    const char *why = NULL;
    char hex[SHA256_HEX_SIZE];
    *ret_done = false;
    if (!mark_read(notx->arena, notx->progress.error, &mark))
        return cannot_tell(notx, "its mark in the history cannot be read", err);
    statement_hex(notx, hex);
    bool same = strcmp(hex, mark.hex) == 0;
    apply_target_read(notx->arena, mark.text, strlen(mark.text), &target);
    if (!apply_look_after(notx, notx->arena, &target, mark.before, &verdict, &why, err))
        return false;
    if (verdict == LOOK_UNKNOWN)
        return cannot_tell(notx, why, err);
    if (verdict == LOOK_DONE && !same)
        return edited_after_effect(notx, err);
    notx->progress.started = 0;
    notx->progress.error = NULL;
    notx->progress.error_setting = NULL;
    if (verdict == LOOK_AGAIN)
        return true;
    run->events->note(run->events->context,
                      arena_printf(notx->arena, "%s: the statement on line %zu had taken effect before "
                                                "the earlier run was interrupted",
                                   notx->step->migration->name, notx->item.line));
    *ret_done = true;
    return record_done(notx, false, err);
}
