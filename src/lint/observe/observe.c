/*
 * The replay of the judged files under an observer: what each statement did is gathered as evidence,
 * and the rules look at statement and evidence together.
 */
#include "observe.h"

#include <string.h>

#include "dbmig/base/text.h"

/* Utility statements only: a file may begin with SET TRANSACTION. */
static bool set_up(Observation *observation, Session *session, Error *err)
{
    const LintOptions *options = observation->run->options;
    return session_execf(session, err,
                         "SET client_min_messages = debug1; "
                         "SET lock_timeout = %lld; SET statement_timeout = %lld%s",
                         (long long)options->lock_timeout_ms,
                         (long long)options->statement_timeout_ms,
                         lint_is_superuser(session) ? "; SET lc_messages = 'C'" : "");
}

static bool file_begin(void *context, Session *session, const FilePlan *plan, Error *err)
{
    Observation *observation = context;
    LintRun *run = observation->run;
    observation->plan = plan;
    observation->doubt = observation->wrapped = observation->has_item = false;
    observation->settings_run = observation->unheard = observation->blind = false;
    if (!observation->oids_read && !lint_read_new(observation, err))
        return false;
    observation->oids_read = true;
    observation->stale |= observation->unfinished == plan->migration;
    if (observation->by_oid == NULL || !run->options->together)
        lint_forget_relations(observation);
    observation->held = map_new(run->arena);
    if (observation->unfinished == plan->migration) {
        run->result->locks.count = observation->locks_before;
        run->result->statements = observation->statements_before;
        run->result->skipped = observation->skipped_before;
    }
    observation->unfinished = plan->migration;
    observation->locks_before = run->result->locks.count;
    observation->statements_before = run->result->statements;
    observation->skipped_before = run->result->skipped;
    lint_skip_begin(observation);
    lint_file_begin(run, plan->migration, plan->transactional, true);
    session_on_notice(session, lint_notice, observation);
    return set_up(observation, session, err);
}

/* ---- statements ---- */

/* Statements behind which settings may be others. */
static bool changes_settings(SqlVerb verb)
{
    return verb == SQL_VERB_SET || verb == SQL_VERB_SET_LOCAL || verb == SQL_VERB_RESET ||
           verb == SQL_VERB_DISCARD || verb == SQL_VERB_SELECT || verb == SQL_VERB_DO ||
           verb == SQL_VERB_CALL || verb == SQL_VERB_SET_ROLE;
}

static bool read_timeout(Observation *observation, Session *session, Error *err)
{
    Arena *arena = arena_new();
    LintFile *file = &observation->run->file;
    Rows *rows;
    int64_t ms = 0;
    bool done = session_query(session, arena, "SHOW lock_timeout", 0, NULL, &rows, err);
    const char *text = done && rows_count(rows) > 0 ? rows_text(rows, 0, 0) : "0";
    char *plain = arena_strdup(arena, text);
    size_t len = strlen(plain);
    if (len > 3 && strcmp(plain + len - 3, "min") == 0)
        plain[len - 2] = '\0';
    if (done && text_to_duration(plain, 1, &ms) && ms != file->lock_timeout_ms) {
        file->lock_timeout_ms = ms;
        file->own_lock_timeout = true;
    }
    arena_free(arena);
    return done;
}

/* From 17 on event triggers can be switched off. Then what was dropped is not known. */
static bool read_hearing(Observation *observation, Session *session, Error *err)
{
    enum { FIRST_WITH_SWITCH = 170000 };
    Arena *arena = arena_new();
    Rows *rows;
    if (!observation->triggers || observation->replay->server_version < FIRST_WITH_SWITCH) {
        arena_free(arena);
        return true;
    }
    bool done = session_query(session, arena, "SHOW event_triggers", 0, NULL, &rows, err);
    observation->unheard = done && text_equal(rows_text(rows, 0, 0), "off");
    if (observation->unheard)
        lint_note(observation->run, "%s switches event triggers off: what DO blocks, functions and CASCADE "
                                    "do behind that is seen by its locks alone",
                  observation->plan->migration->path);
    arena_free(arena);
    return done;
}

