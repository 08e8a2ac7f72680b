/* What `status` prints. In JSON every migration is listed; for people the newest ones. */
#include "dbmig/cli/status_report.h"

#include <string.h>
#include <time.h>

#include "dbmig/base/text.h"

#define SHOWN 10

typedef enum Weight { WEIGHT_FINE, WEIGHT_PENDING, WEIGHT_WRONG } Weight;

/* By MigrationState. */
static const struct {
    const char *letters;
    Weight weight;
    const char *advice; /* of a state that needs somebody */
} states[] = {
    [STATE_APPLIED] = {"ok", WEIGHT_FINE, NULL},
    [STATE_PENDING] = {"pe", WEIGHT_PENDING, NULL},
    [STATE_OUT_OF_ORDER] =
        {"oo", WEIGHT_WRONG,
         "`dbmig apply --out-of-order` runs it; `dbmig rebase` renumbers one that is new"},
    [STATE_FAILED] = {"fa", WEIGHT_WRONG,
                      "fix the cause and run `dbmig apply`, which resumes it; `dbmig repair` "
                      "forgets the failure"},
    [STATE_CHANGED] =
        {"ch", WEIGHT_WRONG,
         "restore the file; `dbmig repair` accepts an edit that changes nothing in the database"},
    [STATE_OUTDATED] = {"od", WEIGHT_PENDING, NULL},
    [STATE_MISSING] = {"mi", WEIGHT_WRONG, "restore the file; `dbmig repair` forgets it"},
    [STATE_FUTURE] = {"fu", WEIGHT_FINE, NULL},
    [STATE_BASELINE] = {"ba", WEIGHT_FINE, NULL},
    [STATE_IGNORED] = {"ig", WEIGHT_FINE, NULL},
    [STATE_SQUASHED] = {"sq", WEIGHT_FINE, NULL},
};

static Weight weight_of(const MigrationStatus *status)
{
    /* A repeatable file may go: nothing is lost with it. */
    if (status->state == STATE_MISSING && status->row->version == NULL)
        return WEIGHT_FINE;
    return states[status->state].weight;
}

void status_count(StatusView *view)
{
    const StatusList *list = &view->plan->status;
    for (size_t i = 0; i < list->count; i++) {
        Weight weight = weight_of(&list->items[i]);
        view->counts[list->items[i].state]++;
        view->pending += weight == WEIGHT_PENDING;
        view->wrong += weight == WEIGHT_WRONG;
    }
}

/* ---- values ---- */

static const char *file_of(const MigrationStatus *status)
{
    return status->migration != NULL ? status->migration->name : status->row->script;
}

static ReportValue state_word(const MigrationStatus *status)
{
    static const ReportTone tones[] = {
        [WEIGHT_FINE] = TONE_PLAIN, [WEIGHT_PENDING] = TONE_WAITING, [WEIGHT_WRONG] = TONE_BAD};
    ReportTone tone = status->state == STATE_APPLIED ? TONE_GOOD : tones[weight_of(status)];
    return report_word(apply_state_name(status->state), tone);
}

/* "2026-11-30 13:36 CET": where whoever reads it is. */
static const char *local_time(Arena *arena, int64_t us)
{
    char text[64] = "";
    time_t seconds = (time_t)(us / 1000000);
    struct tm parts;
    if (us == STATUS_NO_TIME || localtime_r(&seconds, &parts) == NULL)
        return NULL;
    strftime(text, sizeof(text), "%Y-%m-%d %H:%M %Z", &parts);
    return arena_strdup(arena, text);
}

/* RFC 3339. */
static const char *utc_time(Arena *arena, int64_t us)
{
    char text[32] = "";
    time_t seconds = (time_t)(us / 1000000);
    struct tm parts;
    if (us == STATUS_NO_TIME || gmtime_r(&seconds, &parts) == NULL)
        return NULL;
    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &parts);
    return arena_printf(arena, "%s.%06lldZ", text, (long long)(us % 1000000));
}

