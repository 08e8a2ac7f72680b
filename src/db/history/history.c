/*
 * Finding, reading and making the history table. The statements that write rows are in
 * history_sql.c.
 */
#include "dbmig/db/history.h"

#include <stdlib.h>
#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/text.h"
#include "dbmig/db/readlock.h"
#include "dbmig_sql.h"
#include "../sqlfill.h"

#define NAME_LENGTH ((size_t)63) /* of an identifier, in bytes */

/* What history_find.sql returns. */
enum {
    FOUND_SCHEMA,
    FOUND_SCHEMA_EXISTS,
    FOUND_KIND,
    FOUND_COLUMNS,
    FOUND_REQUIRED,
    FOUND_PROGRESS,
    FOUND_USER,
    FOUND_HIDES
};

static const char *const flyway_columns[] = {
    "installed_rank", "version",      "description",  "type",           "script",
    "checksum",       "installed_by", "installed_on", "execution_time", "success",
};

static const char *const own_columns[] = {
    "sha256", "statements_total", "statements_applied", "applied_sha256", "started_statement",
    "error",  "tool_version",
};

char *history_derived_name(Arena *arena, const char *table, const char *suffix)
{
    size_t len = strlen(table);
    if (len + strlen(suffix) > NAME_LENGTH) {
        len = NAME_LENGTH - strlen(suffix);
        while (len > 0 && ((unsigned char)table[len] & 0xC0) == 0x80)
            len--;
    }
    return arena_printf(arena, "%.*s%s", (int)len, table, suffix);
}

/* There may be other tables of Flyway's shape beside its default one. */
static char *side_name(Arena *arena, const char *table, const char *suffix)
{
    if (strcmp(table, HISTORY_FLYWAY_TABLE) == 0)
        return arena_printf(arena, "dbmig%s", suffix);
    return history_derived_name(arena, table, suffix);
}

char *history_progress_name(Arena *arena, const char *table)
{
    return side_name(arena, table, "_progress");
}

char *history_lease_name(Arena *arena, const char *table)
{
    return side_name(arena, table, "_lease");
}

bool history_owns_table(const char *table, const char *name)
{
    Arena *scratch = arena_new();
    bool owns = strcmp(name, table) == 0 || strcmp(name, history_progress_name(scratch, table)) == 0 ||
                strcmp(name, history_lease_name(scratch, table)) == 0;
    arena_free(scratch);
    return owns;
}

static char *qualify(Arena *arena, const char *schema, const char *table)
{
    return arena_printf(arena, "%s.%s", session_quote_identifier(arena, schema),
                        session_quote_identifier(arena, table));
}

/* ---- the table's shape ---- */

static bool has_column(const StringList *columns, const char *name)
{
    for (size_t i = 0; i < columns->count; i++) {
        if (strcmp(columns->items[i], name) == 0)
            return true;
    }
    return false;
}

/* Counts the names that are there, and lists those that are not. */
static size_t count_columns(const StringList *columns, const char *const *names, size_t count,
                            Buf *missing)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        if (has_column(columns, names[i]))
            found++;
        else
            buf_printf(missing, "%s%s", missing->len == 0 ? "" : ", ", names[i]);
    }
    return found;
}

static bool is_known(const char *column)
{
    for (size_t i = 0; i < ARRAY_LENGTH(flyway_columns); i++) {
        if (strcmp(column, flyway_columns[i]) == 0)
            return true;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(own_columns); i++) {
        if (strcmp(column, own_columns[i]) == 0)
            return true;
    }
    return false;
}

static bool shape_error(const History *history, Error *err, const char *what, const char *columns)
{
    error_set(err, EXIT_INTEGRITY, "table %s is not a history table: %s%s", history->qualified,
              what, columns);
    return error_hint(err, "Name the history table that dbmig shall use with --history-table and "
                           "--history-schema: one of its own, or Flyway's.");
}

