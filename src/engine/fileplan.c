/*
 * Decides how a migration file runs, and yields its statements. Knows the rules about transactions;
 * sends nothing.
 */
#include "dbmig/engine/fileplan.h"

#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/text.h"

struct FileScan {
    const FilePlan *plan;
    Arena *arena;
    PlaceholderReader *reader;
    SqlScanner *scanner;
    uint64_t count; /* statements yielded */
};

/* What the pass over a file has seen so far. */
typedef struct Survey {
    FilePlan *plan;
    Arena *arena;
    int server_version;
    bool begun, ended;          /* the file's own BEGIN and COMMIT */
    size_t begin_line, end_line;
    size_t begin_column, end_column;
    size_t unsafe_line;         /* of the first statement that cannot run in a transaction; 0 none */
    size_t unsafe_column;
    const char *unsafe_label;
    const char *unsafe_excerpt;
    size_t savepoint_line;      /* 0 none */
    size_t savepoint_column;
    bool other_statement;       /* a statement that is no SET TRANSACTION was seen */
    uint64_t controls;          /* BEGIN, COMMIT and the like */
} Survey;

bool fileplan_open(const FilePlan *plan, FileScan **ret, Error *err)
{
    Arena *arena = arena_new();
    FileScan *scan = arena_alloc(arena, sizeof(*scan));
    scan->arena = arena;
    scan->plan = plan;
    if (!placeholder_open(arena, plan->migration, plan->placeholders, &scan->reader, err)) {
        fileplan_close(scan);
        return false;
    }
    scan->scanner = sqlscan_begin(arena, plan->migration->path, placeholder_read, scan->reader);
    *ret = scan;
    return true;
}

void fileplan_close(FileScan *scan)
{
    if (scan == NULL)
        return;
    sqlscan_end(scan->scanner);
    placeholder_close(scan->reader);
    arena_free(scan->arena);
}

bool fileplan_next(FileScan *scan, SqlItem *ret, Error *err)
{
    for (;;) {
        if (!sqlscan_next(scan->scanner, ret, err))
            return false;
        if (ret->kind == SQL_ITEM_META)
            continue;
        bool statement = ret->kind == SQL_ITEM_STATEMENT;
        if (statement && scan->plan->own_transaction &&
            (ret->verb == SQL_VERB_BEGIN || ret->verb == SQL_VERB_COMMIT))
            continue;
        if (statement || ret->kind == SQL_ITEM_COPY)
            scan->count++;
        return true;
    }
}

uint64_t fileplan_index(const FileScan *scan)
{
    return scan->count - 1;
}

char *fileplan_placeholder_warning(Arena *arena, const FilePlan *plan)
{
    if (plan->unreplaced == NULL)
        return NULL;
    return arena_printf(arena, "%s:%zu: %s is sent as it stands. If it is a placeholder, give its value: "
                        "--placeholder %.*s=VALUE", plan->migration->path, plan->unreplaced_line,
                        plan->unreplaced, (int)strlen(plan->unreplaced) - 3, plan->unreplaced + 2);
}

char *fileplan_label(Arena *arena, const SqlItem *item)
{
    static const char *const words[] = {
        "CREATE", "UNIQUE", "INDEX",  "CONCURRENTLY", "DROP",   "REINDEX", "TABLE", "SCHEMA",
        "DATABASE", "SYSTEM", "TABLESPACE", "ALTER", "TYPE", "SUBSCRIPTION", "VACUUM", "CLUSTER",
        "DISCARD", "ALL", "BEGIN", "COMMIT", "ROLLBACK", "PREPARE", "TRANSACTION", "PREPARED",
        "START", "ABORT", "END", "SAVEPOINT", "RELEASE", "TO", "WORK", "DETACH", "REFRESH",
    };
    Buf label = {0};
    for (size_t at = 0, count = 0; count < 4; count++) {
        SqlToken token = sqlscan_token(item->text, item->len, at);
        bool known = false;
        for (size_t i = 0; i < ARRAY_LENGTH(words) && !known; i++) {
            known = sqlscan_is_word(item->text, &token, words[i]);
            if (known)
                buf_printf(&label, "%s%s", count > 0 ? " " : "", words[i]);
        }
        if (!known)
            break;
        at = token.end;
    }
    if (label.len == 0)
        buf_add_str(&label, "this statement");
    else if (item->concurrently && strstr(label.data, "CONCURRENTLY") == NULL)
        buf_add_str(&label, " … CONCURRENTLY");
    return buf_steal(&label, arena);
}

bool fileplan_place_error(const Migration *migration, const SqlItem *item, size_t at, Error *err)
{
    size_t line = item->line, column = item->column;
    if (at > 0)
        sqlscan_place(item, at, &line, &column);
    Arena *scratch = arena_new();
    error_at(err, migration->path, line, column);
    error_excerpt(err, "%s", sqlscan_excerpt(scratch, item->text, item->len, at));
    arena_free(scratch);
    return false;
}

