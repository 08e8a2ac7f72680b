/*
 * Files that do not run in one transaction: statement by statement, each effect exactly once. A
 * statement that may run in a transaction commits together with the progress it makes; one that cannot
 * is marked before and after, and when a run ends between the two, the next one asks the catalog
 * (apply_look.c). What an earlier run finished is skipped, but what it set up for the session is
 * repeated.
 */
#include "apply_notx.h"

#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/platform.h"
#include "dbmig/base/text.h"

/* ---- progress ---- */

static void hex_of(const Sha256 *sha, char ret[SHA256_HEX_SIZE])
{
    uint8_t digest[SHA256_SIZE];
    sha256_digest(sha, digest);
    hash_hex(digest, SHA256_SIZE, ret);
}

/* The row of the file is gone, or is finished: somebody else was at the history. */
static bool word_guard(const NoTx *notx, Error *err)
{
    const Migration *migration = notx->step->migration;
    if (!history_guard_failed(err))
        return false;
    error_set(err, EXIT_INTEGRITY, "the history changed while migrations ran");
    error_at(err, migration->path, 0, 0);
    error_detail(err, "The row of %s, which is under way, is not there any more, or says that the "
                      "file is applied.", migration->name);
    return error_hint(err, "Something else writes to %s: see that it does not. Then run the rest of the "
                           "file by hand, and record it with `dbmig apply --mark-applied`.",
                      notx->run->plan->history.qualified);
}

/*
 * Records how far the file is. The file may have become another role: for the rest of this transaction we
 * are ourselves again.
 */
bool apply_notx_progress(NoTx *notx, int measure, Error *err)
{
    const ApplyRun *run = notx->run;
    ApplySender *sender = notx->sender;
    Arena *scratch = arena_new();
    hex_of(&notx->sha, notx->sha_hex);
    notx->progress.applied_sha256 = notx->sha_hex;
    notx->progress.execution_ms = measure;
    const char *role = run->options->role != NULL
                           ? session_quote_identifier(scratch, run->options->role) : "NONE";
    bool ok = apply_send(sender, FRAME_OWN, "SET LOCAL SESSION AUTHORIZATION DEFAULT", err) &&
              apply_send(sender, FRAME_OWN, arena_printf(scratch, "SET LOCAL ROLE %s", role), err) &&
              apply_send(sender, FRAME_RECORD,
                         history_progress_sql(scratch, &run->plan->history, &notx->progress), err) &&
              apply_send(sender, FRAME_COMMIT, "COMMIT", err) && apply_send_now(sender, err);
    if (!ok)
        word_guard(notx, err);
    arena_free(scratch);
    return ok;
}

bool apply_notx_record(NoTx *notx, int measure, Error *err)
{
    bool ok = apply_send(notx->sender, FRAME_OWN, "BEGIN", err) &&
              apply_notx_progress(notx, measure, err);
    if (!ok)
        apply_notx_roll_back(notx);
    return ok;
}

void apply_notx_roll_back(NoTx *notx)
{
    Error ignored = {0};
    Session *session = notx->run->session;
    if (notx->live == NULL)
        return;
    if (!session_lost(session) && session_tx(session) != SESSION_TX_IDLE)
        session_exec(session, "ROLLBACK", &ignored);
    error_clear(&ignored);
}

/* ---- what is told when it ends early ---- */

/* What of the file is applied, as a sentence, and how to go on. */
void apply_notx_explain(const NoTx *notx, Error *err)
{
    int applied = notx->progress.applied;
    int total = (int)notx->step->plan.statements;
    Buf text = {0};
    if (applied == 0)
        buf_printf(&text, "None of the %d statements of %s is applied", total,
                   notx->step->migration->name);
    else if (applied == 1)
        buf_printf(&text, "Statement 1 of the %d of %s is applied", total,
                   notx->step->migration->name);
    else
        buf_printf(&text, "Statements 1 to %d of the %d of %s are applied", applied, total,
                   notx->step->migration->name);
    if (notx->item.line > 0 && notx->progress.started > 0)
        buf_printf(&text, "; whether the one on line %zu took effect will be looked up", notx->item.line);
    else if (notx->item.line > 0)
        buf_printf(&text, "; the one on line %zu is not", notx->item.line);
    buf_add_str(&text, ".");
    apply_fail_detail(err, buf_text(&text));
    buf_free(&text);
    if (err->hint == NULL && (err->code >= EXIT_SIGNAL || err->code == EXIT_CONNECTION))
        error_hint(err, "Run apply again; it resumes there.");
    else if (err->hint == NULL)
        error_hint(err, "Remove the cause, or change the file from that line on and run `dbmig hash`, "
                        "then apply again; it resumes there.");
}

