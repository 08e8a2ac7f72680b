/* A row for each command in which a shared option means something of its own. */
#include "dbmig/cli/option_text.h"

#include <string.h>

static const struct {
    const char *command;
    OptionId id;
    const char *summary;
} texts[] = {
    {"apply", OPT_DRY_RUN, "print what would be sent to the database, and write nothing"},
    {"check", OPT_FORCE, "check again even if nothing changed"},
    {"check", OPT_OUT_OF_ORDER,
     "accept new versions below the base's newest: all, or only VERSION"},
    {"create", OPT_DRY_RUN, "print the migration, and write nothing"},
    {"create", OPT_NEW_VERSION, "the version of the new file, instead of the next one"},
    {"create", OPT_TO_SOURCE,
     "plan towards this schema: a database URL, a migrations folder, an SQL file or folder"},
    {"diff", OPT_EXIT_CODE, "exit 1 when the schemas differ"},
    {"hash", OPT_FORCE, "accept edits of files that the base branch has"},
    {"lint", OPT_YES, "write the rewrites of --fix"},
    {"rebase", OPT_DRY_RUN, "print the new names, and rename nothing"},
    {"rebase", OPT_OUT_OF_ORDER,
     "leave versions below the base's newest as they are: all, or only VERSION"},
    {"repair", OPT_DRY_RUN, "print the changes to the history, and write nothing"},
    {"repair", OPT_FORCE, "forget the progress of partly applied files"},
    {"squash", OPT_DRY_RUN, "print what would be squashed, and write nothing"},
    {"status", OPT_ALL, "list every migration, not only the newest ten"},
    {"status", OPT_EXIT_CODE,
     "exit 1 when something is pending, failed, changed, missing or out of order"},
};

const char *option_summary(const Command *command, OptionId id)
{
    for (size_t i = 0; command != NULL && i < ARRAY_LENGTH(texts); i++)
        if (texts[i].id == id && strcmp(texts[i].command, command->name) == 0)
            return texts[i].summary;
    return option_spec(id)->summary;
}
