/* dbmig init: atlas.hcl with comments, the migrations folder, and the pre-commit entry. */
#include <string.h>

#include "dbmig/base/file.h"
#include "dbmig/base/log.h"
#include "dbmig/base/text.h"
#include "dbmig/cli/ask.h"
#include "dbmig/cli/hook.h"
#include "dbmig/project/migration.h"
#include "dbmig/project/sumfile.h"

#define CONFIG_FILE "atlas.hcl"

/* %s: the folder. */
static const char config_text[] =
    "# Settings of dbmig; 'dbmig config' shows what is in force and where it comes from. Flags "
    "and\n"
    "# environment variables go before this file. Paths are relative to it.\n"
    "\n"
    "env \"local\" {\n"
    "  # The database that apply and status work on. DATABASE_URL goes before it.\n"
    "  # url = \"postgres://localhost/app\"\n"
    "\n"
    "  # Where migrations are tried out: a server that is thrown away. Without this line Docker "
    "when\n"
    "  # its engine answers, else the PostgreSQL of this machine. To name one:\n"
    "  # dev = \"docker://postgres/16/dev\"\n"
    "  # dev = \"embedded://\"\n"
    "\n"
    "  # What the schema should be, for create and check: SQL files, a folder of them, a database; a\n"
    "  # program that prints it needs a data \"external_schema\" block (see the README, From models).\n"
    "  # src = \"file://schema.sql\"\n"
    "\n"
    "  migration {\n"
    "    dir = \"file://%s\"\n"
    "    # lock_timeout = \"10s\" # for the lock that keeps two runs apart\n"
    "  }\n"
    "\n"
    "  dbmig {\n"
    "    # ddl_lock_timeout  = \"3s\" # how long a statement may queue for a table, and others "
    "behind it\n"
    "    # statement_timeout = \"0\"\n"
    "    # role              = \"owner\"\n"
    "    # init_sql          = [\"extensions.sql\"] # run on throwaway databases first\n"
    "  }\n"
    "}\n"
    "\n"
    "# How grave lint takes its rules; 'dbmig lint --explain all' lists them.\n"
    "# lint {\n"
    "#   DM024 { severity = \"warning\" }\n"
    "# }\n"
    "\n"
    "# A file of the deployment that gets the hash of the migrations.\n"
    "# template {\n"
    "#   file     = \"cloud-formation.yaml\"\n"
    "#   property = \"MigrationHash\"\n"
    "# }\n";

static bool write_config(CommandContext *context, const char *dir, Error *err)
{
    /* A quote or a brace in the name would need escapes in the file. */
    if (strpbrk(dir, "\"\\${%\n") != NULL)
        return error_set(err, EXIT_USAGE, "the folder's name cannot stand in %s: %s", CONFIG_FILE,
                         text_printable(context->arena, dir));
    char *text = arena_printf(context->arena, config_text, dir);
    if (!file_create_new(CONFIG_FILE, text, strlen(text), 0644, err))
        return false;
    report_line(context->report, "wrote     %s", CONFIG_FILE);
    return true;
}

/* One that is there is somebody's, an Atlas user's perhaps; what it says of the folder counts. */
static bool make_config(CommandContext *context, const char *dir, Error *err)
{
    const char *file = config_file(context->config);
    if (file == NULL)
        return write_config(context, dir, err);
    report_line(context->report, "kept      %s; 'dbmig config' shows its settings", file);
    return true;
}

/* The folder with its sum file; one that is there is left as it is. */
static bool make_folder(CommandContext *context, const char *dir, Error *err)
{
    MigrationFolder folder;
    bool changed;
    const char *sum = file_join(context->arena, dir, SUMFILE_NAME);
    if (!file_make_folder(dir, 0755, err))
        return false;
    if (file_kind(sum) != FILE_MISSING)
        return true;
    return migration_load(context->arena, dir, NULL, &folder, err) &&
           sumfile_write(context->arena, &folder, &changed, err);
}

static bool read_hooks(Arena *arena, const char **ret, Error *err)
{
    Bytes content;
    *ret = NULL;
    if (file_kind(HOOK_FILE) == FILE_MISSING)
        return true;
    if (!file_read(arena, HOOK_FILE, &content, err))
        return false;
    *ret = content.data;
    return true;
}

static bool print_hook(CommandContext *context, const char *files)
{
    report_block(context->report, "hook", hook_entry(context->arena, "  ", files), "yaml");
    return true;
}

static bool offer_hook(CommandContext *context, Error *err)
{
    const char *old;
    char *files;
    bool asked;
    if (!read_hooks(context->arena, &old, err) || !hook_files(context, &files, err))
        return false;
    if (option_flag(context->options, OPT_HOOK) && !option_flag(context->options, OPT_YES))
        return print_hook(context, files);
    if (old != NULL && strstr(old, "dbmig check") != NULL) {
        report_line(context->report,
                    "kept      %s, which runs dbmig check; 'dbmig init --hook' shows the entry "
                    "that fits the configuration",
                    HOOK_FILE);
        return true;
    }
    char *text = hook_add(context->arena, old, files);
    const char *question = "Run 'dbmig check' before each commit (" HOOK_FILE ")?";
    if (text != NULL && ask_unless_yes(context, question, &asked)) {
        if (!file_write_atomic(HOOK_FILE, text, strlen(text), 0644, err))
            return false;
        report_line(context->report, "wrote     %s: 'dbmig check' runs before each commit",
                    HOOK_FILE);
        return true;
    }
    report_line(context->report, "%s", "");
    report_line(context->report, "To run 'dbmig check' before each commit, add to %s:", HOOK_FILE);
    return print_hook(context, files);
}

static bool run(CommandContext *context, Error *err)
{
    const char *dir =
        migration_folder_path(context->arena, option_string(context->options, OPT_DIR));
    if (option_flag(context->options, OPT_HOOK))
        return offer_hook(context, err);
    if (!make_config(context, dir, err) || !make_folder(context, dir, err))
        return false;
    report_field(context->report, "config", NULL, report_text(CONFIG_FILE));
    report_field(context->report, "dir", NULL, report_text(dir));
    report_line(context->report, "folder    %s", dir);
    if (!offer_hook(context, err))
        return false;
    report_line(context->report, "%s", "");
    report_line(context->report,
                "Next: dbmig create NAME, edit the file, dbmig hash, dbmig check.");
    return true;
}

static const OptionId options[] = {OPT_DIR, OPT_DIR_FORMAT, OPT_HOOK, OPT_YES, OPTION_COUNT};

static const CommandExample examples[] = {
    {"# dbmig init", "asks whether to add the pre-commit entry"},
    {"# dbmig init --dir db/migrations --yes", NULL},
    {"dbmig init --hook", "the pre-commit entry for this project"},
    {NULL, NULL},
};

const Command command_init = {
    .name = "init",
    .summary = "write a commented atlas.hcl and the migrations folder",
    .description =
        "Writes atlas.hcl into the working folder, makes the migrations folder with its sum file, "
        "and offers an entry for pre-commit (https://pre-commit.com) that runs 'dbmig check'. With "
        "--yes, and only then without a terminal, the entry is added unasked. Existing files "
        "are never overwritten: an atlas.hcl is kept, and its settings are used. No command needs "
        "atlas.hcl: "
        "flags and environment variables are enough.\n\n"
        "The hook runs when a commit has migrations, the configuration, models or a deployment "
        "template. --hook "
        "prints the entry for the folder, schema source and template that the configuration names; "
        "with --yes it is "
        "added.",
    .options = options,
    .examples = examples,
    .needs = COMMAND_CONFIG,
    .run = run,
};
