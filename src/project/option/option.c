/*
 * The option table and the values that a run has for its rows: by type, with where each came from.
 * Reading argv is in option_parse.c.
 */
#include "dbmig/project/option.h"

#include <stdlib.h>
#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/fatal.h"
#include "dbmig/base/text.h"
#include "dbmig/text/secret.h"
#include "option_internal.h"

static const OptionSpec table[] = {
#define OPTION(id, ...) [OPT_##id] = {__VA_ARGS__},
#include "options.def"
#undef OPTION
};
_Static_assert(ARRAY_LENGTH(table) == OPTION_COUNT, "a row an option");

/* Giving the one sets the other too. */
static const struct {
    OptionId given, implied;
    const char *value;
} implications[] = {
    {OPT_JSON, OPT_FORMAT, "json"},
    {OPT_PLACEHOLDER, OPT_PLACEHOLDERS, "true"},
};

const OptionSpec *option_spec(OptionId id)
{
    if ((unsigned)id >= OPTION_COUNT)
        BUG("no option has the number %d", (int)id);
    return &table[id];
}

OptionSet *option_new(Arena *arena)
{
    OptionSet *set = arena_alloc(arena, sizeof(*set));
    set->arena = arena;
    for (int id = 0; id < OPTION_COUNT; id++) {
        Error err = {0};
        if (table[id].fallback == NULL)
            continue;
        if (!option_store(set, id, ORIGIN_DEFAULT, "default", table[id].fallback, &err))
            BUG("the default of --%s: %s", table[id].name, err.primary);
    }
    return set;
}

bool option_allowed(const OptionSet *set, OptionId id)
{
    return set->allowed[id] || (table[id].flags & OPTION_GLOBAL) != 0;
}

OptionSet *option_copy_given(Arena *arena, const OptionSet *set)
{
    OptionSet *copy = option_new(arena);
    memcpy(copy->allowed, set->allowed, sizeof(copy->allowed));
    for (int id = 0; id < OPTION_COUNT; id++)
        if (set->values[id].origin >= ORIGIN_ENVIRONMENT)
            copy->values[id] = set->values[id];
    return copy;
}

/* How messages call the option, by where its value came from. */
static const char *name_in_message(const OptionSet *set, OptionId id, OptionOrigin origin,
                                   const char *source)
{
    switch (origin) {
    case ORIGIN_ENVIRONMENT:
        return arena_printf(set->arena, "the environment variable %s", source + 1);
    case ORIGIN_FILE:
        return table[id].hcl;
    default:
        return arena_printf(set->arena, "--%s", table[id].name);
    }
}

/* "atlas.hcl:12" becomes the error's file and line. */
static void place_error(Error *err, const char *place)
{
    const char *colon = strrchr(place, ':');
    int64_t line;
    if (colon == NULL || !text_to_int64(colon + 1, &line) || line < 0) {
        error_at(err, place, 0, 0);
        return;
    }
    char *file = arena_strndup(err->arena, place, (size_t)(colon - place));
    error_at(err, file, (size_t)line, 0);
}

static bool bad_value(const OptionSet *set, OptionId id, OptionOrigin origin, const char *source,
                      const char *text, const char *expected, Error *err)
{
    const char *name = name_in_message(set, id, origin, source);
    if (table[id].flags & OPTION_SECRET)
        error_set(err, EXIT_USAGE, "invalid value for %s: %s", name, expected);
    else
        error_set(err, EXIT_USAGE, "invalid value \"%s\" for %s: %s",
                  text_printable(set->arena, secret_mask(set->arena, text)), name, expected);
    if (origin == ORIGIN_FILE)
        place_error(err, source);
    return false;
}

/* "file, all or none" and, when the text is near one of them, "(did you mean …?)". */
static char *describe_choices(Arena *arena, const char *choices, const char *text)
{
    StringList words = {0};
    text_split(arena, choices, '|', &words);
    Buf out = {0};
    buf_add_str(&out, "it must be ");
    for (size_t i = 0; i < words.count; i++) {
        const char *before = i == 0 ? "" : i + 1 == words.count ? " or " : ", ";
        buf_printf(&out, "%s%s", before, words.items[i]);
    }
    const char *nearest = text_nearest(text, words.items, words.count);
    if (nearest != NULL)
        buf_printf(&out, " (did you mean \"%s\"?)", nearest);
    return buf_steal(&out, arena);
}

bool option_has_word(const char *words, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = words; len > 0 && at != NULL; at = strchr(at, '|')) {
        at += *at == '|';
        if (strncmp(at, word, len) == 0 && (at[len] == '|' || at[len] == '\0'))
            return strchr(word, '|') == NULL;
    }
    return false;
}

static bool parse_flag(const char *text, bool *ret)
{
    *ret = option_has_word("true|1|yes|on", text);
    return *ret || option_has_word("false|0|no|off", text);
}

