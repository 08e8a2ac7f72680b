/* Produces the frames of files in transactions, and of what stands before all files. See
 * apply_frame.h. */
#include "apply_frame.h"

#include <string.h>

bool apply_send(ApplySender *sender, FrameKind kind, const char *sql, Error *err)
{
    Frame frame = {.kind = kind, .sql = sql};
    return sql == NULL || sender->take(sender, &frame, err);
}

bool apply_send_now(ApplySender *sender, Error *err)
{
    Frame frame = {.kind = FRAME_SEND};
    return sender->take(sender, &frame, err);
}

bool apply_send_item(ApplySender *sender, FileScan *scan, SqlItem *item, Sha256 *data, Error *err)
{
    Frame frame = {.kind = FRAME_ITEM, .scan = scan, .item = item, .data = data};
    return sender->take(sender, &frame, err);
}

bool apply_send_script(ApplySender *sender, const char *sql, Error *err)
{
    Arena *scratch = arena_new();
    size_t len = strlen(sql);
    while (len > 0 && (sql[len - 1] == '\n' || sql[len - 1] == ';'))
        len--;
    bool ok = apply_send(sender, FRAME_OWN, arena_strndup(scratch, sql, len), err);
    arena_free(scratch);
    return ok;
}

/* ---- a file in a transaction ---- */

typedef struct Frames {
    const ApplyStep *step;
    const ApplyUnit *unit;
    ApplySender *sender;
    FileScan *scan;
    SqlItem item;
} Frames;

static bool prepared(const Frames *frames, FrameKind kind, const char *name, int count,
                     const char *const *params, const char *sql, Error *err)
{
    Frame frame = {.kind = kind, .sql = sql, .prepared = name, .count = count, .params = params};
    return frames->sender->take(frames->sender, &frame, err);
}

/* leading: up to the first that is no SET TRANSACTION. */
static bool items(Frames *frames, bool leading, Error *err)
{
    while (frames->item.kind != SQL_ITEM_END) {
        if (leading && frames->item.verb != SQL_VERB_SET_TRANSACTION)
            return true;
        if (!apply_send_item(frames->sender, frames->scan, &frames->item, NULL, err) ||
            !fileplan_next(frames->scan, &frames->item, err))
            return false;
    }
    return true;
}

/* SET TRANSACTION must come before any query. */
static bool head(Frames *frames, Error *err)
{
    const ApplyUnit *unit = frames->unit;
    ApplySender *sender = frames->sender;
    return apply_send(sender, FRAME_OWN, unit->begin, err) &&
           (!frames->step->plan.sets_transaction || items(frames, true, err)) &&
           apply_send(sender, FRAME_FENCE, unit->fence, err) &&
           apply_send(sender, FRAME_OWN, unit->local_settings, err) &&
           prepared(frames, FRAME_GUARD, unit->guard_prepared ? APPLY_GUARD : NULL,
                    (int)ARRAY_LENGTH(unit->guard_params), unit->guard_params, unit->guard, err) &&
           apply_send_now(sender, err);
}

static bool tail(Frames *frames, bool commits, Error *err)
{
    const ApplyUnit *unit = frames->unit;
    ApplySender *sender = frames->sender;
    if (!prepared(frames, FRAME_CHECK, APPLY_CHECK, 0, NULL, unit->check, err) ||
        !apply_send(sender, FRAME_CONSTRAINTS, unit->constraints, err))
        return false;
    for (size_t i = 0; unit->resets[i] != NULL; i++) {
        if (!apply_send(sender, FRAME_OWN, unit->resets[i], err))
            return false;
    }
    return prepared(frames, FRAME_OWN, APPLY_SETTINGS, 0, NULL, unit->settings, err) &&
           prepared(frames, FRAME_RECORD, APPLY_RECORD, unit->record_count, unit->record_params,
                    unit->insert, err) &&
           /* RESET ALL took the mark away, which the next file in this transaction needs. */
           (commits ? apply_send(sender, FRAME_COMMIT, unit->commit, err)
                    : apply_send(sender, FRAME_OWN, APPLY_MARK_SQL, err)) &&
           apply_send_now(sender, err);
}

bool apply_file_frames(const ApplyRun *run, const ApplyStep *step, int rank, unsigned edges,
                       ApplySender *sender, Error *err)
{
    Arena *scratch = arena_new();
    ApplyUnit unit;
    Frames frames = {.step = step, .unit = &unit, .sender = sender};
    apply_unit_make(run, scratch, step, rank, &unit);
    if (edges != (FILE_BEGINS | FILE_COMMITS))
        unit.begin = "BEGIN";
    bool ok = fileplan_open(&step->plan, &frames.scan, err) &&
              fileplan_next(frames.scan, &frames.item, err) &&
              ((edges & FILE_BEGINS) == 0 || head(&frames, err)) && items(&frames, false, err) &&
              tail(&frames, (edges & FILE_COMMITS) != 0, err);
    fileplan_close(frames.scan);
    arena_free(scratch);
    return ok;
}

bool apply_reset_frames(const ApplyRun *run, const FilePlan *plan, ApplySender *sender, Error *err)
{
    Arena *scratch = arena_new();
    bool ok = true;
    const char *const *resets = apply_resets(run, scratch, plan);
    for (size_t i = 0; ok && resets[i] != NULL; i++)
        ok = apply_send(sender, FRAME_OWN, resets[i], err);
    ok = ok && apply_send(sender, FRAME_OWN, apply_settings_sql(run, scratch, run->pooled), err);
    arena_free(scratch);
    return ok;
}

/* ---- before all files ---- */

bool apply_settings_frames(const ApplyRun *run, ApplySender *sender, Error *err)
{
    if (run->pooled)
        return true;
    Arena *scratch = arena_new();
    bool ok = apply_send(sender, FRAME_OWN, apply_settings_sql(run, scratch, false), err) &&
              apply_send_now(sender, err);
    arena_free(scratch);
    return ok;
}

/* In a transaction, so that there is no half of it. Through a pooler the role holds for that alone.
 */
bool apply_history_frames(const ApplyRun *run, ApplySender *sender, Error *err)
{
    Arena *scratch = arena_new();
    bool local = run->pooled && run->options->role != NULL;
    bool ok =
        apply_send(sender, FRAME_OWN, "BEGIN", err) &&
        apply_send(sender, FRAME_OWN, local ? apply_settings_sql(run, scratch, true) : NULL, err) &&
        apply_send_script(sender, history_create_sql(scratch, &run->plan->history), err) &&
        apply_send(sender, FRAME_COMMIT, "COMMIT", err) && apply_send_now(sender, err);
    arena_free(scratch);
    return ok;
}

bool apply_baseline_frames(const ApplyRun *run, int rank, ApplySender *sender, Error *err)
{
    Arena *scratch = arena_new();
    HistoryRow row = apply_baseline_row(run, run->plan->baseline, rank);
    bool local = run->pooled && run->options->role != NULL;
    bool ok =
        apply_send(sender, FRAME_OWN, "BEGIN", err) &&
        apply_send(sender, FRAME_FENCE, run->fence, err) &&
        apply_send(sender, FRAME_OWN, local ? apply_settings_sql(run, scratch, true) : NULL, err) &&
        apply_send(sender, FRAME_RECORD,
                   history_insert_sql(scratch, &run->plan->history, &row, NULL), err) &&
        apply_send(sender, FRAME_COMMIT, "COMMIT", err) && apply_send_now(sender, err);
    arena_free(scratch);
    return ok;
}