/* The file must not switch the observation off. */
static bool assert_settings(Observation *observation, Session *session, Error *err)
{
    if (!observation->doubt || session_tx(session) == SESSION_TX_FAILED)
        return true;
    observation->doubt = false;
    return session_exec(session, "SET client_min_messages = debug1", err) &&
           read_timeout(observation, session, err) && read_hearing(observation, session, err);
}

static Evidence nothing_yet(const Observation *observation)
{
    return (Evidence){.quiet = observation->triggers && !observation->loud,
                      .drops_seen = observation->triggers && !observation->unheard};
}

static void keep_item(Observation *observation, const SqlItem *item)
{
    Arena *arena = observation->run->arena;
    observation->item = *item;
    observation->item.text = arena_strndup(arena, item->text, item->len);
    observation->item.lead = arena_strndup(arena, item->lead, item->lead_len);
    observation->has_item = true;
}

static bool before(void *context, Session *session, const FilePlan *plan, const SqlItem *item,
                   Error *err)
{
    Observation *observation = context;
    lint_parse_forget(observation->run);
    if (item->verb != SQL_VERB_SET_TRANSACTION && !assert_settings(observation, session, err))
        return false;
    if (!lint_quiet(observation, item, err))
        return false;
    observation->wrapped = !plan->transactional && lint_can_wrap(item);
    if (observation->wrapped && !session_exec(session, "BEGIN", err))
        return false;
    observation->evidence = nothing_yet(observation);
    if ((plan->transactional || observation->wrapped) &&
        !lint_try_zone(observation, session, item, err))
        return false;
    if (!plan->transactional && !observation->wrapped &&
        !lint_try_apart(observation, session, item, err))
        return false;
    if (item->concurrently && !plan->transactional && !lint_park(observation, session, item, err))
        return false;
    observation->run->result->entered |= strcasestr(item->text, "from current") != NULL;
    keep_item(observation, item);
    observation->watching = true;
    return true;
}

static bool wants_moves(const SqlItem *item)
{
    return item->verb == SQL_VERB_DO || item->verb == SQL_VERB_CALL ||
           item->verb == SQL_VERB_SELECT ||
           (item->verb == SQL_VERB_ALTER && strcasestr(item->text, "tablespace") != NULL);
}

/* IF EXISTS finds nothing in the empty database that a file by itself has; in production it may. */
static bool proves_nothing(const Observation *observation, const SqlItem *item)
{
    LintRun *run = observation->run;
    if (!observation->evidence.absent || !run->options->separate)
        return false;
    if (!run->file.absent_told)
        lint_note(run, "%s:%zu: IF EXISTS found nothing in the empty database: such statements are judged by "
                       "their text", run->file.migration->path, item->line);
    run->file.absent_told = true;
    return true;
}

static bool after(void *context, Session *session, const FilePlan *plan, const SqlItem *item,
                  const SessionOutcome *outcome, Error *err)
{
    (void)outcome;
    Observation *observation = context;
    observation->watching = false;
    session_on_tick(session, NULL, NULL, 0);
    lint_unpark(observation);
    lint_add_zone(observation);
    bool open = plan->transactional || observation->wrapped;
    bool skip = lint_skip_look(observation, item);
    if (open && (!lint_read_locks(observation, session, item, skip, err) ||
                 (wants_moves(item) && !lint_read_moves(observation, session, err))))
        return false;
    if (!open)
        observation->held = map_new(observation->run->arena);
    lint_judge(observation->run, item, proves_nothing(observation, item) ? NULL : &observation->evidence);
    observation->has_item = false;
    observation->doubt |= changes_settings(item->verb);
    observation->settings_run |= changes_settings(item->verb);
    if (!observation->wrapped)
        return true;
    observation->wrapped = false;
    observation->held = map_new(observation->run->arena);
    return session_exec(session, "COMMIT", err);
}

