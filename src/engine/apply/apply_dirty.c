/*
 * Refuses to start on a database that has objects but no history: running the first migration there
 * is nearly always a mistake. Says which tool kept a history in it, if one did, and what to pass.
 */
#include <string.h>

#include "apply_internal.h"
#include "dbmig/base/buf.h"
#include "dbmig/base/text.h"
#include "dbmig_sql.h"

/* Where other tools keep the versions that are applied. */
static const struct {
    const char *table, *sql;
} version_queries[] = {
    {"atlas_schema_revisions", "SELECT version FROM"},
    {"schema_migrations", "SELECT version::text FROM"},
    {"_sqlx_migrations", "SELECT version::text FROM"},
    {"__diesel_schema_migrations", "SELECT version::text FROM"},
    {"refinery_schema_history", "SELECT version::text FROM"},
    {"schema_version", "SELECT version::text FROM"},
    {"goose_db_version", "SELECT version_id::text FROM"},
    {"_prisma_migrations", "SELECT substring(migration_name FROM '^[0-9]+') FROM"},
    {"pgmigrations", "SELECT substring(name FROM '^[0-9]+') FROM"},
    {"knex_migrations", "SELECT substring(name FROM '^[0-9]+') FROM"},
};

/* goose appends a row for a rollback too. */
static const char *version_filter(const char *table)
{
    if (strcmp(table, "goose_db_version") == 0)
        return " WHERE is_applied AND version_id > 0";
    return strcmp(table, "_sqlx_migrations") == 0 ? " WHERE success" : "";
}

static const char *newest_of(const Rows *rows)
{
    const char *newest = NULL;
    for (size_t i = 0; i < rows_count(rows); i++) {
        const char *version = rows_text(rows, i, 0);
        if (version != NULL && version_valid(version) &&
            (newest == NULL || version_compare(version, newest) > 0))
            newest = version;
    }
    return newest;
}

/* The newest version that another tool applied, or NULL: the table may be of another shape, or not
   ours to read. */
static const char *foreign_version(Arena *arena, Session *session, const char *schema,
                                   const char *table)
{
    Rows *rows = NULL;
    Error ignored = {0};
    const char *newest = NULL;
    for (size_t i = 0; i < ARRAY_LENGTH(version_queries) && newest == NULL; i++) {
        if (strcmp(version_queries[i].table, table) != 0)
            continue;
        char *sql = arena_printf(arena, "%s %s.%s%s", version_queries[i].sql,
                                 session_quote_identifier(arena, schema),
                                 session_quote_identifier(arena, table), version_filter(table));
        if (session_query(session, arena, sql, 0, NULL, &rows, &ignored))
            newest = newest_of(rows);
    }
    error_clear(&ignored);
    return newest;
}

/* As a word for a shell. */
static const char *shell_word(Arena *arena, const char *name)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
    if (name[0] != '\0' && name[strspn(name, plain)] == '\0')
        return name;
    Buf word = {0};
    buf_add_char(&word, '\'');
    for (const char *c = name; *c != '\0'; c++) {
        if (*c == '\'')
            buf_add_str(&word, "'\\''");
        else
            buf_add_char(&word, *c);
    }
    buf_add_char(&word, '\'');
    return buf_steal(&word, arena);
}

static bool hint_ours(Arena *arena, const ApplyPlan *plan, const char *schema, const char *table,
                      Error *err)
{
    const char *who =
        strcmp(table, HISTORY_FLYWAY_TABLE) == 0 ? "Flyway's history is" : "There is a history";
    if (strcmp(table, plan->history.table) == 0)
        return error_hint(err, "%s in %s.%s: pass --history-schema %s.", who, schema, table,
                          shell_word(arena, schema));
    return error_hint(err, "%s in %s.%s: continue it with --history-table %s --history-schema %s.",
                      who, schema, table, shell_word(arena, table), shell_word(arena, schema));
}

static bool hint_foreign(Arena *arena, Session *session, const ApplyPlan *plan, const char *schema,
                         const char *table, Error *err)
{
    if (format_foreign(plan->folder.format))
        return error_hint(err,
                          "%s kept its history in %s.%s. Take it over: dbmig import --history-only "
                          "--dir %s --dir-format %s -u URL",
                          format_name(plan->folder.format), schema, table,
                          shell_word(arena, plan->folder.path), format_name(plan->folder.format));
    const char *version = foreign_version(arena, session, schema, table);
    if (version != NULL)
        return error_hint(err,
                          "Another tool kept its history in %s.%s, and applied up to version %s: "
                          "pass --baseline %s when the folder's versions are the same.",
                          schema, table, version, version);
    return error_hint(err,
                      "Another tool kept its history in %s.%s: see what it applied last, and pass "
                      "that version with --baseline VERSION.",
                      schema, table);
}

static bool refuse_dirty(Arena *arena, Session *session, const Rows *rows, const ApplyPlan *plan,
                         Error *err)
{
    int64_t count = rows_int(rows, 0, 0);
    const char *schema = rows_text(rows, 0, 2), *table = rows_text(rows, 0, 3);
    error_set(err, EXIT_INTEGRITY, "the database has %lld object%s, and no history %s",
              (long long)count, count == 1 ? "" : "s", plan->history.qualified);
    error_detail(err, "%s%s.", rows_text(rows, 0, 1), count > 5 ? ", …" : "");
    if (table != NULL && rows_bool(rows, 0, 4))
        return hint_ours(arena, plan, schema, table, err);
    if (table != NULL)
        return hint_foreign(arena, session, plan, schema, table, err);
    return error_hint(err,
                      "Pass --baseline VERSION when migrations up to VERSION are in it already, or "
                      "--allow-dirty to run all of them.");
}

/* The schemas that the URL asks for, as the query takes them. */
static const char *asked_schemas(Arena *arena, const Session *session)
{
    const char *path = session_search_path(session);
    if (path == NULL || path[0] == '\0')
        return NULL;
    StringList parts = {0};
    text_split(arena, path, ',', &parts);
    const char *list = NULL;
    for (size_t i = 0; i < parts.count; i++) {
        const char *name = parts.items[i];
        size_t len = strlen(name);
        if (len > 1 && name[0] == '"' && name[len - 1] == '"')
            name = arena_strndup(arena, name + 1, len - 2);
        list = list == NULL ? name : arena_printf(arena, "%s,%s", list, name);
    }
    return list;
}

bool apply_check_dirty(Arena *arena, Session *session, const ApplyPlan *plan, Error *err)
{
    const char *params[] = {asked_schemas(arena, session),
                            arena_printf(arena, "%s_", plan->history.table)};
    Rows *rows = NULL;
    if (!session_query(session, arena, sql_apply_dirty, 2, params, &rows, err))
        return error_prefix(err, "could not look for objects in the database");
    return rows_int(rows, 0, 0) == 0 || refuse_dirty(arena, session, rows, plan, err);
}
