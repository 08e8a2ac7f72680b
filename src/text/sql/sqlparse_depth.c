/* See sqlparse_depth.h. */
#include "sqlparse_depth.h"

#include "dbmig/base/vec.h"
#include "sqllex.h"

/* One level of brackets. */
typedef struct Level {
    size_t tokens;  /* of the element being read */
    size_t inside;  /* the deepest bracket inside that element */
    size_t deepest; /* of the elements before it */
    size_t set_operations;
} Level;

static void end_element(Level *level)
{
    size_t depth = level->tokens + level->inside;
    if (depth > level->deepest)
        level->deepest = depth;
    level->tokens = level->inside = 0;
}

static size_t depth_of(Level *level)
{
    end_element(level);
    return level->deepest + level->set_operations;
}

size_t sqlparse_depth_bound(const char *text, size_t len)
{
    Arena *scratch = arena_new();
    VEC(Level) levels = {0};
    VEC_PUSH(scratch, levels, (Level){0});
    Lexer lexer = sqllex_over(text, len, 0, false);
    LexToken token;
    while ((token = sqllex_next(&lexer)).kind != LEX_END && token.kind != LEX_UNCLOSED) {
        Level *level = &levels.items[levels.count - 1];
        char symbol = token.kind == LEX_SYMBOL ? text[token.start] : '\0';
        level->tokens++;
        if (symbol == '(' || symbol == '[') {
            VEC_PUSH(scratch, levels, (Level){0});
        } else if ((symbol == ')' || symbol == ']') && levels.count > 1) {
            size_t depth = depth_of(level) + 1;
            levels.count--;
            level--;
            level->inside = depth > level->inside ? depth : level->inside;
        } else if (symbol == ',' || symbol == ';') {
            end_element(level);
        } else if (sqllex_is_word(&lexer, &token, "UNION") ||
                   sqllex_is_word(&lexer, &token, "EXCEPT") ||
                   sqllex_is_word(&lexer, &token, "INTERSECT")) {
            level->set_operations++;
        }
    }
    size_t depth = 0;
    for (size_t i = 0; i < levels.count; i++)
        depth += depth_of(&levels.items[i]);
    arena_free(scratch);
    return depth;
}