/* Keeps the failure with the row, for status and for the next run. */
static void record_failure(NoTx *notx, const Error *err)
{
    Error ignored = {0};
    if (notx->live == NULL || session_lost(notx->run->session) || err->code == EXIT_INTEGRITY)
        return;
    if (notx->progress.started > 0) /* its mark stays as it is */
        return;
    notx->progress.error = arena_strdup(notx->arena, err->primary);
    notx->progress.error_setting = NULL;
    apply_notx_record(notx, HISTORY_MEASURE, &ignored);
    error_clear(&ignored);
}

static bool fail(NoTx *notx, Error *err)
{
    if (err->code < EXIT_SIGNAL || notx->progress.started == 0)
        record_failure(notx, err);
    apply_notx_explain(notx, err);
    return false;
}

/* ---- one statement ---- */

static void finished(NoTx *notx, const Sha256 *after)
{
    notx->sha = *after;
    notx->progress.applied++;
    notx->progress.started = 0;
    notx->progress.error = NULL;
    notx->progress.error_setting = NULL;
}

void apply_notx_digest(const NoTx *notx, Sha256 *sha, const char *text, size_t len)
{
    const char *now = placeholders_builtin(notx->step->plan.placeholders, "timestamp");
    size_t now_len = now != NULL ? strlen(now) : 0;
    Buf level = {0};
    for (size_t at = 0; now_len > 0 && at < len;) {
        if (len - at >= now_len && memcmp(text + at, now, now_len) == 0) {
            buf_add_str(&level, "${flyway:timestamp}");
            at += now_len;
        } else {
            buf_add_char(&level, text[at++]);
        }
    }
    sha256_add_field(sha, now_len > 0 ? buf_text(&level) : text, now_len > 0 ? level.len : len);
    buf_free(&level);
}

/* The digest with the present statement (and its COPY data) added. */
static Sha256 digest_with(const NoTx *notx, const char *text, size_t len, const Sha256 *data)
{
    Sha256 sha = notx->sha;
    uint8_t digest[SHA256_SIZE];
    apply_notx_digest(notx, &sha, text, len);
    if (data != NULL) {
        sha256_digest(data, digest);
        sha256_add_field(&sha, digest, sizeof(digest));
    }
    return sha;
}

static bool send_item(NoTx *notx, Sha256 *after, Error *err)
{
    if (notx->item.kind != SQL_ITEM_COPY) {
        *after = digest_with(notx, notx->item.text, notx->item.len, NULL);
        return apply_send_item(notx->sender, notx->scan, &notx->item, NULL, err);
    }
    char *text = arena_strndup(notx->arena, notx->item.text, notx->item.len);
    size_t len = notx->item.len;
    Sha256 data;
    sha256_begin(&data);
    if (!apply_send_item(notx->sender, notx->scan, &notx->item, &data, err))
        return false;
    *after = digest_with(notx, text, len, &data);
    return true;
}

/* In a transaction together with its progress. */
static bool try_safe(NoTx *notx, Error *err)
{
    Sha256 after;
    HistoryProgress before = notx->progress;
    Sha256 sha_before = notx->sha;
    apply_crash_point("before a statement");
    bool ok = apply_send(notx->sender, FRAME_OWN, "BEGIN", err) && send_item(notx, &after, err);
    if (ok) {
        finished(notx, &after);
        apply_crash_point("before its progress");
        ok = apply_notx_progress(notx, HISTORY_MEASURE, err);
        /* A signal may come when the server has committed: what is done stays counted. */
        if (!ok && !notx->live->committed) {
            notx->progress = before;
            notx->sha = sha_before;
        } else if (!ok) {
            notx->item.line = 0; /* there is none that is not finished */
        }
    }
    if (!ok)
        apply_notx_roll_back(notx);
    apply_crash_point("after a statement");
    return ok;
}

/* A procedure that commits by itself, or what our list of words does not know. */
static bool needs_no_transaction(const NoTx *notx, const Error *err)
{
    return notx->item.kind == SQL_ITEM_STATEMENT && (strcmp(err->sqlstate, "2D000") == 0 ||
                                                     strcmp(err->sqlstate, "25001") == 0);
}

/* A file that sets lock_timeout itself is obeyed. */
static void note_setting(NoTx *notx)
{
    if (notx->item.kind != SQL_ITEM_STATEMENT || notx->item.verb != SQL_VERB_SET)
        return;
    SqlToken token = {0};
    do {
        token = sqlscan_token(notx->item.text, notx->item.len, token.end);
        if (sqlscan_is_word(notx->item.text, &token, "lock_timeout"))
            notx->own_lock_timeout = true;
    } while (token.kind == SQL_TOKEN_WORD);
}