/* What a migration cannot have: a script that does has transactions of its own. */
static bool refuse(const Survey *survey, const SqlItem *item, Error *err, const char *why)
{
    if (survey->plan->migration->script) {
        survey->plan->own_control = true;
        return true;
    }
    Arena *scratch = arena_new();
    error_set(err, EXIT_USAGE, "%s %s", fileplan_label(scratch, item), why);
    arena_free(scratch);
    fileplan_place_error(survey->plan->migration, item, 0, err);
    return error_hint(err, "dbmig commits each file together with its history row. Remove the "
                           "transaction control, put BEGIN … COMMIT around the whole file, or split "
                           "the file.");
}

/* True when COMMIT starts a further transaction: COMMIT AND CHAIN. */
static bool chains(const SqlItem *item)
{
    for (size_t at = 0, seen_and = 0;;) {
        SqlToken token = sqlscan_token(item->text, item->len, at);
        if (token.kind == SQL_TOKEN_END)
            return false;
        if (seen_and && sqlscan_is_word(item->text, &token, "CHAIN"))
            return true;
        seen_and = sqlscan_is_word(item->text, &token, "AND");
        at = token.end;
    }
}

static bool survey_begin(Survey *survey, const SqlItem *item, Error *err)
{
    survey->controls++;
    if (survey->begun)
        return refuse(survey, item, err, survey->ended ? "starts a second transaction in the file"
                                                       : "stands inside a transaction");
    if (survey->plan->statements > 0)
        return refuse(survey, item, err, "stands in the middle of the file");
    survey->begun = true;
    survey->begin_line = item->line;
    survey->begin_column = item->column;
    survey->plan->begin = arena_strndup(survey->arena, item->text, item->len);
    return true;
}

static bool survey_commit(Survey *survey, const SqlItem *item, Error *err)
{
    survey->controls++;
    if (!survey->begun)
        return refuse(survey, item, err, "has no BEGIN before it");
    if (survey->ended)
        return refuse(survey, item, err, "stands after the end of the file's transaction");
    if (chains(item))
        return refuse(survey, item, err, "AND CHAIN starts a second transaction in the file");
    survey->ended = true;
    survey->end_line = item->line;
    survey->end_column = item->column;
    return true;
}

static void survey_unsafe(Survey *survey, const SqlItem *item)
{
    FilePlan *plan = survey->plan;
    if (!item->inside_transaction_forbidden ||
        (item->forbidden_below != 0 &&
         (survey->server_version == 0 || survey->server_version >= item->forbidden_below)))
        return;
    plan->unsafe_count++;
    if (survey->unsafe_line != 0)
        return;
    survey->unsafe_line = item->line;
    survey->unsafe_column = item->column;
    survey->unsafe_label = fileplan_label(survey->arena, item);
    survey->unsafe_excerpt = sqlscan_excerpt(survey->arena, item->text, item->len, 0);
}

