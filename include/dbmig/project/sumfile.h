/*
 * The sum file (atlas.sum), byte-equal to Atlas's. Source: Atlas's sql/migrate (Apache-2.0),
 * HashFile; format:
 *
 *     h1:<base64 header>\n
 *     <name> h1:<base64>\n      one line per file
 *
 * A running SHA-256 over name‖content of each file in order, never reset: entry i is its state
 * after file i, so it names the prefix of history up to file i. The header is the SHA-256 over
 * name0‖entry0‖name1‖entry1….
 */
#ifndef DBMIG_PROJECT_SUMFILE_H
#define DBMIG_PROJECT_SUMFILE_H

#include <stdbool.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/buf.h"
#include "dbmig/base/error.h"
#include "dbmig/project/migration.h"

#define SUMFILE_NAME "atlas.sum"

/* The whole sum file for the folder, from the digests that the load took: reads nothing again. */
bool sumfile_compute(Arena *arena, const MigrationFolder *folder, Buf *ret, Error *err);

/* The header of a sum text without "h1:", or NULL when there is none. In the arena. */
char *sumfile_header(Arena *arena, const char *text, size_t len);

/* The header, without "h1:", that the folder's sum file has when it is right. */
char *sumfile_of_folder(Arena *arena, const MigrationFolder *folder);

/* Writes the sum file into the folder, atomically. *ret_changed (may be NULL): it was different
   before. A file that is right already is not touched. */
bool sumfile_write(Arena *arena, const MigrationFolder *folder, bool *ret_changed, Error *err);

/*
 * Verifies the folder's sum file. EXIT_INTEGRITY with the first wrong line of the sum file as the
 * place, and what happened to that file: added, edited, removed, renamed, reordered. A missing
 * file, conflict markers, truncation, CRLF, a hand-edited line or header, another folder's sum file
 * are each told as such; a mismatch that vanishes when the migrations are hashed with other line
 * ends says so. The hint says what to run. A folder without migrations needs no sum file.
 *
 * sum NULL reads <folder>/atlas.sum (through the folder's source when it has one); otherwise it is
 * the text to verify. Explaining a mismatch reads the migrations again; a match reads nothing.
 */
bool sumfile_verify(Arena *arena, const MigrationFolder *folder, const Bytes *sum, Error *err);

#endif
