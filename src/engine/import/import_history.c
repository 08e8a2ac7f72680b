/* Reads what another tool's history table says, and plans the rows of ours that say the same. */
#include <string.h>

#include "dbmig/base/map.h"
#include "dbmig/base/text.h"
#include "dbmig/engine/import.h"
#include "dbmig_sql.h"

/* How the table tells migrations apart. */
typedef enum KeyKind {
    KEY_VERSION, /* by version, leading zeros aside */
    KEY_UP_TO,   /* one row: all versions up to it */
    KEY_FILE,    /* by the file's name */
    KEY_STEM,    /* by the file's name without ".sql" */
    KEY_FOLDER,  /* by the name of the file's folder */
    KEY_HASH,    /* by the file's SHA-256 */
    KEY_SET,     /* "author:id|file" */
    KEY_CHANGE,  /* "name#n", the nth of that name */
} KeyKind;

/* Columns: key, installed_on, installed_by, milliseconds, checksum, what is wrong (NULL: applied). */
static const struct {
    FolderFormat format;
    const char *table;
    KeyKind kind;
    const char *columns; /* SELECT … FROM table … */
    const char *rest;
    const char *way_out;
} tools[] = {
    {FOLDER_FORMAT_GOLANG_MIGRATE, "schema_migrations", KEY_UP_TO,
     "version::text, NULL, NULL, NULL, NULL, CASE WHEN dirty THEN 'dirty' END", "",
     "complete or undo it by hand, and run: migrate force VERSION"},
    {FOLDER_FORMAT_GOOSE, "goose_db_version", KEY_VERSION,
     "DISTINCT ON (version_id) version_id::text, tstamp::timestamp::text, NULL, NULL, NULL, NULL, "
     "is_applied",
     "WHERE version_id > 0 ORDER BY version_id, id DESC", ""},
    {FOLDER_FORMAT_DBMATE, "schema_migrations", KEY_VERSION,
     "version::text, NULL, NULL, NULL, NULL, NULL", "", ""},
    {FOLDER_FORMAT_SQL_MIGRATE, "gorp_migrations", KEY_FILE,
     "id, applied_at::timestamp::text, NULL, NULL, NULL, NULL", "", ""},
    {FOLDER_FORMAT_SQLX, "_sqlx_migrations", KEY_VERSION,
     "version::text, installed_on::timestamp::text, NULL, greatest(execution_time / 1000000, "
     "0)::text, "
     "encode(checksum, 'hex'), CASE WHEN NOT success THEN 'failed' END",
     "", "complete or undo it by hand, and correct its row in _sqlx_migrations"},
    {FOLDER_FORMAT_DIESEL, "__diesel_schema_migrations", KEY_VERSION,
     "version::text, run_on::timestamp::text, NULL, NULL, NULL, NULL", "", ""},
    {FOLDER_FORMAT_TERN, "schema_version", KEY_UP_TO, "version::text, NULL, NULL, NULL, NULL, NULL",
     "", ""},
    {FOLDER_FORMAT_NODE_PG_MIGRATE, "pgmigrations", KEY_STEM,
     "name, run_on::timestamp::text, NULL, NULL, NULL, NULL", "", ""},
    {FOLDER_FORMAT_PRISMA, "_prisma_migrations", KEY_FOLDER,
     "DISTINCT ON (migration_name) migration_name, finished_at::timestamp::text, NULL, "
     "(extract(epoch FROM finished_at - started_at) * 1000)::int::text, checksum, "
     "CASE WHEN finished_at IS NULL THEN 'not finished' END",
     "WHERE rolled_back_at IS NULL ORDER BY migration_name, started_at DESC",
     "settle it first: prisma migrate resolve --applied NAME, or --rolled-back NAME"},
    {FOLDER_FORMAT_SUPABASE, "schema_migrations", KEY_VERSION,
     "version::text, NULL, NULL, NULL, NULL, NULL", "", ""},
    {FOLDER_FORMAT_REFINERY, "refinery_schema_history", KEY_VERSION,
     "version::text, applied_on::timestamptz::timestamp::text, NULL, NULL, NULL, NULL", "", ""},
    {FOLDER_FORMAT_DRIZZLE, "__drizzle_migrations", KEY_HASH, "hash, NULL, NULL, NULL, NULL, NULL",
     "", ""},
    {FOLDER_FORMAT_LIQUIBASE, "databasechangelog", KEY_SET,
     "author || ':' || id || '|' || regexp_replace(filename, '^.*/', ''), "
     "dateexecuted::timestamp::text, NULL, "
     "NULL, NULL, CASE WHEN exectype = 'FAILED' THEN 'failed' END",
     "WHERE exectype <> 'SKIPPED'", "see why, and run Liquibase again"},
    {FOLDER_FORMAT_SQITCH, "changes", KEY_CHANGE,
     "change || '#' || row_number() OVER (PARTITION BY change ORDER BY committed_at), "
     "committed_at::timestamp::text, committer_name, NULL, NULL, NULL",
     "", ""},
};