static bool file_end(void *context, Session *session, const FilePlan *plan, Error *err)
{
    (void)session;
    Observation *observation = context;
    lint_ignore_tail(observation->run, plan);
    observation->stale |= !plan->transactional;
    if (!lint_catalog_rules(observation, err))
        return false;
    lint_file_end(observation->run);
    observation->ended++;
    return true;
}

/* ---- the replay ---- */

static bool start(Observation *observation, const MigrationFolder *folder, size_t prefix, Error *err)
{
    LintRun *run = observation->run;
    MigrationFolder *before_it = arena_memdup(run->arena, folder, sizeof(*folder));
    before_it->run_count = prefix;
    observation->replay = &observation->own;
    if (!replay_folder(run->arena, before_it, &run->options->replay, &observation->own, err))
        return false;
    run->result->server = arena_strdup(run->arena, throwaway_shown(observation->own.throwaway));
    observation->by_oid = NULL;
    replay_spoil(&observation->own);
    return lint_install(observation, err);
}

static void stop(Observation *observation)
{
    arena_free(observation->locks_arena);
    observation->locks_arena = NULL;
    session_close(observation->helper);
    observation->helper = NULL;
    replay_end(&observation->own);
}

/* Failures that rules foretell: in a transaction, of this kind of table, an enum value too new. Others
   (a table that is not there) prove nothing, so the statement is judged by its tree. */
static bool is_telling(const char *sqlstate)
{
    return strcmp(sqlstate, "25001") == 0 || strcmp(sqlstate, "0A000") == 0 ||
           strcmp(sqlstate, "55P04") == 0;
}

/* The statement that failed is judged with the server's word on it. */
static void judge_failed(Observation *observation, const Error *err)
{
    LintRun *run = observation->run;
    lint_unpark(observation);
    observation->watching = false;
    if (!observation->has_item)
        return;
    run->failed = run->file.migration;
    run->failed_line = observation->item.line;
    observation->evidence.failed = true;
    observation->evidence.locks_seen = false;
    observation->evidence.sqlstate = arena_strdup(run->arena, err->sqlstate);
    observation->evidence.failure = arena_strdup(run->arena, err->primary);
    lint_judge(run, &observation->item,
               is_telling(err->sqlstate) ? &observation->evidence : NULL);
    observation->has_item = false;
}

bool lint_is_judged(const LintOptions *options, size_t index)
{
    for (size_t i = 0; i < options->run_count; i++)
        if (options->run_indexes[i] == index)
            return true;
    return false;
}

void lint_observer(Observation *observation, ReplayObserver *ret)
{
    *ret = (ReplayObserver){
        .context = observation,
        .file_begin = file_begin,
        .before = before,
        .after = after,
        .file_end = file_end,
    };
}

bool lint_observe_files(LintRun *run, size_t first, size_t until, size_t *ret_failed, Error *err)
{
    Observation *observation = run->observation;
    ReplayObserver observer;
    lint_observer(observation, &observer);
    for (size_t i = first, count; i < until; i += count) {
        bool judged = lint_is_judged(run->options, i);
        count = 1;
        while (i + count < until && lint_is_judged(run->options, i + count) == judged)
            count++;
        observation->ended = 0;
        observation->oids_read &= judged;
        observation->stale |= !judged;
        if (replay_run(run->arena, &observation->own, run->folder, i, count,
                       &run->options->replay, judged ? &observer : NULL, err))
            continue;
        judge_failed(observation, err);
        *ret_failed = i + (judged ? observation->ended : 0);
        return false;
    }
    lint_change_end(observation);
    return true;
}

bool lint_observe_begin(LintRun *run, size_t prefix, Error *err)
{
    Observation *observation = arena_alloc(run->arena, sizeof(*observation));
    *observation = (Observation){.run = run};
    if (!start(observation, run->folder, prefix, err)) {
        stop(observation);
        return false;
    }
    run->observation = observation;
    return true;
}

void lint_observe_end(LintRun *run)
{
    if (run->observation != NULL)
        stop(run->observation);
    run->observation = NULL;
    lint_parse_forget(run);
}
