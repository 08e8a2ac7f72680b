/*
 * Puts the history up to a version into one B file: the schema that it leads to, and the rows that
 * its files have inserted. New databases start there; one that is at that version or above it
 * notices nothing.
 *
 * Nothing is written before it is verified: the B file, run by itself, must give the schema, the rows
 * and the positions of sequences that the history gives, and the files behind it the same schema
 * and numbers of rows on both. Rows of those files are counted alone, since they may hold times and
 * random numbers.
 */
#ifndef DBMIG_ENGINE_SQUASH_H
#define DBMIG_ENGINE_SQUASH_H

#include <stdbool.h>
#include <stdint.h>

#include "dbmig/base/buf.h"
#include "dbmig/engine/replay.h"
#include "dbmig/project/template.h"

typedef enum SquashOld {
    SQUASH_KEEP,    /* the files that the B file stands for stay */
    SQUASH_REMOVE,
    SQUASH_ARCHIVE, /* they move into a folder */
} SquashOld;

typedef struct SquashOptions {
    ReplayOptions replay;
    const char *dir;
    const char *to_version;  /* NULL: the newest */
    const char *description; /* of the B file; NULL: "squashed" */
    SquashOld old;
    const char *archive;     /* for SQUASH_ARCHIVE */
    bool dry_run;
    const TemplateList *templates; /* NULL or where the sum is written, too */
    void (*on_step)(void *context, const char *what);
    void *context;
} SquashOptions;

typedef struct SquashResult {
    const char *path, *version;
    const char *content;
    size_t files;            /* versioned files that it stands for */
    size_t rows;
    StringList old_files;    /* names in the folder that were removed or moved */
    StringList notes;        /* what the B file cannot say, for people */
    StringList differences;  /* what the proof found; then nothing was written */
    int64_t history_ms, base_ms; /* what replaying took, either way */
    const char *sum;         /* "h1:…" */
    StringList templates;    /* that got it */
} SquashResult;

/*
 * Works on the disk. True with `differences` when the proof failed: nothing is written then.
 * EXIT_USAGE for a plain folder, a version that is not there, a B file of that version, an existing
 * server as the throwaway (roles of other people cannot be told from the history's there);
 * EXIT_INTEGRITY for a sum file that is not right.
 */
bool squash_run(Arena *arena, const SquashOptions *options, SquashResult *ret, Error *err);

/*
 * The proof alone, of a B file that is in the folder beside the V files up to its version (any, also one
 * written by hand). differences is empty when it holds. Rows that differ from one replay of the history to
 * the next (times, random numbers) are counted alone.
 */
bool squash_prove(Arena *arena, const MigrationFolder *folder, const Migration *base,
                  const ReplayOptions *options, StringList *ret_differences, Error *err);

#endif
