/*
 * The insides of strings and heredocs: text, ${expression}, and the directives %{ if }, %{ else },
 * %{ endif }, %{ for }, %{ endfor }; "~" at a brace strips the blanks beside it.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "hcl_internal.h"

/* What ended a run of parts. */
typedef enum Stop { STOP_END, STOP_ELSE, STOP_ENDIF, STOP_ENDFOR } Stop;

typedef struct Template {
    Parser *parser;
    bool quoted;
    size_t indent; /* blanks to drop at the start of each line ("<<-") */
    HclPlace place;
    Buf text; /* literal text that is not yet a part */
    bool line_start;
} Template;

static Lexer *lexer_of(Template *template)
{
    return &template->parser->lexer;
}

static size_t left(Template *template)
{
    return (size_t)(lexer_of(template)->end - lexer_of(template)->at);
}

static bool starts(Template *template, const char *text)
{
    size_t len = strlen(text);
    return left(template) >= len && memcmp(lexer_of(template)->at, text, len) == 0;
}

static HclPlace here(Template *template)
{
    return lexer_place(lexer_of(template), lexer_of(template)->at);
}

static bool flush_text(Template *template, HclExpr *node)
{
    Parser *parser = template->parser;
    if (template->text.len == 0)
        return true;
    HclExpr *part = parser_node(parser, EXPR_LITERAL, template->place, NULL, NULL, NULL);
    part->literal = hcl_new_string(parser->arena, buf_text(&template->text));
    buf_clear(&template->text);
    return parser_add_item(parser, node, &node->items, part);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void strip_before(Template *template)
{
    Buf *text = &template->text;
    while (text->len > 0 && is_blank(text->data[text->len - 1]))
        text->data[--text->len] = '\0';
}

static void strip_behind(Template *template)
{
    Lexer *lexer = lexer_of(template);
    while (lexer->at < lexer->end && is_blank(*lexer->at)) {
        if (template->quoted && *lexer->at == '\n')
            return;
        if (*lexer->at++ == '\n')
            lexer_new_line(lexer);
    }
    template->line_start = false;
}

/* At "${" or "%{": takes it, and a "~". */
static void open_brace(Template *template)
{
    Lexer *lexer = lexer_of(template);
    lexer->at += 2;
    template->parser->skip_newlines = true;
    template->parser->peeked = false;
    if (starts(template, "~")) {
        lexer->at++;
        strip_before(template);
    }
}

/* Takes the closing brace, and a "~" before it. What follows is text again. */
static bool close_brace(Template *template)
{
    Parser *parser = template->parser;
    if (!parser_peek(parser))
        return false;
    bool strip = parser_at(parser, "~");
    if (strip)
        parser->peeked = false;
    if (!parser_expect(parser, "}", "to close the interpolation"))
        return false;
    if (strip)
        strip_behind(template);
    return true;
}

static bool parse_parts(Template *template, HclExpr *node, Stop *ret);

/* A run of parts as a node of its own, up to one of the stops given. */
static bool parse_branch(Template *template, HclExpr **ret, Stop *ret_stop)
{
    HclExpr *node = parser_node(template->parser, EXPR_TEMPLATE, here(template), NULL, NULL, NULL);
    *ret = node;
    return parse_parts(template, node, ret_stop) && flush_text(template, node);
}

static bool unclosed(Template *template, HclPlace place, const char *what)
{
    hcl_set_error(template->parser->err, place, "\"%%{ %s }\" is never closed", what);
    return error_hint(template->parser->err, "Close it with \"%%{ end%s }\".", what);
}

/* Behind "%{ if". */
static bool parse_if(Template *template, HclPlace place, HclExpr **ret)
{
    HclExpr *condition;
    HclExpr *yes;
    HclExpr *no;
    Stop stop;
    if (!hcl_parse_expression(template->parser, &condition) || !close_brace(template) ||
        !parse_branch(template, &yes, &stop))
        return false;
    if (stop == STOP_ELSE) {
        if (!parse_branch(template, &no, &stop))
            return false;
    } else {
        no = parser_node(template->parser, EXPR_TEMPLATE, place, NULL, NULL, NULL);
    }
    if (stop != STOP_ENDIF)
        return unclosed(template, place, "if");
    *ret = parser_node(template->parser, EXPR_CONDITION, place, condition, yes, no);
    return *ret != NULL;
}

/* Behind "%{ for". */
static bool parse_for(Template *template, HclPlace place, HclExpr **ret)
{
    Parser *parser = template->parser;
    HclExpr *head = parser_node(parser, EXPR_FOR_TEMPLATE, place, NULL, NULL, NULL);
    HclExpr *body;
    Stop stop;
    if (!hcl_parse_for_head(parser, head) || !close_brace(template) ||
        !parse_branch(template, &body, &stop))
        return false;
    if (stop != STOP_ENDFOR)
        return unclosed(template, place, "for");
    HclExpr *node = parser_node(parser, EXPR_FOR_TEMPLATE, place, head->a, body, NULL);
    if (node == NULL)
        return false;
    node->name = head->name;
    node->key_name = head->key_name;
    *ret = node;
    return true;
}

/* Behind "%{". *ret is NULL and *ret_stop set for what ends a run of parts. */
static bool parse_directive(Template *template, HclPlace place, HclExpr **ret, Stop *ret_stop)
{
    static const struct {
        const char *word;
        Stop stop;
    } ends[] = {{"else", STOP_ELSE}, {"endif", STOP_ENDIF}, {"endfor", STOP_ENDFOR}};
    Parser *parser = template->parser;
    if (!parser_peek(parser))
        return false;
    *ret = NULL;
    bool is_if = parser_at_name(parser, "if");
    if (is_if || parser_at_name(parser, "for")) {
        parser->peeked = false;
        if (!parser_enter(parser, place))
            return false;
        bool ok = is_if ? parse_if(template, place, ret) : parse_for(template, place, ret);
        parser_leave(parser);
        return ok;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(ends); i++) {
        if (parser_at_name(parser, ends[i].word)) {
            parser->peeked = false;
            *ret_stop = ends[i].stop;
            return close_brace(template);
        }
    }
    return parser_unexpected(parser, "if, else, endif, for or endfor after \"%{\"");
}

/* At "${" or "%{". */
static bool parse_brace(Template *template, HclExpr *node, Stop *ret_stop, bool *ret_ended)
{
    HclExpr *part = NULL;
    HclPlace place = here(template);
    bool directive = *lexer_of(template)->at == '%';
    open_brace(template);
    *ret_ended = false;
    if (!flush_text(template, node))
        return false;
    if (directive ? !parse_directive(template, place, &part, ret_stop)
                  : !hcl_parse_expression(template->parser, &part) || !close_brace(template))
        return false;
    *ret_ended = part == NULL;
    return part == NULL || parser_add_item(template->parser, node, &node->items, part);
}

/* UTF-8 of the code point; false for what is none, and for NUL. */
static bool add_code_point(Buf *out, unsigned long c)
{
    char bytes[4];
    size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char first[] = {0, 0, 0xc0, 0xe0, 0xf0};
    if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return false;
    for (size_t i = len - 1; i > 0; i--) {
        bytes[i] = (char)(0x80 | (c & 0x3f));
        c >>= 6;
    }
    bytes[0] = (char)(first[len] | c);
    buf_add(out, bytes, len);
    return true;
}

/* Behind "\u" or "\U": that many hexadecimal digits. */
static bool add_unicode(Template *template, HclPlace place, size_t digits)
{
    Lexer *lexer = lexer_of(template);
    unsigned long c = 0;
    for (size_t i = 0; i < digits; i++) {
        static const char hex[] = "0123456789abcdef";
        char digit = left(template) > 0 ? *lexer->at : '\0';
        const char *found = digit == '\0' ? NULL : strchr(hex, digit >= 'A' ? digit | 0x20 : digit);
        if (found == NULL)
            return hcl_fail(template->parser->err, place,
                            "expected %zu hexadecimal digits after \"\\%c\"", digits,
                            digits == 4 ? 'u' : 'U');
        c = c * 16 + (unsigned long)(found - hex);
        lexer->at++;
    }
    if (!add_code_point(&template->text, c))
        return hcl_fail(template->parser->err, place, "there is no character U+%04lX", c);
    return true;
}

/* At a backslash of a quoted string. */
static bool add_escape(Template *template)
{
    Lexer *lexer = lexer_of(template);
    HclPlace place = here(template);
    char c = left(template) > 1 ? lexer->at[1] : '\0';
    const char *found = c == '\0' ? NULL : strchr("n\nr\rt\t\"\"\\\\", c);
    lexer->at += c == '\0' ? 1 : 2;
    if (c == 'u' || c == 'U')
        return add_unicode(template, place, c == 'u' ? 4 : 8);
    if (found == NULL || is_blank(c)) {
        hcl_set_error(template->parser->err, place, "unknown escape in a string");
        return error_hint(template->parser->err,
                          "The escapes are \\n, \\r, \\t, \\\", \\\\, \\uNNNN and \\UNNNNNNNN; "
                          "for a backslash write \\\\.");
    }
    buf_add_char(&template->text, found[1]);
    return true;
}

/* A "<<-" heredoc loses the blanks that all its lines start with. */
static void skip_indent(Template *template)
{
    Lexer *lexer = lexer_of(template);
    template->line_start = false;
    for (size_t i = 0; i < template->indent && left(template) > 0; i++) {
        if (*lexer->at != ' ' && *lexer->at != '\t')
            return;
        lexer->at++;
    }
}

static void add_character(Template *template)
{
    Lexer *lexer = lexer_of(template);
    char c = *lexer->at++;
    if (c == '\r' && left(template) > 0 && *lexer->at == '\n')
        return;
    buf_add_char(&template->text, c);
    if (c == '\n') {
        lexer_new_line(lexer);
        template->line_start = true;
    }
}

static bool at_end(Template *template)
{
    return left(template) == 0 || (template->quoted && *lexer_of(template)->at == '"');
}

static bool parse_parts(Template *template, HclExpr *node, Stop *ret)
{
    Lexer *lexer = lexer_of(template);
    *ret = STOP_END;
    for (;;) {
        if (template->line_start)
            skip_indent(template);
        if (at_end(template))
            return true;
        if (template->quoted && *lexer->at == '\n')
            return hcl_fail(template->parser->err, template->place,
                            "the string opened here is not closed on its line");
        if (starts(template, "$${") || starts(template, "%%{")) {
            buf_add(&template->text, lexer->at + 1, 2);
            lexer->at += 3;
        } else if (starts(template, "${") || starts(template, "%{")) {
            bool ended;
            if (!parse_brace(template, node, ret, &ended))
                return false;
            if (ended)
                return true;
        } else if (template->quoted && *lexer->at == '\\') {
            if (!add_escape(template))
                return false;
        } else {
            add_character(template);
        }
    }
}

/* A string that is nothing but one ${…} has the value and the type of that. */
static HclExpr *simplified(Template *template, HclExpr *node)
{
    if (node->items.count == 1 && node->items.items[0]->kind == EXPR_LITERAL)
        return node->items.items[0];
    if (node->items.count == 1 && template->quoted &&
        node->items.items[0]->kind != EXPR_FOR_TEMPLATE)
        return node->items.items[0];
    if (node->items.count == 0) {
        node->kind = EXPR_LITERAL;
        node->literal = hcl_new_string(template->parser->arena, "");
    }
    return node;
}

static bool parse_all(Template *template, HclExpr **ret)
{
    Parser *parser = template->parser;
    HclExpr *node = parser_node(parser, EXPR_TEMPLATE, template->place, NULL, NULL, NULL);
    bool outer = parser->skip_newlines;
    Stop stop;
    if (!parser_enter(parser, template->place))
        return false;
    bool ok = parse_parts(template, node, &stop) && flush_text(template, node);
    parser_leave(parser);
    parser->skip_newlines = outer;
    parser->peeked = false;
    if (ok && stop != STOP_END)
        ok = hcl_fail(parser->err, here(template),
                      "\"%%{ else }\", \"%%{ endif }\" or \"%%{ endfor }\" without its beginning");
    buf_free(&template->text);
    if (ok)
        *ret = simplified(template, node);
    return ok;
}

/* The start of the line that closes the heredoc, or NULL. */
static const char *find_tag_line(const Lexer *lexer, const Token *open)
{
    const char *line = lexer->at;
    while (line < lexer->end) {
        const char *newline = memchr(line, '\n', (size_t)(lexer->end - line));
        const char *end = newline == NULL ? lexer->end : newline;
        const char *word = line;
        while (word < end && is_blank(*word))
            word++;
        const char *word_end = end;
        while (word_end > word && is_blank(word_end[-1]))
            word_end--;
        if ((size_t)(word_end - word) == open->len && memcmp(word, open->text, open->len) == 0)
            return line;
        if (newline == NULL)
            return NULL;
        line = newline + 1;
    }
    return NULL;
}

/* The least number of blanks before the text of a line; lines without text do not count. */
static size_t common_indent(const char *at, const char *end)
{
    size_t least = SIZE_MAX;
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *line_end = newline == NULL ? end : newline;
        size_t indent = 0;
        while (at + indent < line_end && (at[indent] == ' ' || at[indent] == '\t'))
            indent++;
        bool blank = at + indent == line_end || (at[indent] == '\r' && at + indent + 1 == line_end);
        if (!blank && indent < least)
            least = indent;
        at = newline == NULL ? end : newline + 1;
    }
    return least == SIZE_MAX ? 0 : least;
}

