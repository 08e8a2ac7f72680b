/* What the files of sumdiff share. */
#ifndef DBMIG_PROJECT_SUMDIFF_INTERNAL_H
#define DBMIG_PROJECT_SUMDIFF_INTERNAL_H

#include "dbmig/base/hash.h"
#include "dbmig/base/map.h"
#include "dbmig/project/sumdiff.h"

#define SUMDIFF_NONE ((size_t)-1)

typedef enum LineEnds { LINE_ENDS_AS_THEY_ARE, LINE_ENDS_LF, LINE_ENDS_CRLF } LineEnds;

typedef struct Diff {
    Arena *arena;
    const MigrationFolder *folder;
    const char *path;
    Bytes text; /* line ends turned to LF */
    Bytes expected;
    bool crlf;
    const char *header;
    SumLines lines;
    const char *expected_header;
    SumLines expected_lines;
    Map *by_name;       /* of the folder: name to SumEntry */
    Map *recorded;      /* of the sum file: name to its first SumLine */
    StringList added;   /* in the folder only */
    StringList removed; /* in the sum file only */
    Error *err;
} Diff;

/* What following the recorded history over today's files found. */
typedef struct SumWalk {
    size_t edited;  /* first line whose file is here, but whose entry does not come out */
    size_t removed; /* first line whose file is not here */
    bool resumed;   /* a later line came out all the same: the line is wrong, not the file */
    const SumEntry *renamed;            /* the removed file under its new name */
    const SumEntry *unexpected_ignored; /* a file left out of the sum, new before `edited` */
} SumWalk;

/* Sets the error, placed at a line of the sum file. Returns false. */
bool sumdiff_fail_at(Diff *diff, size_t line, const char *what);
const char *sumdiff_restore_hint(const Diff *diff);

/* True when err was set: the sum file itself is damaged, or is another folder's. */
bool sumdiff_explain_text(Diff *diff);

/* The index of the first line that is not as expected; the shorter one's end counts. */
size_t sumdiff_first_difference(const Diff *diff);

/* The header that the lines should have. */
void sumdiff_header_of(const SumLines *lines, char ret[SHA256_BASE64_SIZE]);

/* Whether the sum file comes out when all migrations have these line ends. */
bool sumdiff_fits_with(const Diff *diff, LineEnds ends, bool *ret, Error *err);

/* Follows the recorded history line by line over today's files. */
bool sumdiff_follow(const Diff *diff, SumWalk *ret, Error *err);

#endif
