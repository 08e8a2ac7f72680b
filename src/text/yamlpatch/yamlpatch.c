/* Writes the new value over the old one, and reads the result again. */
#include "dbmig/text/yamlpatch.h"

#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/text.h"
#include "yamlpatch_internal.h"

typedef struct Edit {
    size_t start, end; /* bytes that go */
    const char *with;
} Edit;

typedef struct Edits {
    Edit items[2]; /* in order, apart */
    size_t count;
} Edits;

static void add_edit(Edits *edits, size_t start, size_t end, const char *with)
{
    edits->items[edits->count++] = (Edit){start, end, with};
}

/* ---- plain and quoted ---- */

/* With '=' at its end it is no number, date or boolean, whoever reads it. */
static bool safe_as_plain(const char *value)
{
    size_t len = strlen(value);
    if (len < 2 || value[len - 1] != '=' || strchr("=-", value[0]) != NULL)
        return false;
    for (size_t i = 0; i < len; i++) {
        char c = value[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && strchr("+/=_-", c) == NULL)
            return false;
    }
    return true;
}

static const char *written(Arena *arena, YamlStyle style, const char *value)
{
    const char *quote = style == YAML_STYLE_SINGLE ? "'" : "\"";
    bool bare = style == YAML_STYLE_PLAIN || style == YAML_STYLE_NONE;
    if (bare && safe_as_plain(value))
        quote = "";
    return arena_printf(arena, "%s%s%s%s", style == YAML_STYLE_NONE ? " " : "", quote, value,
                        quote);
}

/* ---- block scalars ---- */

static size_t line_end(const char *text, size_t at, size_t end)
{
    while (at < end && text[at] != '\n' && text[at] != '\r')
        at++;
    return at;
}

static size_t next_line(const char *text, size_t at, size_t end)
{
    if (at + 1 < end && text[at] == '\r' && text[at + 1] == '\n')
        return at + 2;
    return at < end ? at + 1 : end;
}

typedef struct Block {
    size_t indicators_end; /* behind "|-" */
    size_t header_end;     /* the end of its line */
    size_t lines;          /* those that are not blank */
    size_t start, end;     /* of the text of the first such line; end of the last one */
    bool stripped;         /* "|-": no line break at the end of the value */
    bool indented;         /* "|2": blanks may be part of the text */
} Block;

static void read_header(const char *text, const YamlPlace *place, Block *ret)
{
    size_t at = place->start + 1;
    for (; at < place->end && strchr("+-0123456789", text[at]) != NULL && text[at] != '\0'; at++) {
        ret->stripped = ret->stripped || text[at] == '-';
        ret->indented = ret->indented || (text[at] >= '0' && text[at] <= '9');
    }
    ret->indicators_end = at;
    ret->header_end = ret->end = line_end(text, at, place->end);
}

static Block read_block(const char *text, const YamlPlace *place)
{
    Block block = {0};
    read_header(text, place, &block);
    for (size_t at = next_line(text, block.header_end, place->end); at < place->end;) {
        size_t end = line_end(text, at, place->end), start = at;
        while (start < end && text[start] == ' ')
            start++;
        if (start < end) {
            if (block.lines++ == 0)
                block.start = start;
            block.end = end;
        }
        at = next_line(text, end, place->end);
    }
    return block;
}

/* The comment behind "|" and blank lines below the text stay. */
static void edit_block(Arena *arena, const char *text, const YamlPlace *place, const char *value,
                       Edits *ret)
{
    Block block = read_block(text, place);
    if (block.lines == 1 && block.stripped && !block.indented) {
        add_edit(ret, block.start, block.end, value);
        return;
    }
    add_edit(ret, place->start, block.indicators_end, written(arena, YAML_STYLE_DOUBLE, value));
    add_edit(ret, block.header_end, block.end, "");
}

/* ---- reading again ---- */

static bool same_text(const yaml_char_t *a, const yaml_char_t *b)
{
    return text_equal((const char *)a, (const char *)b);
}

