/*
 * Runs migration files on a throwaway, each in its transaction as apply would, statement by
 * statement, and says where a failure is. Between files the session is made as new.
 */
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/text.h"
#include "replay_private.h"

/* Inside the transaction, as apply does before it writes the history row. */
#define BEFORE_COMMIT "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL"

typedef struct FileRun {
    ReplayState *state;
    const FilePlan *plan;
    const ReplayObserver *observer; /* NULL allowed */
    Arena *scratch;                 /* as long as the file */
    Map *tried;                     /* roles made for this file */
    SqlItem copy;                   /* the COPY whose data is being sent */
    size_t copy_line;               /* where its data starts; 0 before that */
} FileRun;

static Session *session_of(const FileRun *run)
{
    return run->state->replay->session;
}

/* ---- what a failure needs to be understood ---- */

/* Errors in COPY data are placed by the server in the data: "COPY t, line 3, column a". */
static void place_copy_data(const FileRun *run, Error *err)
{
    const char *at = err->context == NULL ? NULL : strstr(err->context, ", line ");
    long line = at == NULL ? 0 : strtol(at + 7, NULL, 10);
    if (text_starts(err->context == NULL ? "" : err->context, "COPY ") && line > 0 &&
        run->copy_line > 0)
        error_at(err, run->plan->migration->path, run->copy_line + (size_t)line - 1, 0);
}

/* What a confined server may not do fails like a missing right; a program that cannot be started,
   and a connection, have messages of their own. */
static bool was_held_back(const FileRun *run, const Error *err)
{
    static const char refused[] = "Permission denied";
    if (err->code != EXIT_SQL || !throwaway_is_confined(run->state->replay->throwaway))
        return false;
    return text_starts(err->sqlstate, "08") || strstr(err->primary, refused) != NULL ||
           text_starts(err->primary, "could not execute command") ||
           (err->detail != NULL && strstr(err->detail, refused) != NULL);
}

static void add_hint(const FileRun *run, Error *err)
{
    bool extension = strcmp(err->sqlstate, "58P01") == 0 || strcmp(err->sqlstate, "0A000") == 0;
    if (extension && strstr(err->primary, "extension") != NULL)
        error_hint(err,
                   "Install the extension where the throwaway server runs, or use an image that "
                   "has it: --dev-url docker+postgres://registry/image:tag/db.");
    else if (was_held_back(run, err))
        error_hint(err, "The throwaway server runs on this machine, and so that nothing reaches out "
                        "of it, it may use no files but its own, run no program and connect to "
                        "nothing. Use a container for that: --dev-url docker://postgres/16.");
    else if (strcmp(err->sqlstate, "25001") == 0 && err->hint == NULL)
        error_hint(err, "Put the statement into a file of its own with the first line "
                        "\"-- dbmig:txmode none\".");
    else if (replay_role_was_made(run->state, err))
        error_hint(err, "The history names the role before it creates it, so it was made for the "
                        "replay. Create it first.");
}

static void add_history(const FileRun *run, Error *err)
{
    const Replay *replay = run->state->replay;
    size_t before = replay->cached + replay->replayed;
    Arena *scratch = arena_new();
    char *text = before == 1 ? arena_strdup(scratch, "The file before it replays.")
                             : arena_printf(scratch, "The %zu files before it replay.", before);
    if (before > 0 && err->detail != NULL)
        error_detail(err, "%s\n%s", arena_strdup(scratch, err->detail), text);
    else if (before > 0)
        error_detail(err, "%s", text);
    arena_free(scratch);
}

static void mask_context(Error *err)
{
    if (err->context != NULL)
        err->context = sqlscan_mask_passwords(err->arena, err->context, strlen(err->context));
}

/* Places the error at byte `at` of the item (NULL: somewhere in the file) and explains it. */
static bool explain(const FileRun *run, const SqlItem *item, size_t at, Error *err)
{
    if (err->code >= EXIT_SIGNAL)
        return false;
    if (item == NULL) {
        error_at(err, run->plan->migration->path, 0, 0);
    } else {
        fileplan_place_error(run->plan->migration, item, at, err);
        if (item->kind == SQL_ITEM_COPY)
            place_copy_data(run, err);
    }
    mask_context(err);
    add_hint(run, err);
    if (err->code == EXIT_SQL)
        add_history(run, err);
    return false;
}

