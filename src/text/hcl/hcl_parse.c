/*
 * HCL's bodies and expressions, by recursive descent with one token of look-ahead. Syntax:
 * https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md. Looser than that in one thing:
 * attributes of a block may stand on one line, separated by blanks.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/text.h"
#include "hcl_internal.h"

bool parser_peek(Parser *parser)
{
    while (!parser->peeked || (parser->skip_newlines && parser->token.kind == TOKEN_NEWLINE)) {
        if (!lexer_next(&parser->lexer, &parser->token))
            return false;
        parser->peeked = true;
    }
    return true;
}

bool parser_take(Parser *parser, Token *ret)
{
    if (!parser_peek(parser))
        return false;
    *ret = parser->token;
    parser->peeked = false;
    return true;
}

static bool has_text(const Token *token, const char *text)
{
    return token->len == strlen(text) && memcmp(token->text, text, token->len) == 0;
}

bool parser_at(const Parser *parser, const char *symbol)
{
    return parser->token.kind == TOKEN_SYMBOL && has_text(&parser->token, symbol);
}

bool parser_at_name(const Parser *parser, const char *name)
{
    return parser->token.kind == TOKEN_NAME && has_text(&parser->token, name);
}

bool parser_unexpected(Parser *parser, const char *expected)
{
    const Token *token = &parser->token;
    if (token->kind == TOKEN_END)
        return hcl_fail(parser->err, token->place, "expected %s, found the end of the file",
                        expected);
    if (token->kind == TOKEN_NEWLINE)
        return hcl_fail(parser->err, token->place, "expected %s, found the end of the line",
                        expected);
    if (token->kind == TOKEN_QUOTE)
        return hcl_fail(parser->err, token->place, "expected %s, found a string", expected);
    return hcl_fail(parser->err, token->place, "expected %s, found \"%s\"", expected,
                    arena_strndup(parser->arena, token->text, token->len));
}

bool parser_expect(Parser *parser, const char *symbol, const char *where)
{
    Token token;
    if (!parser_peek(parser))
        return false;
    if (parser_at(parser, symbol))
        return parser_take(parser, &token);
    return parser_unexpected(parser, arena_printf(parser->arena, "\"%s\" %s", symbol, where));
}

static bool too_deep(Parser *parser, HclPlace place)
{
    return hcl_fail(parser->err, place, "nested more than %d levels deep", HCL_MAX_DEPTH);
}

bool parser_enter(Parser *parser, HclPlace place)
{
    if (parser->depth >= HCL_MAX_DEPTH)
        return too_deep(parser, place);
    parser->depth++;
    return true;
}

void parser_leave(Parser *parser)
{
    parser->depth--;
}

static unsigned depth_of(const HclExpr *expr)
{
    return expr == NULL ? 0 : expr->depth;
}

/* A chain such as 1 + 1 + 1 … is parsed without recursion, but evaluated with it. */
static bool cover(Parser *parser, HclExpr *node, const HclExpr *child)
{
    if (depth_of(child) >= node->depth)
        node->depth = depth_of(child) + 1;
    return node->depth <= HCL_MAX_DEPTH || too_deep(parser, node->place);
}

HclExpr *parser_node(Parser *parser, ExprKind kind, HclPlace place, HclExpr *a, HclExpr *b,
                     HclExpr *c)
{
    HclExpr *node = arena_alloc(parser->arena, sizeof(*node));
    *node = (HclExpr){.kind = kind, .depth = 1, .place = place, .a = a, .b = b, .c = c};
    if (!cover(parser, node, a) || !cover(parser, node, b) || !cover(parser, node, c))
        return NULL;
    return node;
}

bool parser_add_item(Parser *parser, HclExpr *node, ExprList *list, HclExpr *item)
{
    VEC_PUSH(parser->arena, *list, item);
    return cover(parser, node, item);
}

static const char *text_of(Parser *parser, const Token *token)
{
    return arena_strndup(parser->arena, token->text, token->len);
}

