/* --help, and the dump of the command line as JSON, out of the tables. */
#include "dbmig/cli/help.h"

#include <string.h>

#include "dbmig/base/json.h"
#include "dbmig/base/text.h"
#include "dbmig/cli/option_text.h"

#define LINE_WIDTH 80
#define OPTION_COLUMN 30

/* Adds words of the line up to the width, behind `column` columns already there. */
static void add_wrapped_line(Buf *out, const char *text, size_t len, size_t indent, size_t column)
{
    while (len > 0) {
        size_t word = 0;
        while (word < len && text[word] != ' ')
            word++;
        size_t width = text_utf8_length(text, word);
        if (column > indent && column + 1 + width > LINE_WIDTH) {
            buf_printf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (column > indent) {
            buf_add_char(out, ' ');
            column++;
        }
        buf_add(out, text, word);
        column += width;
        text += word;
        len -= word;
        while (len > 0 && *text == ' ') {
            text++;
            len--;
        }
    }
}

/* Wraps each line of the text behind the indent; a line that starts with a blank stays as it is. */
static void add_wrapped(Buf *out, const char *text, size_t indent)
{
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        if (text[0] == ' ')
            buf_add(out, text, len);
        else
            add_wrapped_line(out, text, len, indent, indent);
        text += len;
        if (*text == '\n') {
            text++;
            buf_add_char(out, '\n');
            if (*text != '\n' && *text != '\0')
                buf_printf(out, "%*s", (int)indent, "");
        }
    }
    buf_add_char(out, '\n');
}

/* A term on the left, its text on the right, in the manner of --help. */
static void add_term(Buf *out, const char *term, size_t column, const char *text)
{
    buf_printf(out, "  %s", term);
    size_t used = text_utf8_length(term, strlen(term)) + 2;
    if (used + 2 > column) {
        buf_add_char(out, '\n');
        used = 0;
    }
    buf_printf(out, "%*s", (int)(column - used), "");
    add_wrapped(out, text, column);
}

static bool is_global(OptionId id)
{
    return (option_spec(id)->flags & OPTION_GLOBAL) != 0;
}

static bool has_own(const Command *command, const char *name)
{
    for (const OptionId *id = command->options; id != NULL && *id != OPTION_COUNT; id++) {
        if (strcmp(option_spec(*id)->name, name) == 0)
            return true;
    }
    return false;
}

bool command_has_own(const Command *command, OptionId id)
{
    for (const OptionId *own = command->options; own != NULL && *own != OPTION_COUNT; own++) {
        if (*own == id)
            return true;
    }
    return false;
}

bool command_takes(const Command *command, OptionId id)
{
    return command_has_own(command, id) || is_global(id);
}

bool command_offers(const Command *command, OptionId id)
{
    bool hidden = (option_spec(id)->flags & OPTION_HIDDEN) != 0;
    return !hidden && (command_has_own(command, id) ||
                       (is_global(id) && !has_own(command, option_spec(id)->name)));
}

static void add_value_name(Buf *out, const OptionSpec *spec)
{
    if (spec->type == OPTION_OPTIONAL)
        buf_printf(out, "[=%s]", spec->metavar);
    else if (spec->type != OPTION_FLAG)
        buf_printf(out, " %s", spec->metavar);
}

/* ", --to" for each other name that the option goes by. */
static void add_aliases(Arena *arena, Buf *out, const OptionSpec *spec)
{
    StringList names = {0};
    if (spec->aliases != NULL)
        text_split(arena, spec->aliases, '|', &names);
    for (size_t i = 0; i < names.count; i++)
        buf_printf(out, ", --%s", names.items[i]);
}

/* The left side: "-u, --url URL". */
static char *option_term(Arena *arena, OptionId id)
{
    const OptionSpec *spec = option_spec(id);
    Buf out = {0};
    if (spec->letter != 0)
        buf_printf(&out, "-%c, ", spec->letter);
    else
        buf_add_str(&out, "    ");
    buf_printf(&out, "--%s%s", spec->flags & OPTION_NEGATABLE ? "[no-]" : "", spec->name);
    add_aliases(arena, &out, spec);
    add_value_name(&out, spec);
    return buf_steal(&out, arena);
}

