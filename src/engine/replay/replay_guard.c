/*
 * What must not reach out of a throwaway, a row a kind of statement in the table at the end. On a
 * server of our own most of them are harmless or can be made so; on a server that others use too,
 * whatever would outlive the temporary database is refused; so is, where the server is a process of
 * this machine, COPY with its files and programs. Looks at words, not at parse trees, so
 * that a statement newer than the parser is still seen; what functions and DO blocks do is not: an
 * embedded server is confined for that (platform_confine()), a container is confined anyway, and an
 * existing server has the rights of its user. Edits of statement texts are in replay_guard_edit.c.
 */
#include <string.h>

#include "replay_guard.h"

static bool refuse(Guard *guard, Error *err)
{
    error_set(err, EXIT_USAGE, "%s reaches out of the throwaway database", guard->words);
    error_detail(err, "The dev URL names a server that dbmig does not own: what this changes there "
                      "would stay.");
    return error_hint(err,
                      "Use a server of dbmig's own for replays: --dev-url docker://postgres/16 or "
                      "--dev-url embedded://.");
}

static bool skip(Guard *guard, const char *why)
{
    guard->verdict->skip = true;
    guard->verdict->note = arena_printf(guard->arena, "%s left out: %s", guard->words, why);
    return true;
}

/* ---- databases ---- */

static bool database_exists(Guard *guard, const char *name, bool *ret, Error *err)
{
    Rows *rows;
    const char *const params[] = {name};
    if (!session_query(guard->state->replay->session, guard->arena,
                       "SELECT FROM pg_catalog.pg_database WHERE datname = $1", 1, params, &rows,
                       err))
        return false;
    *ret = rows_count(rows) > 0;
    return true;
}

/*
 * A history that names its database means the one that it is applied to, which is ours here. Left
 * alone: our own name, and on our own server the databases that the history made.
 */
static bool use_own_database(Guard *guard, const SqlToken *name, Error *err)
{
    Session *session = guard->state->replay->session;
    const char *own = session_database(session);
    char *given = guard_identifier(guard, name);
    bool exists = false;
    if (given == NULL || strcmp(given, own) == 0)
        return true;
    if (guard->state->owns_server && !database_exists(guard, given, &exists, err))
        return false;
    if (exists)
        return true;
    guard_replace(guard, name->start, name->end, session_quote_identifier(guard->arena, own));
    guard->verdict->note = arena_printf(guard->arena, "%s \"%s\" is done to the throwaway database",
                                        guard->words, given);
    return true;
}

static bool alter_database(Guard *guard, Error *err)
{
    SqlToken name = guard_next(guard), action = guard_next(guard);
    SqlToken object = guard_next(guard);
    bool whole = guard_is(guard, &action, "RENAME") ||
                 (guard_is(guard, &action, "SET") && guard_is(guard, &object, "TABLESPACE"));
    if (whole && !guard->state->owns_server)
        return refuse(guard, err);
    return whole || use_own_database(guard, &name, err);
}

static bool comment_on_database(Guard *guard, Error *err)
{
    SqlToken name = guard_next(guard);
    return use_own_database(guard, &name, err);
}

/* ---- settings of the server, tablespaces ---- */

/* Tried, so that a wrong name or value is noticed, and taken back, so that the server that a cached
   state is started with is the one that was planned. */
static bool alter_system(Guard *guard, Error *err)
{
    (void)err;
    SqlToken action = guard_next(guard), first = guard_next(guard), last = first, word = first;
    if (!guard_is(guard, &action, "SET"))
        return true;
    while (word.kind != SQL_TOKEN_END && !guard_is(guard, &word, "TO") &&
           !guard_is_symbol(guard, &word, '=')) {
        last = word;
        word = guard_next(guard);
    }
    char *name = arena_strndup(guard->arena, guard->text + first.start, last.end - first.start);
    guard->verdict->after = arena_printf(guard->arena, "ALTER SYSTEM RESET %s", name);
    guard->verdict->note =
        arena_printf(guard->arena, "ALTER SYSTEM SET %s tried, and taken back", name);
    return true;
}

