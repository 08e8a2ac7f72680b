/* Between bytes and libyaml: encodings, marks, complaints. */
#include <string.h>

#include "dbmig/base/fatal.h"
#include "dbmig/base/text.h"
#include "yamlpatch_internal.h"

static bool is_surrogate(const char *text)
{
    return text[0] == '\\' && text[1] == 'u' && (text[2] == 'd' || text[2] == 'D') &&
           text[3] != '\0' && strchr("89abABcdefCDEF", text[3]) != NULL;
}

/*
 * JSON writes characters beyond U+FFFF as two escapes, "\ud83d\ude00", which libyaml refuses. Where
 * the value stands does not depend on what they are: it gets two others.
 */
static const char *without_surrogates(Arena *arena, const char *bytes, size_t len)
{
    static const char middle_dot[] = {'0', '0', 'b', '7'};
    char *copy = arena_strndup(arena, bytes, len);
    for (size_t i = 0; i + 5 < len; i++)
        if (is_surrogate(copy + i))
            memcpy(copy + i + 2, middle_dot, sizeof(middle_dot));
    return copy;
}

static bool not_utf8(const char *file, const char *bytes, size_t bad, Error *err)
{
    size_t line = 1, start = 0;
    for (size_t i = 0; i < bad; i++) {
        if (bytes[i] != '\n')
            continue;
        line++;
        start = i + 1;
    }
    error_set(err, EXIT_USAGE, "%s is not valid UTF-8", file);
    return error_at(err, file, line, text_utf8_length(bytes + start, bad - start) + 1);
}

bool yamlpatch_text(Arena *arena, const char *file, const char *bytes, size_t len, YamlText *ret,
                    Error *err)
{
    bool marked = len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0;
    size_t bad = text_utf8_bad(bytes, len);
    *ret = (YamlText){.file = file, .bytes = bytes, .len = len, .bom = marked ? 3 : 0};
    ret->read = without_surrogates(arena, bytes + ret->bom, len - ret->bom);
    return bad == len || not_utf8(file, bytes, bad, err);
}

void yamlpatch_begin(const YamlText *text, yaml_parser_t *ret)
{
    if (!yaml_parser_initialize(ret))
        fatal_out_of_memory();
    yaml_parser_set_encoding(ret, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(ret, (const unsigned char *)text->read, text->len - text->bom);
}

bool yamlpatch_fail(const YamlText *text, const yaml_parser_t *parser, Error *err)
{
    if (parser->error == YAML_MEMORY_ERROR)
        fatal_out_of_memory();
    error_set(err, EXIT_USAGE, "%s cannot be read as YAML: %s", text->file,
              parser->problem == NULL ? "unknown error" : parser->problem);
    if (parser->context != NULL)
        error_detail(err, "%s (line %zu).", parser->context, parser->context_mark.line + 1);
    /* The reader's complaints are about bytes and have no mark. */
    if (parser->error == YAML_READER_ERROR)
        return error_at(err, text->file, 0, 0);
    return error_at(err, text->file, parser->problem_mark.line + 1,
                    parser->problem_mark.column + 1);
}

size_t yamlpatch_byte(const YamlText *text, size_t characters)
{
    size_t at = text->bom;
    while (characters > 0 && at < text->len) {
        at++;
        while (at < text->len && ((unsigned char)text->bytes[at] & 0xc0) == 0x80)
            at++;
        characters--;
    }
    return at;
}
