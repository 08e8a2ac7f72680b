/* Reads argv by the option table. */
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/text/secret.h"
#include "option_internal.h"

typedef struct Parser {
    OptionSet *set;
    int argc;
    char **argv;
    int at;     /* the word in work */
    bool ahead; /* of the command */
    Error *err;
} Parser;

typedef struct Found {
    OptionId id;
    bool negated;
} Found;

static bool names_option(const OptionSpec *spec, const char *name, bool *ret_negated)
{
    *ret_negated = false;
    if (strcmp(spec->name, name) == 0)
        return true;
    if (spec->aliases != NULL && option_has_word(spec->aliases, name))
        return true;
    *ret_negated = (spec->flags & OPTION_NEGATABLE) && text_starts(name, "no-") &&
                   strcmp(spec->name, name + 3) == 0;
    return *ret_negated;
}

/* Finds by name, or by letter when name is NULL. set NULL looks at the options of all commands. */
static bool find_option(const OptionSet *set, const char *name, char letter, bool globals_first,
                        Found *ret)
{
    for (int pass = 0; pass < 2; pass++) {
        bool want_global = (pass == 0) == globals_first;
        for (int id = 0; id < OPTION_COUNT; id++) {
            const OptionSpec *spec = option_spec(id);
            if (((spec->flags & OPTION_GLOBAL) != 0) != want_global)
                continue;
            if (set != NULL && !option_allowed(set, id))
                continue;
            *ret = (Found){id, false};
            if (name == NULL ? spec->letter == letter : names_option(spec, name, &ret->negated))
                return true;
        }
    }
    return false;
}

static bool takes_word(OptionId id)
{
    OptionType type = option_spec(id)->type;
    return type != OPTION_FLAG && type != OPTION_OPTIONAL;
}

static const char *nearest_name(Arena *arena, const OptionSet *set, const char *name)
{
    StringList names = {0};
    for (int id = 0; id < OPTION_COUNT; id++) {
        const OptionSpec *spec = option_spec(id);
        if ((set != NULL && !option_allowed(set, id)) || (spec->flags & OPTION_HIDDEN))
            continue;
        VEC_PUSH(arena, names, spec->name);
        if (spec->aliases != NULL)
            text_split(arena, spec->aliases, '|', &names);
        if (spec->flags & OPTION_NEGATABLE)
            VEC_PUSH(arena, names, arena_printf(arena, "no-%s", spec->name));
    }
    return text_nearest(name, names.items, names.count);
}

static bool unknown_long(const OptionSet *set, const char *name, Error *err)
{
    Arena *arena = arena_new();
    const char *shown = text_printable(arena, name);
    const char *foreign = option_foreign(name);
    const char *nearest = nearest_name(arena, set, name);
    if (foreign != NULL)
        error_set(err, EXIT_USAGE, "unknown option --%s (here: %s)", shown, foreign);
    else if (nearest != NULL)
        error_set(err, EXIT_USAGE, "unknown option --%s (did you mean --%s?)", shown, nearest);
    else
        error_set(err, EXIT_USAGE, "unknown option --%s", shown);
    arena_free(arena);
    return false;
}

/* The whole character that the word has at letter, which may have several bytes. */
static bool unknown_letter(const char *letter, Error *err)
{
    Arena *arena = arena_new();
    size_t len = 1;
    while (((unsigned char)letter[len] & 0xc0) == 0x80)
        len++;
    const char *shown = text_printable(arena, arena_strndup(arena, letter, len));
    error_set(err, EXIT_USAGE, "unknown option -%s", shown);
    arena_free(arena);
    return false;
}

/*
 * A long option with one dash, as Flyway has them, is refused: taken for letters, -url=… would be
 * -u with the value "rl=…", and no address of the server that was meant.
 */