/* The folder that it names is not there, and would outlive the server. */
static bool create_tablespace(Guard *guard, Error *err)
{
    (void)err;
    SqlToken word = guard_next(guard);
    while (word.kind != SQL_TOKEN_END && !guard_is(guard, &word, "LOCATION"))
        word = guard_next(guard);
    SqlToken place = guard_next(guard);
    if (place.kind != SQL_TOKEN_STRING)
        return true;
    guard_replace(guard, place.start, place.end, "''");
    guard->verdict->before = "SET allow_in_place_tablespaces = on";
    guard->verdict->note = "CREATE TABLESPACE makes its folder inside the throwaway server";
    return true;
}

/* ---- roles ---- */

static bool own_role(Guard *guard, const SqlToken *word)
{
    char *name = guard_identifier(guard, word);
    return name != NULL && replay_role_is_own(guard->state, name);
}

/* What a history would do to a role that the server has already: taken as done there. */
static bool leave_lent_role(Guard *guard, const char *role)
{
    return skip(guard, arena_printf(guard->arena,
                                    "this server has a role \"%s\" already, which other databases "
                                    "may use; it stays as it is",
                                    role));
}

static bool create_role(Guard *guard, Error *err)
{
    (void)err;
    SqlToken name = guard_next(guard);
    char *plain = guard_identifier(guard, &name);
    if (plain != NULL && !guard_is(guard, &name, "MAPPING") && !replay_role_expect(guard->state, plain))
        return leave_lent_role(guard, plain);
    return true;
}

static bool lent_role(Guard *guard, const SqlToken *word, char **ret)
{
    *ret = guard_identifier(guard, word);
    return *ret != NULL && replay_role_is_lent(guard->state, *ret);
}

static bool alter_role(Guard *guard, Error *err)
{
    SqlToken name = guard_next(guard), word = guard_next(guard);
    char *lent;
    if (guard_is(guard, &name, "MAPPING"))
        return true;
    if (lent_role(guard, &name, &lent))
        return leave_lent_role(guard, lent);
    if (!own_role(guard, &name))
        return refuse(guard, err);
    SqlToken object = guard_next(guard);
    if (!guard_is(guard, &word, "IN") || !guard_is(guard, &object, "DATABASE"))
        return true;
    SqlToken database = guard_next(guard);
    return use_own_database(guard, &database, err);
}

/* DROP ROLE [IF EXISTS] a, b; DROP OWNED BY a, b; REASSIGN OWNED BY a TO b. */
static bool role_list(Guard *guard, Error *err)
{
    for (SqlToken word = guard_next(guard); word.kind != SQL_TOKEN_END; word = guard_next(guard)) {
        if (guard_is(guard, &word, "MAPPING"))
            return true;
        bool filler = guard_is_symbol(guard, &word, ',') || guard_is(guard, &word, "IF") ||
                      guard_is(guard, &word, "EXISTS") || guard_is(guard, &word, "BY");
        if (guard_is(guard, &word, "TO") || guard_is(guard, &word, "CASCADE") ||
            guard_is(guard, &word, "RESTRICT"))
            return true;
        if (!filler && !own_role(guard, &word))
            return refuse(guard, err);
    }
    return true;
}

/* A membership goes when either of its roles goes. */
static bool membership(Guard *guard, SqlToken word, Error *err)
{
    bool granted_own = true, grantee_own = true, grantees = false;
    char *name, *lent = NULL;
    for (; word.kind != SQL_TOKEN_END; word = guard_next(guard)) {
        if (guard_is(guard, &word, "WITH") || guard_is(guard, &word, "GRANTED"))
            break;
        if (guard_is(guard, &word, "TO") || guard_is(guard, &word, "FROM"))
            grantees = true;
        else if (word.kind != SQL_TOKEN_SYMBOL && !own_role(guard, &word))
            *(grantees ? &grantee_own : &granted_own) = false;
        if (lent_role(guard, &word, &name))
            lent = name;
    }
    if (!granted_own && !grantee_own && lent != NULL)
        return leave_lent_role(guard, lent);
    return granted_own || grantee_own || refuse(guard, err);
}

