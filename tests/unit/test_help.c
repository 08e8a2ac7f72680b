/* Texts made from the tables: nothing of the tables may be missing in any of them. */
#include "unit.h"

#include "dbmig/base/text.h"
#include "dbmig/cli/help.h"

static bool is_used(OptionId id)
{
    for (size_t i = 0; command_table[i] != NULL; i++) {
        if (command_takes(command_table[i], id))
            return true;
    }
    return false;
}

START_TEST(test_every_option_has_a_command)
{
    for (int id = 0; id < OPTION_COUNT; id++)
        ck_assert_msg(is_used(id), "no command takes --%s", option_spec(id)->name);
}
END_TEST

/* dbmig config shows all that can come from elsewhere than the command line. */
START_TEST(test_config_takes_every_setting)
{
    const Command *config = command_find("config");
    for (int id = 0; id < OPTION_COUNT; id++) {
        const OptionSpec *spec = option_spec(id);
        if (spec->env != NULL || spec->hcl != NULL)
            ck_assert_msg(command_takes(config, id), "config does not show --%s", spec->name);
    }
}
END_TEST

/* A command's own option may hide a global one of its name. */
static void check_apart(const Command *command, const OptionSpec *one, const OptionSpec *other)
{
    bool hides = ((one->flags ^ other->flags) & OPTION_GLOBAL) != 0;
    ck_assert_msg(hides || !text_equal(one->name, other->name), "%s --%s", command->name, one->name);
    ck_assert_msg(hides || one->letter == 0 || one->letter != other->letter, "%s -%c", command->name,
                  one->letter);
}

START_TEST(test_no_command_has_two_options_of_a_name)
{
    for (size_t i = 0; command_table[i] != NULL; i++) {
        for (int id = 0; id < OPTION_COUNT; id++) {
            for (int other = 0; other < id; other++) {
                if (command_takes(command_table[i], id) && command_takes(command_table[i], other))
                    check_apart(command_table[i], option_spec(id), option_spec(other));
            }
        }
    }
}
END_TEST

START_TEST(test_commands_are_documented)
{
    for (size_t i = 0; command_table[i] != NULL; i++) {
        const Command *command = command_table[i];
        ck_assert_ptr_eq(command_find(command->name), command);
        ck_assert_msg(command->summary[0] != '\0', "%s has no summary", command->name);
        ck_assert_msg(command->description != NULL && command->description[0] != '\0',
                      "%s has no description", command->name);
        ck_assert_msg(command->examples != NULL && command->examples[0].line != NULL,
                      "%s has no example", command->name);
        ck_assert_msg(command->options != NULL, "%s has no list of options", command->name);
        const CommandPositional *positional = command->positionals;
        for (; positional != NULL && positional->name != NULL; positional++)
            ck_assert_msg(positional->summary[0] != '\0', "%s %s", command->name, positional->name);
        for (size_t k = 0; command->examples[k].line != NULL; k++) {
            const char *line = command->examples[k].line;
            ck_assert_msg(text_starts(line, "dbmig ") || line[0] == '#', "%s: %s", command->name,
                          line);
        }
    }
}
END_TEST

START_TEST(test_other_names_of_options_are_shown)
{
    Buf page = {0};
    help_command(command_find("apply"), &page);
    ck_assert_ptr_nonnull(strstr(buf_text(&page), "--to-version, --to VERSION"));
    buf_free(&page);
}
END_TEST

/* Help is read in 80 columns. */
START_TEST(test_help_lines_are_short)
{
    for (size_t i = 0; command_table[i] != NULL; i++) {
        Buf help = {0};
        StringList lines = {0};
        help_command(command_table[i], &help);
        text_split(arena, buf_text(&help), '\n', &lines);
        for (size_t k = 0; k < lines.count; k++) {
            size_t width = text_utf8_length(lines.items[k], strlen(lines.items[k]));
            ck_assert_msg(width <= 80 || text_starts(lines.items[k], "dbmig ") ||
                              text_starts(lines.items[k], "Usage: "),
                          "%s: %s", command_table[i]->name, lines.items[k]);
        }
        buf_free(&help);
    }
}
END_TEST