typedef struct Import {
    Arena *arena;
    const ImportWish *wish;
    AmendPlan *plan;
    size_t tool;
    Map *by_key;   /* key to Migration of the target folder */
    Map *recorded; /* versions that our history has */
    const Migration *newest; /* applied, by the run's order */
    size_t newest_at;
    Map *applied; /* key of a target migration */
    Error *err;
} Import;

bool import_knows_history(FolderFormat format)
{
    for (size_t i = 0; i < ARRAY_LENGTH(tools); i++)
        if (tools[i].format == format)
            return true;
    return false;
}

/* ---- keys ---- */

static const char *without_zeros(const char *version)
{
    const char *rest = version + strspn(version, "0");
    return *rest == '\0' && rest > version ? rest - 1 : rest;
}

static bool hash_key(Import *import, const Migration *item, const char **ret)
{
    Bytes text;
    Sha256 sha;
    uint8_t digest[SHA256_SIZE];
    char *hex = arena_alloc(import->arena, SHA256_HEX_SIZE);

    if (!file_read(import->arena, item->path, &text, import->err))
        return false;
    sha256_begin(&sha);
    sha256_add(&sha, text.data, text.len);
    sha256_digest(&sha, digest);
    hash_hex(digest, SHA256_SIZE, hex);
    *ret = hex;
    return true;
}

/* The nth change of that name in the plan. */
static const char *change_key(Import *import, const MigrationFolder *source, const Migration *item)
{
    size_t number = 0;

    for (size_t i = 0; i < source->run_count; i++) {
        number += strcmp(source->run[i]->description, item->description) == 0;
        if (source->run[i] == item)
            break;
    }
    return arena_printf(import->arena, "%s#%zu", item->description, number);
}

static bool key_of(Import *import, const MigrationFolder *source, const Migration *item,
                   const char **ret)
{
    const char *name = item->name;

    switch (tools[import->tool].kind) {
    case KEY_VERSION:
    case KEY_UP_TO:
        *ret = without_zeros(item->raw_version);
        return true;
    case KEY_FILE:
        *ret = name;
        return true;
    case KEY_STEM:
        *ret = arena_strndup(import->arena, name, strlen(name) - strlen(".sql"));
        return true;
    case KEY_FOLDER:
        *ret = file_name_of(file_folder_of(import->arena, name));
        return true;
    case KEY_HASH:
        return hash_key(import, item, ret);
    case KEY_SET:
        *ret = arena_printf(import->arena, "%s|%s", item->description, file_name_of(name));
        return true;
    case KEY_CHANGE:
        *ret = change_key(import, source, item);
        return true;
    }
    return true;
}

/* The migration of the target folder that the tool's one has become. */
static const Migration *target_of(const Import *import, const Migration *item)
{
    const MigrationFolder *folder = &import->plan->status.folder;
    const ImportFiles *files = import->wish->files;

    for (size_t i = 0; files != NULL && i < files->list.count; i++) {
        if (files->list.items[i].source != item)
            continue;
        for (size_t k = 0; k < folder->run_count; k++)
            if (strcmp(folder->run[k]->name, files->list.items[i].name) == 0)
                return folder->run[k];
    }
    return NULL;
}

static bool needs_source(Import *import)
{
    error_set(import->err, EXIT_USAGE, "%s knows its migrations by name, which the files here have lost",
              format_name(import->wish->format));
    return error_hint(import->err, "Name the tool's own folder as well: dbmig import FOLDER --history-only.");
}

static bool map_keys(Import *import)
{
    const MigrationFolder *folder = &import->plan->status.folder;
    const MigrationFolder *source = import->wish->source != NULL ? import->wish->source : folder;
    KeyKind kind = tools[import->tool].kind;

    if (import->wish->source == NULL && folder->format != import->wish->format &&
        kind != KEY_VERSION && kind != KEY_UP_TO)
        return needs_source(import);
    for (size_t i = 0; i < source->run_count; i++) {
        const Migration *item = source->run[i];
        const Migration *target = import->wish->source != NULL ? target_of(import, item) : item;
        const char *key = NULL;

        if (item->version == NULL || target == NULL)
            continue;
        if (!key_of(import, source, item, &key))
            return false;
        map_set(import->by_key, key, (void *)(uintptr_t)target);
    }
    return true;
}

/* ---- the tool's table ---- */