static HclExpr *literal(Parser *parser, HclPlace place, HclValue *value)
{
    HclExpr *node = parser_node(parser, EXPR_LITERAL, place, NULL, NULL, NULL);
    node->literal = value;
    return node;
}

static bool parse_number(Parser *parser, const Token *token, HclExpr **ret)
{
    double number = strtod(text_of(parser, token), NULL);
    if (!isfinite(number))
        return hcl_fail(parser->err, token->place, "the number is too large");
    *ret = literal(parser, token->place, hcl_new_number(parser->arena, number));
    return true;
}

/* Behind "(", up to and with ")". */
static bool parse_arguments(Parser *parser, HclExpr *call)
{
    bool outer = parser->skip_newlines;
    parser->skip_newlines = true;
    for (;;) {
        HclExpr *argument;
        if (!parser_peek(parser))
            return false;
        if (parser_at(parser, ")"))
            break;
        if (call->expand)
            return parser_unexpected(parser, "\")\" after \"...\"");
        if (!hcl_parse_expression(parser, &argument) ||
            !parser_add_item(parser, call, &call->items, argument) || !parser_peek(parser))
            return false;
        if (parser_at(parser, "...")) {
            call->expand = true;
            parser->peeked = false;
        } else if (parser_at(parser, ",")) {
            parser->peeked = false;
        } else if (!parser_at(parser, ")")) {
            return parser_unexpected(parser, "\",\" or \")\" in the arguments");
        }
    }
    parser->peeked = false;
    parser->skip_newlines = outer;
    return true;
}

static bool parse_name(Parser *parser, const Token *token, HclExpr **ret)
{
    const char *name = text_of(parser, token);
    if (strcmp(name, "true") == 0 || strcmp(name, "false") == 0) {
        *ret = literal(parser, token->place, hcl_new_bool(parser->arena, name[0] == 't'));
        return true;
    }
    if (strcmp(name, "null") == 0) {
        *ret = literal(parser, token->place, arena_alloc(parser->arena, sizeof(HclValue)));
        return true;
    }
    if (!parser_peek(parser))
        return false;
    bool call = parser_at(parser, "(");
    HclExpr *node =
        parser_node(parser, call ? EXPR_CALL : EXPR_REFERENCE, token->place, NULL, NULL, NULL);
    node->name = name;
    *ret = node;
    if (!call)
        return true;
    parser->peeked = false;
    return parse_arguments(parser, node);
}

bool hcl_parse_for_head(Parser *parser, HclExpr *node)
{
    Token name;
    if (!parser_peek(parser))
        return false;
    if (parser->token.kind != TOKEN_NAME)
        return parser_unexpected(parser, "the name of a variable after \"for\"");
    if (!parser_take(parser, &name) || !parser_peek(parser))
        return false;
    node->name = text_of(parser, &name);
    if (parser_at(parser, ",")) {
        parser->peeked = false;
        if (!parser_peek(parser))
            return false;
        if (parser->token.kind != TOKEN_NAME)
            return parser_unexpected(parser, "the name of a variable after \",\"");
        node->key_name = node->name;
        node->name = text_of(parser, &parser->token);
        parser->peeked = false;
        if (!parser_peek(parser))
            return false;
    }
    if (!parser_at_name(parser, "in"))
        return parser_unexpected(parser, "\"in\" in the for expression");
    parser->peeked = false;
    return hcl_parse_expression(parser, &node->a);
}

/* "if condition", when it stands there, and the closing symbol. */
static bool parse_for_tail(Parser *parser, HclExpr *node, const char *close)
{
    if (!parser_peek(parser))
        return false;
    if (parser_at(parser, "..."))
        return hcl_fail(parser->err, parser->token.place,
                        "grouping with \"...\" is not supported in a for expression");
    if (parser_at_name(parser, "if")) {
        parser->peeked = false;
        if (!hcl_parse_expression(parser, &node->c))
            return false;
    }
    return parser_expect(parser, close, "at the end of the for expression");
}

