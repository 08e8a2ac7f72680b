/* The tree of the statement at hand, parsed once for all that ask: the observation and the rules. */
#include "rules.h"

void lint_parse_forget(LintRun *run)
{
    arena_free(run->parsed.arena);
    run->parsed = (LintParsed){0};
}

const PgQuery__Node *lint_parse(LintRun *run, const SqlItem *item, const char **ret_why)
{
    LintParsed *parsed = &run->parsed;
    if (parsed->arena == NULL || parsed->text != item->text || parsed->len != item->len) {
        SqlParseFailure failure = {"a string with backslashes", 0};
        lint_parse_forget(run);
        *parsed = (LintParsed){.arena = arena_new(), .text = item->text, .len = item->len};
        SqlTree *tree = item->backslash_strings
                            ? NULL
                            : sqlparse_parse(parsed->arena, item->text, item->len, &failure);
        if (tree != NULL && sqlparse_tree(tree)->n_stmts == 1)
            parsed->node = sqlparse_tree(tree)->stmts[0]->stmt;
        parsed->why = failure.message;
    }
    if (ret_why != NULL)
        *ret_why = parsed->why;
    return parsed->node;
}
