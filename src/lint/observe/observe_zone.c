/*
 * Some changes of a type rewrite the table in one TimeZone and not in another: timestamp and timestamptz
 * are stored alike at UTC. So a statement that changes types is tried in another zone first, behind a
 * savepoint: what it rewrote there counts, and nothing else of it. Everything that stays runs in the
 * zone that the files would run in. Numbers of sequences do not come back: where the trial drew some, the
 * files are run once more without it.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "observe.h"

/* What production is in, or one where local time is not UTC. */
static const char *other_zone(const LintRun *run)
{
    return run->policy->timezone != NULL ? run->policy->timezone : "America/New_York";
}

/* The server's own types but for the two that depend on the zone. A domain has another name. */
static bool is_plain_type(const PgQuery__TypeName *type)
{
    static const char *const names[] = {
        "bit",  "bool",  "bpchar", "bytea",  "date",    "float4", "float8", "inet",  "int2",   "int4",
        "int8", "jsonb", "json",   "numeric", "text",   "time",   "uuid",   "varbit", "varchar",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
        if (strcmp(lint_type_name(type), names[i]) == 0)
            return type->n_names == 1 || text_equal(lint_string(type->names[0]), "pg_catalog");
    return false;
}

/* USING c AT TIME ZONE 'z' rewrites in every zone: a call of a function of the server's that it cannot see
   through. */
static bool names_its_zone(const PgQuery__Node *expr)
{
    const PgQuery__FuncCall *call =
        expr != NULL && expr->node_case == PG_QUERY__NODE__NODE_FUNC_CALL ? expr->func_call : NULL;
    return call != NULL && call->n_funcname == 2 &&
           text_equal(lint_string(call->funcname[0]), "pg_catalog") &&
           text_equal(lint_string(call->funcname[1]), "timezone");
}

static bool changes_to_other_type(const PgQuery__AlterTableStmt *alter)
{
    for (size_t i = 0; i < alter->n_cmds; i++) {
        const PgQuery__Node *node = alter->cmds[i];
        if (node->node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_CMD ||
            node->alter_table_cmd->subtype != PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnType)
            continue;
        const PgQuery__Node *def = node->alter_table_cmd->def;
        if (def == NULL || def->node_case != PG_QUERY__NODE__NODE_COLUMN_DEF ||
            (!is_plain_type(def->column_def->type_name) &&
             !names_its_zone(def->column_def->raw_default)))
            return true;
    }
    return false;
}

/* Of functions that change types, only what they do in the files' own zone is seen. */
static bool may_change_type(LintRun *run, const SqlItem *item)
{
    if (item->kind != SQL_ITEM_STATEMENT || strcasestr(item->text, "type") == NULL)
        return false;
    if (item->verb == SQL_VERB_DO)
        return strcasestr(item->text, "alter") != NULL;
    if (item->verb != SQL_VERB_ALTER)
        return false;
    const PgQuery__Node *node = lint_parse(run, item, NULL);
    if (node != NULL)
        return node->node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_STMT &&
               changes_to_other_type(node->alter_table_stmt);
    SqlToken verb = sqlscan_token(item->text, item->len, 0);
    SqlToken object = sqlscan_token(item->text, item->len, verb.end);
    return sqlscan_is_word(item->text, &object, "TABLE");
}

/* A file that says in which zone it runs has it everywhere. */
static bool sets_zone(Session *session, bool *ret, Error *err)
{
    Arena *scratch = arena_new();
    Rows *rows;
    bool done = session_query(session, scratch,
                              "SELECT source = 'session' FROM pg_catalog.pg_settings "
                              "WHERE name = 'TimeZone'", 0, NULL, &rows, err);
    *ret = done && rows_bool(rows, 0, 0);
    arena_free(scratch);
    return done;
}

bool lint_is_serious(const Session *session, const Error *err)
{
    return session_lost(session) || err->code >= EXIT_SIGNAL;
}

static bool try_there(Observation *observation, Session *session, const SqlItem *item, Error *err)
{
    SessionOutcome outcome;
    Error trouble = {0};
    observation->watching = observation->trying = true;
    bool ran = session_run(session, item->text, item->len, &outcome, &trouble);
    observation->watching = observation->trying = false;
    bool serious = !ran && lint_is_serious(session, &trouble);
    if (serious)
        error_copy(err, &trouble);
    error_clear(&trouble);
    return !serious;
}

bool lint_read_numbers(Session *session, Arena *arena, const char **ret, Error *err)
{
    Rows *rows;
    if (!session_query(session, arena,
                       "SELECT pg_catalog.md5(pg_catalog.string_agg(seqrelid || ':' || "
                       "pg_catalog.pg_sequence_last_value(seqrelid), ',' ORDER BY seqrelid)) "
                       "FROM pg_catalog.pg_sequence "
                       "WHERE pg_catalog.has_sequence_privilege(seqrelid, 'USAGE, SELECT')",
                       0, NULL, &rows, err))
        return false;
    *ret = rows_text(rows, 0, 0);
    return true;
}

/* The trial, with nothing of it left but what it rewrote and, in *ret_shaken, numbers. */
static bool run_trial(Observation *observation, Session *session, const SqlItem *item,
                      bool *ret_shaken, Error *err)
{
    const char *before, *behind;
    Arena *scratch = arena_new();
    bool done =
        lint_read_numbers(session, scratch, &before, err) &&
        session_exec(session,
                     arena_printf(scratch, "SAVEPOINT dbmig_zone; SET LOCAL TimeZone = %s",
                                  session_quote_literal(scratch, other_zone(observation->run))),
                     err) &&
        try_there(observation, session, item, err) &&
        session_exec(session, "ROLLBACK TO SAVEPOINT dbmig_zone; RELEASE SAVEPOINT dbmig_zone", err) &&
        lint_read_numbers(session, scratch, &behind, err);
    *ret_shaken = done && !text_equal(before, behind);
    arena_free(scratch);
    return done;
}

bool lint_try_zone(Observation *observation, Session *session, const SqlItem *item, Error *err)
{
    observation->elsewhere = (Evidence){0};
    bool own = false;
    if (!may_change_type(observation->run, item) || session_tx(session) != SESSION_TX_OPEN)
        return true;
    if (observation->settings_run && !sets_zone(session, &own, err))
        return false;
    if (own)
        return true;
    LintRun *run = observation->run;
    if (run->options->one_zone) {
        lint_note(run, "changes of types are judged in the server's own TimeZone alone: to try them in "
                       "another would use up numbers of sequences");
        return true;
    }
    bool shaken;
    if (!run_trial(observation, session, item, &shaken, err))
        return false;
    run->result->shaken |= shaken;
    observation->elsewhere = observation->evidence;
    observation->evidence = (Evidence){.quiet = observation->elsewhere.quiet,
                                       .drops_seen = observation->elsewhere.drops_seen};
    return true;
}

void lint_add_zone(Observation *observation)
{
    Evidence *evidence = &observation->evidence;
    const Evidence *elsewhere = &observation->elsewhere;
    Arena *arena = observation->run->arena;
    for (size_t i = 0; i < elsewhere->rewritten.count; i++) {
        if (lint_evidence_has(&evidence->rewritten, elsewhere->rewritten.items[i]))
            continue;
        VEC_PUSH(arena, evidence->rewritten, elsewhere->rewritten.items[i]);
        evidence->zone = other_zone(observation->run);
    }
    for (size_t i = 0; evidence->zone != NULL && i < elsewhere->rewrites.count; i++)
        VEC_PUSH(arena, evidence->rewrites, elsewhere->rewrites.items[i]);
    observation->elsewhere = (Evidence){0};
}