static bool mentions(const Buf *text, const char *format, const char *name)
{
    Buf wanted = {0};
    for (const char *at = format; *at != '\0'; at++) {
        if (*at == '@')
            buf_add_str(&wanted, name);
        else
            buf_add_char(&wanted, *at);
    }
    bool found = strstr(buf_text(text), buf_text(&wanted)) != NULL;
    buf_free(&wanted);
    return found;
}

START_TEST(test_scripts_have_all_options)
{
    static const struct {
        const char *shell, *option, *command;
    } shells[] = {{"bash", " --@", "    @) words="},
                  {"zsh", "--@[", "        @)\n"},
                  {"fish", " -l @", "-a @ -d "}};
    for (size_t i = 0; i < ARRAY_LENGTH(shells); i++) {
        Buf script = {0};
        ck_assert(completion_render(shells[i].shell, &script));
        for (int id = 0; id < OPTION_COUNT; id++) {
            const OptionSpec *spec = option_spec(id);
            if (spec->flags & OPTION_HIDDEN)
                continue;
            ck_assert_msg(mentions(&script, shells[i].option, spec->name), "%s: --%s",
                          shells[i].shell, spec->name);
        }
        for (size_t k = 0; command_table[k] != NULL; k++)
            ck_assert_msg(mentions(&script, shells[i].command, command_table[k]->name), "%s: %s",
                          shells[i].shell, command_table[k]->name);
        buf_free(&script);
    }
    Buf nothing = {0};
    ck_assert(!completion_render("tcsh", &nothing));
}
END_TEST

/* As roff writes it: hyphens escaped. */
static char *in_roff(const char *name)
{
    Buf out = {0};
    for (; *name != '\0'; name++)
        buf_printf(&out, "%s%c", *name == '-' ? "\\" : "", *name);
    return buf_steal(&out, arena);
}

START_TEST(test_manual_has_all)
{
    Buf page = {0};
    manpage_render(&page);
    manpage_settings(&page);
    for (size_t i = 0; command_table[i] != NULL; i++)
        manpage_command(command_table[i], &page);
    for (int id = 0; id < OPTION_COUNT; id++) {
        const OptionSpec *spec = option_spec(id);
        if (spec->flags & OPTION_HIDDEN)
            continue;
        ck_assert_msg(mentions(&page, "\\fB\\-\\-@\\fR", in_roff(spec->name)), "--%s", spec->name);
        ck_assert_msg(spec->env == NULL || mentions(&page, ".TP\n\\fB@\\fR\n", spec->env), "%s",
                      spec->env);
        ck_assert_msg(spec->hcl == NULL || mentions(&page, "Configuration: \\fB@\\fR", spec->hcl),
                      "%s", spec->hcl);
    }
    for (size_t i = 0; command_table[i] != NULL; i++)
        ck_assert(mentions(&page, "\\fBdbmig\\-@\\fR(1)", command_table[i]->name));
    for (size_t i = 0; i < page.len; i++)
        ck_assert_msg((unsigned char)page.data[i] < 0x80, "not ASCII: %.20s", page.data + i);
    buf_free(&page);
}
END_TEST

START_TEST(test_words_of_other_tools)
{
    ck_assert_str_eq(command_nearest("confg", NULL), "config");
    ck_assert_str_eq(command_nearest("migrate", NULL), "apply");
    ck_assert_str_eq(command_nearest("info", NULL), "status");
    ck_assert_ptr_null(command_nearest("zzzzzzzzzz", NULL));
    ck_assert_ptr_null(command_find("appl"));
}
END_TEST

UNIT_SUITE("help", test_every_option_has_a_command, test_config_takes_every_setting,
           test_no_command_has_two_options_of_a_name, test_commands_are_documented,
           test_other_names_of_options_are_shown,
           test_help_lines_are_short, test_scripts_have_all_options, test_manual_has_all,
           test_words_of_other_tools)
UNIT_MAIN(suite)
