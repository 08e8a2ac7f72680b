/* dbmig help: what --help prints, and (hidden) the tables for tests and the man page. */
#include "dbmig/base/text.h"
#include "dbmig/cli/command.h"
#include "dbmig/cli/help.h"

static bool run(CommandContext *context, Error *err)
{
    Buf text = {0};
    const char *dump = option_string(context->options, OPT_DUMP);
    if (text_equal(dump, "json")) {
        help_dump_json(&text);
    } else if (text_equal(dump, "settings")) {
        manpage_settings(&text);
    } else if (text_equal(dump, "man") && context->positional_count == 0) {
        manpage_render(&text);
    } else if (context->positional_count == 0) {
        help_overview(&text);
    } else {
        const Command *command = command_find(context->positionals[0]);
        if (command == NULL)
            return command_unknown(context->arena, context->positionals[0], NULL, err);
        if (text_equal(dump, "man"))
            manpage_command(command, &text);
        else
            help_command(command, &text);
    }
    report_block(context->report, "help", buf_steal(&text, context->arena), NULL);
    return true;
}

static const CommandPositional positionals[] = {
    {"COMMAND", false, false, "the command to describe"},
    {NULL, false, false, NULL},
};

static const OptionId options[] = {OPT_DUMP, OPTION_COUNT};

static const CommandExample examples[] = {
    {"dbmig help", "lists the commands and the options that all of them have"},
    {"dbmig help config", "tells about one command"},
    {NULL, NULL},
};

const Command command_help = {
    .name = "help",
    .summary = "show help about dbmig or one of its commands",
    .description = "The same as 'dbmig --help' and 'dbmig COMMAND --help'. The manual, dbmig(1), "
                   "has the formats of files and of JSON besides.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .needs = COMMAND_PLAIN,
    .run = run,
};