/* ---- roles ---- */

/* True when the failure was a missing role, and it is there now: what failed can be run again. */
static bool made_missing_role(FileRun *run, Error *err)
{
    char *role = replay_role_missing(run->scratch, err);
    if (role == NULL || map_has(run->tried, role) || !replay_role_make(run->state, role))
        return false;
    map_set(run->tried, role, run);
    error_clear(err);
    return true;
}

/* ---- statements ---- */

/* Statements behind which sessions may start with other settings; see replay_defaults_changed(). */
static bool doubts_defaults(const SqlItem *item)
{
    if (item->verb != SQL_VERB_ALTER)
        return item->verb == SQL_VERB_DO || item->verb == SQL_VERB_CALL ||
               item->verb == SQL_VERB_SELECT;
    SqlToken first = sqlscan_token(item->text, item->len, 0);
    SqlToken object = sqlscan_token(item->text, item->len, first.end);
    return sqlscan_is_word(item->text, &object, "DATABASE") ||
           sqlscan_is_word(item->text, &object, "ROLE") ||
           sqlscan_is_word(item->text, &object, "USER");
}

static bool is_transaction_control(const SqlItem *item)
{
    return item->verb == SQL_VERB_BEGIN || item->verb == SQL_VERB_COMMIT || item->verb == SQL_VERB_ROLLBACK ||
           item->verb == SQL_VERB_SAVEPOINT || item->verb == SQL_VERB_SET_TRANSACTION ||
           item->verb == SQL_VERB_PREPARE_TRANSACTION || item->verb == SQL_VERB_COMMIT_PREPARED;
}

/* A statement within a script's own transaction can be tried again: a missing role is made meanwhile. */
static bool run_in_own_transaction(FileRun *run, const GuardVerdict *verdict, SessionOutcome *outcome,
                                   Error *err)
{
    Session *session = session_of(run);
    Error ignored = {0};
    *outcome = (SessionOutcome){0};
    if (!session_exec(session, "SAVEPOINT dbmig_statement", err))
        return false;
    if (session_run(session, verdict->sql, verdict->len, outcome, err))
        return session_exec(session, "RELEASE SAVEPOINT dbmig_statement", err);
    bool back = session_exec(session, "ROLLBACK TO SAVEPOINT dbmig_statement", &ignored);
    error_clear(&ignored);
    return back && made_missing_role(run, err) && run_in_own_transaction(run, verdict, outcome, err);
}

/* The same outside a transaction, or within the one that an observer put around the statement alone. */
static bool made_role_outside(FileRun *run, Error *err)
{
    Session *session = session_of(run);
    Error ignored = {0};
    bool within = session_tx(session) == SESSION_TX_FAILED;
    if (within)
        session_exec(session, "ROLLBACK", &ignored);
    error_clear(&ignored);
    return made_missing_role(run, err) && (!within || session_exec(session, "BEGIN", err));
}

/* Sends what the guard made of the statement. In a file without a transaction a missing role is
   made here; else the whole file runs again. */
static bool send(FileRun *run, const SqlItem *item, const GuardVerdict *verdict,
                 SessionOutcome *outcome, Error *err)
{
    Session *session = session_of(run);
    if (verdict->before != NULL && !session_exec(session, verdict->before, err))
        return explain(run, item, 0, err);
    bool own = run->plan->own_control && session_tx(session) == SESSION_TX_OPEN &&
               !is_transaction_control(item);
    while (own ? !run_in_own_transaction(run, verdict, outcome, err)
               : !session_run(session, verdict->sql, verdict->len, outcome, err)) {
        size_t at = outcome->error_offset > 0 ? outcome->error_offset - 1 : 0;
        if (run->plan->transactional || own || !made_role_outside(run, err))
            return explain(run, item, at <= verdict->same_until ? at : 0, err);
    }
    if (verdict->after != NULL && !session_exec(session, verdict->after, err))
        return explain(run, item, 0, err);
    return run->plan->transactional || replay_role_claim(run->state, item->text, err);
}

