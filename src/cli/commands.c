/* The table of commands, in the order of --help. A command is one file and one row here. */
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/cli/command.h"

extern const Command command_init;
extern const Command command_create;
extern const Command command_hash;
extern const Command command_rebase;
extern const Command command_check;
extern const Command command_lint;
extern const Command command_apply;
extern const Command command_status;
extern const Command command_test;
extern const Command command_diff;
extern const Command command_inspect;
extern const Command command_baseline;
extern const Command command_repair;
extern const Command command_clean;
extern const Command command_squash;
extern const Command command_run;
extern const Command command_db;
extern const Command command_cache;
extern const Command command_config;
extern const Command command_completion;
extern const Command command_help;
extern const Command command_version;

/* clang-format off */
const Command *const command_table[] = {
    &command_init,
    &command_create,
    &command_hash,
    &command_rebase,
    &command_check,
    &command_lint,
    &command_apply,
    &command_status,
    &command_test,
    &command_diff,
    &command_inspect,
    &command_baseline,
    &command_repair,
    &command_clean,
    &command_squash,
    &command_run,
    &command_db,
    &command_cache,
    &command_config,
    &command_completion,
    &command_help,
    &command_version,
    NULL,
};
/* clang-format on */

/* What other tools call the same. */
static const struct {
    const char *theirs;
    const char *ours;
} synonyms[] = {
    {"add", "create"},      {"deploy", "apply"},   {"dump", "inspect"},
    {"generate", "create"}, {"info", "status"},    {"make", "create"},      {"migrate", "apply"},
    {"new", "create"},      {"schema", "inspect"}, {"snapshot", "inspect"}, {"up", "apply"},
    {"validate", "check"},  {"verify", "check"},
};

const Command *command_find(const char *name)
{
    for (size_t i = 0; command_table[i] != NULL; i++) {
        if (strcmp(command_table[i]->name, name) == 0)
            return command_table[i];
    }
    return NULL;
}

const char *command_nearest(const char *word, const char *next)
{
    /* Atlas's commands are two words: `migrate status`. */
    if (next != NULL && (strcmp(word, "migrate") == 0 || strcmp(word, "schema") == 0)) {
        const char *nearest =
            command_find(next) != NULL ? command_find(next)->name : command_nearest(next, NULL);
        if (nearest != NULL)
            return nearest;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(synonyms); i++) {
        if (strcmp(synonyms[i].theirs, word) == 0 && command_find(synonyms[i].ours) != NULL)
            return synonyms[i].ours;
    }
    const char *names[ARRAY_LENGTH(command_table)];
    size_t count = 0;
    while (command_table[count] != NULL) {
        names[count] = command_table[count]->name;
        count++;
    }
    return text_nearest(word, names, count);
}
