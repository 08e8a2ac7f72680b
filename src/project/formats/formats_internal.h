/*
 * What the readers of the formats share. A reader goes through the names of a folder and adds the
 * migrations it finds, in the order in which they run, each with the parts of its file that belong
 * to it. Digests, directives, duplicates and the sum are seen to afterwards, for all formats alike.
 */
#ifndef DBMIG_PROJECT_FORMATS_INTERNAL_H
#define DBMIG_PROJECT_FORMATS_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "dbmig/base/file.h"
#include "dbmig/base/map.h"
#include "dbmig/base/vec.h"
#include "dbmig/project/format.h"
#include "dbmig/project/formats.h"
#include "dbmig/project/migration.h"

typedef struct FormatRead {
    Arena *arena;   /* the folder's */
    Arena *scratch; /* contents; gone when the folder is loaded */
    MigrationFolder *folder;
    const StringList *names; /* every file that may matter, in walk order */
    VEC(Migration) items;
    StringList files; /* the sum's order: what was taken, configurations too */
    Map *texts;       /* file name to FormatText */
    Error *err;
} FormatRead;

/* The migrating part of a file and the one that takes it back, each of one or more ranges. */
typedef struct FormatPair {
    VEC(MigrationPart) up, down;
    TxMode up_mode, down_mode;
} FormatPair;

/* A line of a text. Start with {0}. */
typedef struct FormatLine {
    const char *text; /* not NUL-terminated */
    size_t len;       /* without its end */
    size_t start;     /* where it begins in the text */
    size_t next;      /* where the next one does */
    size_t number;    /* from 1 */
} FormatLine;

typedef bool (*FormatReadFunction)(FormatRead *read);
typedef bool (*FormatDivideFunction)(FormatRead *read, const char *name, const Bytes *text,
                                     FormatPair *ret);
typedef struct FormatRow {
    const char *name;
    FormatReadFunction read; /* NULL: read by migration.c */
    bool text_order;         /* files run in the order of their names, not of version numbers */
    bool unique;             /* the tool knows a migration by its version; else by its name, and a
                                version that comes again is told apart by ".2" */
    bool counts;             /* a folder begins with version 1; else with the time */
    const char *new_prefix;  /* the name of a new migration: before the version, */
    const char *new_separator; /* between version and description, */
    const char *new_name;      /* and behind them. NULL: none can be written */
    const char *new_head;      /* what stands above its statements */
    const char *new_foot;      /* and below them */
} FormatRow;

extern const FormatRow format_rows[];

/* The content of a file, once read; its encoding is checked. */
bool format_text(FormatRead *read, const char *name, Bytes *ret);

/* Adds a migration; the pointer is good until the next is added. version and description are copied. */
Migration *format_add(FormatRead *read, MigrationKind kind, const char *name, const char *version,
                      const char *description);

/* Adds the migration of a divided file, and the one that takes it back when there is such a part. */
void format_add_pair(FormatRead *read, const char *name, const char *version,
                     const char *description, const FormatPair *pair);

/* A configuration file that decides over what runs: the sum covers it. */
void format_uses(FormatRead *read, const char *name);

/* Says that a file is not read, and why. */
void format_skip(FormatRead *read, const char *name, const char *why);

/* An error in a file (EXIT_USAGE). line 0: of no line. Returns false. */
bool format_fail(FormatRead *read, const char *name, size_t line, const char *format, ...)
    DBMIG_PRINTF(4, 5);

/* The name's leading digits, then '_': version and the rest without ".sql", '_' as blanks. */
bool format_split_name(Arena *arena, const char *base, const char **ret_version,
                       const char **ret_description);

/*
 * Goes through the files of the folder itself that are named like migrations and divides each; other
 * .sql files are told of. by_name: in the order of names, else of version numbers.
 */
bool format_read_divided(FormatRead *read, FormatDivideFunction divide, bool by_name);

/* A file that is a migration, or takes one back. */
typedef struct FormatFile {
    const char *name;
    const char *version, *description;
    const char *key; /* what orders the files of a text order */
    bool down;
    int rank; /* of two files for one step the lower one is taken */
    TxMode mode;
} FormatFile;

/* Reads the name; *ret_why says why the file is none of the tool's. False: an error. */
typedef bool (*FormatNameFunction)(FormatRead *read, FormatFile *file, const char **ret_why);
/* What the content, or a file beside it, says of the mode. */
typedef bool (*FormatHeadFunction)(FormatRead *read, const FormatFile *file, const Bytes *text,
                                   TxMode *ret);

/* Goes through the .sql files; by_key: in the order of their keys, else of version numbers. */
bool format_read_files(FormatRead *read, FormatNameFunction parse, FormatHeadFunction head,
                       bool by_key);

/* The name without the ending, when it has it. */
bool format_strip_ending(FormatRead *read, const char *name, const char *ending, const char **ret);

/* The next line; false at the end. */
bool format_next_line(const Bytes *text, FormatLine *line);

/* True when the line is blank or a -- comment. */
bool format_is_remark(const FormatLine *line);

/* Where the line goes on behind "--", blanks and the words (one blank stands for any number; in any
   case); NULL when it is no such comment. *ret_len is what is left. */
const char *format_after_mark(const FormatLine *line, const char *words, size_t *ret_len);

/* The range of whole lines [from, to); terminate: the mark behind it ends a statement. */
#define FORMAT_PART(list, from, to, terminate)                                                   \
    VEC_PUSH(read->arena, list, (MigrationPart){from, to, terminate})

bool format_read_golang_migrate(FormatRead *read);
bool format_read_goose(FormatRead *read);
bool format_read_dbmate(FormatRead *read);
bool format_read_sql_migrate(FormatRead *read);
bool format_read_sqlx(FormatRead *read);
bool format_read_diesel(FormatRead *read);
bool format_read_tern(FormatRead *read);
bool format_read_node_pg_migrate(FormatRead *read);
bool format_read_prisma(FormatRead *read);
bool format_read_supabase(FormatRead *read);
bool format_read_refinery(FormatRead *read);
bool format_read_drizzle(FormatRead *read);
bool format_read_liquibase(FormatRead *read);
bool format_read_sqitch(FormatRead *read);
bool format_read_popx(FormatRead *read);

#endif
