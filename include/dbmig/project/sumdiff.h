/* Why a sum file does not fit its folder: the explanation behind sumfile_verify(). */
#ifndef DBMIG_PROJECT_SUMDIFF_H
#define DBMIG_PROJECT_SUMDIFF_H

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/base/file.h"
#include "dbmig/base/vec.h"
#include "dbmig/project/migration.h"

typedef struct SumLine {
    const char *name; /* NULL: the line is not of the form "<name> h1:<base64>" */
    const char *hash; /* base64, without "h1:" */
} SumLine;

typedef VEC(SumLine) SumLines;

/* Splits a sum text (LF line ends). *ret_header is NULL when line 1 is not "h1:<base64>". */
void sumdiff_parse(Arena *arena, const char *text, size_t len, const char **ret_header,
                   SumLines *ret);

/*
 * Sets err (EXIT_INTEGRITY, placed in the sum file, with a hint) to what is wrong with `text`,
 * which differs from `expected`. path is the sum file's. Always returns false; another error is set
 * when a migration cannot be read again.
 */
bool sumdiff_explain(Arena *arena, const MigrationFolder *folder, const char *path,
                     const Bytes *text, const Bytes *expected, Error *err);

#endif