/* ---- JSON ---- */

static void list_all(const StatusView *view)
{
    static const ReportColumn columns[] = {
        {"version", NULL},
        {"description", NULL},
        {"script", NULL},
        {"state", NULL},
        {"installed_on", NULL},
        {"installed_by", NULL},
        {"execution_time_ms", NULL},
        {"error", NULL},
    };
    const StatusList *list = &view->plan->status;
    ReportTable *table = report_table(view->report, "migrations", NULL, columns, ARRAY_LENGTH(columns));
    for (size_t i = 0; i < list->count; i++) {
        const Migration *migration = list->items[i].migration;
        const HistoryRow *row = list->items[i].row;
        const ReportValue values[] = {
            report_text(migration != NULL ? migration->version : row->version),
            report_text(migration != NULL ? migration->description : row->description),
            report_text(file_of(&list->items[i])),
            report_text(apply_state_name(list->items[i].state)),
            report_text(utc_time(view->arena, view->installed[i])),
            report_text(row != NULL ? row->installed_by : NULL),
            row != NULL ? report_duration(row->execution_ms) : report_text(NULL),
            report_text(row != NULL ? row->error : NULL),
        };
        report_row(table, values);
    }
}

/* ---- for people ---- */

static void say_running(const StatusView *view)
{
    const ApplyRunning *running = view->running;
    Report *report = view->report;
    report_field(report, "running", NULL, report_text(running->holder));
    report_field(report, "running_file", NULL, report_text(running->file));
    report_field(report, "running_line", NULL,
                 running->line > 0 ? report_int((int64_t)running->line) : report_text(NULL));
    report_field(report, "blocked_by", NULL, report_text(running->blocker));
    if (running->holder == NULL)
        return;
    report_line(report, "A run is in progress: %s", running->holder);
    if (running->file != NULL)
        report_line(report, "  at %s:%zu%s%s%s", running->file, running->line,
                    running->percent != NULL ? ", " : "",
                    running->percent != NULL ? running->percent : "",
                    running->percent != NULL ? " %" : "");
    if (running->blocker != NULL)
        report_line(report, "  blocked by %s", running->blocker);
    report_line(report, "%s", "");
}

static void add_row(ReportTable *table, const StatusView *view, size_t at)
{
    const MigrationStatus *status = &view->plan->status.items[at];
    const ReportValue values[] = {
        report_text(file_of(status)),
        state_word(status),
        report_text(local_time(view->arena, view->installed[at])),
    };
    report_row(table, values);
}

static const ReportColumn shown_columns[] = {{"file", "file"}, {"state", "state"}, {"applied", "applied"}};

static void say_attention(const StatusView *view)
{
    const StatusList *list = &view->plan->status;
    if (view->wrong == 0)
        return;
    ReportTable *table = report_table(view->report, NULL, "Needs attention", shown_columns,
                                      ARRAY_LENGTH(shown_columns));
    for (size_t i = 0; i < list->count; i++)
        if (weight_of(&list->items[i]) == WEIGHT_WRONG)
            add_row(table, view, i);
    /* Why a file failed, which the history remembers: the first question of whoever is called at night. */
    for (size_t i = 0; i < list->count; i++) {
        const HistoryRow *row = list->items[i].row;
        if (list->items[i].state == STATE_FAILED && row->error != NULL)
            report_line(view->report, "%s failed after %d of %d statements: %s", row->script,
                        row->statements_applied, row->statements_total,
                        apply_error_shown(view->arena, row->error));
    }
    report_line(view->report, "%s", "");
}

