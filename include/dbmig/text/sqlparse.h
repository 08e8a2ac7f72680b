/*
 * PostgreSQL's own parser (libpg_query), one statement at a time, behind this one file: no other
 * file includes its headers, except the lint rules, which read the tree through sqlparse_tree.h.
 * Where its grammar is older than the server's, parsing fails and the server decides. It reads
 * strings as with standard_conforming_strings on.
 */
#ifndef DBMIG_TEXT_SQLPARSE_H
#define DBMIG_TEXT_SQLPARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "dbmig/base/arena.h"

/* Trees that nest deeper than this (in messages, about two a level of SQL) are refused. */
#define SQLPARSE_DEEPEST 4000

typedef struct SqlTree SqlTree; /* holds a PgQuery__ParseResult; see sqlparse_tree.h */

typedef struct SqlParseFailure {
    const char *message; /* in the arena */
    size_t offset;       /* byte offset in the text */
    bool refused;        /* it nests too deep: it may be right */
} SqlParseFailure;

/* The major version of the grammar that was built in: 15, 18, … */
int sqlparse_grammar_version(void);
/* The release whose parser this is, "15.1", and the version of the protobuf-c that packs its trees. */
const char *sqlparse_library_version(void);
const char *sqlparse_protobuf_version(void);

/* Parses one statement. NULL when it cannot be parsed; *failure says why. Text that nests too deep
   for the stack is refused as a failure. The tree lies in the arena and goes with it. */
SqlTree *sqlparse_parse(Arena *arena, const char *text, size_t len, SqlParseFailure *failure);

/* Ends the use of a tree. What it occupies is freed with the arena. NULL is allowed. */
void sqlparse_free(SqlTree *tree);

/* The number of statements in the text by PostgreSQL's parser, with the start and length of each
   (without white space and comments around it, without ';'); -1 when it cannot parse. For the test
   that holds our splitter against it. */
typedef struct SqlSpan {
    size_t start, len;
} SqlSpan;
long sqlparse_split(Arena *arena, const char *text, size_t len, SqlSpan **ret,
                    SqlParseFailure *failure);

/* Ends the parser's memory of this thread; safe when nothing was parsed. */
void sqlparse_shutdown(void);

#endif