static bool check_one_dash(const char *word, Error *err)
{
    Arena *arena = arena_new();
    const char *name = arena_strndup(arena, word, strcspn(word, "="));
    const char *foreign = option_foreign(name);
    Found found;
    bool ok = strlen(name) < 2;
    if (!ok && find_option(NULL, name, 0, true, &found))
        error_set(err, EXIT_USAGE, "unknown option -%s (did you mean --%s?)", name, name);
    else if (!ok && foreign != NULL)
        error_set(err, EXIT_USAGE, "unknown option -%s (here: %s)", text_printable(arena, name),
                  foreign);
    else
        ok = true;
    arena_free(arena);
    return ok;
}

static bool needs_value(OptionId id, Error *err)
{
    const OptionSpec *spec = option_spec(id);
    const char *what = spec->type == OPTION_CHOICE ? spec->choices : spec->metavar;
    return error_set(err, EXIT_USAGE, "option --%s needs a value: --%s %s", spec->name, spec->name,
                     what);
}

/* The next word. One that looks like a long option is not taken for a value: it was forgotten. */
static bool next_word(Parser *parser, OptionId id, const char **ret)
{
    int next = parser->at + 1;
    if (next >= parser->argc || text_starts(parser->argv[next], "--"))
        return needs_value(id, parser->err);
    *ret = parser->argv[next];
    parser->at = next;
    return true;
}

static bool store(Parser *parser, OptionId id, const char *text)
{
    const char *source = arena_printf(parser->set->arena, "--%s", option_spec(id)->name);
    return option_store(parser->set, id, ORIGIN_FLAG, source, text, parser->err);
}

static bool parse_long(Parser *parser, const char *word)
{
    const char *equals = strchr(word, '=');
    const char *text = equals == NULL ? NULL : equals + 1;
    size_t len = equals == NULL ? strlen(word) : (size_t)(equals - word);
    const char *name = arena_strndup(parser->set->arena, word, len);
    Found found;
    if (!find_option(parser->set, name, 0, parser->ahead, &found))
        return unknown_long(parser->set, name, parser->err);
    if (found.negated && text != NULL)
        return error_set(parser->err, EXIT_USAGE, "option --%s takes no value", name);
    if (text == NULL && takes_word(found.id)) {
        if (!next_word(parser, found.id, &text))
            return false;
    } else if (text == NULL) {
        bool flag = option_spec(found.id)->type == OPTION_FLAG;
        text = !flag ? "" : found.negated ? "false" : "true";
    }
    return store(parser, found.id, text);
}

/* A word of letters: flags, up to the first that takes the rest of the word, or the next one. */
static bool parse_letters(Parser *parser, const char *letters)
{
    if (!check_one_dash(letters, parser->err))
        return false;
    for (; *letters != '\0'; letters++) {
        Found found;
        if (!find_option(parser->set, NULL, *letters, parser->ahead, &found))
            return unknown_letter(letters, parser->err);
        if (!takes_word(found.id)) {
            if (!store(parser, found.id, "true"))
                return false;
            continue;
        }
        const char *text = letters + 1;
        if (*text == '\0' && !next_word(parser, found.id, &text))
            return false;
        if (text == letters + 1 && *text == '=')
            text++;
        return store(parser, found.id, text);
    }
    return true;
}

static bool is_option(const char *word)
{
    return word[0] == '-' && word[1] != '\0';
}

static bool asked_for_help(const OptionSet *set)
{
    return option_flag(set, OPT_HELP) || option_flag(set, OPT_VERSION);
}

