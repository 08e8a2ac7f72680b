/*
 * Growing byte buffer on the heap. Always NUL-terminated after data[len]; may hold NUL bytes inside.
 * A zeroed Buf is an empty one. Use arena_strndup(arena, buf.data, buf.len) to keep the result.
 */
#ifndef DBMIG_BASE_BUF_H
#define DBMIG_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "dbmig/base/arena.h"

typedef struct Buf {
    char *data; /* NULL only while nothing was ever added; buf_text() hides that */
    size_t len;
    size_t capacity;
} Buf;

void buf_free(Buf *buf);
void buf_clear(Buf *buf); /* length 0, memory kept */

void buf_reserve(Buf *buf, size_t extra);
void buf_add(Buf *buf, const void *bytes, size_t len);
void buf_add_str(Buf *buf, const char *text);
void buf_add_char(Buf *buf, char c);
void buf_printf(Buf *buf, const char *format, ...) DBMIG_PRINTF(2, 3);
void buf_vprintf(Buf *buf, const char *format, va_list args) DBMIG_PRINTF(2, 0);

/* Removes the first count bytes (count <= len). */
void buf_consume(Buf *buf, size_t count);

/* The content as a C string; "" when nothing was ever added. Valid until the next change. */
const char *buf_text(const Buf *buf);

/* Copies the content into the arena, frees the buffer, and returns the copy. */
char *buf_steal(Buf *buf, Arena *arena);

#endif
