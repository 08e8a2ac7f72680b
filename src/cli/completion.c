/* Completion scripts for bash, zsh and fish, out of the tables of commands and options. */
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/cli/help.h"

typedef void (*OptionWriter)(Buf *out, const Command *command, const OptionSpec *spec);

/* Calls write for each option that completion offers for the command (NULL: ahead of it). */
static void each_option(Buf *out, const Command *command, OptionWriter write)
{
    for (int id = 0; id < OPTION_COUNT; id++) {
        const OptionSpec *spec = option_spec(id);
        bool global = (spec->flags & OPTION_GLOBAL) != 0;
        if (command == NULL ? global && (spec->flags & OPTION_HIDDEN) == 0 : command_offers(command, id))
            write(out, command, spec);
    }
}

static bool takes_word(const OptionSpec *spec)
{
    return spec->type != OPTION_FLAG && spec->type != OPTION_OPTIONAL;
}

static bool takes_file(const OptionSpec *spec)
{
    const char *metavar = spec->metavar == NULL ? "" : spec->metavar;
    return strcmp(metavar, "FILE") == 0 || strcmp(metavar, "DIR") == 0;
}

static void add_spaced(Buf *out, const char *words)
{
    for (; *words != '\0'; words++)
        buf_add_char(out, *words == '|' ? ' ' : *words);
}

/* ---- bash ---- */

static void bash_words(Buf *out, const Command *command, const OptionSpec *spec)
{
    (void)command;
    buf_printf(out, " --%s", spec->name);
    if (spec->flags & OPTION_NEGATABLE)
        buf_printf(out, " --no-%s", spec->name);
}

/* `case $prev` rows for the options of all commands that take a word. */
static void bash_values(Buf *out)
{
    for (int id = 0; id < OPTION_COUNT; id++) {
        const OptionSpec *spec = option_spec(id);
        if (!takes_word(spec) || (spec->flags & OPTION_HIDDEN) || id == OPT_NEW_VERSION)
            continue;
        buf_printf(out, "    --%s", spec->name);
        if (spec->letter != 0)
            buf_printf(out, "|-%c", spec->letter);
        buf_add_str(out, ")\n");
        if (spec->choices != NULL) {
            buf_add_str(out, "        COMPREPLY=($(compgen -W \"");
            add_spaced(out, spec->choices);
            buf_add_str(out, "\" -- \"$cur\"))\n");
        } else if (takes_file(spec)) {
            buf_printf(out, "        COMPREPLY=($(compgen -%c -- \"$cur\"))\n",
                       strcmp(spec->metavar, "DIR") == 0 ? 'd' : 'f');
        }
        buf_add_str(out, "        return ;;\n");
    }
}

static void bash_commands(Buf *out)
{
    for (size_t i = 0; command_table[i] != NULL; i++)
        buf_printf(out, "%s%s", i == 0 ? "" : " ", command_table[i]->name);
}

static void render_bash(Buf *out)
{
    buf_add_str(out, "# bash completion for dbmig\n_dbmig() {\n"
                     "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
                     "    local commands=\"");
    bash_commands(out);
    buf_add_str(out, "\"\n    local command= word\n    COMPREPLY=()\n"
                     "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
                     "        if [[ \" $commands \" == *\" $word \"* ]]; then\n"
                     "            command=$word\n            break\n        fi\n    done\n"
                     "    case $prev in\n");
    bash_values(out);
    buf_add_str(out, "    esac\n    local words\n    case $command in\n    '') words=\"$commands");
    each_option(out, NULL, bash_words);
    buf_add_str(out, "\" ;;\n");
    for (size_t i = 0; command_table[i] != NULL; i++) {
        const Command *command = command_table[i];
        buf_printf(out, "    %s) words=\"", command->name);
        each_option(out, command, bash_words);
        if (strcmp(command->name, "help") == 0)
            buf_add_str(out, " $commands");
        if (strcmp(command->name, "completion") == 0)
            buf_add_str(out, " bash zsh fish");
        buf_add_str(out, "\" ;;\n");
    }
    buf_add_str(out, "    esac\n    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\n"
                     "complete -F _dbmig -o bashdefault dbmig\n");
}

/* ---- zsh ---- */

/* Inside '…' and inside the brackets of _arguments. */
static void zsh_text(Buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            buf_add_str(out, "'\\''");
        else if (strchr("[]:\\", *text) != NULL)
            buf_printf(out, "\\%c", *text);
        else
            buf_add_char(out, *text);
    }
}

static void zsh_value(Buf *out, const OptionSpec *spec)
{
    if (spec->type == OPTION_FLAG || spec->type == OPTION_OPTIONAL)
        return;
    buf_printf(out, ":%s:", spec->metavar);
    if (spec->choices != NULL) {
        buf_add_char(out, '(');
        add_spaced(out, spec->choices);
        buf_add_char(out, ')');
    } else if (takes_file(spec)) {
        buf_add_str(out, strcmp(spec->metavar, "DIR") == 0 ? "_files -/" : "_files");
    }
}

static void zsh_row(Buf *out, const OptionSpec *spec, const char *dashes, const char *name)
{
    buf_printf(out, "            '%s%s%s[", spec->type == OPTION_LIST ? "*" : "", dashes, name);
    zsh_text(out, spec->summary);
    buf_add_char(out, ']');
    zsh_value(out, spec);
    buf_add_str(out, "' \\\n");
}

