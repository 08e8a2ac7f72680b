/* The words of a statement, and edits that leave the rest of its text as it stands. */
#include <string.h>

#include "dbmig/base/buf.h"
#include "replay_guard.h"

SqlToken guard_next(Guard *guard)
{
    SqlToken word = sqlscan_token(guard->text, guard->len, guard->at);
    guard->at = word.end;
    return word;
}

bool guard_is(const Guard *guard, const SqlToken *word, const char *keyword)
{
    return sqlscan_is_word(guard->text, word, keyword);
}

bool guard_is_symbol(const Guard *guard, const SqlToken *word, char symbol)
{
    return word->kind == SQL_TOKEN_SYMBOL && guard->text[word->start] == symbol;
}

char *guard_identifier(const Guard *guard, const SqlToken *word)
{
    if (word->kind != SQL_TOKEN_WORD && word->kind != SQL_TOKEN_QUOTED_WORD)
        return NULL;
    return sqlscan_identifier(guard->arena, guard->text, word);
}

void guard_replace(Guard *guard, size_t start, size_t end, const char *with)
{
    GuardVerdict *verdict = guard->verdict;
    verdict->sql = arena_printf(guard->arena, "%.*s%s%.*s", (int)start, guard->text, with,
                                (int)(guard->len - end), guard->text + end);
    verdict->len = strlen(verdict->sql);
    verdict->same_until = start;
}

/* Reads one option up to its comma or the list's end. *ret_end is behind it. */
static bool read_option(Guard *guard, SqlToken *name, size_t *ret_end, bool *ret_last)
{
    int depth = 0;
    *name = guard_next(guard);
    *ret_end = name->start;
    for (SqlToken word = *name; word.kind != SQL_TOKEN_END; word = guard_next(guard)) {
        depth += guard_is_symbol(guard, &word, '(') - guard_is_symbol(guard, &word, ')');
        *ret_last = depth < 0;
        if (depth < 0 || (depth == 0 && guard_is_symbol(guard, &word, ',')))
            return true;
        *ret_end = word.end;
    }
    return false;
}

static bool is_listed(const Guard *guard, const SqlToken *word, const char *const *names)
{
    for (; *names != NULL; names++)
        if (guard_is(guard, word, *names))
            return true;
    return false;
}

/* The list behind WITH without some of its options. False when it cannot be read. */
static bool rewrite_options(Guard *guard, size_t start, const char *const *without,
                            const char *added)
{
    Buf list = {0};
    bool last = false;
    buf_printf(&list, "WITH (%s", added);
    while (!last) {
        SqlToken name;
        size_t end;
        if (!read_option(guard, &name, &end, &last)) {
            buf_free(&list);
            return false;
        }
        if (end > name.start && !is_listed(guard, &name, without))
            buf_printf(&list, ", %.*s", (int)(end - name.start), guard->text + name.start);
    }
    buf_add_char(&list, ')');
    guard_replace(guard, start, guard->at, buf_steal(&list, guard->arena));
    return true;
}

void guard_set_options(Guard *guard, const char *const *without, const char *added)
{
    for (SqlToken word = guard_next(guard); word.kind != SQL_TOKEN_END; word = guard_next(guard)) {
        if (!guard_is(guard, &word, "WITH"))
            continue;
        SqlToken open = guard_next(guard);
        if (guard_is_symbol(guard, &open, '(') &&
            rewrite_options(guard, word.start, without, added))
            return;
    }
    guard_replace(guard, guard->len, guard->len, arena_printf(guard->arena, "\nWITH (%s)", added));
}
