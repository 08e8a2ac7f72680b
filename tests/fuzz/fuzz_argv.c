/*
 * Command lines, environment files and secrets: any words are parsed for each command, with the
 * promises of the option table kept. The input is a list of lines: each a word.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/cli/command.h"
#include "dbmig/project/dotenv.h"
#include "dbmig/text/secret.h"

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

#define MAX_WORDS 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_error(Error *err)
{
    CHECK(err->code == EXIT_USAGE && err->primary != NULL && strchr(err->primary, '\n') == NULL);
    error_clear(err);
}

static void check_values(Arena *arena, const OptionSet *set)
{
    for (int id = 0; id < OPTION_COUNT; id++) {
        const OptionSpec *spec = option_spec(id);
        CHECK(option_source(set, id) != NULL && option_show(arena, set, id) != NULL);
        if (!option_allowed(set, id))
            CHECK(!option_is_set(set, id));
        if (spec->type == OPTION_INTEGER || spec->type == OPTION_DURATION)
            CHECK(option_number(set, id) >= 0);
        if (spec->type == OPTION_STRING)
            CHECK(option_string(set, id) == NULL || option_string(set, id)[0] != '\0');
    }
}

static void check_command(Arena *arena, int argc, char **argv, int index, const Command *command)
{
    OptionSet *set = option_new(arena);
    StringList words = {0};
    bool dashes;
    Error err = {0};
    const OptionId *options = command == NULL ? NULL : command->options;
    if (option_parse(set, argc, argv, index, options, false, &words, &dashes, &err)) {
        CHECK(words.count <= (size_t)argc);
        check_values(arena, set);
    } else {
        check_error(&err);
    }
}

static void check_secrets(Arena *arena, const char *text)
{
    size_t from = 0;
    size_t len = 0;
    size_t end = 0;
    while (secret_find(text, end, &from, &len)) {
        CHECK(from >= end && len > 0 && from + len <= strlen(text));
        end = from + len;
    }
    /* What was masked once has nothing more to hide but the mask. */
    const char *masked = secret_mask(arena, text);
    CHECK(strcmp(masked, secret_mask(arena, masked)) == 0 || strchr(text, '\\') != NULL ||
          strchr(text, '\'') != NULL || strchr(text, '@') != NULL);
}

static void check_dotenv(Arena *arena, const char *text, size_t size)
{
    Error err = {0};
    Map *map = map_new(arena);
    if (!dotenv_parse(arena, "f", text, size, map, &err))
        CHECK(err.file != NULL);
    for (size_t i = 0; i < map_count(map); i++)
        CHECK(map_at(map, i)->key[0] != '\0' && map_at(map, i)->value != NULL);
    error_clear(&err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new();
    char *text = arena_strndup(arena, (const char *)data, size);
    StringList lines = {0};
    char *argv[MAX_WORDS + 2] = {arena_strdup(arena, "dbmig")};
    int argc = 1;
    int index;
    Error err = {0};
    text_split(arena, text, '\n', &lines);
    for (size_t i = 0; i < lines.count && argc <= MAX_WORDS; i++)
        argv[argc++] = arena_strdup(arena, lines.items[i]);
    if (option_find_command(argc, argv, &index, &err))
        CHECK(index >= 0 && index < argc);
    else
        check_error(&err);
    const Command *command = index > 0 ? command_find(argv[index]) : NULL;
    check_command(arena, argc, argv, index, command);
    for (size_t i = 0; command_table[i] != NULL; i++)
        check_command(arena, argc, argv, 0, command_table[i]);
    for (int i = 1; i < argc; i++)
        check_secrets(arena, argv[i]);
    option_hide_secrets(argc, argv);
    for (int i = 1; i < argc; i++)
        CHECK(strlen(argv[i]) == strlen(lines.items[i - 1]));
    check_dotenv(arena, text, size);
    arena_free(arena);
    return 0;
}