/* A column that dbmig does not fill and that must be filled would let every INSERT fail. */
static bool check_required(const History *history, const StringList *required, Error *err)
{
    for (size_t i = 0; i < required->count; i++) {
        if (!is_known(required->items[i]))
            return shape_error(history, err, "it has a strange column that must not be empty: ",
                               required->items[i]);
    }
    return true;
}

static bool check_columns(Arena *arena, History *history, const char *all, const char *required,
                          Error *err)
{
    StringList columns = {0}, needed = {0};
    text_split(arena, all, '\n', &columns);
    text_split(arena, required, '\n', &needed);
    Buf missing = {0}, missing_own = {0};
    count_columns(&columns, flyway_columns, ARRAY_LENGTH(flyway_columns), &missing);
    size_t own = count_columns(&columns, own_columns, ARRAY_LENGTH(own_columns), &missing_own);
    bool ok = true;
    if (missing.len > 0) {
        ok = shape_error(history, err, "these columns are missing: ", buf_text(&missing));
    } else if (own > 0 && missing_own.len > 0) {
        ok = shape_error(history, err, "these columns are missing: ", buf_text(&missing_own));
        error_hint(err,
                   "Add them as the version of dbmig that is in use has them: text, and integer "
                   "for statements_total, statements_applied and started_statement.");
    }
    buf_free(&missing);
    buf_free(&missing_own);
    history->flyway = own == 0;
    return ok && check_required(history, &needed, err);
}

/* ---- reading ---- */

static bool find_table(Arena *arena, Session *session, const char *schema, History *ret, Error *err)
{
    const char *progress = history_progress_name(arena, ret->table);
    const char *path = session_pooled(session) ? session_search_path(session) : NULL;
    const char *params[] = {schema, ret->table, progress, path};
    Rows *rows;
    if (!readlock_query(session, arena, sql_history_find, 4, params, &rows, err))
        return error_prefix(err, "could not look for the history table");
    ret->schema = rows_text(rows, 0, FOUND_SCHEMA);
    if (ret->schema == NULL) {
        error_set(err, EXIT_USAGE, "no schema of search_path exists in %s", session_shown(session));
        if (session_search_path(session) != NULL)
            error_detail(err, "The address sets it to %s.", session_search_path(session));
        return error_hint(err, "Create the schema (CREATE SCHEMA …), or name one for the history table "
                               "with --history-schema.");
    }
    ret->qualified = qualify(arena, ret->schema, ret->table);
    ret->schema_exists = rows_bool(rows, 0, FOUND_SCHEMA_EXISTS);
    ret->current_user = rows_text(rows, 0, FOUND_USER);
    ret->has_progress = rows_bool(rows, 0, FOUND_PROGRESS);
    const char *kind = rows_text(rows, 0, FOUND_KIND);
    ret->exists = kind != NULL;
    ret->flyway = strcmp(ret->table, HISTORY_FLYWAY_TABLE) == 0;
    if (kind != NULL && *kind != 'r' && *kind != 'p')
        return shape_error(ret, err, "it is no table", "");
    if (kind != NULL) {
        const char *columns = rows_text(rows, 0, FOUND_COLUMNS);
        const char *required = rows_text(rows, 0, FOUND_REQUIRED);
        if (!check_columns(arena, ret, columns == NULL ? "" : columns,
                           required == NULL ? "" : required, err))
            return false;
    }
    if (rows_bool(rows, 0, FOUND_HIDES)) {
        error_set(err, EXIT_INTEGRITY, "row-level security may hide rows of the history table %s",
                  ret->qualified);
        return error_hint(
            err,
            "What is applied cannot be told: ALTER TABLE %s DISABLE ROW LEVEL SECURITY, or "
            "work as its owner or as a role with BYPASSRLS.",
            ret->qualified);
    }
    ret->has_progress &= ret->flyway;
    ret->progress = ret->flyway ? qualify(arena, ret->schema, progress) : NULL;
    return true;
}