/* Behind "[for" or "{for". */
static bool parse_for(Parser *parser, HclPlace place, bool object, HclExpr **ret)
{
    HclExpr *node =
        parser_node(parser, object ? EXPR_FOR_OBJECT : EXPR_FOR_LIST, place, NULL, NULL, NULL);
    HclExpr *key;
    bool outer = parser->skip_newlines;
    parser->skip_newlines = true;
    if (!hcl_parse_for_head(parser, node) || !parser_expect(parser, ":", "in the for expression"))
        return false;
    if (object) {
        if (!hcl_parse_expression(parser, &key) ||
            !parser_add_item(parser, node, &node->items, key) ||
            !parser_expect(parser, "=>", "between key and value"))
            return false;
    }
    if (!hcl_parse_expression(parser, &node->b) ||
        !parse_for_tail(parser, node, object ? "}" : "]"))
        return false;
    parser->skip_newlines = outer;
    *ret = node;
    return cover(parser, node, node->a) && cover(parser, node, node->b) &&
           cover(parser, node, node->c);
}

/* Behind "[". */
static bool parse_list(Parser *parser, HclPlace place, HclExpr **ret)
{
    bool outer = parser->skip_newlines;
    parser->skip_newlines = true;
    if (!parser_peek(parser))
        return false;
    if (parser_at_name(parser, "for")) {
        parser->peeked = false;
        parser->skip_newlines = outer;
        return parse_for(parser, place, false, ret);
    }
    HclExpr *list = parser_node(parser, EXPR_LIST, place, NULL, NULL, NULL);
    while (!parser_at(parser, "]")) {
        HclExpr *item;
        if (!hcl_parse_expression(parser, &item) ||
            !parser_add_item(parser, list, &list->items, item) || !parser_peek(parser))
            return false;
        if (parser_at(parser, ","))
            parser->peeked = false;
        else if (!parser_at(parser, "]"))
            return parser_unexpected(parser, "\",\" or \"]\" in the list");
        if (!parser_peek(parser))
            return false;
    }
    parser->peeked = false;
    parser->skip_newlines = outer;
    *ret = list;
    return true;
}

/* A bare name is a key of that name; anything else is evaluated. */
static bool parse_key(Parser *parser, HclExpr **ret)
{
    bool bare = parser->token.kind == TOKEN_NAME;
    if (!hcl_parse_expression(parser, ret))
        return false;
    HclExpr *key = *ret;
    if (bare && key->kind == EXPR_REFERENCE)
        *ret = literal(parser, key->place, hcl_new_string(parser->arena, key->name));
    return true;
}

static bool skip_separators(Parser *parser)
{
    for (;;) {
        if (!parser_peek(parser))
            return false;
        if (parser->token.kind != TOKEN_NEWLINE)
            return true;
        parser->peeked = false;
    }
}

static bool parse_member(Parser *parser, HclExpr *object)
{
    HclExpr *key;
    HclExpr *value;
    if (!parse_key(parser, &key) || !parser_peek(parser))
        return false;
    if (!parser_at(parser, "=") && !parser_at(parser, ":"))
        return parser_unexpected(parser, "\"=\" or \":\" after the key");
    parser->peeked = false;
    if (!skip_separators(parser) || !hcl_parse_expression(parser, &value) ||
        !parser_add_item(parser, object, &object->keys, key) ||
        !parser_add_item(parser, object, &object->items, value) || !parser_peek(parser))
        return false;
    if (parser_at(parser, ",") || parser->token.kind == TOKEN_NEWLINE)
        parser->peeked = false;
    else if (!parser_at(parser, "}"))
        return parser_unexpected(parser, "\",\", the end of the line or \"}\" after the value");
    return skip_separators(parser);
}

