/* Growing byte buffer on the heap, doubled when full, with a NUL kept after the content. */
#include "dbmig/base/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/fatal.h"

#define SMALLEST ((size_t)64)

void buf_free(Buf *buf)
{
    free(buf->data);
    *buf = (Buf){0};
}

void buf_clear(Buf *buf)
{
    buf->len = 0;
    if (buf->data != NULL)
        buf->data[0] = '\0';
}

void buf_reserve(Buf *buf, size_t extra)
{
    if (extra >= SIZE_MAX / 2 - buf->len)
        fatal_out_of_memory();
    size_t needed = buf->len + extra + 1;
    if (needed <= buf->capacity)
        return;
    size_t capacity = buf->capacity < SMALLEST ? SMALLEST : buf->capacity * 2;
    if (capacity < needed)
        capacity = needed;
    char *data = realloc(buf->data, capacity);
    if (data == NULL)
        fatal_out_of_memory();
    data[buf->len] = '\0';
    buf->data = data;
    buf->capacity = capacity;
}

void buf_add(Buf *buf, const void *bytes, size_t len)
{
    buf_reserve(buf, len);
    if (len > 0)
        memcpy(buf->data + buf->len, bytes, len);
    buf->len += len;
    buf->data[buf->len] = '\0';
}

void buf_add_str(Buf *buf, const char *text)
{
    buf_add(buf, text, strlen(text));
}

void buf_add_char(Buf *buf, char c)
{
    buf_add(buf, &c, 1);
}

void buf_printf(Buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buf_vprintf(buf, format, args);
    va_end(args);
}

void buf_vprintf(Buf *buf, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    if (len < 0)
        BUG("cannot format \"%s\"", format);
    buf_reserve(buf, (size_t)len);
    vsnprintf(buf->data + buf->len, (size_t)len + 1, format, again);
    va_end(again);
    buf->len += (size_t)len;
}

void buf_consume(Buf *buf, size_t count)
{
    if (count > buf->len)
        BUG("buf_consume: %zu of %zu bytes", count, buf->len);
    if (count == 0)
        return;
    memmove(buf->data, buf->data + count, buf->len - count + 1);
    buf->len -= count;
}

const char *buf_text(const Buf *buf)
{
    return buf->data == NULL ? "" : buf->data;
}

char *buf_steal(Buf *buf, Arena *arena)
{
    char *copy = arena_strndup(arena, buf_text(buf), buf->len);
    buf_free(buf);
    return copy;
}