static bool find_table(Import *import, char **ret)
{
    const char *params[] = {tools[import->tool].table,
                            import->wish->format == FOLDER_FORMAT_SUPABASE ? "supabase_migrations"
                            : import->wish->format == FOLDER_FORMAT_SQITCH ? "sqitch"
                                                                           : NULL};
    Rows *rows = NULL;

    if (!session_query(import->wish->session, import->arena, sql_import_table, 2, params, &rows,
                       import->err))
        return error_prefix(import->err, "could not look for the table of %s",
                            format_name(import->wish->format));
    if (rows_count(rows) == 0) {
        error_set(import->err, EXIT_INTEGRITY, "the database has no table %s, in which %s keeps its history",
                  params[0], format_name(import->wish->format));
        return error_hint(import->err, "See that it is the right database, and --from the right tool.");
    }
    if (rows_count(rows) > 1 && !rows_bool(rows, 0, 1)) {
        error_set(import->err, EXIT_INTEGRITY, "several schemas have a table %s", params[0]);
        return error_hint(import->err, "Say which one is meant by the search_path of the URL.");
    }
    *ret = arena_strdup(import->arena, rows_text(rows, 0, 0));
    return true;
}

static bool refuse_state(Import *import, const char *key, const char *state)
{
    error_set(import->err, EXIT_INTEGRITY, "%s left %s %s", format_name(import->wish->format), key, state);
    error_detail(import->err, "Whether it is in the database, and how much of it, is not known. Nothing was "
                              "written to the history.");
    return error_hint(import->err, "Look at what it has done; %s. Then import again.",
                      tools[import->tool].way_out);
}

static void add_row(Import *import, const Migration *migration, const Rows *rows, size_t i)
{
    const char *ms = rows != NULL ? rows_text(rows, i, 3) : NULL;
    int64_t time = 0;
    HistoryRow row = {
        .version = migration->version,
        .description = history_description(import->arena, migration->description),
        .type = "SQL",
        .script = history_script(import->arena, migration->name),
        .has_checksum = true,
        .checksum = migration->checksum,
        .installed_by = rows != NULL ? arena_strdup(import->arena, rows_text(rows, i, 2)) : NULL,
        .installed_on = rows != NULL ? arena_strdup(import->arena, rows_text(rows, i, 1)) : NULL,
        .success = true,
        .sha256 = migration->sha256_hex,
        .tool_version = DBMIG_VERSION,
    };
    const char *what = arena_printf(import->arena, "applied by %s%s%s",
                                    format_name(import->wish->format),
                                    row.installed_on != NULL ? ", " : "",
                                    row.installed_on != NULL ? row.installed_on : "");

    if (ms != NULL && text_to_int64(ms, &time))
        row.execution_ms = (int)(time < INT32_MAX ? time : INT32_MAX);
    Amendment amendment = {.kind = AMEND_INSERT, .row = row, .script = row.script, .what = what,
                           .change = "recorded as applied"};
    VEC_PUSH(import->arena, import->plan->list, amendment);
}

static void note(Import *import, const char *text)
{
    VEC_PUSH(import->arena, import->plan->notes, text);
}

static char *place_key(Import *import, const Migration *migration)
{
    return arena_printf(import->arena, "%p", (const void *)migration);
}

/* Prisma and sqlx keep a digest of the file as it was when it ran. */
static bool check_edited(Import *import, const Migration *item, const char *checksum)
{
    const char *params[2], *hash;
    Rows *rows = NULL;
    Bytes text;

    if (checksum == NULL || import->wish->source == NULL)
        return true;
    for (size_t i = 0; i < import->wish->source->run_count; i++)
        if (target_of(import, import->wish->source->run[i]) == item) {
            if (!file_read(import->arena, import->wish->source->run[i]->path, &text, import->err))
                return false;
            params[0] = arena_strndup(import->arena, text.data, text.len);
            params[1] = import->wish->format == FOLDER_FORMAT_SQLX ? "384" : "256";
            if (!session_query(import->wish->session, import->arena, sql_import_digest, 2, params, &rows,
                               import->err))
                return false;
            hash = rows_text(rows, 0, 0);
            if (hash != NULL && strcmp(hash, checksum) != 0)
                note(import, arena_printf(import->arena, "%s was edited since %s ran it",
                                          import->wish->source->run[i]->name,
                                          format_name(import->wish->format)));
        }
    return true;
}

static bool take_row(Import *import, const Rows *rows, size_t i)
{
    const char *key = rows_text(rows, i, 0), *state = rows_text(rows, i, 5);
    const Migration *migration;

    if (tools[import->tool].kind == KEY_VERSION)
        key = without_zeros(key);
    migration = map_get(import->by_key, key);
    if (import->wish->format == FOLDER_FORMAT_GOOSE && !rows_bool(rows, i, 6))
        return true; /* taken back */
    if (state != NULL)
        return refuse_state(import, key, state);
    if (migration == NULL) {
        note(import, arena_printf(import->arena, "%s was applied by %s, and has no file here",
                                  text_printable(import->arena, key),
                                  format_name(import->wish->format)));
        return true;
    }
    map_set(import->applied, place_key(import, migration), import);
    if (map_has(import->recorded, migration->version))
        return true;
    add_row(import, migration, rows, i);
    return check_edited(import, migration, rows_text(rows, i, 4));
}

