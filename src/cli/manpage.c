/*
 * The manual's pages, out of the tables: one a command, the sections of dbmig(1) that are lists,
 * and the settings of atlas.hcl(5). man/ has the rest, written by hand, with a line @TABLES@ where
 * the lists go. @VERSION@ and @DATE@ are filled in by the build, which also breaks the lines.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/cli/help.h"
#include "dbmig/cli/option_text.h"
#include "dbmig/lint/lint.h"

/* The only character beyond ASCII that the tables use: not all roffs read UTF-8. */
#define ELLIPSIS "\xe2\x80\xa6"

/* Text for roff: hyphens that can be copied, no accidental requests. */
static void add_text(Buf *out, const char *text)
{
    bool line_start = true;
    for (; *text != '\0'; text++) {
        if (line_start && (*text == '.' || *text == '\''))
            buf_add_str(out, "\\&");
        line_start = *text == '\n';
        if (*text == '-')
            buf_add_str(out, "\\-");
        else if (*text == '\\')
            buf_add_str(out, "\\e");
        else if (strncmp(text, ELLIPSIS, strlen(ELLIPSIS)) == 0) {
            buf_add_str(out, "...");
            text += strlen(ELLIPSIS) - 1;
        } else
            buf_add_char(out, *text);
    }
}

static void add_bold(Buf *out, const char *text)
{
    buf_add_str(out, "\\fB");
    add_text(out, text);
    buf_add_str(out, "\\fR");
}

static void add_italic(Buf *out, const char *text)
{
    buf_add_str(out, "\\fI");
    add_text(out, text);
    buf_add_str(out, "\\fR");
}

/* Paragraphs; lines that start with a blank are shown as they stand. */
static void add_paragraphs(Buf *out, const char *text)
{
    bool literal = false;
    while (*text != '\0') {
        Arena *arena = arena_new();
        size_t len = strcspn(text, "\n");
        if ((text[0] == ' ') != literal) {
            literal = !literal;
            buf_add_str(out, literal ? ".PP\n.nf\n" : ".fi\n");
        }
        if (len == 0)
            buf_add_str(out, ".PP");
        add_text(out, arena_strndup(arena, text, len));
        buf_add_char(out, '\n');
        text += len + (text[len] == '\n');
        arena_free(arena);
    }
    if (literal)
        buf_add_str(out, ".fi\n");
}

static void add_names(Buf *out, const OptionSpec *spec)
{
    Arena *arena = arena_new();
    StringList names = {0};
    VEC_PUSH(arena, names, spec->name);
    if (spec->aliases != NULL)
        text_split(arena, spec->aliases, '|', &names);
    if (spec->letter != 0)
        add_bold(out, arena_printf(arena, "-%c", spec->letter));
    for (size_t i = 0; i < names.count; i++) {
        buf_add_str(out, i > 0 || spec->letter != 0 ? ", " : "");
        add_bold(out, arena_printf(arena, "--%s", names.items[i]));
    }
    if (spec->flags & OPTION_NEGATABLE) {
        buf_add_str(out, ", ");
        add_bold(out, arena_printf(arena, "--no-%s", spec->name));
    }
    if (spec->type == OPTION_OPTIONAL) {
        buf_add_str(out, "[=");
        add_italic(out, spec->metavar);
        buf_add_char(out, ']');
    } else if (spec->type != OPTION_FLAG) {
        buf_add_char(out, ' ');
        add_italic(out, spec->metavar);
    }
    arena_free(arena);
}

static void add_origins(Buf *out, const OptionSpec *spec)
{
    if (spec->fallback != NULL) {
        buf_add_str(out, "Default: ");
        add_bold(out, spec->fallback);
        buf_add_str(out, ".\n");
    }
    if (spec->env != NULL) {
        buf_add_str(out, "Environment: ");
        add_bold(out, spec->env);
        buf_add_str(out, ".\n");
    }
    if (spec->hcl != NULL) {
        buf_add_str(out, "Configuration: ");
        add_bold(out, spec->hcl);
        buf_add_str(out, ".\n");
    }
}