/* ALTER TYPE … ADD VALUE may run inside a transaction by now: there it is exactly once for sure. */
static bool must_run_outside(const NoTx *notx)
{
    return notx->item.inside_transaction_forbidden &&
           (notx->item.forbidden_below == 0 ||
            session_version(notx->run->session) < notx->item.forbidden_below);
}

static bool run_item(NoTx *notx, Error *err)
{
    ApplyRetry retry = {.run = notx->run, .index = notx->index};
    bool unsafe = must_run_outside(notx);
    note_setting(notx);
    for (;;) {
        if (unsafe ? apply_notx_outside(notx, err) : try_safe(notx, err))
            return true;
        if (!unsafe && needs_no_transaction(notx, err)) {
            unsafe = true;
            error_clear(err);
            continue;
        }
        /* COPY data is read once: behind its start, the file would have to be read again. */
        bool whole = notx->item.kind == SQL_ITEM_STATEMENT || notx->item.kind == SQL_ITEM_COPY;
        if (!whole || notx->progress.started > 0 ||
            !apply_retry(&retry, notx->index, err))
            return fail(notx, err);
        error_clear(err);
    }
}

/* ---- what an earlier run did ---- */

/*
 * SELECT pg_catalog.set_config('search_path', '', false), as pg_dump writes it, and several of them: all
 * that is called is that. Another function's effect would come a second time. *ret_mixed: it sets, and
 * calls something else as well.
 */
static bool only_sets_config(const SqlItem *item, bool *ret_mixed)
{
    const char *text = item->text;
    size_t depth = 0, calls = 0, others = 0;
    size_t inside = 0; /* the depth within the call of set_config; 0: not in one */
    bool named = false; /* the token before is set_config */
    bool local = false; /* … is true: the value of is_local, where it ends the call */
    bool lasting = false;
    SqlToken token = sqlscan_token(text, item->len, 0);
    for (; token.kind != SQL_TOKEN_END; token = sqlscan_token(text, item->len, token.end)) {
        char symbol = token.kind == SQL_TOKEN_SYMBOL ? text[token.start] : '\0';
        if (symbol == '(' && named) {
            calls++;
            inside = depth + 1;
        } else if (symbol == '(' && depth == 0) {
            others++;
        }
        depth += symbol == '(';
        if (symbol == ')' && depth > 0 && depth-- == inside) {
            lasting |= !local;
            inside = 0;
        }
        named = sqlscan_is_word(text, &token, "set_config");
        local = sqlscan_is_word(text, &token, "true");
    }
    *ret_mixed = calls > 0 && others > 0 && lasting;
    return calls > 0 && others == 0;
}

static bool sets_session_state(const SqlItem *item, bool *ret_mixed)
{
    *ret_mixed = false;
    switch (item->verb) {
    case SQL_VERB_SET:
    case SQL_VERB_SET_ROLE:
    case SQL_VERB_RESET:
    case SQL_VERB_PREPARE:
    case SQL_VERB_DEALLOCATE:
    case SQL_VERB_DISCARD:
    case SQL_VERB_LISTEN:
        return true;
    case SQL_VERB_SELECT:
        return only_sets_config(item, ret_mixed);
    default:
        return false;
    }
}

/* Takes a finished statement into the digest, its COPY data included. */
static bool skip_item(NoTx *notx, Error *err)
{
    if (notx->item.kind != SQL_ITEM_COPY) {
        notx->sha = digest_with(notx, notx->item.text, notx->item.len, NULL);
        return true;
    }
    char *text = arena_strndup(notx->arena, notx->item.text, notx->item.len);
    size_t len = notx->item.len;
    Sha256 data;
    sha256_begin(&data);
    do {
        if (!fileplan_next(notx->scan, &notx->item, err))
            return false;
        if (notx->item.kind == SQL_ITEM_COPY_DATA)
            sha256_add(&data, notx->item.text, notx->item.len);
    } while (notx->item.kind == SQL_ITEM_COPY_DATA);
    notx->sha = digest_with(notx, text, len, &data);
    return true;
}

static bool edited(const NoTx *notx, Error *err)
{
    const Migration *migration = notx->step->migration;
    int applied = notx->progress.applied;
    error_set(err, EXIT_INTEGRITY, "%s was changed where it has run already", migration->name);
    error_at(err, migration->path, 0, 0);
    error_detail(err, "Its first %d statement%s %s applied before it failed, and %s changed since.",
                 applied, applied == 1 ? "" : "s", applied == 1 ? "was" : "were",
                 applied == 1 ? "has" : "have");
    return error_hint(err, "Restore %s as %s; only what comes after it can be changed.",
                      applied == 1 ? "it" : "them", applied == 1 ? "it was" : "they were");
}

