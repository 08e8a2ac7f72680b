/* A cursor over definitions: words, identifiers and lists in parentheses, quotes respected. */
#include "dbmig/schema/definition.h"

#include <ctype.h>
#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/text.h"

/* ---- the cursor ---- */

static const char *skip_blanks(const char *at)
{
    while (*at == ' ' || *at == '\n')
        at++;
    return at;
}

/* Past the quotation that starts here; a doubled quote is two of them. */
static const char *skip_quoted(const char *at)
{
    const char *end = strchr(at + 1, *at);
    return end ? end + 1 : at + strlen(at);
}

/* Where a list's element, or the text in parentheses, ends: at the ',' or ')' of this level. */
static const char *element_end(const char *at, bool at_comma)
{
    int depth = 0;
    while (*at) {
        if (*at == '"' || *at == '\'') {
            at = skip_quoted(at);
            continue;
        }
        if (depth == 0 && (*at == ')' || (*at == ',' && at_comma)))
            return at;
        depth += (*at == '(' || *at == '[') - (*at == ')' || *at == ']');
        at++;
    }
    return at;
}

static bool take_word(const char **at, const char *word)
{
    const char *here = skip_blanks(*at);
    if (!text_starts(here, word))
        return false;
    *at = here + strlen(word);
    return true;
}

