/*
 * Passwords inside texts: in URLs (user:PASSWORD@host, ?password=PASSWORD), also without their
 * scheme, in conninfo strings (password=PASSWORD, password='PASS WORD'), and in PASSWORD '…' of
 * SQL. Pure text work, used for masking and for hiding argv.
 */
#ifndef DBMIG_TEXT_SECRET_H
#define DBMIG_TEXT_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "dbmig/base/arena.h"

/*
 * Finds the first password at or after text[from]. On true, it is the *ret_len (> 0) bytes at
 * text[*ret_start]; quotes around it are not part of it. A search that goes on starts behind it.
 */
bool secret_find(const char *text, size_t from, size_t *ret_start, size_t *ret_len);

/* The text with each password replaced by "***"; in the arena. */
char *secret_mask(Arena *arena, const char *text);

#endif