/* Fills what the type of the option keeps beside the text. NULL, or what was expected instead. */
static const char *parse_value(const OptionSet *set, OptionId id, OptionValue *value)
{
    const char *text = value->text;
    uint64_t size;
    switch (table[id].type) {
    case OPTION_FLAG:
        return parse_flag(text, &value->flag) ? NULL : "it must be true or false";
    case OPTION_INTEGER:
        if (text_to_int64(text, &value->number) && value->number >= 0)
            return NULL;
        return "it must be a whole number, 0 or more";
    case OPTION_DURATION:
        /* PostgreSQL takes bare numbers as milliseconds, other tools as seconds: so none here. */
        if (text_to_int64(text, &value->number) && value->number != 0)
            return "a time needs its unit, as in 500ms, 3s or 1m30s";
        if (text_to_duration(text, 1, &value->number))
            return value->number <= INT32_MAX ? NULL : "the longest time is 24 days";
        return "it must be a time such as 500ms, 3s or 1m30s";
    case OPTION_SIZE:
        if (!text_to_size(text, &size) || size > INT64_MAX)
            return "it must be a size such as 64MB or 2GB";
        value->number = (int64_t)size;
        return NULL;
    case OPTION_CHOICE:
        if (option_has_word(table[id].choices, text))
            return NULL;
        return describe_choices(set->arena, table[id].choices, text);
    case OPTION_STRING:
        return text[0] != '\0' ? NULL : "it must not be empty";
    case OPTION_LIST:
    case OPTION_OPTIONAL:
        return NULL;
    }
    return NULL;
}

static void imply(OptionSet *set, OptionId given, OptionOrigin origin, const char *source)
{
    for (size_t i = 0; i < ARRAY_LENGTH(implications); i++) {
        OptionId implied = implications[i].implied;
        if (implications[i].given != given)
            continue;
        /* On the command line the last word counts; elsewhere what is said outright. */
        OptionOrigin present = set->values[implied].origin;
        if (present < origin || origin == ORIGIN_FLAG) {
            Error err = {0};
            if (!option_store(set, implied, origin, source, implications[i].value, &err))
                BUG("--%s cannot be %s", table[implied].name, implications[i].value);
        }
    }
}

bool option_store(OptionSet *set, OptionId id, OptionOrigin origin, const char *source,
                  const char *text, Error *err)
{
    OptionValue *value = &set->values[id];
    bool sticky = (table[id].flags & OPTION_STICKY) != 0 && value->origin > ORIGIN_DEFAULT;
    if (origin < value->origin && !sticky)
        return true;
    OptionValue parsed = {.origin = origin, .text = arena_strdup(set->arena, text)};
    const char *expected = parse_value(set, id, &parsed);
    if (expected != NULL)
        return bad_value(set, id, origin, source, text, expected, err);
    parsed.source = arena_strdup(set->arena, source);
    if (sticky && (value->flag || !parsed.flag))
        return true;
    if (table[id].type == OPTION_LIST) {
        if (value->origin == origin)
            parsed.list = value->list;
        VEC_PUSH(set->arena, parsed.list, parsed.text);
    }
    *value = parsed;
    imply(set, id, origin, source);
    return true;
}

/* An empty list, too, is a value. */
static void store_list(OptionSet *set, OptionId id, OptionOrigin origin, const char *source,
                       const StringList *items)
{
    OptionValue *value = &set->values[id];
    if (origin < value->origin)
        return;
    *value = (OptionValue){.origin = origin, .source = arena_strdup(set->arena, source)};
    for (size_t i = 0; i < items->count; i++)
        option_list_add(set, id, items->items[i], source);
    if (items->count > 0)
        imply(set, id, origin, source);
}

void option_list_add(OptionSet *set, OptionId id, const char *item, const char *place)
{
    OptionValue *value = &set->values[id];
    const char *copy = arena_strdup(set->arena, item);
    VEC_PUSH(set->arena, value->list, copy);
    if (value->origin == ORIGIN_UNSET) {
        value->origin = ORIGIN_FILE;
        value->source = arena_strdup(set->arena, place);
    }
}

/* "yes" stands for all, "no" for nothing; any other word is the option's value. */
static bool store_optional(OptionSet *set, OptionId id, OptionOrigin origin, const char *source,
                           const char *text, Error *err)
{
    if (option_has_word("false|no|off", text))
        return true;
    bool all = option_has_word("true|yes|on|all", text);
    return option_store(set, id, origin, source, all ? "" : text, err);
}

static bool store_variable(OptionSet *set, OptionId id, const char *variable, const char *text,
                           Error *err)
{
    const char *source = arena_printf(set->arena, "$%s", variable);
    if (set->values[id].origin >= ORIGIN_ENVIRONMENT)
        return true;
    if (table[id].type == OPTION_LIST) {
        StringList items = {0};
        text_split(set->arena, text, ',', &items);
        store_list(set, id, ORIGIN_ENVIRONMENT, source, &items);
        return true;
    }
    if (table[id].type == OPTION_OPTIONAL)
        return store_optional(set, id, ORIGIN_ENVIRONMENT, source, text, err);
    return option_store(set, id, ORIGIN_ENVIRONMENT, source, text, err);
}

