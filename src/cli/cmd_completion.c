/* dbmig completion SHELL: prints a script. */
#include "dbmig/cli/command.h"
#include "dbmig/cli/help.h"

static bool run(CommandContext *context, Error *err)
{
    Buf script = {0};
    const char *shell = context->positionals[0];
    if (!completion_render(shell, &script)) {
        error_set(err, EXIT_USAGE, "no completion for \"%s\"", shell);
        return error_hint(err, "There is one for bash, zsh and fish.");
    }
    report_block(context->report, "script", buf_steal(&script, context->arena), shell);
    return true;
}

static const CommandPositional positionals[] = {
    {"SHELL", true, false, "bash, zsh or fish"},
    {NULL, false, false, NULL},
};

static const OptionId options[] = {OPTION_COUNT};

static const CommandExample examples[] = {
    {"dbmig completion bash", NULL},
    {"# source <(dbmig completion bash)", "for this session of bash"},
    {NULL, NULL},
};

const Command command_completion = {
    .name = "completion",
    .summary = "print a completion script for bash, zsh or fish",
    .description = "The script completes commands, options and the words that options take. 'make "
                   "install' puts the three scripts where the shells look for them.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .needs = COMMAND_PLAIN,
    .run = run,
};
