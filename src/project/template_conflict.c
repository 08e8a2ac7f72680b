/* Reads conflict markers as git writes them, with or without the common ancestor (diff3). */
#include "template_conflict.h"

#include <string.h>

#include "dbmig/base/buf.h"

typedef enum Side { SIDE_BOTH, SIDE_OURS, SIDE_ANCESTOR, SIDE_THEIRS } Side;

/* Seven of the character, then a blank and a label; "=======" stands alone. */
static bool is_marker(const char *line, size_t len, char c)
{
    for (size_t i = 0; i < 7; i++)
        if (i >= len || line[i] != c)
            return false;
    return len == 7 || line[7] == ' ' || line[7] == '\n' || line[7] == '\r';
}

/* The side that begins behind this line; false when the line is none of the markers due here. */
static bool turn(Side *side, const char *line, size_t len)
{
    static const struct {
        Side from;
        char marker;
        Side to;
    } turns[] = {
        {SIDE_BOTH, '<', SIDE_OURS},   {SIDE_OURS, '|', SIDE_ANCESTOR},
        {SIDE_OURS, '=', SIDE_THEIRS}, {SIDE_ANCESTOR, '=', SIDE_THEIRS},
        {SIDE_THEIRS, '>', SIDE_BOTH},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(turns); i++) {
        if (*side != turns[i].from || !is_marker(line, len, turns[i].marker))
            continue;
        *side = turns[i].to;
        return true;
    }
    return false;
}

static Bytes steal(Arena *arena, Buf *buf)
{
    size_t len = buf->len;
    return (Bytes){buf_steal(buf, arena), len};
}

bool template_split_conflict(Arena *arena, const Bytes *text, Bytes *ret_ours, Bytes *ret_theirs)
{
    Buf ours = {0}, theirs = {0};
    Side side = SIDE_BOTH;
    bool any = false;
    for (size_t at = 0; at < text->len;) {
        const char *line = text->data + at;
        const char *feed = memchr(line, '\n', text->len - at);
        size_t len = feed == NULL ? text->len - at : (size_t)(feed - line) + 1;
        at += len;
        if (turn(&side, line, len)) {
            any = true;
            continue;
        }
        if (side == SIDE_BOTH || side == SIDE_OURS)
            buf_add(&ours, line, len);
        if (side == SIDE_BOTH || side == SIDE_THEIRS)
            buf_add(&theirs, line, len);
    }
    bool conflict = any && side == SIDE_BOTH;
    if (conflict) {
        *ret_ours = steal(arena, &ours);
        *ret_theirs = steal(arena, &theirs);
    }
    buf_free(&ours);
    buf_free(&theirs);
    return conflict;
}