/* One row tells the newest version: all files up to it are applied. */
static bool take_up_to(Import *import, const Rows *rows)
{
    const MigrationFolder *folder = &import->plan->status.folder;
    const char *version = rows_count(rows) > 0 ? rows_text(rows, 0, 0) : "0";
    bool found = false;

    if (rows_count(rows) > 0 && rows_text(rows, 0, 5) != NULL)
        return refuse_state(import, version, rows_text(rows, 0, 5));
    for (size_t i = 0; version[0] != '-' && i < map_count(import->by_key); i++) {
        const MapEntry *entry = map_at(import->by_key, i);
        const Migration *migration = entry->value;

        if (version_compare(entry->key, version) > 0)
            continue;
        found |= version_compare(entry->key, version) == 0;
        if (!map_has(import->recorded, migration->version))
            add_row(import, migration, NULL, 0);
    }
    if (!found && strcmp(version, "0") != 0 && version[0] != '-')
        note(import, arena_printf(import->arena, "%s is at version %s, which has no file in %s",
                                  format_name(import->wish->format), version, folder->path));
    return true;
}

/* Files without a row, below one that has: the tool passed over them. */
static void tell_gaps(Import *import)
{
    const MigrationFolder *folder = &import->plan->status.folder;
    size_t newest = 0;

    for (size_t i = 0; i < folder->run_count; i++)
        if (map_has(import->applied, place_key(import, folder->run[i])))
            newest = i;
    for (size_t i = 0; i < newest; i++)
        if (folder->run[i]->version != NULL &&
            !map_has(import->applied, place_key(import, folder->run[i])))
            note(import, arena_printf(import->arena, "%s was not applied by %s, and newer ones were",
                                      folder->run[i]->name, format_name(import->wish->format)));
}

/* Rows in the folder's order: ranks follow it. */
static void sort_rows(Import *import)
{
    const MigrationFolder *folder = &import->plan->status.folder;
    AmendPlan *plan = import->plan;
    Amendment *sorted = arena_calloc(import->arena, plan->list.count + 1, sizeof(*sorted));
    Map *map = map_new(import->arena);
    size_t count = 0;

    for (size_t i = 0; i < plan->list.count; i++)
        map_set(map, plan->list.items[i].row.version, &plan->list.items[i]);
    for (size_t i = 0; i < folder->run_count; i++) {
        const char *version = folder->run[i]->version;
        const Amendment *amendment = version != NULL ? map_get(map, version) : NULL;

        if (amendment != NULL)
            sorted[count++] = *amendment;
    }
    plan->list.items = sorted;
    plan->list.count = count;
}

static bool take_rows(Import *import, const char *table)
{
    const char *sql = arena_printf(import->arena, "SELECT %s FROM %s %s",
                                   tools[import->tool].columns, table, tools[import->tool].rest);
    Rows *rows = NULL;

    if (!session_query(import->wish->session, import->arena, sql, 0, NULL, &rows, import->err))
        return error_prefix(import->err, "could not read %s", table);
    if (tools[import->tool].kind == KEY_UP_TO)
        return take_up_to(import, rows);
    for (size_t i = 0; i < rows_count(rows); i++)
        if (!take_row(import, rows, i))
            return false;
    tell_gaps(import);
    return true;
}

bool import_history_plan(Arena *arena, const ApplyOptions *options, const void *wish, AmendPlan *plan,
                         Error *err)
{
    Import import = {.arena = arena, .wish = wish, .plan = plan, .by_key = map_new(arena),
                     .recorded = map_new(arena), .applied = map_new(arena), .err = err};
    const History *history = &plan->status.history;
    char *table = NULL;

    (void)options;
    while (import.tool < ARRAY_LENGTH(tools) && tools[import.tool].format != import.wish->format)
        import.tool++;
    if (import.tool == ARRAY_LENGTH(tools))
        return error_set(err, EXIT_USAGE, "the history of %s cannot be taken over",
                         format_name(import.wish->format));
    for (size_t i = 0; i < history->rows.count; i++)
        if (history->rows.items[i].version != NULL)
            map_set(import.recorded, history->rows.items[i].version, &import);
    if (!map_keys(&import) || !find_table(&import, &table) || !take_rows(&import, table))
        return false;
    sort_rows(&import);
    return true;
}