/* Behind "{". */
static bool parse_object(Parser *parser, HclPlace place, HclExpr **ret)
{
    bool outer = parser->skip_newlines;
    parser->skip_newlines = false;
    if (!skip_separators(parser))
        return false;
    if (parser_at_name(parser, "for")) {
        parser->peeked = false;
        parser->skip_newlines = outer;
        return parse_for(parser, place, true, ret);
    }
    HclExpr *object = parser_node(parser, EXPR_OBJECT, place, NULL, NULL, NULL);
    while (!parser_at(parser, "}")) {
        if (!parse_member(parser, object))
            return false;
    }
    parser->peeked = false;
    parser->skip_newlines = outer;
    *ret = object;
    return true;
}

/* Behind "(". */
static bool parse_parentheses(Parser *parser, HclExpr **ret)
{
    bool outer = parser->skip_newlines;
    parser->skip_newlines = true;
    if (!hcl_parse_expression(parser, ret) ||
        !parser_expect(parser, ")", "to close the parenthesis"))
        return false;
    parser->skip_newlines = outer;
    return true;
}

static bool parse_primary(Parser *parser, HclExpr **ret)
{
    Token token;
    if (!parser_peek(parser))
        return false;
    switch (parser->token.kind) {
    case TOKEN_NUMBER:
        return parser_take(parser, &token) && parse_number(parser, &token, ret);
    case TOKEN_NAME:
        return parser_take(parser, &token) && parse_name(parser, &token, ret);
    case TOKEN_QUOTE:
    case TOKEN_HEREDOC:
        return parser_take(parser, &token) && hcl_parse_template(parser, &token, ret);
    default:
        break;
    }
    HclPlace place = parser->token.place;
    bool list = parser_at(parser, "[");
    bool object = parser_at(parser, "{");
    if (!list && !object && !parser_at(parser, "("))
        return parser_unexpected(parser, "a value");
    parser->peeked = false;
    return list     ? parse_list(parser, place, ret)
           : object ? parse_object(parser, place, ret)
                    : parse_parentheses(parser, ret);
}

static bool no_splat(Parser *parser)
{
    hcl_set_error(parser->err, parser->token.place, "\"*\" after a value is not supported");
    return error_hint(parser->err, "Write [for x in LIST : x.NAME] instead of LIST[*].NAME.");
}

/* Behind "." */
static bool parse_attribute(Parser *parser, HclExpr **expr)
{
    Token token;
    if (!parser_peek(parser))
        return false;
    if (parser_at(parser, "*"))
        return no_splat(parser);
    bool number = parser->token.kind == TOKEN_NUMBER;
    if (parser->token.kind != TOKEN_NAME && !number)
        return parser_unexpected(parser, "a name after \".\"");
    if (!parser_take(parser, &token))
        return false;
    HclExpr *index = NULL;
    if (number && !parse_number(parser, &token, &index))
        return false;
    HclExpr *node =
        parser_node(parser, number ? EXPR_INDEX : EXPR_ATTRIBUTE, token.place, *expr, index, NULL);
    if (node == NULL)
        return false;
    node->name = text_of(parser, &token);
    *expr = node;
    return true;
}

/* Behind "[" */
static bool parse_index(Parser *parser, HclPlace place, HclExpr **expr)
{
    HclExpr *index;
    bool outer = parser->skip_newlines;
    parser->skip_newlines = true;
    if (!parser_peek(parser))
        return false;
    if (parser_at(parser, "*"))
        return no_splat(parser);
    if (!hcl_parse_expression(parser, &index) || !parser_expect(parser, "]", "to close the index"))
        return false;
    parser->skip_newlines = outer;
    *expr = parser_node(parser, EXPR_INDEX, place, *expr, index, NULL);
    return *expr != NULL;
}

