/*
 * The splitter's window over its input: reads ahead, checks that it is UTF-8 without NUL as it
 * comes, and keeps no more than the item at hand and one piece. How the input is cut into pieces
 * never shows: a fault is met only where the lexer gets to it.
 */
#include <stdarg.h>
#include <string.h>

#include "sqlscan_internal.h"

enum { READ_SIZE = 64 * 1024, FIRST_READ_SIZE = 8 * 1024 };

/* The length of the UTF-8 sequence at text, 0 when it is none, -1 when it may become one. */
static int sequence_length(const unsigned char *text, size_t len)
{
    unsigned char c = text[0];
    if (c < 0x80)
        return c != 0 ? 1 : 0;
    int length = c >= 0xc2 && c < 0xe0 ? 2 : (c & 0xf0) == 0xe0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
    if (length == 0)
        return 0;
    if (len < 2)
        return -1;
    /* The second byte shuts out overlong forms, surrogates and what lies beyond U+10FFFF. */
    unsigned char low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
    unsigned char high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
    if (text[1] < low || text[1] > high)
        return 0;
    for (int i = 2; i < length; i++) {
        if ((size_t)i >= len)
            return -1;
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    }
    return length;
}

/* The length of the longest run of valid UTF-8 without NUL, and what stopped it before len. */
static size_t valid_length(const char *text, size_t len, bool last, WindowFault *fault)
{
    const unsigned char *bytes = (const unsigned char *)text;
    const uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;
    size_t i = 0;
    while (i < len) {
        uint64_t word;
        if (i + sizeof(word) <= len) {
            memcpy(&word, bytes + i, sizeof(word));
            if ((((word - ones) | word) & highs) == 0) {
                i += sizeof(word);
                continue;
            }
        }
        int length = sequence_length(bytes + i, len - i);
        if (length <= 0) {
            if (length == 0 || last)
                *fault = bytes[i] == 0 ? FAULT_NUL : FAULT_UTF8;
            break;
        }
        i += (size_t)length;
    }
    return i;
}

static void make_room(Window *window)
{
    size_t wanted = window->buf.len == 0 && window->offset == 0 ? FIRST_READ_SIZE : READ_SIZE;
    if (window->head > 0 && window->head >= window->buf.len / 2) {
        buf_consume(&window->buf, window->head);
        window->head = 0;
    }
    if (window->buf.capacity < window->buf.len + wanted / 2)
        buf_reserve(&window->buf, window->buf.len > wanted ? window->buf.len : wanted);
}

static bool window_more(Lexer *lexer)
{
    Window *window = (Window *)lexer;
    size_t before = lexer->end;
    while (!window->eof && window->fault == FAULT_NONE && lexer->end == before) {
        make_room(window);
        Buf *buf = &window->buf;
        size_t room = buf->capacity - buf->len - 1, got = 0;
        if (!window->read(window->context, buf->data + buf->len, room, &got, window->err)) {
            window->fault = FAULT_READ;
        } else {
            window->eof = got == 0;
            buf->len += got;
        }
        lexer->text = buf->data + window->head;
        size_t checked = window->head + lexer->end;
        if (window->fault == FAULT_NONE)
            lexer->end +=
                valid_length(buf->data + checked, buf->len - checked, window->eof, &window->fault);
    }
    return lexer->end > before;
}

void sqlscan_window_begin(Window *window, SqlReadFunction read, void *context)
{
    *window = (Window){.lexer = {.text = "", .more = window_more},
                       .read = read,
                       .context = context,
                       .place = {1, 1}};
}

void sqlscan_window_consume(Window *window, size_t len)
{
    sqlscan_advance(&window->place, window->lexer.text, len);
    window->lexer.text += len;
    window->lexer.end -= len;
    window->lexer.pos = 0;
    window->head += len;
    window->offset += len;
}

void sqlscan_window_want(Window *window, size_t want)
{
    while (window->lexer.end < want && window_more(&window->lexer))
        ;
}

Place sqlscan_window_place(const Window *window, size_t pos)
{
    Place place = window->place;
    sqlscan_advance(&place, window->lexer.text, pos);
    return place;
}

void sqlscan_window_free(Window *window)
{
    buf_free(&window->buf);
    window->lexer.text = "";
    window->lexer.end = window->lexer.pos = window->head = 0;
}

bool sqlscan_window_error(const Window *window, const char *name, size_t at, Error *err,
                          const char *format, ...)
{
    Arena *scratch = arena_new();
    va_list args;
    va_start(args, format);
    error_set(err, EXIT_USAGE, "%s", arena_vprintf(scratch, format, args));
    va_end(args);
    Place place = sqlscan_window_place(window, at);
    error_at(err, name, place.line, place.column);
    error_excerpt(err, "%s", sqlscan_excerpt(scratch, window->lexer.text, window->lexer.end, at));
    arena_free(scratch);
    return false;
}