static bool is_name_byte(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

static const char *name_end(const char *at)
{
    if (*at != '"') {
        while (is_name_byte(*at))
            at++;
        return at;
    }
    do
        at = skip_quoted(at);
    while (*at == '"');
    return at;
}

/* The raw name that starts here; "" when none does. */
static const char *take_name(Arena *arena, const char **at)
{
    const char *start = skip_blanks(*at);
    const char *end = name_end(start);
    *at = end;
    if (*start != '"')
        return arena_strndup(arena, start, (size_t)(end - start));
    Buf name = {0};
    for (const char *c = start + 1; c < end - 1; c++) {
        buf_add_char(&name, *c);
        c += *c == '"';
    }
    return buf_steal(&name, arena);
}

/* The text in the parentheses that open here, without them. */
static const char *take_parentheses(Arena *arena, const char **at)
{
    const char *start = skip_blanks(*at);
    if (*start != '(')
        return NULL;
    const char *end = element_end(start + 1, false);
    *at = *end ? end + 1 : end;
    return arena_strndup(arena, start + 1, (size_t)(end - start - 1));
}

/* The expression in parentheses; the server puts a second pair around most. */
static const char *take_expression(Arena *arena, const char **at)
{
    const char *text = take_parentheses(arena, at);
    if (!text || *text != '(')
        return text;
    const char *end = element_end(text + 1, false);
    bool whole = end[0] == ')' && end[1] == '\0';
    return whole ? arena_strndup(arena, text + 1, (size_t)(end - text - 1)) : text;
}

/* Names in parentheses; what stands before and behind them (PERIOD, WITHOUT OVERLAPS) is dropped. */
static void take_names(Arena *arena, const char **at, StringList *ret)
{
    const char *here = take_parentheses(arena, at);
    while (here && *here) {
        const char *end = element_end(here, true);
        const char *name = skip_blanks(here);
        if (text_starts(name, "PERIOD ")) /* a column of that name would be in quotes */
            name += strlen("PERIOD ");
        VEC_PUSH(arena, *ret, take_name(arena, &name));
        here = *end == ',' ? end + 1 : end;
    }
}

/* ---- constraints ---- */

static const char *take_action(Arena *arena, const char **at)
{
    static const char *const actions[] = {"NO ACTION", "RESTRICT", "CASCADE", "SET NULL",
                                          "SET DEFAULT"};
    for (size_t i = 0; i < ARRAY_LENGTH(actions); i++) {
        if (!take_word(at, actions[i]))
            continue;
        const char *columns = take_parentheses(arena, at);
        return columns ? arena_printf(arena, "%s (%s)", actions[i], columns) : actions[i];
    }
    return NULL;
}

static const char *take_table(Arena *arena, const char **at)
{
    const char *start = skip_blanks(*at);
    const char *end = name_end(start);
    if (*end == '.')
        end = name_end(end + 1);
    *at = end;
    return arena_strndup(arena, start, (size_t)(end - start));
}

static void read_foreign_key(Arena *arena, const char **at, ConstraintParts *ret)
{
    if (!take_word(at, "FOREIGN KEY"))
        return;
    take_names(arena, at, &ret->columns);
    if (!take_word(at, "REFERENCES "))
        return;
    ret->table = take_table(arena, at);
    take_names(arena, at, &ret->referenced);
    if (take_word(at, "MATCH "))
        ret->match = take_name(arena, at);
    if (take_word(at, "ON UPDATE"))
        ret->on_update = take_action(arena, at);
    if (take_word(at, "ON DELETE"))
        ret->on_delete = take_action(arena, at);
}

static void read_key(Arena *arena, const char **at, ConstraintParts *ret)
{
    if (!take_word(at, "PRIMARY KEY") && !take_word(at, "UNIQUE"))
        return;
    ret->nulls_not_distinct = take_word(at, "NULLS NOT DISTINCT");
    take_names(arena, at, &ret->columns);
    if (take_word(at, "INCLUDE"))
        take_names(arena, at, &ret->include);
}

/* Whether the definition ends so, before NOT ENFORCED or NOT VALID. */
static bool ends_with(const char *definition, const char *words)
{
    static const char *const tails[] = {" NOT ENFORCED", " NOT VALID"};
    size_t len = strlen(definition);
    for (size_t i = 0; i < ARRAY_LENGTH(tails); i++) {
        if (text_ends(definition, tails[i]))
            len = strlen(definition) - strlen(tails[i]);
    }
    return len >= strlen(words) && memcmp(definition + len - strlen(words), words, strlen(words)) == 0;
}

void definition_constraint(Arena *arena, char type, const char *definition, ConstraintParts *ret)
{
    const char *at = definition;
    *ret = (ConstraintParts){0};
    if (type == 'f')
        read_foreign_key(arena, &at, ret);
    else if (type == 'p' || type == 'u')
        read_key(arena, &at, ret);
    else if (type == 'c' && take_word(&at, "CHECK"))
        ret->expression = take_expression(arena, &at);
    if (type != 'c') {
        ret->initially_deferred = ends_with(definition, " INITIALLY DEFERRED");
        ret->deferrable = ret->initially_deferred || (ends_with(definition, " DEFERRABLE") &&
                                                      !ends_with(definition, " NOT DEFERRABLE"));
    }
}

/* ---- indexes ---- */

static void read_elements(Arena *arena, const char **at, IndexParts *ret)
{
    const char *here = take_parentheses(arena, at);
    while (here && *here) {
        const char *start = skip_blanks(here), *end = element_end(start, true);
        const char *behind = name_end(start);
        IndexElement element = {
            .definition = arena_strndup(arena, start, (size_t)(end - start)),
        };
        /* A call has its parenthesis, a qualified name its dot right behind the name. */
        if (behind > start && *behind != '(' && *behind != '.') {
            const char *name = start;
            element.column = take_name(arena, &name);
        }
        VEC_PUSH(arena, ret->elements, element);
        here = *end == ',' ? end + 1 : end;
    }
}

void definition_index(Arena *arena, const char *definition, IndexParts *ret)
{
    const char *at = definition;
    *ret = (IndexParts){0};
    if (!take_word(&at, "CREATE"))
        return;
    ret->unique = take_word(&at, "UNIQUE ");
    if (!take_word(&at, "INDEX "))
        return;
    take_name(arena, &at);
    if (!take_word(&at, "ON "))
        return;
    take_word(&at, "ONLY ");
    take_table(arena, &at);
    if (!take_word(&at, "USING "))
        return;
    ret->method = take_name(arena, &at);
    read_elements(arena, &at, ret);
    if (take_word(&at, "INCLUDE"))
        take_names(arena, &at, &ret->include);
    ret->nulls_not_distinct = take_word(&at, "NULLS NOT DISTINCT");
    if (take_word(&at, "WITH "))
        take_parentheses(arena, &at);
    if (take_word(&at, "TABLESPACE "))
        take_name(arena, &at);
    if (take_word(&at, "WHERE "))
        ret->where = take_expression(arena, &at);
}