/* As it stands in the table: what begins it may be a literal. */
static void add_sentence(Buf *out, const char *text)
{
    add_text(out, text);
    buf_add_str(out, text_ends(text, ".") ? "\n" : ".\n");
}

static void add_option(Buf *out, const Command *command, OptionId id)
{
    const OptionSpec *spec = option_spec(id);
    buf_add_str(out, ".TP\n");
    add_names(out, spec);
    buf_add_char(out, '\n');
    add_sentence(out, option_summary(command, id));
    if (spec->choices != NULL) {
        Arena *arena = arena_new();
        StringList words = {0};
        text_split(arena, spec->choices, '|', &words);
        buf_printf(out, "\\fI%s\\fR is ", spec->metavar);
        for (size_t i = 0; i < words.count; i++) {
            buf_add_str(out, i == 0 ? "" : i + 1 == words.count ? " or " : ", ");
            add_bold(out, words.items[i]);
        }
        buf_add_str(out, ".\n");
        arena_free(arena);
    }
    add_paragraphs(out, spec->text);
    add_origins(out, spec);
}

static void add_usage(Buf *out, const Command *command)
{
    Buf usage = {0};
    help_usage(command, &usage);
    add_text(out, buf_text(&usage));
    buf_free(&usage);
}

static void add_examples(Buf *out, const CommandExample *example)
{
    for (const CommandExample *first = example; example != NULL && example->line != NULL; example++) {
        const char *line = example->line;
        if (line[0] == '#')
            line += 1 + strspn(line + 1, " ");
        buf_printf(out, "%s.RS 4\n.nf\n", example == first ? "" : ".PP\n");
        add_text(out, line);
        buf_add_str(out, "\n.fi\n");
        if (example->summary != NULL)
            add_sentence(out, example->summary);
        buf_add_str(out, ".RE\n");
    }
}

static void add_arguments(Buf *out, const CommandPositional *positional)
{
    if (positional == NULL || positional->name == NULL)
        return;
    buf_add_str(out, ".SH ARGUMENTS\n");
    for (; positional->name != NULL; positional++) {
        buf_add_str(out, ".TP\n");
        add_italic(out, positional->name);
        buf_add_char(out, '\n');
        add_sentence(out, positional->summary);
    }
}

static void add_own_options(Buf *out, const Command *command)
{
    bool any = false;
    buf_add_str(out, ".SH OPTIONS\n");
    for (const OptionId *id = command->options; id != NULL && *id != OPTION_COUNT; id++) {
        if (option_spec(*id)->flags & OPTION_HIDDEN)
            continue;
        add_option(out, command, *id);
        any = true;
    }
    buf_add_str(out, any ? ".PP\n" : "");
    buf_add_str(out, "The options that every command has are in \\fBdbmig\\fR(1).\n");
}

static void add_variables(Buf *out)
{
    buf_add_str(out, ".SH ENVIRONMENT\nA variable that is set and not empty stands for its option. "
                     "Flags go before it.\n");
    for (int id = 0; id < OPTION_COUNT; id++) {
        const OptionSpec *spec = option_spec(id);
        if (spec->env == NULL)
            continue;
        buf_add_str(out, ".TP\n");
        add_bold(out, spec->env);
        buf_printf(out, "\n\\fB\\-\\-");
        add_text(out, spec->name);
        buf_add_str(out, "\\fR");
        if (spec->type == OPTION_LIST)
            buf_add_str(out, ", separated by commas");
        if (spec->type == OPTION_FLAG)
            buf_add_str(out, ": true or false");
        buf_add_str(out, ".\n");
    }
}

/* What `lint --explain` prints of a rule, a line each. */
static void add_rule(Buf *out, LintRuleId id)
{
    const LintRule *rule = lint_rule(id);
    Arena *arena = arena_new();
    StringList lines = {0};
    buf_add_str(out, ".TP\n");
    add_bold(out, arena_printf(arena, "%s %s", rule->code, rule->name));
    buf_add_char(out, '\n');
    text_split(arena, lint_explain(arena, id), '\n', &lines);
    /* The heading is there already, and how to silence a rule is said once. */
    for (size_t i = 1; i < lines.count; i++) {
        if (strchr(lines.items[i], ':') == NULL || text_starts(lines.items[i], "Silence it"))
            continue;
        const char *text = strchr(lines.items[i], ':') + 1;
        add_italic(out, arena_strndup(arena, lines.items[i], (size_t)(text - lines.items[i])));
        add_text(out, arena_printf(arena, " %s", text + strspn(text, " ")));
        buf_add_str(out, "\n.br\n");
    }
    arena_free(arena);
}

