/* Lines and names, as most tools read them. */
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/text.h"
#include "formats_internal.h"

bool format_next_line(const Bytes *text, FormatLine *line)
{
    const char *feed;

    if (line->next >= text->len)
        return false;
    line->start = line->next;
    line->text = text->data + line->start;
    feed = memchr(line->text, '\n', text->len - line->start);
    line->len = feed == NULL ? text->len - line->start : (size_t)(feed - line->text);
    line->next = line->start + line->len + (feed != NULL);
    if (line->len > 0 && line->text[line->len - 1] == '\r')
        line->len--;
    if (line->number == 0 && line->len >= 3 && memcmp(line->text, "\xef\xbb\xbf", 3) == 0) {
        line->text += 3;
        line->len -= 3;
    }
    line->number++;
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static size_t skip_blanks(const char *text, size_t len, size_t at)
{
    while (at < len && is_blank(text[at]))
        at++;
    return at;
}

bool format_is_remark(const FormatLine *line)
{
    size_t at = skip_blanks(line->text, line->len, 0);

    return at == line->len || (at + 1 < line->len && memcmp(line->text + at, "--", 2) == 0);
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

const char *format_after_mark(const FormatLine *line, const char *words, size_t *ret_len)
{
    size_t at = skip_blanks(line->text, line->len, 0);

    if (at + 2 > line->len || memcmp(line->text + at, "--", 2) != 0)
        return NULL;
    at = skip_blanks(line->text, line->len, at + 2);
    for (; *words != '\0'; words++) {
        if (*words == ' ') {
            if (at == line->len || !is_blank(line->text[at]))
                return NULL;
            at = skip_blanks(line->text, line->len, at);
        } else if (at == line->len || lower(line->text[at++]) != lower(*words)) {
            return NULL;
        }
    }
    if (at < line->len && !is_blank(line->text[at]))
        return NULL;
    at = skip_blanks(line->text, line->len, at);
    *ret_len = line->len - at;
    while (*ret_len > 0 && is_blank(line->text[at + *ret_len - 1]))
        --*ret_len;
    return line->text + at;
}

bool format_split_name(Arena *arena, const char *base, const char **ret_version,
                       const char **ret_description)
{
    size_t digits = strspn(base, "0123456789"), len = strlen(base);
    const char *rest = base + digits;
    char *description;

    if (digits == 0)
        return false;
    if (len >= 4 && text_equal_nocase(base + len - 4, ".sql"))
        len -= 4;
    *ret_version = arena_strndup(arena, base, digits);
    while (*rest == '_' || *rest == '-')
        rest++;
    description = arena_strndup(arena, rest, (size_t)(base + len - rest));
    for (char *c = description; *c != '\0'; c++)
        if (*c == '_')
            *c = ' ';
    *ret_description = description;
    return true;
}

/* ---- folders of divided files ---- */

typedef struct Named {
    const char *name;
    const char *version;
    const char *description;
} Named;

static int compare_by_name(const void *a, const void *b)
{
    return strcmp(((const Named *)a)->name, ((const Named *)b)->name);
}

static int compare_by_version(const void *a, const void *b)
{
    int order = version_compare(((const Named *)a)->version, ((const Named *)b)->version);

    return order != 0 ? order : compare_by_name(a, b);
}

static Named *take_named(FormatRead *read, size_t *ret_count)
{
    Named *files = arena_calloc(read->scratch, read->names->count + 1, sizeof(*files));

    *ret_count = 0;
    for (size_t i = 0; i < read->names->count; i++) {
        Named *file = &files[*ret_count];

        file->name = read->names->items[i];
        if (!text_ends(file->name, ".sql"))
            continue;
        if (strchr(file->name, '/') != NULL)
            format_skip(read, file->name, "it lies in a folder within the migrations folder");
        else if (!format_split_name(read->scratch, file->name, &file->version, &file->description))
            format_skip(read, file->name, "its name does not begin with a version");
        else
            ++*ret_count;
    }
    return files;
}

bool format_read_divided(FormatRead *read, FormatDivideFunction divide, bool by_name)
{
    size_t count;
    Named *files = take_named(read, &count);

    if (count > 1)
        qsort(files, count, sizeof(*files), by_name ? compare_by_name : compare_by_version);
    for (size_t i = 0; i < count; i++) {
        FormatPair pair = {0};
        Bytes text;

        if (!format_text(read, files[i].name, &text) ||
            !divide(read, files[i].name, &text, &pair))
            return false;
        format_add_pair(read, files[i].name, files[i].version, files[i].description, &pair);
    }
    return true;
}
