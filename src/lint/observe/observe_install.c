/* What the observation needs on the server: a second session, and event triggers in the database. */
#include "observe.h"

#include "dbmig/base/interrupt.h"
#include "dbmig/base/text.h"
#include "dbmig_sql.h"

bool lint_is_superuser(const Session *session)
{
    return text_equal(session_parameter(session, "is_superuser"), "on");
}

static bool prepare(Observation *observation, Error *err)
{
    /* Planned once: planning them takes longer than running them. */
    return session_execf(observation->helper, err,
                         "PREPARE dbmig_new(oid, oid, oid[]) AS %s; "
                         "PREPARE dbmig_relations(oid, oid, oid[]) AS %s; "
                         "PREPARE dbmig_locks(int, oid) AS %s",
                         sql_lint_new, sql_lint_relations, sql_lint_locks) &&
           session_execf(observation->helper, err,
                         "PREPARE dbmig_catalog_fk(oid, oid) AS %s; "
                         "PREPARE dbmig_catalog_pk(oid) AS %s; "
                         "PREPARE dbmig_catalog_index(oid) AS %s; "
                         "PREPARE dbmig_catalog_table(oid) AS %s; "
                         "PREPARE dbmig_catalog_name(oid, text) AS %s; "
                         "PREPARE dbmig_catalog_right(oid) AS %s",
                         sql_lint_catalog_fk, sql_lint_catalog_pk, sql_lint_catalog_index,
                         sql_lint_catalog_table, sql_lint_catalog_name, sql_lint_catalog_right);
}

bool lint_open_helper(Observation *observation, Error *err)
{
    SessionOptions options = {
        .url = throwaway_url(observation->replay->throwaway),
        .application_name = "dbmig lint",
        .environment = throwaway_environment(observation->replay->throwaway),
        .startup_sql = "SET jit = off; SET plan_cache_mode = force_generic_plan; "
                       /* Operators of the files on arrays of numbers (intarray's) are none of its. */
                       "SET search_path = pg_catalog; "
                       /* Few rows of large catalogs, however few rows these had at planning. */
                       "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; "
                       /* A file that closes the catalogs themselves waits for us, and we for it. */
                       "SET lock_timeout = '3s'",
    };
    return session_open(observation->run->arena, &options, &observation->helper, err) &&
           prepare(observation, err);
}

/* What the files made may keep them out: then less is seen, and that is said. */
static void make_triggers(Observation *observation)
{
    Error why = {0};
    observation->loud = false;
    observation->triggers = session_exec(observation->replay->session, sql_lint_watch, &why);
    if (!observation->triggers)
        lint_note(observation->run, "what DO blocks and functions do is seen by their locks alone: the "
                                    "event triggers could not be made: %s", why.primary);
    error_clear(&why);
}

/* Where the files' tables go when they name no schema. */
static bool read_schema(Observation *observation, Error *err)
{
    LintRun *run = observation->run;
    Rows *rows;
    if (!session_query(observation->replay->session, run->arena, "SELECT pg_catalog.current_schema()", 0,
                       NULL, &rows, err))
        return false;
    run->own_schema = rows_text(rows, 0, 0);
    return true;
}

bool lint_install(Observation *observation, Error *err)
{
    observation->oids_read = false;
    if (!read_schema(observation, err))
        return false;
    observation->stale = true;
    lint_change_begin(observation);
    if (!lint_open_helper(observation, err))
        return false;
    if (lint_is_superuser(observation->replay->session))
        make_triggers(observation);
    else
        lint_note(observation->run, "the dev URL's user is no superuser: what DO blocks and functions do "
                                    "is seen by their locks alone");
    return interrupt_signal() == 0 || !interrupt_check(err);
}

void lint_uninstall(Observation *observation)
{
    Replay *replay = observation->replay;
    const ReplayOptions *options = &observation->run->options->replay;
    Error trouble = {0};
    lint_unpark(observation);
    arena_free(observation->locks_arena);
    observation->locks_arena = NULL;
    session_close(observation->helper);
    observation->helper = NULL;
    if (replay->session == NULL || session_lost(replay->session))
        return;
    session_on_tick(replay->session, NULL, NULL, 0);
    session_on_notice(replay->session, options->on_notice, options->context);
    bool clean = session_tx(replay->session) == SESSION_TX_IDLE &&
                 (!observation->triggers || session_exec(replay->session, sql_lint_unwatch, &trouble));
    if (!clean || observation->run->result->shaken || observation->run->result->entered)
        replay_spoil(replay);
    if (clean)
        lint_change_end(observation);
    observation->triggers = false;
    error_clear(&trouble);
}
