/*
 * Words what went wrong: the place in the file, the excerpt, what is applied and what is not, what to
 * do. Passwords never get into it.
 */
#include <string.h>

#include "apply_internal.h"
#include "dbmig/base/buf.h"
#include "dbmig/base/text.h"
#include "dbmig/db/url.h"

#define NAMED 5

char *apply_masked(Arena *arena, const char *text)
{
    return text == NULL ? NULL : sqlscan_mask_passwords(arena, text, strlen(text));
}

void apply_fail_detail(Error *err, const char *sentence)
{
    if (err->detail == NULL)
        error_detail(err, "%s", sentence);
    else
        error_detail(err, "%s\n%s", err->detail, sentence);
}

static void applied_names(const ApplyRun *run, Buf *text)
{
    size_t count = run->result->applied;
    for (size_t i = 0; i < count; i++) {
        if (count > NAMED && i == NAMED - 1) {
            buf_add_str(text, " …");
            i = count - 1;
        }
        buf_printf(text, "%s%s", i > 0 ? ", " : "", run->plan->steps.items[i].migration->name);
    }
}

void apply_fail_summary(const ApplyRun *run, size_t index, Error *err)
{
    size_t total = run->plan->steps.count;
    if (index >= total)
        return;
    const char *name = run->plan->steps.items[index].migration->name;
    Buf text = {0};
    if (run->result->applied > 0) {
        buf_printf(&text, "%zu of %zu files applied: ", run->result->applied, total);
        applied_names(run, &text);
        buf_add_str(&text, ". ");
    } else {
        buf_printf(&text, "None of %zu file%s was applied. ", total, total == 1 ? "" : "s");
    }
    buf_printf(&text, "Nothing of %s remains.", name);
    apply_fail_detail(err, buf_text(&text));
    buf_free(&text);
}

typedef struct Advice {
    const char *sqlstate;
    const char *text;
} Advice;

static const Advice advices[] = {
    {"25001", "Put the statement into a file of its own that starts with the line "
              "`-- dbmig:txmode none`."},
    {"55P04", "A new enum value can be used only after its transaction: use it in the next migration."},
    {"25006", "This server or session only reads: connect to the primary (target_session_attrs=read-write "
              "in the URL finds it among several hosts), or see default_transaction_read_only."},
    {"57014", "If it was --statement-timeout that ended the statement, allow more time there."},
};

static void mask_parts(Error *err)
{
    Arena *scratch = arena_new();
    if (err->context != NULL)
        err->context = arena_strdup(err->arena, apply_masked(scratch, err->context));
    if (err->detail != NULL)
        err->detail = arena_strdup(err->arena, apply_masked(scratch, err->detail));
    err->primary = arena_strdup(err->arena, apply_masked(scratch, err->primary));
    arena_free(scratch);
}

void apply_fail_advise(Error *err)
{
    if (strcmp(err->sqlstate, "25001") == 0 && strstr(err->primary, "ISOLATION LEVEL") != NULL)
        error_hint(err, "What moves rows needs default_transaction_isolation = 'read committed': for the "
                        "role, for the database, or in PGOPTIONS.");
    for (size_t i = 0; i < ARRAY_LENGTH(advices) && err->hint == NULL; i++) {
        if (strcmp(err->sqlstate, advices[i].sqlstate) == 0)
            error_hint(err, "%s", advices[i].text);
    }
}

void apply_fail_place(const ApplyRun *run, size_t index, const SqlItem *item,
                      const SessionOutcome *outcome, Error *err)
{
    const Migration *migration = run->plan->steps.items[index].migration;
    mask_parts(err);
    apply_fail_advise(err);
    size_t at = outcome->error_offset > 0 ? outcome->error_offset - 1 : 0;
    fileplan_place_error(migration, item, at < item->len ? at : item->len, err);
}

void apply_fail_statement_at(const ApplyRun *run, size_t index, uint64_t statement,
                             const SessionOutcome *outcome, Error *err)
{
    const ApplyStep *step = &run->plan->steps.items[index];
    FileScan *scan = NULL;
    SqlItem item = {0};
    Error ignored = {0};
    bool found = false;
    if (fileplan_open(&step->plan, &scan, &ignored)) {
        while (!found && fileplan_next(scan, &item, &ignored) && item.kind != SQL_ITEM_END)
            found = fileplan_index(scan) == statement;
    }
    if (found)
        apply_fail_place(run, index, &item, outcome, err);
    else
        error_at(err, step->migration->path, 0, 0);
    apply_fail_summary(run, index, err);
    fileplan_close(scan);
    error_clear(&ignored);
}

void apply_fail_guard(const ApplyRun *run, size_t index, Error *err)
{
    if (strcmp(err->sqlstate, "22012") != 0) { /* the server takes no write, or no statement at all */
        error_prefix(err, "could not begin %s", run->plan->steps.items[index].migration->name);
        apply_fail_advise(err);
        apply_fail_summary(run, index, err);
        return;
    }
    error_set(err, EXIT_INTEGRITY, "the history changed while migrations ran");
    error_detail(err, "%s was recorded by this run and is not there any more.",
                 run->previous_script != NULL ? run->previous_script : "The file before");
    error_hint(err, "Something else writes to %s: see that it does not, and apply again.",
               run->plan->history.qualified);
    apply_fail_summary(run, index, err);
}

void apply_fail_fence(const ApplyRun *run, size_t index, Error *err)
{
    if (lock_lost(err)) {
        err->code = EXIT_LOCK_TIMEOUT;
        error_prefix(err, "the migration lock was lost");
        error_hint(err, "Another run took it after it had expired. See what that did, then apply again; "
                        "--lease-time makes the lock hold longer.");
    }
    apply_fail_summary(run, index, err);
}

/* What stands before a file's statements failed, in one message. */
void apply_fail_frame(const ApplyRun *run, size_t index, Error *err)
{
    if (lock_lost(err))
        apply_fail_fence(run, index, err);
    else
        apply_fail_guard(run, index, err);
}

void apply_fail_check(const ApplyRun *run, size_t index, Error *err)
{
    const Migration *migration = run->plan->steps.items[index].migration;
    error_set(err, EXIT_SQL, "%s ended the transaction that it runs in", migration->name);
    error_at(err, migration->path, 0, 0);
    error_hint(err, "Something in it commits or rolls back, perhaps inside a procedure. Put "
                    "`-- dbmig:txmode none` at its start if it must.");
    apply_fail_summary(run, index, err);
}

static void apply_fail_unknown(const ApplyRun *run, size_t index, Error *err)
{
    size_t total = run->plan->steps.count;
    if (index >= total)
        return;
    Buf text = {0};
    buf_printf(&text, "%zu of %zu file%s known to be applied. Whether %s, or files sent after it, were "
                      "committed before the connection was lost is in the history: `dbmig status`.",
               run->result->applied, total, total == 1 ? " is" : "s are",
               run->plan->steps.items[index].migration->name);
    apply_fail_detail(err, buf_text(&text));
    buf_free(&text);
}

void apply_fail_interrupted(const ApplyRun *run, size_t index, Error *err)
{
    if (session_lost(run->session)) /* whether the server got a COMMIT, nobody told us */
        apply_fail_unknown(run, index, err);
    else
        apply_fail_summary(run, index, err);
    if (err->code == EXIT_CONNECTION && err->hint == NULL)
        error_hint(err, "Apply again when the server is there: what was committed is recorded, and is "
                        "not run twice.");
}
