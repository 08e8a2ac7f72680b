/* The inside of HCL: tokens, the tree of expressions, what lexer, parser and evaluator share. */
#ifndef DBMIG_TEXT_HCL_INTERNAL_H
#define DBMIG_TEXT_HCL_INTERNAL_H

#include "dbmig/base/buf.h"
#include "dbmig/text/hcl.h"

/* How deep blocks and expressions may be nested: a hostile file must not use up the stack. */
#define HCL_MAX_DEPTH 100

typedef enum TokenKind {
    TOKEN_END,
    TOKEN_NEWLINE,
    TOKEN_NAME,
    TOKEN_NUMBER,
    TOKEN_QUOTE,   /* the opening quote alone: a template follows */
    TOKEN_HEREDOC, /* "<<TAG" with its line break: a template follows; text is the tag */
    TOKEN_SYMBOL,
} TokenKind;

typedef struct Token {
    TokenKind kind;
    const char *text;
    size_t len;
    bool flush; /* of a heredoc: "<<-" */
    HclPlace place;
} Token;

/* Reads tokens one at a time; templates are read from `at` by the parser. */
typedef struct Lexer {
    const char *file;
    const char *at;
    const char *end;
    size_t line;
    const char *line_start;
    const char *counted; /* the column of this place in the line is known: */
    size_t column;
    Error *err;
} Lexer;

void lexer_begin(Lexer *lexer, const char *file, const char *text, size_t len, Error *err);
bool lexer_next(Lexer *lexer, Token *ret);
/* The place of a byte of the present line. */
HclPlace lexer_place(Lexer *lexer, const char *at);
/* To be called with `at` behind a line feed that was read. */
void lexer_new_line(Lexer *lexer);
/* Sets the error at the place; as hcl_fail() it is false, which readers of one file can see. */
void hcl_set_error(Error *err, HclPlace place, const char *format, ...) DBMIG_PRINTF(3, 4);
#define hcl_fail(...) (hcl_set_error(__VA_ARGS__), false)

typedef enum ExprKind {
    EXPR_LITERAL,
    EXPR_TEMPLATE,     /* items, joined as strings */
    EXPR_LIST,         /* items */
    EXPR_OBJECT,       /* keys, items */
    EXPR_REFERENCE,    /* name: the root */
    EXPR_ATTRIBUTE,    /* a.name */
    EXPR_INDEX,        /* a[b] */
    EXPR_CALL,         /* name(items); expand: the last one is a list of arguments */
    EXPR_UNARY,        /* op a */
    EXPR_BINARY,       /* a op b */
    EXPR_CONDITION,    /* a ? b : c */
    EXPR_FOR_LIST,     /* [for key_name, name in a : b if c] */
    EXPR_FOR_OBJECT,   /* {for key_name, name in a : items[0] => b if c} */
    EXPR_FOR_TEMPLATE, /* %{ for key_name, name in a }b%{ endfor } */
} ExprKind;

typedef enum Operator {
    OP_OR,
    OP_AND,
    OP_EQUAL,
    OP_NOT_EQUAL,
    OP_LESS,
    OP_LESS_EQUAL,
    OP_GREATER,
    OP_GREATER_EQUAL,
    OP_ADD,
    OP_SUBTRACT,
    OP_MULTIPLY,
    OP_DIVIDE,
    OP_MODULO,
    OP_NOT,
    OP_NEGATE,
} Operator;

typedef VEC(HclExpr *) ExprList;

struct HclExpr {
    ExprKind kind;
    Operator op;
    bool expand;
    unsigned depth; /* of the tree below, itself included */
    HclPlace place;
    HclValue *literal;
    const char *name;
    const char *key_name;
    HclExpr *a, *b, *c;
    ExprList items;
    ExprList keys;
};

typedef struct Parser {
    Arena *arena;
    Lexer lexer;
    Token token; /* the next one, when peeked */
    bool peeked;
    bool skip_newlines; /* inside parentheses and brackets */
    unsigned depth;
    Error *err;
} Parser;

/* The next token without taking it, and taking it. False with the lexer's error. */
bool parser_peek(Parser *parser);
bool parser_take(Parser *parser, Token *ret);
/* True when the next token, which was peeked, is that symbol or name. */
bool parser_at(const Parser *parser, const char *symbol);
bool parser_at_name(const Parser *parser, const char *name);
/* Takes the symbol, or fails with what was expected. */
bool parser_expect(Parser *parser, const char *symbol, const char *where);
/* "expected …, found …" at the next token. */
bool parser_unexpected(Parser *parser, const char *expected);
/* Counts a level of nesting; each parser_enter() that returned true is ended by parser_leave(). */
bool parser_enter(Parser *parser, HclPlace place);
void parser_leave(Parser *parser);

/* A new node over its children, which may be NULL; NULL with the error when it gets too deep. */
HclExpr *parser_node(Parser *parser, ExprKind kind, HclPlace place, HclExpr *a, HclExpr *b,
                     HclExpr *c);
/* Adds to items (or keys) and keeps count of the depth. */
bool parser_add_item(Parser *parser, HclExpr *node, ExprList *list, HclExpr *item);

bool hcl_parse_expression(Parser *parser, HclExpr **ret);
/* The names and the collection of a for, up to what follows the collection. */
bool hcl_parse_for_head(Parser *parser, HclExpr *node);
/* Behind the opening token of a string or heredoc. */
bool hcl_parse_template(Parser *parser, const Token *open, HclExpr **ret);

/* True when the two are the same value, of the same type. */
bool hcl_equal(const HclValue *a, const HclValue *b);
/* "a string", "an object": for messages. */
const char *hcl_type_name(HclType type);

#endif
