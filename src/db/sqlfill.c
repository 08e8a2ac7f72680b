/* See sqlfill.h. */
#include "sqlfill.h"

#include <string.h>

#include "dbmig/base/buf.h"

static size_t word_length(const char *text)
{
    return strspn(text, "abcdefghijklmnopqrstuvwxyz_0123456789");
}

static const char *find(const SqlName *names, size_t count, const char *word, size_t len)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(names[i].name) == len && memcmp(names[i].name, word, len) == 0)
            return names[i].text;
    }
    return NULL;
}

char *sqlfill(Arena *arena, const char *sql, const SqlName *names, size_t count)
{
    Buf out = {0};
    for (const char *p = sql; *p != '\0';) {
        size_t len = *p == ':' ? word_length(p + 1) : 0;
        const char *text =
            len > 0 && (p == sql || p[-1] != ':') ? find(names, count, p + 1, len) : NULL;
        if (text == NULL) {
            buf_add_char(&out, *p++);
            continue;
        }
        buf_add_str(&out, text);
        p += len + 1;
    }
    return buf_steal(&out, arena);
}