static bool watch_before(FileRun *run, const SqlItem *item, Error *err)
{
    const ReplayObserver *observer = run->observer;
    return observer == NULL || observer->before == NULL ||
           observer->before(observer->context, session_of(run), run->plan, item, err);
}

static bool watch_after(FileRun *run, const SqlItem *item, const SessionOutcome *outcome,
                        Error *err)
{
    const ReplayObserver *observer = run->observer;
    return observer == NULL || observer->after == NULL ||
           observer->after(observer->context, session_of(run), run->plan, item, outcome, err);
}

static bool run_statement(FileRun *run, const SqlItem *item, Error *err)
{
    GuardVerdict verdict;
    SessionOutcome outcome;
    if (!replay_guard(run->state, run->scratch, item, &verdict, err))
        return explain(run, item, 0, err);
    if (verdict.note != NULL)
        replay_note(run->state, "%s:%zu: %s", run->plan->migration->path, item->line, verdict.note);
    if (verdict.skip)
        return true;
    if (!watch_before(run, item, err) || !send(run, item, &verdict, &outcome, err))
        return false;
    run->state->defaults_doubted |= doubts_defaults(item);
    return watch_after(run, item, &outcome, err);
}

static bool copy_begin(FileRun *run, const SqlItem *item, Error *err)
{
    SessionOutcome outcome;
    run->copy = *item;
    run->copy.text = arena_strndup(run->scratch, item->text, item->len);
    run->copy.lead = arena_strndup(run->scratch, item->lead, item->lead_len);
    run->copy_line = 0;
    if (!watch_before(run, item, err))
        return false;
    if (session_copy_begin(session_of(run), item->text, item->len, &outcome, err))
        return true;
    return explain(run, item, outcome.error_offset > 0 ? outcome.error_offset - 1 : 0, err);
}

static bool copy_data(FileRun *run, const SqlItem *item, Error *err)
{
    if (run->copy_line == 0)
        run->copy_line = item->line;
    return session_copy_put(session_of(run), item->text, item->len, err) ||
           explain(run, &run->copy, 0, err);
}

static bool copy_end(FileRun *run, Error *err)
{
    SessionOutcome outcome;
    if (!session_copy_end(session_of(run), &outcome, err))
        return explain(run, &run->copy, 0, err);
    return watch_after(run, &run->copy, &outcome, err);
}

static bool run_item(FileRun *run, const SqlItem *item, Error *err)
{
    switch (item->kind) {
    case SQL_ITEM_STATEMENT:
        return run_statement(run, item, err);
    case SQL_ITEM_COPY:
        return copy_begin(run, item, err);
    case SQL_ITEM_COPY_DATA:
        return copy_data(run, item, err);
    case SQL_ITEM_COPY_END:
        return copy_end(run, err);
    default:
        return true;
    }
}

static bool run_items(FileRun *run, Error *err)
{
    FileScan *scan;
    SqlItem item = {0};
    if (!fileplan_open(run->plan, &scan, err))
        return false;
    bool done;
    do
        done = fileplan_next(scan, &item, err) && run_item(run, &item, err);
    while (done && item.kind != SQL_ITEM_END);
    fileplan_close(scan);
    return done;
}

/* ---- files ---- */

static bool watch_file(FileRun *run, bool end, Error *err)
{
    const ReplayObserver *observer = run->observer;
    if (observer == NULL)
        return true;
    bool (*function)(void *, Session *, const FilePlan *, Error *) =
        end ? observer->file_end : observer->file_begin;
    return function == NULL || function(observer->context, session_of(run), run->plan, err);
}

static bool watch_commit(FileRun *run, Error *err)
{
    const ReplayObserver *observer = run->observer;
    return observer == NULL || observer->before_commit == NULL ||
           observer->before_commit(observer->context, session_of(run), run->plan, err);
}

/* What a new session would not have goes; what it would have comes. */
static bool renew_session(ReplayState *state, Error *err)
{
    Session *session = state->replay->session;
    bool changed = false;
    if (!session_exec(session, "DISCARD ALL", err) || !session_exec(session, state->setup_sql, err))
        return false;
    if (!state->defaults_doubted)
        return true;
    state->defaults_doubted = false;
    if (!replay_defaults_changed(state, &changed, err))
        return false;
    if (!changed)
        return true;
    replay_disconnect(state);
    return replay_connect(state, err);
}