bool option_from_environment(OptionSet *set, bool live, Error *err)
{
    for (int id = 0; id < OPTION_COUNT; id++) {
        const char *variable = table[id].env;
        const char *text = variable == NULL ? NULL : getenv(variable);
        if (live && (table[id].flags & OPTION_LIVE) && (text == NULL || text[0] == '\0')) {
            variable = "DATABASE_URL";
            text = getenv(variable);
        }
        if (text == NULL || text[0] == '\0' || !option_allowed(set, id))
            continue;
        if (!store_variable(set, id, variable, text, err))
            return false;
    }
    return true;
}

bool option_from_file(OptionSet *set, OptionId id, const char *text, const char *place, Error *err)
{
    /* As in the environment: getenv("X") of a variable that is not set gives "". */
    if (text[0] == '\0')
        return true;
    if (table[id].type == OPTION_OPTIONAL)
        return store_optional(set, id, ORIGIN_FILE, place, text, err);
    return option_store(set, id, ORIGIN_FILE, place, text, err);
}

bool option_list_from_file(OptionSet *set, OptionId id, const StringList *items, const char *place,
                           Error *err)
{
    if (table[id].type != OPTION_LIST) {
        error_set(err, EXIT_USAGE, "%s takes one value, not a list", table[id].hcl);
        place_error(err, place);
        return false;
    }
    store_list(set, id, ORIGIN_FILE, place, items);
    return true;
}

bool option_set_origin(OptionSet *set, OptionId id, const char *place, Provenance origin)
{
    if (text_equal(set->values[id].source, place))
        set->values[id].made_of = origin;
    return true;
}

Provenance option_origin(const OptionSet *set, OptionId id)
{
    const OptionValue *value = &set->values[id];
    if (value->origin == ORIGIN_FLAG)
        return (Provenance){FROM_FLAG, value->source};
    if (value->origin == ORIGIN_ENVIRONMENT)
        return (Provenance){FROM_ENVIRONMENT, value->source};
    return value->made_of;
}

bool option_set(OptionSet *set, OptionId id, const char *text, Error *err)
{
    const char *source = arena_printf(set->arena, "--%s", table[id].name);
    return option_store(set, id, ORIGIN_FLAG, source, text, err);
}

bool option_is_set(const OptionSet *set, OptionId id)
{
    return set->values[id].origin > ORIGIN_DEFAULT;
}

static const OptionValue *value_of(const OptionSet *set, OptionId id, unsigned types)
{
    if ((types >> option_spec(id)->type & 1) == 0)
        BUG("--%s is read as another type than it has", table[id].name);
    return &set->values[id];
}

bool option_flag(const OptionSet *set, OptionId id)
{
    return value_of(set, id, 1u << OPTION_FLAG)->flag;
}

const char *option_string(const OptionSet *set, OptionId id)
{
    unsigned types = 1u << OPTION_STRING | 1u << OPTION_CHOICE | 1u << OPTION_OPTIONAL;
    return value_of(set, id, types)->text;
}

int64_t option_number(const OptionSet *set, OptionId id)
{
    unsigned types = 1u << OPTION_INTEGER | 1u << OPTION_DURATION | 1u << OPTION_SIZE;
    return value_of(set, id, types)->number;
}

const StringList *option_list(const OptionSet *set, OptionId id)
{
    return &value_of(set, id, 1u << OPTION_LIST)->list;
}

const char *option_source(const OptionSet *set, OptionId id)
{
    const char *source = set->values[id].source;
    return source == NULL ? "unset" : source;
}

/* What a placeholder's name says of its value. */
static bool names_secret(const char *name)
{
    static const char *const words[] = {"pass", "pw", "secret", "token", "key", "credential"};
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++)
        if (strcasestr(name, words[i]) != NULL)
            return true;
    return false;
}

/* NAME=VALUE becomes NAME=***. Addresses keep all but their password. */
static char *masked(Arena *arena, OptionId id, const char *text)
{
    const char *equals = strchr(text, '=');
    bool whole = (table[id].flags & OPTION_SECRET) != 0 ||
                 (equals != NULL && names_secret(arena_strndup(arena, text, (size_t)(equals - text))));
    if (table[id].type == OPTION_LIST && equals != NULL && whole)
        return arena_printf(arena, "%.*s=***", (int)(equals - text), text);
    return secret_mask(arena, text);
}

char *option_show(Arena *arena, const OptionSet *set, OptionId id)
{
    const OptionValue *value = &set->values[id];
    if (value->origin == ORIGIN_UNSET)
        return arena_strdup(arena, table[id].type == OPTION_FLAG ? "false" : "");
    if (table[id].type == OPTION_FLAG)
        return arena_strdup(arena, value->flag ? "true" : "false");
    if (table[id].type == OPTION_DURATION)
        return text_from_duration(arena, value->number);
    if (table[id].type == OPTION_OPTIONAL && value->text[0] == '\0')
        return arena_strdup(arena, "all");
    if (table[id].type != OPTION_LIST)
        return masked(arena, id, value->text);
    Buf out = {0};
    for (size_t i = 0; i < value->list.count; i++)
        buf_printf(&out, "%s%s", i == 0 ? "" : ",", masked(arena, id, value->list.items[i]));
    return buf_steal(&out, arena);
}
