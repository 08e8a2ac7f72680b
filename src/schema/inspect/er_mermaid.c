/*
 * The model as a Mermaid erDiagram. Its lexer (mermaid/…/er/parser/erDiagram.jison) decides what can
 * stand where: entity names and labels are quoted and hold no quote, per cent sign, backslash or line
 * end; types and column names are words of letters, digits, '_', '-', brackets and what lies above
 * U+00BF, and no key mark (PK, FK, UK in any case). "direction TB" and ~…~ mean something wherever they
 * stand, "#35;" and "%%{…}%%" do before anything is read.
 */
#include <ctype.h>
#include <string.h>

#include "dbmig/base/map.h"
#include "dbmig/base/text.h"
#include "dbmig/schema/er.h"

/* ---- words: types and column names ---- */

/* Bytes of a character that can stand in a word, or 0. Below U+00C0 lie controls and signs. */
static size_t word_character(const char *at)
{
    unsigned char c = (unsigned char)*at;
    if (isalnum(c) || c == '_' || strchr("-[]()", c))
        return 1;
    if (c < 0xC3)
        return 0;
    size_t len = c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    return text_utf8_bad(at, strnlen(at, len)) == len ? len : 0;
}

static bool is_key_mark(const char *word)
{
    return text_equal_nocase(word, "PK") || text_equal_nocase(word, "FK") ||
           text_equal_nocase(word, "UK");
}

/* Adds the word that text becomes; true when it is the text itself. */
static bool add_word(Buf *out, const char *text)
{
    Buf word = {0};
    for (const char *at = text; *at;) {
        size_t len = word_character(at);
        bool rest = ((unsigned char)*at & 0xC0) == 0x80; /* of a character that is '_' already */
        if (len > 0)
            buf_add(&word, at, len);
        else if (*at != '"' && !rest)
            buf_add_char(&word, '_');
        at += len > 0 ? len : 1;
    }
    unsigned char first = (unsigned char)buf_text(&word)[0];
    size_t start = out->len;
    if (!isalpha(first) && first != '_' && first < 0x80)
        buf_add_char(out, '_');
    buf_add_str(out, buf_text(&word));
    if (is_key_mark(text))
        buf_add_char(out, '_');
    buf_free(&word);
    return strcmp(buf_text(out) + start, text) == 0;
}

/* ---- quoted texts ---- */

/* A quoted text, without what the lexer looks for even within quotes. */
static void add_quoted(Buf *out, const char *text)
{
    size_t start = out->len;
    buf_add_char(out, '"');
    for (const char *c = text; *c; c++) {
        bool control = (unsigned char)*c < 0x20 || *c == 0x7f;
        if (*c == '"')
            buf_add_char(out, '\'');
        else if (strchr("%\\#;~", *c))
            buf_add_char(out, '_');
        else if (control || (*c == ' ' && out->len - start > 9 &&
                             strncasecmp(out->data + out->len - 9, "direction", 9) == 0))
            buf_add_char(out, '_');
        else
            buf_add_char(out, *c);
    }
    if (out->len == start + 1)
        buf_add_char(out, '_');
    buf_add_char(out, '"');
}

/* The entities' names in quotes, no two the same. */
static const char **entity_names(Arena *arena, const ErModel *model)
{
    const char **names = arena_calloc(arena, model->tables.count + 1, sizeof(*names));
    Map *taken = map_new(arena);
    for (size_t i = 0; i < model->tables.count; i++) {
        Buf name = {0};
        add_quoted(&name, model->tables.items[i].name);
        const char *first = buf_steal(&name, arena);
        names[i] = first;
        for (int n = 2; map_has(taken, names[i]); n++)
            names[i] = arena_printf(arena, "%.*s_%d\"", (int)strlen(first) - 1, first, n);
        map_set(taken, names[i], &names[i]);
    }
    return names;
}

/* ---- the diagram ---- */

static void add_column(const ErColumn *column, Buf *out)
{
    Buf marks = {0};
    buf_add_str(out, "        ");
    add_word(out, column->type);
    buf_add_char(out, ' ');
    bool same = add_word(out, column->name);
    if (er_add_marks(column, ", ", &marks))
        buf_printf(out, " %s", buf_text(&marks));
    buf_free(&marks);
    if (!same) {
        buf_add_char(out, ' ');
        add_quoted(out, column->name);
    }
    buf_add_char(out, '\n');
}

static void add_table(const ErTable *table, const char *name, Buf *out)
{
    buf_printf(out, "    %s", name);
    if (table->columns.count > 0) {
        buf_add_str(out, " {\n");
        for (size_t i = 0; i < table->columns.count; i++)
            add_column(&table->columns.items[i], out);
        buf_add_str(out, "    }");
    }
    buf_add_char(out, '\n');
}

/* The referenced table stands to the left: its mark tells how many it is to a row of the other. */
static void add_relation(const ErRelation *relation, const char *const *names, Buf *out)
{
    Buf label = {0};
    const char *line = relation->kind == ER_INHERITS ? "||..||"
                       : relation->optional          ? (relation->single ? "|o--o|" : "|o--o{")
                                                     : (relation->single ? "||--o|" : "||--o{");
    for (size_t i = 0; i < relation->columns.count; i++)
        buf_printf(&label, "%s%s", i ? ", " : "", relation->columns.items[i]);
    if (relation->kind == ER_INHERITS)
        buf_add_str(&label, "inherited by");
    buf_printf(out, "    %s %s %s : ", names[relation->to], line, names[relation->from]);
    add_quoted(out, buf_text(&label));
    buf_add_char(out, '\n');
    buf_free(&label);
}

void er_mermaid(const ErModel *model, Buf *out)
{
    Arena *scratch = arena_new();
    const char **names = entity_names(scratch, model);
    buf_add_str(out, "erDiagram\n");
    for (size_t i = 0; i < model->tables.count; i++)
        add_table(&model->tables.items[i], names[i], out);
    for (size_t i = 0; i < model->relations.count; i++)
        add_relation(&model->relations.items[i], names, out);
    arena_free(scratch);
}