static void add_rules(Buf *out)
{
    buf_add_str(out, ".SH LINT RULES\nDefault severities are shown: a block of the rule's "
                     "code in \\fBlint {}\\fR of atlas.hcl and \\fB\\-\\-rule\\fR change them. "
                     "\\fB\\-\\- dbmig:nolint\\fR \\fICODE REASON\\fR before a statement, or "
                     "behind it on its last line, silences a rule for it. "
                     "\\fBlint \\-\\-explain\\fR \\fICODE\\fR prints the same.\n");
    for (LintRuleId id = 0; id < LINT_RULE_COUNT; id++)
        add_rule(out, id);
}

void manpage_command(const Command *command, Buf *out)
{
    Arena *arena = arena_new();
    char *name = arena_printf(arena, "dbmig-%s", command->name), *title = arena_strdup(arena, name);
    for (char *c = title; *c != '\0'; c++)
        *c = *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
    buf_add_str(out, ".TH ");
    add_text(out, title);
    buf_add_str(out, " 1 \"@DATE@\" \"dbmig @VERSION@\" \"User Commands\"\n.ad l\n.SH NAME\n");
    add_text(out, name);
    buf_add_str(out, " \\- ");
    add_text(out, command->summary);
    buf_add_str(out, "\n.SH SYNOPSIS\n");
    add_usage(out, command);
    buf_add_str(out, "\n.SH DESCRIPTION\n");
    add_paragraphs(out, command->description);
    add_arguments(out, command->positionals);
    add_own_options(out, command);
    if (strcmp(command->name, "lint") == 0)
        add_rules(out);
    buf_add_str(out, ".SH EXAMPLES\n");
    add_examples(out, command->examples);
    buf_add_str(out, ".SH SEE ALSO\n.BR dbmig (1),\n.BR atlas.hcl (5)\n");
    arena_free(arena);
}

void manpage_settings(Buf *out)
{
    buf_add_str(out, ".SH SETTINGS\n");
    for (int id = 0; id < OPTION_COUNT; id++) {
        const OptionSpec *spec = option_spec(id);
        if (spec->hcl == NULL)
            continue;
        buf_add_str(out, ".TP\n");
        add_bold(out, spec->hcl);
        buf_add_char(out, '\n');
        add_sentence(out, spec->summary);
        buf_add_str(out, "The flag is ");
        Buf flag = {0};
        buf_printf(&flag, "--%s", spec->name);
        add_bold(out, buf_text(&flag));
        buf_add_str(out, ".\n");
        buf_free(&flag);
    }
}

void manpage_render(Buf *out)
{
    buf_add_str(out, ".SH COMMANDS\n");
    for (CommandGroup group = 0; group < COMMAND_GROUP_COUNT; group++) {
        buf_add_str(out, ".SS ");
        add_text(out, command_group_title(group));
        buf_add_char(out, '\n');
        for (size_t i = 0; command_table[i] != NULL; i++) {
            if (command_group(command_table[i]) != group)
                continue;
            buf_printf(out, ".TP\n\\fBdbmig\\-%s\\fR(1)\n", command_table[i]->name);
            add_sentence(out, command_table[i]->summary);
        }
    }
    buf_add_str(out, ".SH OPTIONS\nOptions may stand anywhere around the arguments; "
                     "\\fB\\-\\-\\fR ends them. If an option is repeated, the last one wins.\n"
                     "Every command has these; its own are on its page.\n");
    for (int id = 0; id < OPTION_COUNT; id++) {
        if (option_spec(id)->flags & OPTION_GLOBAL)
            add_option(out, NULL, id);
    }
    add_variables(out);
}
