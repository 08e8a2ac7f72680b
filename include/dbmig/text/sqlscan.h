/*
 * Splits SQL text into statements by the server's lexical rules (PostgreSQL 13–18, psqlscan.l and
 * scan.l are the source), without understanding them: quotes of every kind, nested comments, dollar
 * quotes with any tag, identifiers containing '$', parentheses, BEGIN ATOMIC bodies with nested
 * CASE, COPY … FROM STDIN with its data, and what pg_dump writes for psql (\restrict, \unrestrict).
 *
 * Input comes in pieces, so memory stays at one statement plus a piece however large the file is.
 * Input is never dropped silently: what cannot be split is an error with its place.
 */
#ifndef DBMIG_TEXT_SQLSCAN_H
#define DBMIG_TEXT_SQLSCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"

/* Delivers up to size bytes; *ret_len 0 at the end. */
typedef bool (*SqlReadFunction)(void *context, void *buffer, size_t size, size_t *ret_len,
                                Error *err);

typedef enum SqlItemKind {
    SQL_ITEM_STATEMENT, /* text is the statement from its first token to before its ';' */
    SQL_ITEM_COPY,      /* a statement COPY … FROM STDIN; SQL_ITEM_COPY_DATA items follow */
    SQL_ITEM_COPY_DATA, /* up to 64 kB of its data as it stands: whole lines, but for a line longer
                           than that, which comes in several pieces; not the "\." line */
    SQL_ITEM_COPY_END,  /* the data ended; text is "\." */
    SQL_ITEM_META,      /* a psql meta-command that may be ignored: \restrict, \unrestrict; text is
                           the rest of its line */
    SQL_ITEM_END,       /* the end of the file; lead is what came after the last item */
} SqlItemKind;

/* The first key words tell statements apart that callers treat specially. */
typedef enum SqlVerb {
    SQL_VERB_OTHER,
    SQL_VERB_BEGIN,     /* BEGIN, START TRANSACTION */
    SQL_VERB_COMMIT,    /* COMMIT, END, AND CHAIN or not */
    SQL_VERB_ROLLBACK,  /* ROLLBACK, ABORT (not ROLLBACK TO SAVEPOINT) */
    SQL_VERB_SAVEPOINT, /* SAVEPOINT, RELEASE, ROLLBACK TO */
    SQL_VERB_PREPARE_TRANSACTION,
    SQL_VERB_COMMIT_PREPARED, /* COMMIT PREPARED, ROLLBACK PREPARED */
    SQL_VERB_SET,             /* SET of a parameter, session level */
    SQL_VERB_SET_LOCAL,       /* of a parameter, role or authorization */
    SQL_VERB_SET_TRANSACTION, /* SET TRANSACTION, SET SESSION CHARACTERISTICS, SET CONSTRAINTS */
    SQL_VERB_SET_ROLE,        /* SET [SESSION] ROLE, SET SESSION AUTHORIZATION */
    SQL_VERB_RESET,
    SQL_VERB_DISCARD,
    SQL_VERB_PREPARE, /* PREPARE name AS */
    SQL_VERB_DEALLOCATE,
    SQL_VERB_LISTEN, /* LISTEN, UNLISTEN */
    SQL_VERB_COPY,
    SQL_VERB_SELECT, /* also VALUES, TABLE, in parentheses, behind WITH */
    SQL_VERB_INSERT, /* this and the next three also behind WITH */
    SQL_VERB_UPDATE,
    SQL_VERB_DELETE,
    SQL_VERB_MERGE,
    SQL_VERB_CREATE,
    SQL_VERB_ALTER,
    SQL_VERB_DROP,
    SQL_VERB_DO,
    SQL_VERB_CALL,
    SQL_VERB_VACUUM,
    SQL_VERB_ANALYZE,
    SQL_VERB_REINDEX,
    SQL_VERB_CLUSTER,
    SQL_VERB_REFRESH,
    SQL_VERB_TRUNCATE,
    SQL_VERB_GRANT, /* GRANT, REVOKE */
    SQL_VERB_COMMENT,
} SqlVerb;

