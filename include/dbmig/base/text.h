/* Small helpers for strings, numbers and durations, independent of the locale. */
#ifndef DBMIG_BASE_TEXT_H
#define DBMIG_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/vec.h"

bool text_equal(const char *a, const char *b); /* NULL equals NULL only */
bool text_equal_nocase(const char *a, const char *b); /* ASCII letters only */
bool text_starts(const char *text, const char *prefix);
bool text_ends(const char *text, const char *suffix);

/* Whole-string parses: false when anything but the number stands there or it does not fit. */
bool text_to_int64(const char *text, int64_t *ret);

/* "500ms", "3s", "1m30s", "2h", "1d"; a bare number counts in unit_ms; "0" is 0. */
bool text_to_duration(const char *text, long unit_ms, int64_t *ret_ms);

/* "3s", "1m30s", "250ms": the shortest exact form. In the arena. */
char *text_from_duration(Arena *arena, int64_t ms);

/* "64MB", "1GB", "4096": bytes, powers of 1024. */
bool text_to_size(const char *text, uint64_t *ret);

/* The place of the first byte that is not valid UTF-8 (no surrogates, no overlong forms), or len. */
size_t text_utf8_bad(const char *text, size_t len);

/* Characters in valid UTF-8; bad bytes count as one each. */
size_t text_utf8_length(const char *text, size_t len);

/* Splits at a character, blanks around the parts removed, empty parts left out. */
void text_split(Arena *arena, const char *text, char separator, StringList *ret);

/* True when one of the strings equals text. */
bool text_list_has(const StringList *list, const char *text);

/* The Levenshtein distance, for "did you mean". */
size_t text_distance(const char *a, const char *b);

/* The candidate nearest to word when near enough to be meant (distance <= 1 + length / 4), or NULL. */
const char *text_nearest(const char *word, const char *const *candidates, size_t count);

/* strcmp for qsort on an array of const char *. */
int text_compare_pointers(const void *a, const void *b);

/* The text as one word of a shell's command line, in quotes only where it needs them; in the arena. */
const char *text_shell_word(Arena *arena, const char *text);

/* The text without control characters, fit for one line of a terminal; in the arena. */
char *text_printable(Arena *arena, const char *text);

#endif
