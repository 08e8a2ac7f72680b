/*
 * The lexer below the splitter: one token at a time by the rules of the server's scan.l, over text
 * that may still be arriving. Internal to src/text/sql/.
 *
 * Positions count from `text`, which more() may move but never cuts at the front, so they stay
 * valid while a token is read.
 */
#ifndef DBMIG_TEXT_SQLLEX_H
#define DBMIG_TEXT_SQLLEX_H

#include <stdbool.h>
#include <stddef.h>

typedef struct Lexer Lexer;
struct Lexer {
    const char *text;
    size_t end;             /* bytes there are now */
    size_t pos;             /* the next byte to read */
    bool backslash_strings; /* standard_conforming_strings is off: '…' knows backslashes */
    /* Makes more bytes available; false at the end. NULL: all there is, is there. */
    bool (*more)(Lexer *lexer);
};

typedef enum LexKind {
    LEX_END,
    LEX_BLANK,   /* sqllex_gap() only */
    LEX_COMMENT, /* sqllex_gap() only */
    LEX_WORD,
    LEX_QUOTED_WORD, /* "…", U&"…" with its UESCAPE */
    LEX_STRING,      /* all kinds of quotes, prefix, UESCAPE and continuation lines included */
    LEX_NUMBER,      /* also $1 */
    LEX_SYMBOL,      /* one byte */
    LEX_UNCLOSED,    /* a quote or comment that the text ends in; `unclosed` says which */
} LexKind;

typedef enum LexUnclosed {
    UNCLOSED_STRING,
    UNCLOSED_IDENTIFIER,
    UNCLOSED_DOLLAR,
    UNCLOSED_COMMENT,
} LexUnclosed;

typedef struct LexToken {
    LexKind kind;
    LexUnclosed unclosed;
    size_t start, end;
} LexToken;

/* A lexer over text that is there as a whole. */
Lexer sqllex_over(const char *text, size_t len, size_t from, bool backslash_strings);

/* The next token; blanks and comments before it are skipped. */
LexToken sqllex_next(Lexer *lexer);

/* The next run of blanks or single comment (with its line end left to the next run); false, with
   nothing consumed, when something else comes. */
bool sqllex_gap(Lexer *lexer, LexToken *ret);

/* The byte `ahead` of pos, or -1 past the end. */
int sqllex_peek(Lexer *lexer, size_t ahead);

/* True when the token is a WORD equal to the key word (upper case), case-insensitively. */
bool sqllex_is_word(const Lexer *lexer, const LexToken *token, const char *keyword);

#endif