/* The finished statements are those that stand in the file now. Sends nothing. */
static bool verify_finished(NoTx *notx, Error *err)
{
    const HistoryRow *row = notx->step->resume;
    char hex[SHA256_HEX_SIZE];
    for (int i = 0; i < notx->progress.applied; i++) {
        if (!fileplan_next(notx->scan, &notx->item, err))
            return false;
        if (notx->item.kind == SQL_ITEM_END)
            return edited(notx, err);
        if (notx->item.kind == SQL_ITEM_COPY_END || notx->item.kind == SQL_ITEM_COPY_DATA)
            i--;
        else if (!skip_item(notx, err))
            return false;
    }
    hex_of(&notx->sha, hex);
    if (notx->progress.applied > 0 && row->applied_sha256 != NULL &&
        strcmp(hex, row->applied_sha256) != 0)
        return edited(notx, err);
    return true;
}

/* What it set is gone, and to run it again would do the rest of it twice. */
static bool cannot_repeat(const NoTx *notx, Error *err)
{
    const Migration *migration = notx->step->migration;
    SessionOutcome nowhere = {0};
    error_set(err, EXIT_INTEGRITY,
              "%s cannot be resumed: an earlier statement changed the session and did something else as well",
              migration->name);
    apply_fail_place(notx->run, notx->index, &notx->item, &nowhere, err);
    error_detail(err, "The settings of set_config() are gone with the session that it ran in. To run the "
                      "statement again would do twice what else it does.");
    return error_hint(err,
                      "Run what is left by hand (%d of its statements), with those settings, then record the "
                      "file: `dbmig apply --mark-applied %s`.",
                      (int)notx->step->plan.statements - notx->progress.applied,
                      migration->version != NULL ? migration->version : migration->name);
}

/* Goes to the first statement that is not finished, repeating what set the session up. */
static bool repeat_state(NoTx *notx, Error *err)
{
    sha256_begin(&notx->sha);
    for (int i = 0; i < notx->progress.applied;) {
        if (!fileplan_next(notx->scan, &notx->item, err))
            return false;
        if (notx->item.kind != SQL_ITEM_STATEMENT && notx->item.kind != SQL_ITEM_COPY)
            continue;
        bool mixed = false;
        note_setting(notx);
        if (notx->item.kind == SQL_ITEM_STATEMENT && sets_session_state(&notx->item, &mixed) &&
            !apply_notx_send(notx, err))
            return false;
        if (mixed)
            return cannot_repeat(notx, err);
        if (!skip_item(notx, err))
            return false;
        i++;
    }
    return true;
}

static bool reopen(NoTx *notx, Error *err)
{
    fileplan_close(notx->scan);
    notx->scan = NULL;
    sha256_begin(&notx->sha);
    return fileplan_open(&notx->step->plan, &notx->scan, err);
}

/* Takes up the row of an earlier run. */
static bool resume(NoTx *notx, Error *err)
{
    ApplyRun *run = notx->run;
    const HistoryRow *row = notx->step->resume;
    Arena *scratch = notx->arena;
    notx->progress = (HistoryProgress){.rank = row->rank, .applied = row->statements_applied,
                                       .started = row->started_statement, .error = row->error};
    if (!reopen(notx, err) || !verify_finished(notx, err) || !reopen(notx, err))
        return false;
    HistoryRow now = apply_history_row(run, scratch, notx->step, row->rank);
    now.script = row->script;
    if (!apply_send(notx->sender, FRAME_RECORD,
                    history_resume_sql(scratch, &run->plan->history, &now), err) ||
        !apply_send_now(notx->sender, err))
        return error_prefix(err, "could not take up %s", notx->step->migration->name);
    run->events->note(run->events->context,
                      arena_printf(scratch, "%s goes on after %d of %llu statements",
                                   notx->step->migration->name, notx->progress.applied,
                                   (unsigned long long)notx->step->plan.statements));
    return repeat_state(notx, err);
}

