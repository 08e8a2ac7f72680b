/*
 * The sections of dbmig(1) that come from the tables. man/dbmig.1.in has the rest, written by hand,
 * with a line @TABLES@ where these go.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/cli/help.h"
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

/* Each command that has the option as its own, for options that not all have. */
static void add_users(Buf *out, OptionId id)
{
    bool first = true;
    if (option_spec(id)->flags & OPTION_GLOBAL)
        return;
    for (size_t i = 0; command_table[i] != NULL; i++) {
        if (!command_takes(command_table[i], id))
            continue;
        buf_add_str(out, first ? "Commands: " : ", ");
        add_bold(out, command_table[i]->name);
        first = false;
    }
    if (!first)
        buf_add_str(out, ".\n");
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

static void add_sentence(Buf *out, const char *text)
{
    Arena *arena = arena_new();
    char *sentence = arena_strdup(arena, text);
    if (sentence[0] >= 'a' && sentence[0] <= 'z')
        sentence[0] = (char)(sentence[0] - 'a' + 'A');
    add_text(out, sentence);
    buf_add_str(out, ".\n");
    arena_free(arena);
}

static void add_option(Buf *out, OptionId id)
{
    const OptionSpec *spec = option_spec(id);
    buf_add_str(out, ".TP\n");
    add_names(out, spec);
    buf_add_char(out, '\n');
    add_sentence(out, spec->summary);
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
    add_users(out, id);
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
    for (; example != NULL && example->line != NULL; example++) {
        const char *line = example->line;
        if (line[0] == '#')
            line += 1 + strspn(line + 1, " ");
        buf_add_str(out, ".PP\n.RS 4\n.nf\n");
        add_text(out, line);
        buf_add_str(out, "\n.fi\n");
        if (example->summary != NULL)
            add_sentence(out, example->summary);
        buf_add_str(out, ".RE\n");
    }
}

static void add_command(Buf *out, const Command *command)
{
    buf_add_str(out, ".SS ");
    add_usage(out, command);
    buf_add_char(out, '\n');
    add_sentence(out, command->summary);
    if (command->description != NULL && command->description[0] != '\0') {
        buf_add_str(out, ".PP\n");
        add_paragraphs(out, command->description);
    }
    const CommandPositional *positional = command->positionals;
    for (; positional != NULL && positional->name != NULL; positional++) {
        buf_add_str(out, ".TP\n");
        add_italic(out, positional->name);
        buf_add_char(out, '\n');
        add_sentence(out, positional->summary);
    }
    Buf own = {0};
    for (const OptionId *id = command->options; id != NULL && *id != OPTION_COUNT; id++) {
        buf_add_str(&own, own.len == 0 ? ".PP\nOptions of its own: " : ", ");
        Buf name = {0};
        buf_printf(&name, "--%s", option_spec(*id)->name);
        add_bold(&own, buf_text(&name));
        buf_free(&name);
    }
    if (own.len > 0)
        buf_printf(out, "%s.\n", buf_text(&own));
    buf_free(&own);
    add_examples(out, command->examples);
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
    buf_add_str(out, ".SH LINT RULES\nSeverities are those without settings: a block of the rule's "
                     "code in \\fBlint {}\\fR of atlas.hcl and \\fB\\-\\-rule\\fR change them. "
                     "\\fB\\-\\- dbmig:nolint\\fR \\fICODE REASON\\fR before a statement, or "
                     "behind it on its last line, silences a rule for it. "
                     "\\fBlint \\-\\-explain\\fR \\fICODE\\fR prints the same.\n");
    for (LintRuleId id = 0; id < LINT_RULE_COUNT; id++)
        add_rule(out, id);
}

void manpage_render(Buf *out)
{
    buf_add_str(out, ".SH COMMANDS\n");
    for (size_t i = 0; command_table[i] != NULL; i++)
        add_command(out, command_table[i]);
    buf_add_str(out, ".SH OPTIONS\nOptions may stand anywhere around the arguments; "
                     "\\fB\\-\\-\\fR ends them. Of two equal ones the last counts.\n"
                     "These are understood by every command:\n");
    for (int id = 0; id < OPTION_COUNT; id++) {
        if (option_spec(id)->flags & OPTION_GLOBAL)
            add_option(out, id);
    }
    buf_add_str(out, ".PP\nThese by the commands named with them:\n");
    for (int id = 0; id < OPTION_COUNT; id++) {
        if ((option_spec(id)->flags & OPTION_GLOBAL) == 0)
            add_option(out, id);
    }
    add_rules(out);
    add_variables(out);
}