static bool parse_postfix(Parser *parser, HclExpr **ret)
{
    if (!parse_primary(parser, ret))
        return false;
    for (;;) {
        if (!parser_peek(parser))
            return false;
        HclPlace place = parser->token.place;
        bool dot = parser_at(parser, ".");
        if (!dot && !parser_at(parser, "["))
            return true;
        parser->peeked = false;
        if (dot ? !parse_attribute(parser, ret) : !parse_index(parser, place, ret))
            return false;
    }
}

static bool parse_unary(Parser *parser, HclExpr **ret)
{
    if (!parser_peek(parser))
        return false;
    bool negate = parser_at(parser, "-");
    if (!negate && !parser_at(parser, "!"))
        return parse_postfix(parser, ret);
    HclPlace place = parser->token.place;
    parser->peeked = false;
    if (!parser_enter(parser, place) || !parse_unary(parser, ret))
        return false;
    parser_leave(parser);
    *ret = parser_node(parser, EXPR_UNARY, place, *ret, NULL, NULL);
    if (*ret == NULL)
        return false;
    (*ret)->op = negate ? OP_NEGATE : OP_NOT;
    return true;
}

static const struct {
    const char *symbol;
    Operator op;
    int precedence;
} operators[] = {
    {"||", OP_OR, 1},        {"&&", OP_AND, 2},           {"==", OP_EQUAL, 3},
    {"!=", OP_NOT_EQUAL, 3}, {"<", OP_LESS, 4},           {"<=", OP_LESS_EQUAL, 4},
    {">", OP_GREATER, 4},    {">=", OP_GREATER_EQUAL, 4}, {"+", OP_ADD, 5},
    {"-", OP_SUBTRACT, 5},   {"*", OP_MULTIPLY, 6},       {"/", OP_DIVIDE, 6},
    {"%", OP_MODULO, 6},
};

/* Operators of at least that precedence, by precedence climbing. */
static bool parse_binary(Parser *parser, int precedence, HclExpr **ret)
{
    if (!parse_unary(parser, ret))
        return false;
    for (;;) {
        size_t i = 0;
        if (!parser_peek(parser))
            return false;
        while (i < ARRAY_LENGTH(operators) && !parser_at(parser, operators[i].symbol))
            i++;
        if (i == ARRAY_LENGTH(operators) || operators[i].precedence < precedence)
            return true;
        HclPlace place = parser->token.place;
        HclExpr *right;
        parser->peeked = false;
        if (!parse_binary(parser, operators[i].precedence + 1, &right))
            return false;
        *ret = parser_node(parser, EXPR_BINARY, place, *ret, right, NULL);
        if (*ret == NULL)
            return false;
        (*ret)->op = operators[i].op;
    }
}

static bool parse_condition(Parser *parser, HclExpr **ret)
{
    HclExpr *yes;
    HclExpr *no;
    if (!parse_binary(parser, 1, ret) || !parser_peek(parser))
        return false;
    if (!parser_at(parser, "?"))
        return true;
    HclPlace place = parser->token.place;
    parser->peeked = false;
    if (!hcl_parse_expression(parser, &yes) || !parser_expect(parser, ":", "in the conditional") ||
        !hcl_parse_expression(parser, &no))
        return false;
    *ret = parser_node(parser, EXPR_CONDITION, place, *ret, yes, no);
    return *ret != NULL;
}

bool hcl_parse_expression(Parser *parser, HclExpr **ret)
{
    if (!parser_peek(parser) || !parser_enter(parser, parser->token.place))
        return false;
    bool ok = parse_condition(parser, ret);
    parser_leave(parser);
    return ok;
}

static bool parse_body(Parser *parser, HclBody *body, bool nested);

static bool parse_assignment(Parser *parser, const Token *name, HclBody *body)
{
    HclAttribute attribute = {.name = text_of(parser, name), .place = name->place};
    const HclAttribute *twin = hcl_attribute(body, attribute.name);
    if (twin != NULL)
        return hcl_fail(parser->err, name->place, "\"%s\" is set twice, first on line %zu",
                        attribute.name, twin->place.line);
    if (!hcl_parse_expression(parser, &attribute.expr))
        return false;
    VEC_PUSH(parser->arena, body->attributes, attribute);
    return true;
}