static void roll_back(ReplayState *state)
{
    Error ignored = {0};
    session_settle(state->replay->session, &ignored); /* a COPY whose file could not be read on */
    error_clear(&ignored);
    if (session_tx(state->replay->session) != SESSION_TX_IDLE)
        session_exec(state->replay->session, "ROLLBACK", &ignored);
    error_clear(&ignored);
    renew_session(state, &ignored);
    error_clear(&ignored);
}

/* The part of a file that lies within the transaction. */
static bool run_inside(FileRun *run, Error *err)
{
    if (!watch_file(run, false, err) || !run_items(run, err) || !watch_commit(run, err))
        return false;
    if (session_tx(session_of(run)) != SESSION_TX_OPEN) {
        error_set(err, EXIT_SQL, "the file ended the transaction that it runs in");
        return explain(run, NULL, 0, err);
    }
    if (!session_exec(session_of(run), BEFORE_COMMIT, err))
        return explain(run, NULL, 0, err);
    return replay_role_claim(run->state, NULL, err);
}

static bool run_transaction(FileRun *run, const FilePlan *plans, size_t count, Error *err)
{
    run->plan = &plans[0];
    if (!session_exec(session_of(run), plans[0].begin, err))
        return explain(run, NULL, 0, err);
    for (size_t i = 0; i < count; i++) {
        run->plan = &plans[i];
        if (!run_inside(run, err))
            return false;
        /* RESET ALL took what the next file starts with, as behind a COMMIT. */
        if (i + 1 < count && !session_exec(session_of(run), run->state->setup_sql, err))
            return explain(run, NULL, 0, err);
    }
    if (session_exec(session_of(run), "COMMIT", err))
        return true;
    explain(run, NULL, 0, err);
    return error_prefix(err, "at COMMIT");
}

static bool run_transactional(FileRun *run, const FilePlan *plans, size_t count, Error *err)
{
    while (!run_transaction(run, plans, count, err)) {
        roll_back(run->state);
        if (!made_missing_role(run, err))
            return false;
    }
    return true;
}

static bool run_plain(FileRun *run, const FilePlan *plan, Error *err)
{
    run->plan = plan;
    bool done = watch_file(run, false, err) && run_items(run, err);
    if (done && session_tx(session_of(run)) != SESSION_TX_IDLE) {
        error_set(err, EXIT_USAGE, "BEGIN without a COMMIT at the end of the file");
        error_at(err, plan->migration->path, 0, 0);
        done = false;
    }
    if (!done)
        roll_back(run->state);
    return done;
}

static bool run_plans(FileRun *run, const FilePlan *plans, size_t count, Error *err)
{
    for (size_t i = 0, together; i < count; i += together) {
        together = 1;
        while (plans[i].transactional && i + together < count && plans[i + together].transactional)
            together++;
        if (plans[i].transactional ? !run_transactional(run, plans + i, together, err)
                                   : !run_plain(run, plans + i, err))
            return false;
        if (!renew_session(run->state, err))
            return false;
        for (size_t k = i; k < i + together; k++) {
            run->plan = &plans[k];
            if (!watch_file(run, true, err))
                return false;
        }
    }
    return true;
}

bool replay_file_run(ReplayState *state, const Migration *const *migrations, size_t count,
                     TxMode mode, const ReplayObserver *observer, Error *err)
{
    FileRun run = {.state = state, .observer = observer, .scratch = arena_new()};
    FilePlan *plans = arena_calloc(run.scratch, count, sizeof(*plans));
    bool done = true;
    run.tried = map_new(run.scratch);
    for (size_t i = 0; i < count && done; i++) {
        done = fileplan_make_with(run.scratch, migrations[i], state->placeholders, mode,
                                  state->replay->server_version, &plans[i], err);
        const char *placeholder = fileplan_placeholder_warning(run.scratch, &plans[i]);
        if (placeholder != NULL)
            replay_note(state, "%s", placeholder);
    }
    done = done && run_plans(&run, plans, count, err);
    arena_free(run.scratch);
    return done;
}
