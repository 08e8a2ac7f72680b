/* The entry that runs `dbmig check` in a commit hook (pre-commit), and which files of a commit wake it. */
#ifndef DBMIG_CLI_HOOK_H
#define DBMIG_CLI_HOOK_H

#include "dbmig/cli/command.h"

#define HOOK_FILE ".pre-commit-config.yaml"

/*
 * Files that wake the hook of a project that nothing is known of: migrations, configuration, models and
 * deployment templates in their usual places. README and .pre-commit-hooks.yaml have the same text.
 */
extern const char hook_usual_files[];

/* The pattern for this project: the usual files, and the folder, schema source and template that are
   configured. */
bool hook_files(const CommandContext *context, char **ret, Error *err);

/* The entry of a "repos:" list, each line behind the indent. */
char *hook_entry(Arena *arena, const char *indent, const char *files);

/* The content of HOOK_FILE (old NULL: there is none) with the entry; NULL when the file is of another build
   than one that an entry can be added to. */
char *hook_add(Arena *arena, const char *old, const char *files);

#endif