static void take_row(const Rows *rows, size_t i, HistoryRow *ret)
{
    *ret = (HistoryRow){
        .rank = (int)rows_int(rows, i, 0),
        .version = rows_text(rows, i, 1),
        .description = rows_text(rows, i, 2),
        .type = rows_text(rows, i, 3),
        .script = rows_text(rows, i, 4),
        .has_checksum = rows_text(rows, i, 5) != NULL,
        .checksum = (int32_t)rows_int(rows, i, 5),
        .installed_by = rows_text(rows, i, 6),
        .installed_on = rows_text(rows, i, 7),
        .execution_ms = (int)rows_int(rows, i, 8),
        .success = rows_bool(rows, i, 9),
    };
    if (rows_columns(rows) == 10)
        return;
    ret->sha256 = rows_text(rows, i, 10);
    ret->statements_total = (int)rows_int(rows, i, 11);
    ret->statements_applied = (int)rows_int(rows, i, 12);
    ret->applied_sha256 = rows_text(rows, i, 13);
    ret->started_statement = (int)rows_int(rows, i, 14);
    ret->error = rows_text(rows, i, 15);
    ret->tool_version = rows_text(rows, i, 16);
}

static bool read_rows(Arena *arena, Session *session, History *ret, Error *err)
{
    const SqlName names[] = {{"history", ret->qualified}, {"progress", ret->progress}};
    const char *sql = ret->has_progress ? sql_history_read_progress
                      : ret->flyway     ? sql_history_read_flyway
                                        : sql_history_read_own;
    Rows *rows;
    if (!readlock_query(session, arena, sqlfill(arena, sql, names, 2), 0, NULL, &rows, err)) {
        if (strcmp(err->sqlstate, "42501") == 0)
            error_hint(err,
                       "GRANT USAGE ON SCHEMA %s TO %s; GRANT SELECT ON %s TO %s; is enough to read "
                       "it; applying migrations also needs INSERT, UPDATE and DELETE.",
                       session_quote_identifier(arena, ret->schema),
                       session_quote_identifier(arena, ret->current_user), ret->qualified,
                       session_quote_identifier(arena, ret->current_user));
        return error_prefix(err, "could not read the history table %s", ret->qualified);
    }
    ret->rows.count = ret->rows.capacity = rows_count(rows);
    ret->rows.items = arena_calloc(arena, ret->rows.count + 1, sizeof(*ret->rows.items));
    for (size_t i = 0; i < ret->rows.count; i++)
        take_row(rows, i, &ret->rows.items[i]);
    return true;
}

bool history_read(Arena *arena, Session *session, const char *schema, const char *table,
                  History *ret, Error *err)
{
    History history = {.arena = arena, .table = arena_strdup(arena, table)};
    if (strlen(table) > NAME_LENGTH)
        return error_set(err, EXIT_USAGE, "the name of the history table is longer than %zu bytes",
                         NAME_LENGTH);
    if (!find_table(arena, session, schema, &history, err) ||
        (history.exists && !read_rows(arena, session, &history, err)))
        return false;
    *ret = history;
    return true;
}

int history_next_rank(const History *history)
{
    if (history->rows.count == 0)
        return 1;
    return history->rows.items[history->rows.count - 1].rank + 1;
}

/* ---- creating ---- */

