/*
 * Flyway's placeholders: ${name} in a migration is replaced before it is split, in comments and
 * bodies too; names are case-insensitive, an unknown one is an error with its place. Off unless asked
 * for. Built in: ${flyway:defaultSchema}, user, database, timestamp, filename, workingDirectory,
 * table, environment.
 */
#ifndef DBMIG_ENGINE_PLACEHOLDER_H
#define DBMIG_ENGINE_PLACEHOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/base/vec.h"
#include "dbmig/project/migration.h"

typedef struct Placeholders Placeholders;

/* values: NAME=VALUE strings; may be NULL. EXIT_USAGE for one without '='. */
bool placeholders_new(Arena *arena, const StringList *values, Placeholders **ret, Error *err);

/* Sets a built-in one: name without "flyway:". A value of the user's wins. NULL values are left out. */
void placeholders_set_builtin(Placeholders *placeholders, const char *name, const char *value);

/* The value of ${flyway:name}, or NULL. */
const char *placeholders_builtin(const Placeholders *placeholders, const char *name);

/* The same names, with *** for values that must not be shown: those of names that speak of a secret
   (password, passwd, pwd, secret, token, credential, key), and with all, each of the user's. NULL gives
   NULL. */
const Placeholders *placeholders_masked(const Placeholders *placeholders, bool all);

/*
 * A filter between migration_read() and the splitter. placeholders NULL, or a migration whose script
 * config turns them off: bytes pass as they stand. SqlReadFunction-compatible through
 * placeholder_read().
 */
typedef struct PlaceholderReader PlaceholderReader;
bool placeholder_open(Arena *arena, const Migration *migration, const Placeholders *placeholders,
                      PlaceholderReader **ret, Error *err);
bool placeholder_read(void *reader, void *buffer, size_t size, size_t *ret_len, Error *err);
void placeholder_close(PlaceholderReader *reader); /* NULL allowed */

/* Flyway's checksum of the content after replacement, as it stands in the history for R files. */
bool placeholder_checksum(const Migration *migration, const Placeholders *placeholders,
                          int32_t *ret, Error *err);

#endif