/* A new row, behind the same guard as any file. */
static bool begin(NoTx *notx, Error *err)
{
    ApplyRun *run = notx->run;
    ApplyUnit unit;
    Arena *scratch = notx->arena;
    HistoryRow row = apply_history_row(run, scratch, notx->step, run->next_rank);
    row.statements_applied = 0;
    row.success = false;
    apply_unit_make(run, scratch, notx->step, run->next_rank, &unit);
    notx->progress = (HistoryProgress){.rank = run->next_rank};
    ApplySender *sender = notx->sender;
    if (!apply_send(sender, FRAME_OWN, "BEGIN", err) ||
        !apply_send(sender, FRAME_FENCE, unit.fence, err) ||
        !apply_send(sender, FRAME_GUARD, unit.guard, err) ||
        !apply_send(sender, FRAME_RECORD, history_begin_sql(scratch, &run->plan->history, &row), err) ||
        !apply_send(sender, FRAME_COMMIT, "COMMIT", err) || !apply_send_now(sender, err)) {
        apply_notx_roll_back(notx);
        if (err->code < EXIT_SIGNAL && !session_lost(run->session))
            apply_fail_frame(run, notx->index, err);
        return false;
    }
    run->next_rank++;
    return reopen(notx, err);
}

/* ---- the file ---- */

static bool run_items(NoTx *notx, Error *err)
{
    for (;;) {
        if (!fileplan_next(notx->scan, &notx->item, err))
            return fail(notx, err);
        if (notx->item.kind == SQL_ITEM_COPY_END || notx->item.kind == SQL_ITEM_COPY_DATA)
            continue;
        /* What was begun may have been taken out of the file, where it left nothing. */
        bool decided = false;
        if (notx->progress.started == notx->progress.applied + 1 &&
            !apply_notx_look(notx, &decided, err))
            return false;
        if (notx->item.kind == SQL_ITEM_END)
            return true;
        if (!decided && !run_item(notx, err))
            return false;
    }
}

static bool finish(NoTx *notx, bool *ret_recorded, Error *err)
{
    ApplyRun *run = notx->run;
    ApplySender *sender = notx->sender;
    HistoryRow row = apply_history_row(run, notx->arena, notx->step, notx->progress.rank);
    apply_crash_point("before the end of the file");
    bool ok = apply_reset_frames(run, &notx->step->plan, sender, err) &&
              apply_send(sender, FRAME_OWN, "BEGIN", err) &&
              apply_send(sender, FRAME_RECORD,
                         history_finish_sql(notx->arena, &run->plan->history, &row), err) &&
              apply_send(sender, FRAME_COMMIT, "COMMIT", err) && apply_send_now(sender, err);
    *ret_recorded = ok || notx->live->committed;
    run->prepared &= !notx->step->plan.prepares;
    apply_crash_point("file done");
    if (*ret_recorded)
        return ok;
    apply_notx_roll_back(notx);
    if (history_guard_failed(err)) {
        notx->item.line = 0;
        word_guard(notx, err);
        apply_notx_explain(notx, err);
        return false;
    }
    return error_prefix(err, "could not record %s", notx->step->migration->name);
}

static bool create_progress(NoTx *notx, Error *err)
{
    History *history = &notx->run->plan->history;
    const char *sql = history_create_progress_sql(notx->arena, history);
    if (sql == NULL)
        return true;
    if (!apply_send(notx->sender, FRAME_OWN, sql, err) || !apply_send_now(notx->sender, err))
        return history_progress_not_created(notx->run->session, history, err);
    history->has_progress = true;
    return true;
}

bool apply_notx_frames(NoTx *notx, bool *ret_recorded, Error *err)
{
    notx->arena = arena_new();
    *ret_recorded = false;
    bool ok = create_progress(notx, err) &&
              (notx->step->resume != NULL ? resume(notx, err) : begin(notx, err)) &&
              run_items(notx, err) && finish(notx, ret_recorded, err);
    fileplan_close(notx->scan);
    arena_free(notx->arena);
    return ok;
}

bool apply_notx(ApplyRun *run, size_t index, Error *err)
{
    const ApplyStep *step = &run->plan->steps.items[index];
    SimpleSender simple;
    NoTx notx = {.run = run, .index = index, .step = step, .sender = &simple.sender, .live = &simple,
                 .started_ms = platform_monotonic_ms()};
    apply_simple_begin(&simple, run, index);
    run->events->file_begin(run->events->context, step, index, run->plan->steps.count);
    apply_watch_statement(run->watch, step, 0);
    bool recorded = false;
    bool ok = lock_renew(run->lock, err) && apply_notx_frames(&notx, &recorded, err);
    apply_simple_end(&simple);
    if (recorded) {
        run->result->applied++;
        run->result->statements += step->plan.statements;
        apply_recorded(run, step, notx.progress.rank);
        run->events->file_end(run->events->context, step, index, run->plan->steps.count,
                              platform_monotonic_ms() - notx.started_ms);
    }
    if (recorded && !ok)
        apply_fail_summary(run, index + 1, err);
    return ok;
}
