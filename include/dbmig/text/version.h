/*
 * Migration versions and file names, by Flyway's rules (reference: Flyway's MigrationVersion):
 * digits in parts separated by '.' or '_', parts of any length compared as numbers, trailing zero
 * parts ignored: 1 = 1.0 = 001 and 2_41_9 < 2_41_10.
 */
#ifndef DBMIG_TEXT_VERSION_H
#define DBMIG_TEXT_VERSION_H

#include <stdbool.h>
#include <stddef.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"

typedef enum MigrationKind {
    MIGRATION_VERSIONED,  /* V<version>__<description>.sql */
    MIGRATION_REPEATABLE, /* R__<description>.sql */
    MIGRATION_UNDO,       /* U<version>__<description>.sql */
    MIGRATION_BASELINE,   /* B<version>__<description>.sql */
    MIGRATION_PLAIN,      /* <version>_<description>.sql of a plain (Atlas) folder */
} MigrationKind;

typedef struct MigrationName {
    MigrationKind kind;
    const char *version;     /* as stored in the history: '_' became '.', zeros kept; NULL for R */
    const char *raw_version; /* as it stands in the file name; NULL for R */
    const char *description; /* '_' became ' '; may be "" */
    bool single_underscore;  /* V<version>_<description>.sql, and every plain name */
} MigrationName;

typedef enum NameVerdict {
    NAME_MIGRATION, /* *ret is filled; *ret_reason is NULL, or a doubt worth a warning */
    NAME_OTHER,     /* not a .sql file: not ours */
    NAME_CALLBACK,  /* a Flyway callback: beforeMigrate.sql, afterEachMigrate__x.sql, … */
    NAME_MISNAMED,  /* a .sql file that fits no form; *ret_reason says why */
} NameVerdict;

/* The history's version column is varchar(50), in Flyway's table and in ours. */
#define VERSION_MAX_LENGTH 50

/* Orders two versions as described above: <0, 0, >0. Text that is no version is still ordered. */
int version_compare(const char *a, const char *b);

/* True when text is a version: digits, '.', '_'; starts and ends with a digit, no empty parts. */
bool version_valid(const char *text);

/*
 * Reads a file name (no folder). Prefixes are case-sensitive, the suffix is not. In this order:
 *   V<version>__<description>.sql  split at the first "__" when a version stands before it
 *   V<version>.sql                 empty description; V1_2.sql is version 1.2, as in Flyway
 *   V<version>_<description>.sql   the version is the digits and dots up to the first '_'
 * plain: the folder is an Atlas one, without V/R/U/B names: <version>_<description>.sql, split at
 * the first '_'. A name that must be doubted (V1_2_x.sql: 1 or 1.2?) has *ret_reason set.
 */
NameVerdict version_parse_name(Arena *arena, const char *name, bool plain, MigrationName *ret,
                               const char **ret_reason);

/* What a misnamed file could be called: "v1-x.sql" gives "V1__x.sql", "x.sql" "V<version>__x.sql".
 */
char *version_suggest_name(Arena *arena, const char *name);

/*
 * The next version in the habit that the folder's raw versions show, without the prefix. The newest
 * by version order decides:
 *   a timestamp (8, 12 or 14 digits, separators kept)   now in the same form, or the newest + 1
 *                                                        when that would not be newer
 *   a day and a counter (20240131.2)                     the same day: counter + 1; else day.1
 *   a counter (2, 002, 0_0_95)                           its last part + 1, padding kept
 *   more parts than most of the folder has (44.1)        cut to the usual number, then + 1
 * No versions: "1". now is "YYYYMMDDhhmmss".
 */
char *version_next(Arena *arena, const char *const *raw_versions, size_t count, const char *now);

/*
 * A description as part of a file name: blanks become '_', a ".sql" at the end is dropped. False
 * with err (EXIT_USAGE) when the name would not survive as a file name on every system: empty,
 * slashes, control characters, \ : * ? " < > |, a leading dot or '_', invalid UTF-8, over 200
 * bytes.
 */
bool version_slug(Arena *arena, const char *description, char **ret, Error *err);

#endif