/* Which of the others are shown: what is pending, from the next one on, and the newest of what is done. */
static void say_others(const StatusView *view)
{
    const StatusList *list = &view->plan->status;
    size_t done = list->count - view->pending - view->wrong, left_done = 0, left_pending = 0;
    size_t skip = view->all ? 0 : view->pending_only ? done : done > SHOWN ? done - SHOWN : 0;
    size_t pending = 0, seen = 0;
    ReportTable *table = report_table(view->report, NULL, "Migrations", shown_columns,
                                      ARRAY_LENGTH(shown_columns));
    for (size_t i = 0; i < list->count; i++) {
        Weight weight = weight_of(&list->items[i]);
        bool is_shown = weight == WEIGHT_PENDING ? view->all || pending < SHOWN : seen >= skip;
        if (weight == WEIGHT_WRONG)
            continue;
        pending += weight == WEIGHT_PENDING;
        seen += weight == WEIGHT_FINE;
        if (is_shown)
            add_row(table, view, i);
        else
            *(weight == WEIGHT_PENDING ? &left_pending : &left_done) += 1;
    }
    if (left_done > 0 && !view->pending_only)
        report_line(view->report, "… and %zu older (--all lists them)", left_done);
    if (left_pending > 0)
        report_line(view->report, "… and %zu more pending (--all lists them)", left_pending);
}

static void say_brief(const StatusView *view)
{
    const StatusList *list = &view->plan->status;
    for (size_t i = 0; i < list->count; i++)
        if (!view->pending_only || weight_of(&list->items[i]) != WEIGHT_FINE)
            report_line(view->report, "%s %s", states[list->items[i].state].letters,
                        file_of(&list->items[i]));
}

/* ---- the last line ---- */

static void say_counts(const StatusView *view)
{
    Buf text = {0};
    for (size_t state = 0; state < ARRAY_LENGTH(view->counts); state++)
        if (view->counts[state] > 0)
            buf_printf(&text, "%s%zu %s", text.len > 0 ? ", " : "", view->counts[state],
                       apply_state_name((MigrationState)state));
    report_line(view->report, "%s.", text.len > 0 ? buf_text(&text) : "No migrations");
    buf_free(&text);
}

static const MigrationStatus *first_of(const StatusView *view, Weight weight)
{
    const StatusList *list = &view->plan->status;
    for (size_t i = 0; i < list->count; i++)
        if (weight_of(&list->items[i]) == weight)
            return &list->items[i];
    return NULL;
}

static const char *what_next(const StatusView *view)
{
    const MigrationStatus *wrong = first_of(view, WEIGHT_WRONG), *next = first_of(view, WEIGHT_PENDING);
    if (view->running->holder != NULL)
        return view->running->hint;
    if (error_is_set(view->refusal))
        return arena_printf(view->arena, "apply would refuse: %s. %s", view->refusal->primary,
                            view->refusal->hint != NULL ? view->refusal->hint : "");
    if (wrong != NULL)
        return arena_printf(view->arena, "%s is %s: %s.", file_of(wrong), apply_state_name(wrong->state),
                            states[wrong->state].advice);
    if (next != NULL)
        return arena_printf(view->arena, "`dbmig apply` runs %s next.", file_of(next));
    return view->plan->current == NULL
               ? "Nothing to apply."
               : arena_printf(view->arena, "Up to date at version %s.", view->plan->current);
}

void status_report(StatusView *view)
{
    Report *report = view->report;
    const ApplyPlan *plan = view->plan;
    const char *next = what_next(view);
    say_running(view);
    report_field(report, "database", view->brief ? NULL : "Database", report_text(view->database));
    report_field(report, "history", view->brief ? NULL : "History",
                 report_text(plan->history.exists ? plan->history.qualified : "none yet"));
    report_field(report, "current", view->brief ? NULL : "Version", report_text(plan->current));
    list_all(view);
    if (view->brief) {
        say_brief(view);
    } else {
        report_line(report, "%s", "");
        say_attention(view);
        say_others(view);
        report_line(report, "%s", "");
        say_counts(view);
        report_line(report, "%s", next);
    }
    report_field(report, "applied", NULL, report_int((int64_t)view->counts[STATE_APPLIED]));
    report_field(report, "pending", NULL, report_int((int64_t)view->pending));
    report_field(report, "wrong", NULL, report_int((int64_t)view->wrong));
    report_field(report, "next", NULL, report_text(next));
}