/* What the owner of the database has to run so that the table can be made, or where else to go. */
static void hint_create(Session *session, const History *history, Error *err)
{
    if (strcmp(err->sqlstate, "25006") == 0)
        error_hint(err, "This server or session only reads: connect to the primary, or see "
                        "default_transaction_read_only.");
    if (strcmp(err->sqlstate, "42501") != 0)
        return;
    Arena *scratch = arena_new();
    Rows *rows;
    Error ignored = {0};
    const char *user = history->current_user;
    if (session_query(session, scratch, "SELECT current_user", 0, NULL, &rows, &ignored))
        user = rows_text(rows, 0, 0);
    error_clear(&ignored);
    user = session_quote_identifier(scratch, user);
    if (!history->schema_exists)
        error_hint(err, "GRANT CREATE ON DATABASE %s TO %s;",
                   session_quote_identifier(scratch, session_database(session)), user);
    else
        error_hint(err, "GRANT USAGE, CREATE ON SCHEMA %s TO %s;",
                   session_quote_identifier(scratch, history->schema), user);
    if (history->schema_exists && strcmp(history->schema, "public") == 0 &&
        session_version(session) >= 150000)
        error_detail(err,
                     "Since PostgreSQL 15, only the owner of a database may create tables in its "
                     "schema public.");
    arena_free(scratch);
}

static HistoryRow schema_marker(const History *history)
{
    return (HistoryRow){
        .rank = 0,
        .description = "<< Flyway Schema Creation >>",
        .type = "SCHEMA",
        .script = session_quote_identifier(history->arena, history->schema),
        .success = true,
        .tool_version = DBMIG_VERSION,
    };
}

/* All in one message, which is one transaction. */
char *history_create_sql(Arena *arena, const History *history)
{
    const char *pk = history_derived_name(arena, history->table, "_pk");
    const char *s_idx = history_derived_name(arena, history->table, "_s_idx");
    const SqlName names[] = {{"history", history->qualified},
                             {"pk", session_quote_identifier(arena, pk)},
                             {"s_idx", session_quote_identifier(arena, s_idx)}};
    const char *table = history->flyway ? sql_history_create_flyway : sql_history_create;
    Buf sql = {0};
    if (!history->schema_exists)
        buf_printf(&sql, "CREATE SCHEMA %s;\n", session_quote_identifier(arena, history->schema));
    buf_add_str(&sql, sqlfill(arena, table, names, ARRAY_LENGTH(names)));
    if (!history->schema_exists) {
        HistoryRow marker = schema_marker(history);
        buf_add_str(&sql, history_insert_sql(arena, history, &marker, NULL));
    }
    return buf_steal(&sql, arena);
}

bool history_create(Session *session, History *history, Error *err)
{
    Arena *arena = history->arena;
    if (!session_exec(session, history_create_sql(arena, history), err))
        return history_not_created(session, history, err);
    history_created(history);
    return true;
}

void history_created(History *history)
{
    if (!history->schema_exists)
        VEC_PUSH(history->arena, history->rows, schema_marker(history));
    history->exists = history->schema_exists = true;
}

bool history_not_created(Session *session, const History *history, Error *err)
{
    hint_create(session, history, err);
    return error_prefix(err, "could not create the history table %s", history->qualified);
}

char *history_create_progress_sql(Arena *arena, const History *history)
{
    const SqlName names[] = {{"progress", history->progress}};
    if (!history->flyway || history->has_progress)
        return NULL;
    return sqlfill(arena, sql_history_create_progress, names, ARRAY_LENGTH(names));
}

bool history_progress_not_created(Session *session, const History *history, Error *err)
{
    hint_create(session, history, err);
    return error_prefix(err, "could not create the table %s", history->progress);
}

/* ---- as Flyway stores them ---- */

/* The place after count characters. */
static const char *skip_characters(const char *text, size_t count)
{
    while (count > 0 && *text != '\0') {
        text++;
        while (((unsigned char)*text & 0xC0) == 0x80)
            text++;
        count--;
    }
    return text;
}

char *history_script(Arena *arena, const char *name)
{
    size_t length = text_utf8_length(name, strlen(name));
    if (length <= 1000)
        return arena_strdup(arena, name);
    return arena_printf(arena, "...%s", skip_characters(name, length - 997));
}

char *history_description(Arena *arena, const char *description)
{
    if (text_utf8_length(description, strlen(description)) <= 200)
        return arena_strdup(arena, description);
    const char *end = skip_characters(description, 197);
    return arena_printf(arena, "%.*s...", (int)(end - description), description);
}