typedef struct SqlItem {
    SqlItemKind kind;
    SqlVerb verb;     /* of a statement */
    const char *text; /* NUL-terminated; valid until the next sqlscan_next() */
    size_t len;       /* without the ';' */
    uint64_t offset;  /* byte offset of text[0] in the input (a BOM counts) */
    size_t line;      /* 1-based place of text[0] */
    size_t column;    /* 1-based, in characters */
    /* Comments, blanks and lone ';' between the previous item and text[0], not NUL-terminated. It
       starts behind the ';' of the statement before, so what it holds up to its first line end is a
       remark on that one. */
    const char *lead;
    size_t lead_len;
    bool terminated; /* a ';' followed; only the last statement of a file can do without */
    /* The statement cannot run inside a transaction block, as far as words tell (the server may
       still refuse what concerns partitioned tables, or allow DROP SUBSCRIPTION when it has no
       slot). */
    bool inside_transaction_forbidden;
    int forbidden_below; /* 0: on every version; else only on servers older than this, in the form
                            of server_version_num (ALTER TYPE … ADD VALUE: 120000) */
    bool concurrently;   /* CONCURRENTLY in a CREATE or DROP INDEX, REINDEX, DETACH PARTITION */
    bool backslash_strings; /* standard_conforming_strings was off here: '…' knows backslashes, and
                               neither sqlscan_token() nor sqlparse reads the text rightly */
} SqlItem;

typedef struct SqlScanner SqlScanner;

/*
 * Starts to scan. name is used in errors. standard_conforming_strings starts on and follows the SET
 * statements in the text (not into functions, nor back over ROLLBACK TO SAVEPOINT). The scanner
 * lives in the arena, its window on the heap: that is freed at the end of the file and by an error;
 * whoever stops before calls sqlscan_end().
 */
SqlScanner *sqlscan_begin(Arena *arena, const char *name, SqlReadFunction read, void *context);

/* The same over text in memory (len bytes, need not end in NUL). */
SqlScanner *sqlscan_begin_text(Arena *arena, const char *name, const char *text, size_t len);

/*
 * Yields the next item. False with err set (EXIT_USAGE, with line and column) for: unterminated
 * quote, comment, dollar quote, identifier, parenthesis or BEGIN ATOMIC at the end of the file (the
 * place is where it began); COPY data without an end; NUL bytes; invalid UTF-8; psql
 * meta-commands and \connect (named, with what to write instead); psql variables are left to the
 * server. An empty statement (";;") yields nothing.
 */
bool sqlscan_next(SqlScanner *scanner, SqlItem *ret, Error *err);

/* Frees the window. The last item is then no longer valid. NULL and a second call are allowed. */
void sqlscan_end(SqlScanner *scanner);

/* Line and column (1-based, characters) of byte offset `at` inside an item's text. */
void sqlscan_place(const SqlItem *item, size_t at, size_t *ret_line, size_t *ret_column);

/* The line of text that byte `at` is on, passwords masked, and under it a line with a caret; in the
   arena. What is far from the place on a long line is left out. For errors. */
char *sqlscan_excerpt(Arena *arena, const char *text, size_t len, size_t at);
/* The same with so many characters before and behind the place. */
char *sqlscan_excerpt_within(Arena *arena, const char *text, size_t len, size_t at, size_t before,
                             size_t behind);

/*
 * Replaces literals after PASSWORD, in connection strings (password=…, scheme://user:…@) and in
 * USER MAPPING options by '***', also inside strings, function bodies and comments. For excerpts,
 * logs and stored errors, so it rather hides too much, and takes any text.
 */
char *sqlscan_mask_passwords(Arena *arena, const char *text, size_t len);

/* Next token of a statement, for light look-ups without a parse tree (comments skipped). */
typedef enum SqlTokenKind {
    SQL_TOKEN_END,
    SQL_TOKEN_WORD,
    SQL_TOKEN_QUOTED_WORD, /* "…" or U&"…" with its UESCAPE */
    SQL_TOKEN_STRING,      /* any kind, dollar quotes too, with all lines that continue it */
    SQL_TOKEN_NUMBER,      /* also $1 */
    SQL_TOKEN_SYMBOL,      /* one byte */
} SqlTokenKind;

typedef struct SqlToken {
    SqlTokenKind kind;
    size_t start, len; /* bytes, quotes included */
    size_t end;        /* where the next sqlscan_token() starts */
} SqlToken;
SqlToken sqlscan_token(const char *text, size_t len, size_t from);

/* The identifier a WORD (folded to lower case) or QUOTED_WORD token means, in the arena. Not cut to
   the server's 63 bytes. Of other tokens, the text. */
char *sqlscan_identifier(Arena *arena, const char *text, const SqlToken *token);

/* True when token is a WORD equal to the key word, case-insensitively. */
bool sqlscan_is_word(const char *text, const SqlToken *token, const char *keyword);

#endif
