/*
 * What the files of the splitter share: the window over the input (sqlscan_window.c), places in it
 * (sqlscan_place.c), statements (sqlscan.c), their classes (sqlscan_classify.c), COPY data
 * (sqlscan_copy.c) and psql's meta-commands (sqlscan_meta.c). Internal to src/text/sql/.
 */
#ifndef DBMIG_TEXT_SQLSCAN_INTERNAL_H
#define DBMIG_TEXT_SQLSCAN_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dbmig/base/buf.h"
#include "dbmig/text/sqlscan.h"
#include "sqllex.h"

typedef struct Place {
    size_t line, column; /* 1-based, column in characters */
} Place;

/* Moves the place over len bytes of text. */
void sqlscan_advance(Place *place, const char *text, size_t len);

typedef enum WindowFault { FAULT_NONE, FAULT_READ, FAULT_NUL, FAULT_UTF8 } WindowFault;

/*
 * The part of the input in memory: from the end of the last item to what was read ahead. lexer.text
 * points at its first byte and lexer.end ends at the last one that is checked and whole UTF-8; a
 * fault lies right behind lexer.end.
 */
typedef struct Window {
    Lexer lexer; /* first: more() gets the Lexer and means the Window */
    SqlReadFunction read;
    void *context;
    Error *err; /* where a failing read() puts its error: that of the current call */
    Buf buf;
    size_t head;     /* of lexer.text in buf */
    uint64_t offset; /* of lexer.text in the input */
    Place place;     /* of lexer.text */
    bool eof;
    WindowFault fault;
} Window;

void sqlscan_window_begin(Window *window, SqlReadFunction read, void *context);

/* Forgets the first len bytes (len <= lexer.end); pos becomes 0. */
void sqlscan_window_consume(Window *window, size_t len);

/* Reads until there are `want` bytes, or no more can be had. */
void sqlscan_window_want(Window *window, size_t want);

/* The place of the byte at pos. */
Place sqlscan_window_place(const Window *window, size_t pos);

void sqlscan_window_free(Window *window);

/* Sets a usage error at a place in the window, with an excerpt. Returns false. */
bool sqlscan_window_error(const Window *window, const char *name, size_t at, Error *err,
                          const char *format, ...) DBMIG_PRINTF(5, 6);

/* Fills verb, inside_transaction_forbidden, forbidden_below and concurrently of a statement. */
void sqlscan_classify(SqlItem *item);

typedef enum CopyClass { COPY_OTHER, COPY_TEXT_FROM_STDIN, COPY_BINARY_FROM_STDIN } CopyClass;

/* Whether data follows the COPY statement. */
CopyClass sqlscan_classify_copy(const SqlItem *item);

/* standard_conforming_strings as the statements so far leave it (true: off). */
typedef struct StringSetting {
    bool now;
    bool session;  /* after the transaction, when COMMITted */
    bool at_begin; /* after the transaction, when rolled back */
} StringSetting;

/* Follows SET, RESET, DISCARD ALL, set_config() with constants, and transaction ends. */
void sqlscan_follow_setting(StringSetting *setting, const SqlItem *item);

enum { SQLSCAN_DEEPEST_PLACED = 256 }; /* parentheses whose places are kept for the error */

typedef enum Mode { MODE_SQL, MODE_COPY_START, MODE_COPY_DATA, MODE_END, MODE_FAILED } Mode;

struct SqlScanner {
    Window window;
    Arena *arena;
    const char *name;
    Error *err; /* of the current call */
    bool begun;
    Mode mode;
    StringSetting strings;
    Place copy_place;                      /* of the COPY whose data is being read */
    bool at_line_begin;                    /* in COPY data */
    size_t opened[SQLSCAN_DEEPEST_PLACED]; /* where the open parentheses are in the window */
    char *cut; /* where a NUL stands for the byte `cut_byte` of the window */
    char cut_byte;
};

/* Yields the text [start, end) of the window with the lead [0, start), and consumes up to `next`. A
   NUL ends the text until the next call; consuming moves no bytes. */
void sqlscan_take_item(SqlScanner *scanner, SqlItem *ret, SqlItemKind kind, size_t start,
                       size_t end, size_t next);

/* Set the error for what lies behind the window's end, or for a quote or comment that never ends.
   Return false. */
bool sqlscan_fail_at_fault(SqlScanner *scanner);
bool sqlscan_fail_unclosed(SqlScanner *scanner, const LexToken *token);

/* sqlscan_next() behind a COPY … FROM STDIN. */
bool sqlscan_next_copy(SqlScanner *scanner, SqlItem *ret);

/* True for the meta-commands that may be ignored; text is from the backslash to the line's end. */
bool sqlscan_meta_ignored(const char *text, size_t len);

/* The primary and the hint for a meta-command that is refused. The hint may be NULL. */
char *sqlscan_meta_refusal(Arena *arena, const char *text, size_t len, bool inside_statement,
                           const char **ret_hint);

/* Like sqlscan_mask_passwords(); *place, a byte in the text, becomes that byte in the result. */
char *sqlscan_mask_line(Arena *arena, const char *text, size_t len, size_t *place);

#endif
