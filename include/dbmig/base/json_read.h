/* Reading JSON, as far as dbmig gets any: one string out of an object. */
#ifndef DBMIG_BASE_JSON_READ_H
#define DBMIG_BASE_JSON_READ_H

#include <stdbool.h>
#include <stddef.h>

#include "dbmig/base/arena.h"

/*
 * The string that the object has under the key, in the arena; *ret is NULL when there is none, or it
 * is no string. The last of several wins. False when the text is not one JSON value: *ret_offset is
 * then the byte where that shows.
 */
bool json_read_member(Arena *arena, const char *text, const char *key, const char **ret,
                      size_t *ret_offset);

#endif
