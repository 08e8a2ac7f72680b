/*
 * Files that run outside a transaction: the locks of a statement there are gone before they can be seen.
 * So it gets a transaction of its own where that changes nothing else. A DO or CALL that may end
 * transactions itself is tried in one first, and rolled back: what it locked counts. Where that fails,
 * it is said.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "observe.h"

/* Bodies in any language; of what CALL runs, the text says nothing. */
static bool may_end_transactions(const SqlItem *item)
{
    static const char *const words[] = {"commit", "rollback", "call"};
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++)
        if (strcasestr(item->text, words[i]) != NULL)
            return true;
    return false;
}

bool lint_can_wrap(const SqlItem *item)
{
    if (item->kind != SQL_ITEM_STATEMENT || item->inside_transaction_forbidden || item->concurrently)
        return false;
    switch (item->verb) {
    case SQL_VERB_ALTER:
    case SQL_VERB_COMMENT:
    case SQL_VERB_CREATE:
    case SQL_VERB_DELETE:
    case SQL_VERB_DROP:
    case SQL_VERB_INSERT:
    case SQL_VERB_MERGE:
    case SQL_VERB_REFRESH:
    case SQL_VERB_REINDEX:
    case SQL_VERB_SELECT:
    case SQL_VERB_TRUNCATE:
    case SQL_VERB_UPDATE:
        return true;
    case SQL_VERB_DO:
        return !may_end_transactions(item);
    default:
        return false;
    }
}

static void tell_unseen(const Observation *observation, const SqlItem *item, const char *why)
{
    lint_note(observation->run, "%s:%zu: what it locks was not observed: %s",
              observation->plan->migration->path, item->line, why);
}

static void tell_failed(const Observation *observation, const SqlItem *item, const Error *err)
{
    tell_unseen(observation, item,
                strcmp(err->sqlstate, "2D000") == 0
                    ? "it ends transactions itself"
                    : arena_printf(observation->run->arena, "within a transaction it fails: %s",
                                   err->primary));
}

static bool look(Observation *observation, Session *session, const SqlItem *item, Error *err)
{
    SessionOutcome outcome;
    Error why = {0};
    observation->watching = observation->trying = true;
    bool ran = session_run(session, item->text, item->len, &outcome, &why);
    observation->watching = observation->trying = false;
    bool done = ran || !lint_is_serious(session, &why);
    if (!done)
        error_copy(err, &why);
    else if (!ran)
        tell_failed(observation, item, &why);
    error_clear(&why);
    return done && (!ran || (lint_read_locks(observation, session, item, false, err) &&
                             lint_read_moves(observation, session, err)));
}

/* In a transaction that is rolled back; *ret_shaken: numbers of sequences were drawn. */
static bool run_trial(Observation *observation, Session *session, const SqlItem *item,
                      bool *ret_shaken, Error *err)
{
    const char *before, *behind;
    Arena *scratch = arena_new();
    bool done = lint_read_numbers(session, scratch, &before, err) &&
                session_exec(session, "BEGIN", err) && look(observation, session, item, err) &&
                session_exec(session, "ROLLBACK", err) &&
                lint_read_numbers(session, scratch, &behind, err);
    *ret_shaken = done && !text_equal(before, behind);
    arena_free(scratch);
    return done;
}

bool lint_try_apart(Observation *observation, Session *session, const SqlItem *item, Error *err)
{
    LintRun *run = observation->run;
    bool shaken;
    if ((item->verb != SQL_VERB_DO && item->verb != SQL_VERB_CALL) ||
        session_tx(session) != SESSION_TX_IDLE)
        return true;
    if (run->options->one_zone) {
        tell_unseen(observation, item, "to try it first would use up numbers of sequences");
        return true;
    }
    if (!run_trial(observation, session, item, &shaken, err))
        return false;
    run->result->shaken |= shaken;
    /* The notices come again with the statement itself. */
    Evidence seen = observation->evidence;
    observation->evidence = (Evidence){
        .quiet = seen.quiet, .drops_seen = seen.drops_seen, .locks_seen = seen.locks_seen};
    memcpy(&observation->evidence.locks, &seen.locks, sizeof(seen.locks));
    memcpy(&observation->evidence.moved, &seen.moved, sizeof(seen.moved));
    return true;
}