static bool same_scalar(const yaml_event_t *a, const yaml_event_t *b, const char *value)
{
    const char *wanted = value != NULL ? value : (const char *)a->data.scalar.value;
    size_t len = value != NULL ? strlen(value) : a->data.scalar.length;
    return same_text(a->data.scalar.anchor, b->data.scalar.anchor) &&
           same_text(a->data.scalar.tag, b->data.scalar.tag) && b->data.scalar.length == len &&
           memcmp(b->data.scalar.value, wanted, len) == 0;
}

/* value: what the second is to say instead of what the first says; NULL: the same. */
static bool same_event(const yaml_event_t *a, const yaml_event_t *b, const char *value)
{
    if (a->type != b->type)
        return false;
    switch (a->type) {
    case YAML_SCALAR_EVENT:
        return same_scalar(a, b, value);
    case YAML_ALIAS_EVENT:
        return same_text(a->data.alias.anchor, b->data.alias.anchor);
    case YAML_MAPPING_START_EVENT:
        return same_text(a->data.mapping_start.anchor, b->data.mapping_start.anchor) &&
               same_text(a->data.mapping_start.tag, b->data.mapping_start.tag);
    case YAML_SEQUENCE_START_EVENT:
        return same_text(a->data.sequence_start.anchor, b->data.sequence_start.anchor) &&
               same_text(a->data.sequence_start.tag, b->data.sequence_start.tag);
    default:
        return true;
    }
}

/* True when both say the same but for the value of the event with that number. */
static bool same_meaning(const YamlText *before, const YamlText *after, size_t number,
                         const char *value)
{
    yaml_parser_t old, new;
    bool same = true, done = false;
    yamlpatch_begin(before, &old);
    yamlpatch_begin(after, &new);
    for (size_t i = 0; same && !done; i++) {
        yaml_event_t a, b;
        if (!yaml_parser_parse(&old, &a)) {
            same = false;
            break;
        }
        if (!yaml_parser_parse(&new, &b)) {
            yaml_event_delete(&a);
            same = false;
            break;
        }
        same = same_event(&a, &b, i == number ? value : NULL);
        done = a.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&a);
        yaml_event_delete(&b);
    }
    yaml_parser_delete(&old);
    yaml_parser_delete(&new);
    return same;
}

/* ---- replacing ---- */

static bool check_value(const char *value, Error *err)
{
    for (const char *c = value; *c != '\0'; c++)
        if (*c <= ' ' || *c > '~' || strchr("\"'\\", *c) != NULL)
            return error_set(err, EXIT_USAGE, "the value cannot be written into a template");
    return true;
}

static Bytes edited(Arena *arena, const char *text, size_t len, const Edits *edits)
{
    Buf out = {0};
    size_t at = 0;
    for (size_t i = 0; i < edits->count; i++) {
        buf_add(&out, text + at, edits->items[i].start - at);
        buf_add_str(&out, edits->items[i].with);
        at = edits->items[i].end;
    }
    buf_add(&out, text + at, len - at);
    size_t out_len = out.len;
    return (Bytes){buf_steal(&out, arena), out_len};
}

bool yamlpatch_replace(Arena *arena, const char *file, const char *text, size_t len,
                       const YamlPlace *place, const char *value, Bytes *ret, Error *err)
{
    Edits edits = {0};
    YamlText before, after;
    if (!check_value(value, err))
        return false;
    if (strcmp(place->value, value) == 0) {
        *ret = (Bytes){arena_strndup(arena, text, len), len};
        return true;
    }
    if (place->style == YAML_STYLE_BLOCK)
        edit_block(arena, text, place, value, &edits);
    else
        add_edit(&edits, place->start, place->end, written(arena, place->style, value));
    *ret = edited(arena, text, len, &edits);
    if (!yamlpatch_text(arena, file, text, len, &before, err) ||
        !yamlpatch_text(arena, file, ret->data, ret->len, &after, err))
        return false;
    if (same_meaning(&before, &after, place->event, value))
        return true;
    error_set(err, EXIT_USAGE, "cannot write the value of %s without changing something else",
              place->path);
    error_hint(err, "Write the value on one line, in quotes: \"\"");
    return error_at(err, file, place->line, place->column);
}

const char *yamlpatch_library_version(void)
{
    return yaml_get_version_string();
}
