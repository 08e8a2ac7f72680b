/* dbmig init: atlas.hcl with comments, the migrations folder, and the pre-commit entry. */
#include <string.h>

#include "dbmig/base/file.h"
#include "dbmig/base/log.h"
#include "dbmig/base/text.h"
#include "dbmig/cli/ask.h"
#include "dbmig/project/migration.h"
#include "dbmig/project/sumfile.h"

#define CONFIG_FILE "atlas.hcl"
#define HOOK_FILE ".pre-commit-config.yaml"

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
    "}\n";

/* %s: the indent of the list, twice or more. */
static const char hook_lines[] = "%s- repo: local\n"
                                 "%s  hooks:\n"
                                 "%s    - id: dbmig-check\n"
                                 "%s      name: dbmig check\n"
                                 "%s      entry: dbmig check --staged\n"
                                 "%s      language: system\n"
                                 "%s      files: (\\.sql|atlas\\.sum|atlas\\.hcl)$\n"
                                 "%s      pass_filenames: false\n";

static char *hook_entry(Arena *arena, const char *indent)
{
    return arena_printf(arena, hook_lines, indent, indent, indent, indent, indent, indent, indent,
                        indent);
}

static bool write_config(CommandContext *context, const char *dir, Error *err)
{
    /* A quote or a brace in the name would need escapes in the file. */
    if (strpbrk(dir, "\"\\${%\n") != NULL)
        return error_set(err, EXIT_USAGE, "the folder's name cannot stand in %s: %s", CONFIG_FILE,
                         text_printable(context->arena, dir));
    char *text = arena_printf(context->arena, config_text, dir);
    if (file_kind(CONFIG_FILE) != FILE_MISSING) {
        error_set(err, EXIT_USAGE, "%s is there already", CONFIG_FILE);
        return error_hint(err, "'dbmig config' shows what it says. init never overwrites a file.");
    }
    return file_create_new(CONFIG_FILE, text, strlen(text), 0644, err);
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

/*
 * The indent of the list under a last "repos:", to which an entry can be added at the end of the
 * file; NULL when the file is of another build.
 */
static char *list_indent(Arena *arena, const char *text)
{
    const char *repos = text_starts(text, "repos:") ? text : strstr(text, "\nrepos:");
    const char *indent = NULL;
    size_t len = 0;
    if (repos == NULL)
        return NULL;
    const char *line = strchr(repos + 1, '\n');
    while (line != NULL && line[1] != '\0') {
        const char *start = line + 1;
        size_t blanks = strspn(start, " ");
        bool item = start[blanks] == '-';
        bool empty = start[blanks] == '\n' || start[blanks] == '#' || start[blanks] == '\r';
        if (item && indent == NULL) {
            indent = start;
            len = blanks;
        }
        if (blanks == 0 && !item && !empty)
            return NULL;
        line = strchr(start, '\n');
    }
    return indent == NULL ? NULL : arena_strndup(arena, indent, len);
}

/* The new content of the hook file, or NULL when an entry cannot be added safely. */
static char *hook_file_text(Arena *arena, const char *old)
{
    if (old == NULL)
        return arena_printf(arena, "repos:\n%s", hook_entry(arena, "  "));
    char *indent = list_indent(arena, old);
    if (indent == NULL)
        return NULL;
    return arena_printf(arena, "%s%s%s", old, text_ends(old, "\n") ? "" : "\n",
                        hook_entry(arena, indent));
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

static bool offer_hook(CommandContext *context, Error *err)
{
    const char *old;
    if (!read_hooks(context->arena, &old, err))
        return false;
    if (old != NULL && strstr(old, "dbmig check") != NULL)
        return true;
    char *text = hook_file_text(context->arena, old);
    bool asked;
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
    report_block(context->report, "hook", hook_entry(context->arena, "  "), "yaml");
    return true;
}

static bool run(CommandContext *context, Error *err)
{
    const char *dir =
        migration_folder_path(context->arena, option_string(context->options, OPT_DIR));
    if (!write_config(context, dir, err) || !make_folder(context, dir, err))
        return false;
    report_field(context->report, "config", NULL, report_text(CONFIG_FILE));
    report_field(context->report, "dir", NULL, report_text(dir));
    report_line(context->report, "wrote     %s", CONFIG_FILE);
    report_line(context->report, "folder    %s", dir);
    if (!offer_hook(context, err))
        return false;
    report_line(context->report, "%s", "");
    report_line(context->report,
                "Next: dbmig create NAME, edit the file, dbmig hash, dbmig check.");
    return true;
}

static const OptionId options[] = {OPT_DIR, OPT_YES, OPTION_COUNT};

static const CommandExample examples[] = {
    {"# dbmig init", "asks whether to add the pre-commit entry"},
    {"# dbmig init --dir db/migrations --yes", NULL},
    {NULL, NULL},
};

const Command command_init = {
    .name = "init",
    .summary = "write a commented atlas.hcl and the migrations folder",
    .description =
        "Writes atlas.hcl into the working folder, makes the migrations folder with its sum file, "
        "and offers an entry for pre-commit (https://pre-commit.com) that runs 'dbmig check'. With "
        "--yes, and only then without a terminal, the entry is added unasked. Files that are there "
        "are never overwritten. No command needs atlas.hcl: flags and environment variables are "
        "enough.",
    .options = options,
    .examples = examples,
    .needs = COMMAND_PLAIN,
    .run = run,
};