/* The right side: the summary, its choices, its default and its variable. */
static char *option_text(Arena *arena, const Command *command, OptionId id)
{
    const OptionSpec *spec = option_spec(id);
    Buf out = {0};
    buf_add_str(&out, option_summary(command, id));
    if (spec->type == OPTION_CHOICE) {
        StringList words = {0};
        text_split(arena, spec->choices, '|', &words);
        for (size_t i = 0; i < words.count; i++)
            buf_printf(&out, "%s%s", i == 0 ? ": " : ", ", words.items[i]);
    }
    if (spec->fallback != NULL && strcmp(spec->fallback, "0") != 0)
        buf_printf(&out, " (default: %s)", spec->fallback);
    if (spec->env != NULL)
        buf_printf(&out, " [$%s]", spec->env);
    return buf_steal(&out, arena);
}

static void add_option(Buf *out, const Command *command, OptionId id)
{
    const OptionSpec *spec = option_spec(id);
    if (spec->flags & OPTION_HIDDEN)
        return;
    Arena *arena = arena_new();
    add_term(out, option_term(arena, id), OPTION_COLUMN, option_text(arena, command, id));
    arena_free(arena);
}

static void add_globals(Buf *out)
{
    buf_add_str(out, "\nGlobal options, for every command:\n");
    for (int id = 0; id < OPTION_COUNT; id++) {
        if (is_global(id))
            add_option(out, NULL, id);
    }
}

void help_usage(const Command *command, Buf *out)
{
    buf_printf(out, "dbmig %s [OPTION]...", command->name);
    const CommandPositional *positional = command->positionals;
    for (; positional != NULL && positional->name != NULL; positional++) {
        bool required = positional->required;
        buf_printf(out, " %s%s%s%s", required ? "" : "[", positional->name, required ? "" : "]",
                   positional->repeated && strstr(positional->name, "...") == NULL ? "..." : "");
    }
}

void help_overview(Buf *out)
{
    buf_add_str(out, "dbmig keeps PostgreSQL schemas under version control.\n\n"
                     "Usage: dbmig COMMAND [OPTION]... [ARGUMENT]...\n");
    for (CommandGroup group = 0; group < COMMAND_GROUP_COUNT; group++) {
        buf_printf(out, "\n%s:\n", command_group_title(group));
        for (size_t i = 0; command_table[i] != NULL; i++)
            if (command_group(command_table[i]) == group)
                add_term(out, command_table[i]->name, 14, command_table[i]->summary);
    }
    add_globals(out);
    buf_add_str(out,
                "\nExit codes: 0 ok, 1 findings (lint errors, drift, pending with --exit-code),\n"
                "2 usage or configuration, 3 connection or Docker, 4 SQL failed, 5 integrity (sum\n"
                "file, history), 6 lock timeout, 70 bug, 128+n signal.\n");
    buf_add_str(out, "\nRun 'dbmig help COMMAND' for details; dbmig(1) is the full manual.\n");
}

static bool has_visible_options(const Command *command)
{
    for (const OptionId *id = command->options; id != NULL && *id != OPTION_COUNT; id++) {
        if ((option_spec(*id)->flags & OPTION_HIDDEN) == 0)
            return true;
    }
    return false;
}

static void add_positionals(Buf *out, const Command *command)
{
    const CommandPositional *positional = command->positionals;
    if (positional == NULL || positional->name == NULL)
        return;
    buf_add_str(out, "\nArguments:\n");
    for (; positional->name != NULL; positional++)
        add_term(out, positional->name, 14, positional->summary);
}

static void add_examples(Buf *out, const Command *command)
{
    const CommandExample *example = command->examples;
    if (example == NULL || example->line == NULL)
        return;
    buf_add_str(out, "\nExamples:\n");
    for (; example->line != NULL; example++) {
        const char *line = example->line;
        if (line[0] == '#')
            line += 1 + strspn(line + 1, " ");
        buf_printf(out, "  %s\n", line);
        if (example->summary != NULL) {
            buf_add_str(out, "      ");
            add_wrapped(out, example->summary, 6);
        }
    }
}

