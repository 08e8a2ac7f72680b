/* The table of formats: a row and a reader each. */
#include "dbmig/project/format.h"

#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/text.h"
#include "formats_internal.h"

/* clang-format off */
const FormatRow format_rows[FOLDER_FORMAT_COUNT] = {
    [FOLDER_FORMAT_AUTO] = {.name = "auto"},
    [FOLDER_FORMAT_FLYWAY] = {.name = "flyway"},
    [FOLDER_FORMAT_ATLAS] = {.name = "atlas"},
    [FOLDER_FORMAT_GOLANG_MIGRATE] = {
        .name = "golang-migrate", .read = format_read_golang_migrate, .unique = true,
        .new_separator = "_", .new_name = ".up.sql"},
    [FOLDER_FORMAT_GOOSE] = {
        .name = "goose", .read = format_read_goose, .unique = true, .new_separator = "_", .new_name = ".sql",
        .new_head = "-- +goose Up\n", .new_foot = "\n-- +goose Down\n"},
    [FOLDER_FORMAT_DBMATE] = {
        .name = "dbmate", .read = format_read_dbmate, .text_order = true, .unique = true,
        .new_separator = "_", .new_name = ".sql", .new_head = "-- migrate:up\n",
        .new_foot = "\n-- migrate:down\n"},
    [FOLDER_FORMAT_SQL_MIGRATE] = {
        .name = "sql-migrate", .read = format_read_sql_migrate, .new_separator = "-", .new_name = ".sql",
        .new_head = "-- +migrate Up\n", .new_foot = "\n-- +migrate Down\n"},
    [FOLDER_FORMAT_SQLX] = {
        .name = "sqlx", .read = format_read_sqlx, .unique = true, .new_separator = "_", .new_name = ".sql"},
    [FOLDER_FORMAT_DIESEL] = {
        .name = "diesel", .read = format_read_diesel, .text_order = true, .new_separator = "_",
        .new_name = "/up.sql"},
    [FOLDER_FORMAT_TERN] = {
        .name = "tern", .read = format_read_tern, .unique = true, .counts = true, .new_separator = "_",
        .new_name = ".sql", .new_foot = "\n---- create above / drop below ----\n"},
    [FOLDER_FORMAT_NODE_PG_MIGRATE] = {
        .name = "node-pg-migrate", .read = format_read_node_pg_migrate, .new_separator = "_",
        .new_name = ".sql", .new_head = "-- Up Migration\n", .new_foot = "\n-- Down Migration\n"},
    [FOLDER_FORMAT_PRISMA] = {
        .name = "prisma", .read = format_read_prisma, .text_order = true, .new_separator = "_",
        .new_name = "/migration.sql"},
    [FOLDER_FORMAT_SUPABASE] = {
        .name = "supabase", .read = format_read_supabase, .text_order = true, .unique = true,
        .new_separator = "_", .new_name = ".sql"},
    [FOLDER_FORMAT_REFINERY] = {
        .name = "refinery", .read = format_read_refinery, .unique = true, .counts = true, .new_prefix = "V",
        .new_separator = "__", .new_name = ".sql"},
    [FOLDER_FORMAT_DRIZZLE] = {.name = "drizzle", .read = format_read_drizzle, .text_order = true},
    [FOLDER_FORMAT_LIQUIBASE] = {.name = "liquibase", .read = format_read_liquibase, .text_order = true},
    [FOLDER_FORMAT_SQITCH] = {.name = "sqitch", .read = format_read_sqitch, .text_order = true},
    [FOLDER_FORMAT_POPX] = {
        .name = "popx", .read = format_read_popx, .text_order = true, .unique = true, .new_separator = "_",
        .new_name = ".up.sql"},
};
/* clang-format on */

const char *format_name(FolderFormat format)
{
    return format_rows[format].name;
}

bool format_foreign(FolderFormat format)
{
    return format_rows[format].read != NULL;
}

bool format_readable(FolderFormat format)
{
    return format == FOLDER_FORMAT_FLYWAY || format == FOLDER_FORMAT_ATLAS ||
           format_foreign(format);
}

char *format_list(Arena *arena)
{
    Buf list = {0};

    for (int i = 0; i < FOLDER_FORMAT_COUNT; i++)
        if (format_readable((FolderFormat)i))
            buf_printf(&list, "%s%s", list.len > 0 ? ", " : "", format_rows[i].name);
    return buf_steal(&list, arena);
}

bool format_find(const char *name, FolderFormat *ret, Error *err)
{
    Arena *scratch;

    for (int i = 0; i < FOLDER_FORMAT_COUNT; i++) {
        if (!format_readable((FolderFormat)i) || strcmp(format_rows[i].name, name) != 0)
            continue;
        *ret = (FolderFormat)i;
        return true;
    }
    scratch = arena_new();
    error_set(err, EXIT_USAGE, "migrations folders of the format \"%s\" cannot be read",
              text_printable(scratch, name));
    error_hint(err, "Formats that can be: %s.", format_list(scratch));
    arena_free(scratch);
    return false;
}
