#include "dbmig/base/shown.h"

#include <string.h>

#include "dbmig/base/text.h"

static size_t bidi_length(const unsigned char *at)
{
    /* U+061C, U+200E and U+200F, U+202A to U+202E, U+2066 to U+2069 */
    if (at[0] == 0xd8 && at[1] == 0x9c)
        return 2;
    if (at[0] != 0xe2)
        return 0;
    bool marks = at[1] == 0x80 && (at[2] == 0x8e || at[2] == 0x8f || (at[2] >= 0xaa && at[2] <= 0xae));
    bool isolates = at[1] == 0x81 && at[2] >= 0xa6 && at[2] <= 0xa9;
    return marks || isolates ? 3 : 0;
}

size_t shown_unsafe(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    if (*at == '\0')
        return 0;
    if ((*at < 0x20 && *at != '\t' && *at != '\n') || *at == 0x7f)
        return 1;
    if (at[0] == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0)
        return 2;
    return bidi_length(at);
}

/* A line that looked like a runner's command would be one. */
static void begin_line(Buf *out, const char *text)
{
    text += strspn(text, " \t\r");
    if (strncmp(text, "::", 2) == 0)
        buf_add_str(out, "| ");
}

/* These two are found anywhere in a line: a blank breaks them. */
static size_t command_length(const char *text)
{
    if (strncmp(text, "##[", 3) == 0)
        return 2;
    return strncmp(text, "##vso[", 6) == 0 ? 5 : 0;
}

static size_t add_character(Buf *out, const char *text, const char *bad)
{
    size_t unsafe = shown_unsafe(text), command = command_length(text);
    if (text == bad || unsafe > 0) {
        buf_add_char(out, '?');
        return unsafe > 0 ? unsafe : 1;
    }
    if (command > 0) {
        buf_add(out, text, command);
        buf_add_char(out, ' ');
        return command;
    }
    buf_add_char(out, *text);
    return 1;
}

void shown_add(Buf *out, const char *text, const char *indent, bool line_start)
{
    size_t len = strlen(text);
    while (len > 0 && text[len - 1] == '\n')
        len--;
    const char *end = text + len, *bad = text + text_utf8_bad(text, len);
    if (line_start)
        begin_line(out, text);
    while (text < end) {
        if (*text == '\r' && text[1] == '\n') {
            text++;
        } else if (*text == '\n') {
            buf_add_char(out, '\n');
            buf_add_str(out, indent);
            begin_line(out, ++text);
        } else {
            text += add_character(out, text, bad);
        }
        if (text > bad)
            bad = text + text_utf8_bad(text, (size_t)(end - text));
    }
}
