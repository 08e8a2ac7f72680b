/*
 * The formats of migrations folders, each a tool's: how its files are named, ordered and divided.
 * How one is read is in src/project/formats/, a file each.
 */
#ifndef DBMIG_PROJECT_FORMAT_H
#define DBMIG_PROJECT_FORMAT_H

#include <stdbool.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"

typedef enum FolderFormat {
    FOLDER_FORMAT_AUTO, /* found out by names and content */
    FOLDER_FORMAT_FLYWAY,
    FOLDER_FORMAT_ATLAS, /* bytewise by name; V/R/U/B names are read, and ordered like the rest */
    FOLDER_FORMAT_GOLANG_MIGRATE,
    FOLDER_FORMAT_GOOSE,
    FOLDER_FORMAT_DBMATE,
    FOLDER_FORMAT_SQL_MIGRATE,
    FOLDER_FORMAT_SQLX,
    FOLDER_FORMAT_DIESEL,
    FOLDER_FORMAT_TERN,
    FOLDER_FORMAT_NODE_PG_MIGRATE,
    FOLDER_FORMAT_PRISMA,
    FOLDER_FORMAT_SUPABASE,
    FOLDER_FORMAT_REFINERY,
    FOLDER_FORMAT_DRIZZLE,
    FOLDER_FORMAT_LIQUIBASE,
    FOLDER_FORMAT_SQITCH,
    FOLDER_FORMAT_POPX,
    FOLDER_FORMAT_COUNT,
} FolderFormat;

/* As it is written in ?format= and --dir-format: "golang-migrate". */
const char *format_name(FolderFormat format);

/* True when a folder of this format can be read. */
bool format_readable(FolderFormat format);

/* The readable format of that name; EXIT_USAGE, listing them, when there is none. */
bool format_find(const char *name, FolderFormat *ret, Error *err);

/* True for the formats of other tools, whose folders are read in place: all but Flyway's and Atlas's. */
bool format_foreign(FolderFormat format);

/* The readable formats, "flyway, atlas, …", in the arena. */
char *format_list(Arena *arena);

#endif
