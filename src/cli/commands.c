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
extern const Command command_reset;
extern const Command command_clean;
extern const Command command_squash;
extern const Command command_run;
extern const Command command_scenario;
extern const Command command_db;
extern const Command command_import;
extern const Command command_serve;
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
    &command_reset,
    &command_clean,
    &command_squash,
    &command_run,
    &command_scenario,
    &command_db,
    &command_import,
    &command_serve,
    &command_cache,
    &command_config,
    &command_completion,
    &command_help,
    &command_version,
    NULL,
};
/* clang-format on */

/* Who is not listed is in GROUP_MORE; names of commands that are not there do no harm. */
static const struct {
    const char *title, *names;
} groups[] = {
    [GROUP_WRITE] = {"Write migrations", "init|create|hash|rebase|squash|import"},
    [GROUP_VERIFY] = {"Verify", "check|lint|test|diff"},
    [GROUP_RUN] = {"Run on a database", "apply|plan|undo|baseline|repair|clean|reset"},
    [GROUP_LOOK] = {"Look", "status|inspect"},
    [GROUP_DATABASES] = {"Databases for tests and development", "run|scenario|db|serve|image"},
    [GROUP_MORE] = {"More", ""},
};

/* What other tools call the same. */
static const struct {
    const char *theirs;
    const char *ours;
    const char *instead; /* where there is no such command here yet; may be NULL */
} synonyms[] = {
    {"add", "create", NULL},
    {"checkpoint", "squash", NULL},
    {"clean", "clean", "to empty a database of development, drop and create it: dropdb, createdb"},
    {"deploy", "apply", NULL},
    {"down", "undo", "write a migration that takes the change back"},
    {"drop", "clean", "to empty a database of development, drop and create it: dropdb, createdb"},
    {"dump", "inspect", NULL},
    {"generate", "create", NULL},
    {"history", "status", NULL},
    {"import", "import", "rename the files to V<version>__<description>.sql, then run `dbmig hash`"},
    {"info", "status", NULL},
    {"list", "status", NULL},
    {"log", "status", NULL},
    {"make", "create", NULL},
    {"migrate", "apply", NULL},
    {"new", "create", NULL},
    {"plan", "plan", "`dbmig apply --dry-run` prints what apply would do"},
    {"push", "apply", NULL},
    {"redo", "undo", "write a migration that takes the change back"},
    {"reset", "reset", "to empty a database of development, drop and create it: dropdb, createdb"},
    {"revert", "undo", "write a migration that takes the change back"},
    {"rollback", "undo", "write a migration that takes the change back"},
    {"run", "run", NULL},
    {"scenario", "scenario", NULL},
    {"schema", "inspect", NULL},
    {"snapshot", "inspect", NULL},
    {"squash", "squash", NULL},
    {"undo", "undo", "write a migration that takes the change back"},
    {"up", "apply", NULL},
    {"validate", "check", NULL},
    {"verify", "check", NULL},
};

static bool is_listed(const char *names, const char *name)
{
    size_t len = strlen(name);
    for (const char *at = strstr(names, name); at != NULL; at = strstr(at + 1, name))
        if ((at == names || at[-1] == '|') && (at[len] == '\0' || at[len] == '|'))
            return true;
    return false;
}

CommandGroup command_group(const Command *command)
{
    for (size_t i = 0; i < ARRAY_LENGTH(groups); i++)
        if (is_listed(groups[i].names, command->name))
            return (CommandGroup)i;
    return GROUP_MORE;
}

const char *command_group_title(CommandGroup group)
{
    return groups[group].title;
}

static const char *not_yet(const char *word)
{
    for (size_t i = 0; i < ARRAY_LENGTH(synonyms); i++)
        if (strcmp(synonyms[i].theirs, word) == 0 && command_find(synonyms[i].ours) == NULL)
            return synonyms[i].instead != NULL ? synonyms[i].instead : "";
    return NULL;
}

bool command_unknown(Arena *arena, const char *word, const char *next, Error *err)
{
    const char *shown = text_printable(arena, word), *instead = not_yet(word);
    if (instead != NULL) {
        error_set(err, EXIT_USAGE, "\"%s\": dbmig cannot do that yet", shown);
        return error_hint(
            err, *instead != '\0' ? "Until then: %s." : "'dbmig help' lists the commands.%s",
            instead);
    }
    const char *nearest = command_nearest(word, next);
    error_set(err, EXIT_USAGE, "unknown command \"%s\"", shown);
    if (nearest != NULL)
        error_set(err, EXIT_USAGE, "unknown command \"%s\" (did you mean \"%s\"?)", shown, nearest);
    return error_hint(err, "'dbmig help' lists the commands.");
}

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
