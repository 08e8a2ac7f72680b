/* What no parser can read, where no server was asked. */
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/text/sqlparse.h"
#include "../rules.h"

enum { NEWEST_GRAMMAR = 18 };

/* The first words of all commands of PostgreSQL, in lower case. */
static const char *const commands[] = {
    "abort",    "alter",    "analyse",   "analyze",    "begin",    "call",     "checkpoint", "close",
    "cluster",  "comment",  "commit",    "copy",       "create",   "deallocate", "declare",  "delete",
    "discard",  "do",       "drop",      "end",        "execute",  "explain",  "fetch",      "grant",
    "import",   "insert",   "listen",    "load",       "lock",     "merge",    "move",       "notify",
    "prepare",  "reassign", "refresh",   "reindex",    "release",  "reset",    "revoke",     "rollback",
    "savepoint", "security", "select",   "set",        "show",     "start",    "table",      "truncate",
    "unlisten", "update",   "vacuum",    "values",     "wait",     "with",
};

/* Words that newer grammars gave a meaning where older ones fail on them. */
static const char *const newer_words[] = {
    "compression",
    "conditional",
    "constraint",
    "enforced",
    "expression",
    "indent",
    "inherit",
    "json",
    "json_array",
    "json_arrayagg",
    "json_exists",
    "json_object",
    "json_objectagg",
    "json_query",
    "json_scalar",
    "json_serialize",
    "json_table",
    "json_value",
    "locale_provider",
    "merge",
    "new",
    "old",
    "overlaps",
    "partitions",
    "period",
    "split",
    "storage",
    "system_user",
    "valid",
    "virtual",
};

static bool is_one_of(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal_nocase(word, words[i]))
            return true;
    return false;
}

static bool may_be_newer(const LintStatement *s)
{
    if (sqlparse_grammar_version() >= NEWEST_GRAMMAR)
        return false;
    bool number = false;
    for (size_t at = 0;;) {
        SqlToken token = sqlscan_token(s->text, s->len, at);
        if (token.kind == SQL_TOKEN_END)
            return false;
        bool glued = number && token.start == at; /* 1_000, 0xFF: numbers from 16 on */
        number = token.kind == SQL_TOKEN_NUMBER;
        at = token.end;
        if ((glued && token.kind == SQL_TOKEN_WORD) ||
            (token.kind == SQL_TOKEN_WORD &&
             is_one_of(arena_strndup(s->scratch, s->text + token.start, token.len), newer_words,
                       ARRAY_LENGTH(newer_words))))
            return true;
    }
}

/* The first word, in lower case; NULL when it begins with something else. */
static const char *first_word(const LintStatement *s, size_t *ret_at)
{
    SqlToken token = sqlscan_token(s->text, s->len, 0);
    *ret_at = token.start;
    if (token.kind != SQL_TOKEN_WORD)
        return NULL;
    char *word = arena_strndup(s->scratch, s->text + token.start, token.len);
    for (char *c = word; *c != '\0'; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    return word;
}

static void tell_no_command(const LintStatement *s, const char *word, size_t at)
{
    Finding *finding = lint_add(s, LINT_UNPARSED, at, "no command of PostgreSQL begins with \"%s\"", word);
    const char *nearest = text_nearest(word, commands, ARRAY_LENGTH(commands));
    if (nearest != NULL)
        lint_fixf(s, finding, "Did you mean %s?", nearest);
    else
        lint_fixf(s, finding, "Correct it: the migration fails there.");
}

/* The server's own error tells it. */
static bool is_told_by_server(const LintStatement *s)
{
    size_t last = s->item->line;
    if (s->run->failed != s->file->migration)
        return false;
    for (size_t i = 0; i < s->item->len; i++)
        last += s->item->text[i] == '\n';
    return s->run->failed_line >= s->item->line && s->run->failed_line <= last;
}

void lint_rules_unparsed(const LintStatement *s)
{
    const LintParsed *parsed = &s->run->parsed;
    if (s->node != NULL || s->evidence != NULL || s->inner || parsed->spared ||
        s->item->kind == SQL_ITEM_COPY || is_told_by_server(s))
        return;
    size_t at;
    const char *word = first_word(s, &at);
    if (word != NULL && !is_one_of(word, commands, ARRAY_LENGTH(commands))) {
        tell_no_command(s, word, at);
        return;
    }
    bool newer = may_be_newer(s);
    Finding *finding = lint_add(s, LINT_UNPARSED, parsed->failed_at, "cannot be parsed: %s%s", parsed->why,
                                newer ? ", by the grammar of an older PostgreSQL" : "");
    if (newer) {
        lint_soften(finding, SEVERITY_WARNING);
        lint_fixf(s, finding,
                  "If it is right, judge it by a replay on a newer server (without --static): the "
                  "grammar built in is that of PostgreSQL %d.",
                  sqlparse_grammar_version());
    } else {
        lint_fixf(s, finding, "Correct it: the migration fails there.");
    }
}