static void zsh_option(Buf *out, const Command *command, const OptionSpec *spec)
{
    (void)command;
    char letter[2] = {spec->letter, '\0'};
    Buf negated = {0};
    zsh_row(out, spec, "--", spec->name);
    if (spec->letter != 0)
        zsh_row(out, spec, "-", letter);
    if (spec->flags & OPTION_NEGATABLE) {
        buf_printf(&negated, "no-%s", spec->name);
        zsh_row(out, spec, "--", buf_text(&negated));
    }
    buf_free(&negated);
}

static void zsh_command(Buf *out, const Command *command)
{
    buf_printf(out, "        %s)\n            _arguments -s \\\n", command->name);
    each_option(out, command, zsh_option);
    if (strcmp(command->name, "help") == 0)
        buf_add_str(out, "            '1:command:(${commands%%:*})'\n");
    else if (strcmp(command->name, "completion") == 0)
        buf_add_str(out, "            '1:shell:(bash zsh fish)'\n");
    else
        buf_add_str(out, "            '*:argument:_files'\n");
    buf_add_str(out, "            ;;\n");
}

static void render_zsh(Buf *out)
{
    buf_add_str(out, "#compdef dbmig\n# zsh completion for dbmig\n"
                     "_dbmig() {\n    local -a commands\n    local curcontext=$curcontext state\n"
                     "    commands=(\n");
    for (size_t i = 0; command_table[i] != NULL; i++) {
        buf_printf(out, "        '%s:", command_table[i]->name);
        zsh_text(out, command_table[i]->summary);
        buf_add_str(out, "'\n");
    }
    buf_add_str(out, "    )\n    _arguments -C -s \\\n");
    each_option(out, NULL, zsh_option);
    buf_add_str(out, "            '1: :->command' '*:: :->arguments'\n"
                     "    case $state in\n"
                     "    command) _describe -t commands 'dbmig command' commands ;;\n"
                     "    arguments)\n        case $words[1] in\n");
    for (size_t i = 0; command_table[i] != NULL; i++)
        zsh_command(out, command_table[i]);
    buf_add_str(out, "        esac ;;\n    esac\n}\n"
                     "if [ \"$funcstack[1]\" = _dbmig ]; then\n    _dbmig \"$@\"\nelse\n"
                     "    compdef _dbmig dbmig\nfi\n");
}

/* ---- fish ---- */

static void fish_text(Buf *out, const char *text)
{
    buf_add_char(out, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'' || *text == '\\')
            buf_add_char(out, '\\');
        buf_add_char(out, *text);
    }
    buf_add_char(out, '\'');
}

static void fish_row(Buf *out, const Command *command, const OptionSpec *spec, const char *prefix)
{
    buf_add_str(out, "complete -c dbmig");
    if (command != NULL)
        buf_printf(out, " -n '__fish_seen_subcommand_from %s'", command->name);
    buf_printf(out, " -l %s%s", prefix, spec->name);
    if (spec->letter != 0 && prefix[0] == '\0')
        buf_printf(out, " -s %c", spec->letter);
    if (takes_word(spec)) {
        buf_add_str(out, takes_file(spec) ? " -r -F" : " -x");
        if (spec->choices != NULL) {
            buf_add_str(out, " -a '");
            add_spaced(out, spec->choices);
            buf_add_char(out, '\'');
        }
    }
    buf_add_str(out, " -d ");
    fish_text(out, spec->summary);
    buf_add_char(out, '\n');
}

/* Globals are offered everywhere by the rows that have no condition. */
static void fish_option(Buf *out, const Command *command, const OptionSpec *spec)
{
    if (command != NULL && (spec->flags & OPTION_GLOBAL))
        return;
    fish_row(out, command, spec, "");
    if (spec->flags & OPTION_NEGATABLE)
        fish_row(out, command, spec, "no-");
}

static void render_fish(Buf *out)
{
    buf_add_str(out, "# fish completion for dbmig\ncomplete -c dbmig -f\n");
    for (size_t i = 0; command_table[i] != NULL; i++) {
        buf_printf(out, "complete -c dbmig -n __fish_use_subcommand -a %s -d ",
                   command_table[i]->name);
        fish_text(out, command_table[i]->summary);
        buf_add_char(out, '\n');
    }
    each_option(out, NULL, fish_option);
    for (size_t i = 0; command_table[i] != NULL; i++)
        each_option(out, command_table[i], fish_option);
    buf_add_str(out, "complete -c dbmig -n '__fish_seen_subcommand_from completion' "
                     "-a 'bash zsh fish'\n"
                     "complete -c dbmig -n '__fish_seen_subcommand_from help' -a '");
    bash_commands(out);
    buf_add_str(out, "'\n");
}

bool completion_render(const char *shell, Buf *out)
{
    static const struct {
        const char *name;
        void (*render)(Buf *out);
    } shells[] = {{"bash", render_bash}, {"zsh", render_zsh}, {"fish", render_fish}};
    for (size_t i = 0; i < ARRAY_LENGTH(shells); i++) {
        if (strcmp(shells[i].name, shell) == 0) {
            shells[i].render(out);
            return true;
        }
    }
    return false;
}