void help_command(const Command *command, Buf *out)
{
    buf_add_str(out, "Usage: ");
    help_usage(command, out);
    buf_printf(out, "\n\ndbmig %s: %s\n", command->name, command->summary);
    if (command->description != NULL && command->description[0] != '\0') {
        buf_add_char(out, '\n');
        add_wrapped(out, command->description, 0);
    }
    add_positionals(out, command);
    if (has_visible_options(command)) {
        buf_add_str(out, "\nOptions:\n");
        for (const OptionId *id = command->options; *id != OPTION_COUNT; id++)
            add_option(out, command, *id);
    }
    buf_add_str(out, "\nGlobal options (--format, --quiet, --config, ...): see 'dbmig help'.\n");
    add_examples(out, command);
}

static void dump_option(JsonWriter *json, const OptionSpec *spec)
{
    char letter[2] = {spec->letter, '\0'};
    json_object_begin(json);
    json_key_string(json, "name", spec->name);
    json_key_string(json, "aliases", spec->aliases);
    json_key_string(json, "letter", spec->letter == 0 ? NULL : letter);
    json_key_bool(json, "takes_value", spec->type != OPTION_FLAG);
    json_key_string(json, "metavar", spec->metavar);
    json_key_string(json, "choices", spec->choices);
    json_key_string(json, "env", spec->env);
    json_key_string(json, "hcl", spec->hcl);
    json_key_string(json, "default", spec->fallback);
    json_key_bool(json, "global", (spec->flags & OPTION_GLOBAL) != 0);
    json_key_bool(json, "hidden", (spec->flags & OPTION_HIDDEN) != 0);
    json_key_bool(json, "negatable", (spec->flags & OPTION_NEGATABLE) != 0);
    json_key_string(json, "summary", spec->summary);
    json_key_string(json, "text", spec->text);
    json_object_end(json);
}

static void dump_positionals(JsonWriter *json, const CommandPositional *positional)
{
    json_key(json, "positionals");
    json_array_begin(json);
    for (; positional != NULL && positional->name != NULL; positional++) {
        json_object_begin(json);
        json_key_string(json, "name", positional->name);
        json_key_bool(json, "required", positional->required);
        json_key_bool(json, "repeated", positional->repeated);
        json_key_string(json, "summary", positional->summary);
        json_object_end(json);
    }
    json_array_end(json);
}

static void dump_command(JsonWriter *json, const Command *command)
{
    json_object_begin(json);
    json_key_string(json, "name", command->name);
    json_key_string(json, "summary", command->summary);
    json_key_string(json, "description", command->description);
    json_key_bool(json, "config", (command->needs & COMMAND_CONFIG) != 0);
    json_key_bool(json, "live", (command->needs & COMMAND_LIVE) != 0);
    dump_positionals(json, command->positionals);
    json_key(json, "options");
    json_array_begin(json);
    for (const OptionId *id = command->options; id != NULL && *id != OPTION_COUNT; id++)
        dump_option(json, option_spec(*id));
    json_array_end(json);
    json_key(json, "examples");
    json_array_begin(json);
    const CommandExample *example = command->examples;
    for (; example != NULL && example->line != NULL; example++)
        json_string(json, example->line);
    json_array_end(json);
    json_object_end(json);
}

void help_dump_json(Buf *out)
{
    JsonWriter json;
    json_begin(&json, out, true);
    json_object_begin(&json);
    json_key_string(&json, "program", "dbmig");
    json_key_string(&json, "program_version", DBMIG_VERSION);
    json_key(&json, "global_options");
    json_array_begin(&json);
    for (int id = 0; id < OPTION_COUNT; id++) {
        if (is_global(id))
            dump_option(&json, option_spec(id));
    }
    json_array_end(&json);
    json_key(&json, "commands");
    json_array_begin(&json);
    for (size_t i = 0; command_table[i] != NULL; i++)
        dump_command(&json, command_table[i]);
    json_array_end(&json);
    json_object_end(&json);
    buf_add_char(out, '\n');
}