/* A label is a name or a string without ${}. */
static bool parse_label(Parser *parser, HclBlock *block)
{
    Token token;
    HclExpr *expr;
    if (!parser_take(parser, &token))
        return false;
    if (token.kind == TOKEN_NAME) {
        const char *name = text_of(parser, &token);
        VEC_PUSH(parser->arena, block->labels, name);
        return true;
    }
    if (!hcl_parse_template(parser, &token, &expr))
        return false;
    if (expr->kind != EXPR_LITERAL || expr->literal->type != HCL_STRING)
        return hcl_fail(parser->err, token.place, "a label cannot have ${} in it");
    VEC_PUSH(parser->arena, block->labels, expr->literal->string);
    return true;
}

static bool parse_block(Parser *parser, const Token *type, HclBody *body)
{
    HclBlock *block = arena_alloc(parser->arena, sizeof(*block));
    block->type = text_of(parser, type);
    block->place = type->place;
    while (parser->token.kind == TOKEN_NAME || parser->token.kind == TOKEN_QUOTE) {
        if (!parse_label(parser, block) || !parser_peek(parser))
            return false;
    }
    if (!parser_at(parser, "{")) {
        bool labels = block->labels.count > 0;
        return parser_unexpected(parser,
                                 arena_printf(parser->arena, "%s after \"%s\"",
                                              labels ? "\"{\"" : "\"=\" or \"{\"", block->type));
    }
    parser->peeked = false;
    if (!parser_enter(parser, type->place) || !parse_body(parser, &block->body, true))
        return false;
    parser_leave(parser);
    VEC_PUSH(parser->arena, body->blocks, block);
    return true;
}

/* Attributes and blocks, up to and with the closing brace, or up to the end of the file. */
static bool parse_body(Parser *parser, HclBody *body, bool nested)
{
    for (;;) {
        Token token;
        if (!skip_separators(parser))
            return false;
        if (nested && parser_at(parser, "}")) {
            parser->peeked = false;
            return true;
        }
        if (!nested && parser->token.kind == TOKEN_END)
            return true;
        if (parser->token.kind != TOKEN_NAME)
            return parser_unexpected(parser, nested ? "a name or \"}\"" : "a name");
        if (!parser_take(parser, &token) || !parser_peek(parser))
            return false;
        bool attribute = parser_at(parser, "=");
        if (attribute)
            parser->peeked = false;
        if (attribute ? !parse_assignment(parser, &token, body)
                      : !parse_block(parser, &token, body))
            return false;
    }
}

bool hcl_parse(Arena *arena, const char *file, const char *text, size_t len, HclBody *ret,
               Error *err)
{
    Parser parser = {.arena = arena, .err = err};
    lexer_begin(&parser.lexer, arena_strdup(arena, file), text, len, err);
    size_t bad = text_utf8_bad(text, len);
    const char *nul = memchr(text, '\0', len);
    if (nul != NULL && (size_t)(nul - text) < bad)
        bad = (size_t)(nul - text);
    if (bad < len) {
        while (parser.lexer.at < text + bad) {
            if (*parser.lexer.at++ == '\n')
                lexer_new_line(&parser.lexer);
        }
        return hcl_fail(err, lexer_place(&parser.lexer, text + bad),
                        "the byte 0x%02x is no part of a UTF-8 text", (unsigned char)text[bad]);
    }
    *ret = (HclBody){0};
    return parse_body(&parser, ret, false);
}

HclPlace hcl_place(const HclExpr *expr)
{
    return expr->place;
}

const HclAttribute *hcl_attribute(const HclBody *body, const char *name)
{
    for (size_t i = 0; i < body->attributes.count; i++) {
        if (strcmp(body->attributes.items[i].name, name) == 0)
            return &body->attributes.items[i];
    }
    return NULL;
}