static bool parse_heredoc(Parser *parser, const Token *open, HclExpr **ret)
{
    Lexer *lexer = &parser->lexer;
    const char *end = lexer->end;
    const char *tag_line = find_tag_line(lexer, open);
    if (tag_line == NULL)
        return hcl_fail(parser->err, open->place,
                        "the text opened here has no line \"%s\" that closes it",
                        arena_strndup(parser->arena, open->text, open->len));
    Template template = {.parser = parser, .place = open->place, .line_start = true};
    if (open->flush)
        template.indent = common_indent(lexer->at, tag_line);
    lexer->end = tag_line;
    bool ok = parse_all(&template, ret);
    lexer->end = end;
    if (!ok)
        return false;
    const char *newline = memchr(tag_line, '\n', (size_t)(end - tag_line));
    lexer->at = newline == NULL ? end : newline;
    return true;
}

bool hcl_parse_template(Parser *parser, const Token *open, HclExpr **ret)
{
    if (open->kind == TOKEN_HEREDOC)
        return parse_heredoc(parser, open, ret);
    Template template = {.parser = parser, .quoted = true, .place = open->place};
    if (!parse_all(&template, ret))
        return false;
    if (left(&template) == 0)
        return hcl_fail(parser->err, open->place, "the string opened here is never closed");
    parser->lexer.at++;
    return true;
}
