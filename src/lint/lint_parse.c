/* The tree of the statement at hand, parsed once for all that ask: the observation and the rules. */
#include <strings.h>

#include "run.h"

/* A tree takes about 44 times its text: rows to insert are not worth that. */
enum { LARGEST = 1 << 20 };

void lint_parse_forget(LintRun *run)
{
    arena_free(run->parsed.arena);
    run->parsed = (LintParsed){0};
}

/* Bodies of functions are one string each: their trees are small. */
static bool has_small_tree(const SqlItem *item)
{
    SqlToken token = sqlscan_token(item->text, item->len, 0);
    const char *word = item->text + token.start;
    return (token.len == 2 && strncasecmp(word, "DO", 2) == 0) ||
           (token.len == 6 && strncasecmp(word, "CREATE", 6) == 0);
}

static void parse(LintParsed *parsed, const SqlItem *item)
{
    SqlParseFailure failure = {0};
    parsed->spared = true;
    if (item->backslash_strings) {
        parsed->why = "a string with backslashes";
        return;
    }
    if (item->len > LARGEST && !has_small_tree(item)) {
        parsed->why = "it is longer than 1 MB";
        return;
    }
    SqlTree *tree = sqlparse_parse(parsed->arena, item->text, item->len, &failure);
    if (tree != NULL && sqlparse_tree(tree)->n_stmts == 1)
        parsed->node = sqlparse_tree(tree)->stmts[0]->stmt;
    parsed->spared = tree != NULL || failure.message == NULL || failure.refused;
    parsed->why = failure.message;
    parsed->failed_at = failure.offset;
}

const PgQuery__Node *lint_parse(LintRun *run, const SqlItem *item, const char **ret_why)
{
    LintParsed *parsed = &run->parsed;
    if (parsed->arena == NULL || parsed->text != item->text || parsed->len != item->len) {
        lint_parse_forget(run);
        *parsed = (LintParsed){.arena = arena_new(), .text = item->text, .len = item->len};
        parse(parsed, item);
    }
    if (ret_why != NULL)
        *ret_why = parsed->why;
    return parsed->node;
}