/* GRANT and REVOKE: rights on databases are those on ours; other shared objects need our server. */
static bool grant(Guard *guard, Error *err)
{
    SqlToken first = guard_next(guard), word = first;
    size_t after_first = guard->at;
    while (word.kind != SQL_TOKEN_END && !guard_is(guard, &word, "ON"))
        word = guard_next(guard);
    if (word.kind == SQL_TOKEN_END) {
        guard->at = after_first;
        return guard->state->owns_server || membership(guard, first, err);
    }
    word = guard_next(guard);
    if (guard_is(guard, &word, "DATABASE")) {
        guard->words = arena_printf(guard->arena, "%s ON DATABASE", guard->words);
        word = guard_next(guard);
        return use_own_database(guard, &word, err);
    }
    if (guard->state->owns_server ||
        !(guard_is(guard, &word, "TABLESPACE") || guard_is(guard, &word, "PARAMETER")))
        return true;
    return refuse(guard, err);
}

static bool comment_on_role(Guard *guard, Error *err)
{
    SqlToken name = guard_next(guard);
    char *lent;
    if (lent_role(guard, &name, &lent))
        return leave_lent_role(guard, lent);
    return own_role(guard, &name) || refuse(guard, err);
}

/* ---- files and programs of the server ---- */

/* Not even on a server of our own, when its files are those of whoever runs dbmig. */
static bool refuse_files(Guard *guard, bool program, Error *err)
{
    if (!guard->state->owns_server) {
        guard->words = "COPY with a file or program of the server";
        return refuse(guard, err);
    }
    error_set(err, EXIT_USAGE, "COPY with a %s of the server would %s this machine",
              program ? "program" : "file", program ? "run it on" : "use a file of");
    error_detail(err, "The throwaway server runs here (%s), and is not the one that has the %s.",
                 throwaway_shown(guard->state->replay->throwaway), program ? "program" : "file");
    return error_hint(err, "Use COPY … FROM STDIN, with the rows in the migration; or replay in a "
                           "container: --dev-url docker://postgres/16.");
}

static bool copy(Guard *guard, Error *err)
{
    int depth = 0;
    if (guard->state->owns_server && !guard->state->shares_files)
        return true;
    for (SqlToken word = guard_next(guard); word.kind != SQL_TOKEN_END; word = guard_next(guard)) {
        depth += guard_is_symbol(guard, &word, '(') - guard_is_symbol(guard, &word, ')');
        if (depth > 0 || !(guard_is(guard, &word, "FROM") || guard_is(guard, &word, "TO")))
            continue;
        SqlToken place = guard_next(guard);
        bool program = guard_is(guard, &place, "PROGRAM");
        return (place.kind != SQL_TOKEN_STRING && !program) || refuse_files(guard, program, err);
    }
    return true;
}

/* ---- subscriptions: a throwaway never connects to a publisher ---- */

static bool create_subscription(Guard *guard, Error *err)
{
    (void)err;
    static const char *const without[] = {"connect", "enabled", "create_slot", "copy_data", NULL};
    guard_set_options(guard, without, "connect = false");
    guard->verdict->note = "CREATE SUBSCRIPTION runs with connect = false";
    return true;
}

static bool alter_subscription(Guard *guard, Error *err)
{
    (void)err;
    static const char *const without[] = {"refresh", "copy_data", NULL};
    guard_next(guard); /* its name */
    SqlToken action = guard_next(guard), object = guard_next(guard);
    if (guard_is(guard, &action, "ENABLE") || guard_is(guard, &action, "REFRESH"))
        return skip(guard, "a throwaway server does not connect to a publisher");
    if (guard_is(guard, &object, "PUBLICATION")) {
        guard_set_options(guard, without, "refresh = false");
        guard->verdict->note = "ALTER SUBSCRIPTION runs with refresh = false";
        return true;
    }
    for (; guard_is(guard, &action, "SET") && object.kind != SQL_TOKEN_END;
         object = guard_next(guard))
        if (guard_is(guard, &object, "FAILOVER") || guard_is(guard, &object, "TWO_PHASE"))
            return skip(guard, "it changes the publisher's slot");
    return true;
}