/* "${name}" of letters, digits and what Flyway's names have, where nothing is put in its place. */
static void survey_placeholder(Survey *survey, const SqlItem *item)
{
    FilePlan *plan = survey->plan;
    const char *at = item->text, *end = item->text + item->len;
    if (plan->unreplaced != NULL || plan->placeholders != NULL ||
        plan->migration->placeholder_replacement_off)
        return;
    while ((at = memmem(at, (size_t)(end - at), "${", 2)) != NULL) {
        size_t len = strspn(at + 2, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:-");
        if (len > 0 && at[2 + len] == '}') {
            size_t column;
            plan->unreplaced = arena_strndup(survey->arena, at, len + 3);
            sqlscan_place(item, (size_t)(at - item->text), &plan->unreplaced_line, &column);
            return;
        }
        at += 2;
    }
}

static bool survey_statement(Survey *survey, const SqlItem *item, Error *err)
{
    FilePlan *plan = survey->plan;
    switch (item->verb) {
    case SQL_VERB_BEGIN:
        return survey_begin(survey, item, err);
    case SQL_VERB_COMMIT:
        return survey_commit(survey, item, err);
    case SQL_VERB_ROLLBACK:
        survey->controls++;
        return refuse(survey, item, err, "would undo what the file did before");
    case SQL_VERB_PREPARE_TRANSACTION:
    case SQL_VERB_COMMIT_PREPARED:
        survey->controls++;
        return refuse(survey, item, err, "cannot be part of a migration");
    case SQL_VERB_SAVEPOINT:
        if (survey->savepoint_line == 0) {
            survey->savepoint_line = item->line;
            survey->savepoint_column = item->column;
        }
        break;
    default:
        break;
    }
    if (survey->ended && plan->migration->script) {
        plan->own_control = true;
    } else if (survey->ended) {
        error_set(err, EXIT_USAGE, "COMMIT stands in the middle of the file");
        error_at(err, plan->migration->path, survey->end_line, survey->end_column);
        return error_hint(err, "A statement follows on line %zu. Put it before the COMMIT, or into a "
                               "file of its own.", item->line);
    }
    if (item->verb == SQL_VERB_SET_TRANSACTION && !survey->other_statement)
        plan->sets_transaction = true;
    else
        survey->other_statement = true;
    if (item->verb == SQL_VERB_COPY || item->kind == SQL_ITEM_COPY)
        plan->simple_only = true;
    plan->prepares |= item->verb == SQL_VERB_PREPARE;
    survey_unsafe(survey, item);
    survey_placeholder(survey, item);
    plan->statements++;
    if (item->len > plan->longest)
        plan->longest = item->len;
    return true;
}

static bool survey_file(Survey *survey, Error *err)
{
    FileScan *scan = NULL;
    if (!fileplan_open(survey->plan, &scan, err))
        return false;
    SqlItem item = {0};
    bool done;
    do {
        done = sqlscan_next(scan->scanner, &item, err);
        if (done && (item.kind == SQL_ITEM_STATEMENT || item.kind == SQL_ITEM_COPY))
            done = survey_statement(survey, &item, err);
        if (item.kind == SQL_ITEM_COPY)
            survey->plan->has_copy = true;
    } while (done && item.kind != SQL_ITEM_END);
    fileplan_close(scan);
    return done;
}

static bool unsafe_error(const Survey *survey, Error *err, const char *why, size_t line)
{
    error_set(err, EXIT_USAGE, "%s cannot run inside a transaction", survey->unsafe_label);
    error_at(err, survey->plan->migration->path, survey->unsafe_line, survey->unsafe_column);
    error_excerpt(err, "%s", survey->unsafe_excerpt);
    if (line > 0)
        error_detail(err, "%s on line %zu.", why, line);
    else
        error_detail(err, "%s", why);
    return error_hint(err, "Put it into a file of its own, without BEGIN, COMMIT and txmode file.");
}

static const char *none_reason(Arena *arena, const Migration *migration, TxMode mode)
{
    if (mode == TXMODE_NONE && migration->tx_mode == TXMODE_DEFAULT)
        return "--tx-mode none";
    if (directive_find(&migration->directives, "txmode") == NULL)
        return arena_printf(arena, "%s.conf: executeInTransaction=false", migration->name);
    return "-- dbmig:txmode none";
}

/* All is seen: transactional or not. */
static bool decide(Survey *survey, TxMode mode, Error *err)
{
    FilePlan *plan = survey->plan;
    const Migration *migration = plan->migration;
    TxMode wanted = migration->tx_mode != TXMODE_DEFAULT ? migration->tx_mode : mode;
    plan->own_control |= migration->script && survey->begun && plan->unsafe_count > 0;
    if (plan->own_control) {
        plan->statements += survey->controls;
        plan->reason = "it has transactions of its own";
        return true;
    }
    if (survey->begun && !survey->ended) {
        error_set(err, EXIT_USAGE, "BEGIN without a COMMIT at the end of the file");
        error_at(err, migration->path, survey->begin_line, survey->begin_column);
        return error_hint(err, "Remove it: dbmig runs the file in a transaction.");
    }
    plan->own_transaction = survey->begun;
    if (survey->begun && plan->unsafe_count > 0)
        return unsafe_error(survey, err, "The file's own transaction begins", survey->begin_line);
    if (migration->tx_mode == TXMODE_FILE && plan->unsafe_count > 0)
        return unsafe_error(survey, err, "The file asks for a transaction (txmode file).", 0);
    plan->transactional = survey->begun || (wanted != TXMODE_NONE && plan->unsafe_count == 0);
    if (plan->transactional)
        return true;
    plan->reason = wanted == TXMODE_NONE
                       ? none_reason(survey->arena, migration, mode)
                       : arena_printf(survey->arena, "line %zu: %s cannot run inside a transaction",
                                      survey->unsafe_line, survey->unsafe_label);
    if (survey->savepoint_line > 0) {
        error_set(err, EXIT_USAGE, "a savepoint needs a transaction, and the file runs without one");
        error_at(err, migration->path, survey->savepoint_line, survey->savepoint_column);
        error_detail(err, "Why it runs without one: %s.", plan->reason);
        return error_hint(err, "Remove the savepoint, or put what needs it into a file of its own.");
    }
    return true;
}

bool fileplan_make_with(Arena *arena, const Migration *migration, const Placeholders *placeholders,
                        TxMode mode, int server_version, FilePlan *ret, Error *err)
{
    *ret = (FilePlan){.migration = migration, .placeholders = placeholders, .begin = "BEGIN",
                      .bytes = migration->size};
    Survey survey = {.plan = ret, .arena = arena, .server_version = server_version};
    return survey_file(&survey, err) && decide(&survey, mode, err);
}

bool fileplan_make(Arena *arena, const Migration *migration, TxMode mode, int server_version,
                   FilePlan *ret, Error *err)
{
    return fileplan_make_with(arena, migration, NULL, mode, server_version, ret, err);
}
