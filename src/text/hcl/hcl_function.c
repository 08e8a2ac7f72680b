/* Finds a standard function, and checks and converts its arguments by its signature. */
#include <string.h>

#include "dbmig/base/text.h"
#include "hcl_function.h"

static const FunctionRow *const tables[] = {hcl_string_functions, hcl_collection_functions};

static const FunctionRow *find(const char *name)
{
    for (size_t table = 0; table < ARRAY_LENGTH(tables); table++) {
        for (const FunctionRow *row = tables[table]; row->name != NULL; row++) {
            if (strcmp(row->name, name) == 0)
                return row;
        }
    }
    return NULL;
}

const char *hcl_nearest_function(const char *name)
{
    /* The first are known to the evaluator and the configuration instead. */
    static const char *const others[] = {"try",     "can",  "getenv",      "file",
                                         "fileset", "glob", "urlqueryset", "urlsetpath"};
    const char *names[128];
    size_t count = 0;
    for (; count < ARRAY_LENGTH(others); count++)
        names[count] = others[count];
    for (size_t table = 0; table < ARRAY_LENGTH(tables); table++) {
        const FunctionRow *row = tables[table];
        for (; row->name != NULL && count < ARRAY_LENGTH(names); row++)
            names[count++] = row->name;
    }
    return text_nearest(name, names, count);
}

static const char *expected_by(char letter)
{
    switch (letter) {
    case 's':
        return "a string";
    case 'n':
        return "a number";
    case 'l':
        return "a list";
    case 'o':
        return "an object";
    default:
        return "a list or an object";
    }
}

static bool convert(Arena *arena, char letter, HclValue **value)
{
    const HclValue *given = *value;
    const char *text;
    double number;
    switch (letter) {
    case 's':
        if (!hcl_to_string(arena, given, &text))
            return false;
        *value = hcl_new_string(arena, text);
        return true;
    case 'n':
        if (!hcl_to_number(given, &number))
            return false;
        *value = hcl_new_number(arena, number);
        return true;
    case 'l':
        return given->type == HCL_LIST;
    case 'o':
        return given->type == HCL_OBJECT;
    case 'c':
        return given->type == HCL_LIST || given->type == HCL_OBJECT;
    default:
        return true;
    }
}

static bool wrong_count(const Call *call, const char *what)
{
    return error_set(call->err, EXIT_USAGE, "%s() has too %s arguments: %zu", call->name, what,
                     call->count);
}

static bool check(Call *call, const char *signature)
{
    for (size_t i = 0; i < call->count; i++) {
        char letter = signature[0];
        if (letter == '\0')
            return wrong_count(call, "many");
        if (!convert(call->arena, letter, &call->args[i]))
            return error_set(call->err, EXIT_USAGE, "argument %zu of %s(): expected %s, found %s",
                             i + 1, call->name, expected_by(letter),
                             hcl_type_name(call->args[i]->type));
        if (signature[1] != '*')
            signature += signature[1] == '?' ? 2 : 1;
    }
    if (signature[0] != '\0' && signature[1] != '?' && signature[1] != '*')
        return wrong_count(call, "few");
    return true;
}

bool hcl_call(Arena *arena, const char *function, HclValue *const *args, size_t count,
              HclValue **ret, Error *err)
{
    const FunctionRow *row = find(function);
    *ret = NULL;
    if (row == NULL)
        return true;
    Call call = {.arena = arena, .name = function, .count = count, .err = err};
    call.args = arena_calloc(arena, count, sizeof(*call.args));
    for (size_t i = 0; i < count; i++)
        call.args[i] = args[i];
    return check(&call, row->signature) && row->function(&call, ret);
}
