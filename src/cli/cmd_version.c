/* dbmig version. */
#include "dbmig/cli/command.h"

static bool run(CommandContext *context, Error *err)
{
    (void)err;
    report_field(context->report, "dbmig_version", NULL, report_text(DBMIG_VERSION));
    report_line(context->report, "dbmig %s", DBMIG_VERSION);
    return true;
}

static const OptionId options[] = {OPTION_COUNT};

static const CommandExample examples[] = {
    {"dbmig version --json", "for programs: the member dbmig_version"},
    {NULL, NULL},
};

const Command command_version = {
    .name = "version",
    .summary = "show the version",
    .description = "The same as 'dbmig --version'.",
    .options = options,
    .examples = examples,
    .needs = COMMAND_PLAIN,
    .run = run,
};
