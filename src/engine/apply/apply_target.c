/* Reads what a non-transactional statement acts on. See apply_target.h. */
#include "apply_target.h"

#include <string.h>

#include "dbmig/text/sqlscan.h"

/* A cursor over the words of a statement. */
typedef struct Words {
    Arena *arena;
    const char *text;
    size_t len;
    SqlToken token; /* the present one */
} Words;

static void next(Words *words)
{
    words->token = sqlscan_token(words->text, words->len, words->token.end);
}

static bool at(const Words *words, const char *keyword)
{
    return sqlscan_is_word(words->text, &words->token, keyword);
}

static bool at_symbol(const Words *words, char symbol)
{
    return words->token.kind == SQL_TOKEN_SYMBOL && words->text[words->token.start] == symbol;
}

static bool skip(Words *words, const char *keyword)
{
    if (!at(words, keyword))
        return false;
    next(words);
    return true;
}

static bool at_name(const Words *words)
{
    return words->token.kind == SQL_TOKEN_WORD || words->token.kind == SQL_TOKEN_QUOTED_WORD;
}

static void skip_if_exists(Words *words)
{
    if (skip(words, "IF")) {
        skip(words, "NOT");
        skip(words, "EXISTS");
    }
}

static void skip_parentheses(Words *words)
{
    if (!at_symbol(words, '('))
        return;
    for (int depth = 0; words->token.kind != SQL_TOKEN_END; next(words)) {
        depth += at_symbol(words, '(') ? 1 : at_symbol(words, ')') ? -1 : 0;
        if (depth == 0) {
            next(words);
            return;
        }
    }
}

/* a.b.c as it stands; the cursor goes behind it. NULL when no name is there. */
static char *qualified(Words *words)
{
    if (!at_name(words))
        return NULL;
    size_t start = words->token.start, end = words->token.start + words->token.len;
    next(words);
    while (at_symbol(words, '.')) {
        next(words);
        end = words->token.start + words->token.len;
        next(words);
    }
    return arena_strndup(words->arena, words->text + start, end - start);
}

/* As the server cuts it: at 63 bytes, and never inside a character. */
static void cut(char *name)
{
    size_t len = 63;
    if (strlen(name) <= len)
        return;
    while (len > 0 && ((unsigned char)name[len] & 0xC0) == 0x80)
        len--;
    name[len] = '\0';
}

static char *identifier(Words *words)
{
    if (!at_name(words))
        return NULL;
    char *name = sqlscan_identifier(words->arena, words->text, &words->token);
    cut(name);
    next(words);
    return name;
}

static void read_create_index(Words *words, Target *target)
{
    if (!skip(words, "CONCURRENTLY"))
        return;
    skip_if_exists(words);
    if (!at(words, "ON"))
        target->name = identifier(words);
    if (!skip(words, "ON"))
        return;
    skip(words, "ONLY");
    target->relation = qualified(words);
    if (target->relation != NULL)
        target->kind = TARGET_CREATE_INDEX;
}

static void read_drop_index(Words *words, Target *target)
{
    if (!skip(words, "CONCURRENTLY"))
        return;
    skip_if_exists(words);
    target->relation = qualified(words);
    if (target->relation != NULL)
        target->kind = TARGET_DROP_INDEX;
}

static void read_reindex(Words *words, Target *target)
{
    skip_parentheses(words);
    skip(words, "VERBOSE");
    bool one = at(words, "INDEX") || at(words, "TABLE");
    next(words);
    skip(words, "CONCURRENTLY");
    target->kind = TARGET_REINDEX;
    if (one)
        target->relation = qualified(words);
}

static void read_alter_table(Words *words, Target *target)
{
    skip_if_exists(words);
    skip(words, "ONLY");
    target->relation = qualified(words);
    if (at_symbol(words, '*'))
        next(words);
    if (!skip(words, "DETACH") || !skip(words, "PARTITION"))
        return;
    target->child = qualified(words);
    if (target->child != NULL && at(words, "CONCURRENTLY"))
        target->kind = TARGET_DETACH;
}

/* DATABASE, TABLESPACE or SUBSCRIPTION, created or dropped. */
static void read_cluster_object(Words *words, TargetKind kind, Target *target)
{
    static const struct {
        const char *word, *catalog, *column;
    } rows[] = {
        {"DATABASE", "pg_catalog.pg_database", "datname"},
        {"TABLESPACE", "pg_catalog.pg_tablespace", "spcname"},
        {"SUBSCRIPTION", "pg_catalog.pg_subscription", "subname"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        if (!skip(words, rows[i].word))
            continue;
        skip_if_exists(words);
        target->catalog = rows[i].catalog;
        target->column = rows[i].column;
        target->name = identifier(words);
        target->kind = target->name != NULL ? kind : TARGET_UNKNOWN;
        return;
    }
}

static void read_create(Words *words, Target *target)
{
    target->unique = skip(words, "UNIQUE");
    if (skip(words, "INDEX"))
        read_create_index(words, target);
    else
        read_cluster_object(words, TARGET_CREATE, target);
}

static void read_drop(Words *words, Target *target)
{
    if (skip(words, "INDEX"))
        read_drop_index(words, target);
    else
        read_cluster_object(words, TARGET_DROP, target);
}

static void read_alter(Words *words, Target *target)
{
    if (skip(words, "TABLE"))
        read_alter_table(words, target);
    else if (at(words, "SYSTEM") || at(words, "DATABASE"))
        target->kind = TARGET_HARMLESS;
    else if (skip(words, "SUBSCRIPTION") && identifier(words) != NULL &&
             (at(words, "REFRESH") || at(words, "SET")))
        target->kind = TARGET_HARMLESS;
}

void apply_target_read(Arena *arena, const char *text, size_t len, Target *ret)
{
    Words words = {.arena = arena, .text = text, .len = len};
    *ret = (Target){.kind = TARGET_UNKNOWN};
    next(&words);
    if (skip(&words, "CREATE"))
        read_create(&words, ret);
    else if (skip(&words, "DROP"))
        read_drop(&words, ret);
    else if (skip(&words, "ALTER"))
        read_alter(&words, ret);
    else if (skip(&words, "REINDEX"))
        read_reindex(&words, ret);
    else if (at(&words, "VACUUM") || at(&words, "ANALYZE") || at(&words, "ANALYSE") ||
             at(&words, "CLUSTER") || at(&words, "DISCARD"))
        ret->kind = TARGET_HARMLESS;
}