bool option_parse(OptionSet *set, int argc, char **argv, int command_index, const OptionId *allowed,
                  bool runs_program, StringList *ret_positionals, bool *ret_dashes_seen, Error *err)
{
    Parser parser = {.set = set, .argc = argc, .argv = argv, .err = err};
    *ret_dashes_seen = false;
    for (; allowed != NULL && *allowed != OPTION_COUNT; allowed++)
        set->allowed[*allowed] = true;
    for (parser.at = 1; parser.at < argc && !asked_for_help(set); parser.at++) {
        const char *word = argv[parser.at];
        parser.ahead = parser.at < command_index;
        if (parser.at == command_index)
            continue;
        if (*ret_dashes_seen || !is_option(word)) {
            VEC_PUSH(set->arena, *ret_positionals, arena_strdup(set->arena, word));
            *ret_dashes_seen = *ret_dashes_seen || runs_program;
        } else if (strcmp(word, "--") == 0) {
            *ret_dashes_seen = true;
        } else if (word[1] == '-') {
            if (!parse_long(&parser, word + 2))
                return false;
        } else if (!parse_letters(&parser, word + 1)) {
            return false;
        }
    }
    return true;
}

/* How many words the option at argv[at] takes: itself, and its value when that stands apart. */
static bool count_words(const char *word, int *ret, Error *err)
{
    Found found = {0};
    *ret = 1;
    if (word[1] == '-') {
        Arena *arena = arena_new();
        size_t len = strcspn(word + 2, "=");
        const char *name = arena_strndup(arena, word + 2, len);
        bool known = find_option(NULL, name, 0, true, &found);
        if (!known)
            unknown_long(NULL, name, err);
        else if (word[2 + len] == '\0' && takes_word(found.id))
            *ret = 2;
        arena_free(arena);
        return known;
    }
    if (!check_one_dash(word + 1, err))
        return false;
    for (const char *letter = word + 1; *letter != '\0'; letter++) {
        if (!find_option(NULL, NULL, *letter, true, &found))
            return unknown_letter(letter, err);
        if (takes_word(found.id)) {
            *ret = letter[1] == '\0' ? 2 : 1;
            return true;
        }
    }
    return true;
}

bool option_find_command(int argc, char **argv, int *ret_index, Error *err)
{
    int words;
    *ret_index = 0;
    for (int at = 1; at < argc; at += words) {
        if (!is_option(argv[at])) {
            *ret_index = at;
            return true;
        }
        if (strcmp(argv[at], "--") == 0)
            return true;
        if (!count_words(argv[at], &words, err))
            return false;
    }
    return true;
}

/* Takes the format that is named at argv[at], if one is. */
static void take_format(const OptionSet *set, int argc, char **argv, int at, const char **ret)
{
    const char *word = argv[at];
    if (strcmp(word, "--json") == 0)
        *ret = "json";
    else if (option_allowed(set, OPT_INSPECT_FORMAT))
        return; /* the command's own, which is no report's */
    else if (text_starts(word, "--format="))
        *ret = word + strlen("--format=");
    else if (strcmp(word, "--format") == 0 && at + 1 < argc)
        *ret = argv[at + 1];
}

void option_salvage_format(OptionSet *set, int argc, char **argv)
{
    Error ignored = {0};
    const char *variable = option_spec(OPT_FORMAT)->env;
    const char *env = variable == NULL ? NULL : getenv(variable);
    const char *format = NULL;
    for (int at = 1; at < argc && strcmp(argv[at], "--") != 0; at++)
        take_format(set, argc, argv, at, &format);
    if (format == NULL && !option_is_set(set, OPT_FORMAT) && env != NULL && *env != '\0')
        format = env;
    if (format != NULL)
        option_set(set, OPT_FORMAT, format, &ignored);
    error_clear(&ignored);
}

static void hide(char *text)
{
    memset(text, '*', strlen(text));
}

static void hide_variable(char *assignment)
{
    char *equals = strchr(assignment, '=');
    if (equals != NULL)
        hide(equals + 1);
}

void option_hide_secrets(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        size_t from = 0;
        size_t len;
        while (secret_find(argv[i], from, &from, &len)) {
            memset(argv[i] + from, '*', len);
            from += len;
        }
        if (text_starts(argv[i], "--var="))
            hide_variable(argv[i] + strlen("--var="));
        else if (i > 1 && strcmp(argv[i - 1], "--var") == 0)
            hide_variable(argv[i]);
    }
}
