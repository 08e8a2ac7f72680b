/* Text of any origin inside XML and HTML. */
#include <string.h>

#include "dbmig/base/text.h"
#include "inspect_internal.h"

static void add_character(Buf *out, char c, bool lines)
{
    switch (c) {
    case '&':
        buf_add_str(out, "&amp;");
        break;
    case '<':
        buf_add_str(out, "&lt;");
        break;
    case '>':
        buf_add_str(out, "&gt;");
        break;
    case '"':
        buf_add_str(out, "&quot;");
        break;
    case '\'':
        buf_add_str(out, "&#39;");
        break;
    default:
        if (((unsigned char)c < 0x20 || c == 0x7f) && !(lines && (c == '\n' || c == '\t')))
            c = ' ';
        buf_add_char(out, c);
    }
}

void inspect_escape(Buf *out, const char *text, bool lines)
{
    size_t len = strlen(text);
    for (size_t at = 0; at < len;) {
        size_t good = text_utf8_bad(text + at, len - at);
        for (size_t end = at + good; at < end; at++)
            add_character(out, text[at], lines);
        if (at < len) {
            buf_add_str(out, "\xEF\xBF\xBD");
            at++;
        }
    }
}
