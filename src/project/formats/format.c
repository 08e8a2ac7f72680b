/* The table of formats. */
#include "dbmig/project/format.h"

#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/text.h"

typedef struct Row {
    const char *name;
    bool readable;
} Row;

static const Row rows[FOLDER_FORMAT_COUNT] = {
    [FOLDER_FORMAT_AUTO] = {"auto", false},
    [FOLDER_FORMAT_FLYWAY] = {"flyway", true},
    [FOLDER_FORMAT_ATLAS] = {"atlas", true},
    [FOLDER_FORMAT_GOLANG_MIGRATE] = {"golang-migrate", false},
    [FOLDER_FORMAT_GOOSE] = {"goose", false},
    [FOLDER_FORMAT_DBMATE] = {"dbmate", false},
    [FOLDER_FORMAT_SQL_MIGRATE] = {"sql-migrate", false},
    [FOLDER_FORMAT_TERN] = {"tern", false},
    [FOLDER_FORMAT_NODE_PG_MIGRATE] = {"node-pg-migrate", false},
    [FOLDER_FORMAT_LIQUIBASE] = {"liquibase", false},
    [FOLDER_FORMAT_PRISMA] = {"prisma", false},
    [FOLDER_FORMAT_DIESEL] = {"diesel", false},
    [FOLDER_FORMAT_SQITCH] = {"sqitch", false},
};

const char *format_name(FolderFormat format)
{
    return rows[format].name;
}

bool format_readable(FolderFormat format)
{
    return rows[format].readable;
}

bool format_find(const char *name, FolderFormat *ret, Error *err)
{
    Arena *scratch;
    Buf known = {0};

    for (FolderFormat i = FOLDER_FORMAT_AUTO; i < FOLDER_FORMAT_COUNT; i++) {
        if (rows[i].readable && strcmp(rows[i].name, name) == 0) {
            *ret = i;
            return true;
        }
        if (rows[i].readable)
            buf_printf(&known, "%s%s", known.len > 0 ? ", " : "", rows[i].name);
    }
    scratch = arena_new();
    error_set(err, EXIT_USAGE, "migrations folders of the format \"%s\" cannot be read",
              text_printable(scratch, name));
    error_hint(err, "Formats that can be: %s.", buf_text(&known));
    arena_free(scratch);
    buf_free(&known);
    return false;
}