/* Without a slot the publisher need not be asked. */
static bool drop_subscription(Guard *guard, Error *err)
{
    (void)err;
    SqlToken name = guard_next(guard);
    if (guard_is(guard, &name, "IF")) {
        guard_next(guard);
        name = guard_next(guard);
    }
    char *plain = guard_identifier(guard, &name);
    if (plain == NULL)
        return true;
    char *literal = session_quote_literal(guard->arena, plain);
    char *sql = arena_printf(
        guard->arena,
        "BEGIN IF EXISTS (SELECT FROM pg_catalog.pg_subscription WHERE subname = %s) THEN "
        "EXECUTE format('ALTER SUBSCRIPTION %%I SET (slot_name = NONE)', %s); END IF; END",
        literal, literal);
    guard->verdict->before =
        arena_printf(guard->arena, "DO %s", session_quote_literal(guard->arena, sql));
    return true;
}

/* ---- the table ---- */

typedef bool (*GuardFunction)(Guard *guard, Error *err);

static const struct {
    const char *words;     /* the statement's first ones */
    GuardFunction ours;    /* on a server of our own; NULL: it runs as it stands */
    GuardFunction foreign; /* elsewhere */
} table[] = {
    {"ALTER DATABASE", alter_database, alter_database},
    {"ALTER GROUP", alter_role, alter_role},
    {"ALTER ROLE", alter_role, alter_role},
    {"ALTER SUBSCRIPTION", alter_subscription, alter_subscription},
    {"ALTER SYSTEM", alter_system, refuse},
    {"ALTER TABLESPACE", NULL, refuse},
    {"ALTER USER", alter_role, alter_role},
    {"COMMENT ON DATABASE", comment_on_database, comment_on_database},
    {"COMMENT ON ROLE", NULL, comment_on_role},
    {"COMMENT ON TABLESPACE", NULL, refuse},
    {"COPY", copy, copy},
    {"CREATE DATABASE", NULL, refuse},
    {"CREATE GROUP", NULL, create_role},
    {"CREATE ROLE", NULL, create_role},
    {"CREATE SUBSCRIPTION", create_subscription, create_subscription},
    {"CREATE TABLESPACE", create_tablespace, refuse},
    {"CREATE USER", NULL, create_role},
    {"DROP DATABASE", NULL, refuse},
    {"DROP GROUP", NULL, role_list},
    {"DROP OWNED", NULL, role_list},
    {"DROP ROLE", NULL, role_list},
    {"DROP SUBSCRIPTION", drop_subscription, drop_subscription},
    {"DROP TABLESPACE", NULL, refuse},
    {"DROP USER", NULL, role_list},
    {"GRANT", grant, grant},
    {"REASSIGN OWNED", NULL, role_list},
    {"REVOKE", grant, grant},
};

/* Puts the guard behind the row's words when the statement begins with them. */
static bool begins_with(Guard *guard, const char *words)
{
    guard->at = 0;
    guard->words = words;
    while (*words != '\0') {
        size_t len = strcspn(words, " ");
        SqlToken word = guard_next(guard);
        if (word.kind != SQL_TOKEN_WORD || word.len != len ||
            strncasecmp(guard->text + word.start, words, len) != 0)
            return false;
        words += len + (words[len] == ' ');
    }
    return true;
}

/* The verbs of the table; most statements of a history have another one. */
static bool may_be_listed(SqlVerb verb)
{
    return verb == SQL_VERB_ALTER || verb == SQL_VERB_COMMENT || verb == SQL_VERB_COPY ||
           verb == SQL_VERB_CREATE || verb == SQL_VERB_DROP || verb == SQL_VERB_GRANT ||
           verb == SQL_VERB_OTHER;
}

bool replay_guard(ReplayState *state, Arena *arena, const SqlItem *item, GuardVerdict *ret,
                  Error *err)
{
    *ret = (GuardVerdict){.sql = item->text, .len = item->len, .same_until = item->len};
    Guard guard = {
        .state = state, .arena = arena, .text = item->text, .len = item->len, .verdict = ret};
    if (!may_be_listed(item->verb))
        return true;
    for (size_t i = 0; i < ARRAY_LENGTH(table); i++) {
        GuardFunction function = state->owns_server ? table[i].ours : table[i].foreign;
        if (function != NULL && begins_with(&guard, table[i].words))
            return function(&guard, err);
    }
    return true;
}
