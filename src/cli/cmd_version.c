/* dbmig version. */
#include "dbmig/cli/command.h"
#include "dbmig/text/sqlparse.h"

static bool run(CommandContext *context, Error *err)
{
    (void)err;
    int grammar = sqlparse_grammar_version();
    report_field(context->report, "dbmig_version", NULL, report_text(DBMIG_VERSION));
    report_field(context->report, "grammar", NULL, report_int(grammar));
    report_line(context->report, "dbmig %s", DBMIG_VERSION);
    report_line(context->report, "reads SQL with the grammar of PostgreSQL %d", grammar);
    return true;
}

static const OptionId options[] = {OPTION_COUNT};

static const CommandExample examples[] = {
    {"dbmig version --json", "for programs: the members dbmig_version and grammar"},
    {NULL, NULL},
};

const Command command_version = {
    .name = "version",
    .summary = "show the version",
    .description =
        "With the PostgreSQL version whose grammar this build reads SQL with: `lint` leaves newer syntax to "
        "the replay.",
    .options = options,
    .examples = examples,
    .needs = COMMAND_PLAIN,
    .run = run,
};
