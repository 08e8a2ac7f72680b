/* dbmig scenario: named databases that live on, migrated and seeded, to work with. */
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "dbmig/base/file.h"
#include "dbmig/base/log.h"
#include "dbmig/base/process.h"
#include "dbmig/base/text.h"
#include "dbmig/cli/command.h"
#include "dbmig/cli/replay_options.h"
#include "dbmig/cli/run_options.h"
#include "dbmig/db/clone.h"
#include "dbmig/db/url.h"

#define SEED_FOLDER "scenarios"
#define LOG_LINES 100

/* ---- Which one ---- */

/* Two checkouts of one project are two projects. */
static bool project_of(const CommandContext *context, char **ret, Error *err)
{
    return file_absolute(context->arena, config_folder(context->config), ret, err);
}

static bool name_of(const CommandContext *context, const char **ret, Error *err)
{
    *ret = context->positional_count < 2 ? "" : context->positionals[1];
    if ((*ret)[0] == '\0')
        return error_set(err, EXIT_USAGE, "NAME is missing: which scenario");
    for (const char *c = *ret; *c != '\0'; c++) {
        bool fits = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') ||
                    *c == '_' || *c == '-' || (*c == '.' && c != *ret);
        if (!fits)
            return error_set(err, EXIT_USAGE,
                             "a scenario's name has letters, digits, '_', '-' and '.': \"%s\"",
                             text_printable(context->arena, *ret));
    }
    return true;
}

/* One that lives; else the error says what to do. */
static bool find_living(CommandContext *context, DbRecord *ret, Error *err)
{
    char *project = NULL;
    const char *name = NULL;
    if (!name_of(context, &name, err) || !project_of(context, &project, err))
        return false;
    if (!dbstore_find(context->arena, "scenario", project, name, ret)) {
        error_set(err, EXIT_USAGE, "there is no scenario %s here", name);
        return error_hint(err, "dbmig scenario up %s makes it.", name);
    }
    if (throwaway_kept_alive(ret->handle))
        return true;
    error_set(err, EXIT_CONNECTION, "the scenario %s is gone: its server has ended", name);
    return error_hint(err, "dbmig scenario up %s makes it again.", name);
}

/* ---- up ---- */

/* scenarios/NAME.sql, or the one program scenarios/NAME or scenarios/NAME.ext. */
static bool find_seed(const CommandContext *context, const char *name, const char **ret, Error *err)
{
    StringList names = {0};
    char *folder = file_join(context->arena, config_folder(context->config), SEED_FOLDER);
    *ret = NULL;
    if (file_kind(folder) != FILE_FOLDER)
        return true;
    if (!file_list(context->arena, folder, &names, err))
        return false;
    for (size_t i = 0; i < names.count; i++) {
        size_t len = strlen(name);
        const char *file = names.items[i];
        char *path = file_join(context->arena, folder, file);
        bool fits = text_starts(file, name) && (file[len] == '\0' || file[len] == '.') &&
                    strchr(file + len + (file[len] == '.'), '.') == NULL &&
                    (text_ends(file, ".sql") || access(path, X_OK) == 0);
        if (!fits || file_kind(path) != FILE_REGULAR)
            continue;
        if (*ret != NULL)
            return error_set(err, EXIT_USAGE, "the scenario %s has two seeds: %s and %s", name, *ret, path);
        *ret = path;
    }
    return true;
}

static bool make(CommandContext *context, const char *project, const char *name, DbRecord *ret,
                 Error *err)
{
    Arena *arena = context->arena;
    RundbOptions options;
    Rundb rundb;
    StringList seeds = {0};
    StringList env = {0};
    const char *seed;
    if (!find_seed(context, name, &seed, err) || !run_options_fill(context, &options, err))
        return false;
    if (seed != NULL)
        VEC_PUSH(arena, seeds, seed);
    for (size_t i = 0; options.seeds != NULL && i < options.seeds->count; i++)
        VEC_PUSH(arena, seeds, options.seeds->items[i]);
    VEC_PUSH(arena, env, arena_printf(arena, "DBMIG_SCENARIO=%s", name));
    options.seeds = &seeds;
    options.seed_env = &env;
    if (!rundb_open(arena, &options, &rundb, err))
        return false;
    *ret = (DbRecord){.kind = "scenario", .project = project, .name = name};
    VEC_PUSH(arena, ret->env, env.items[0]);
    if (rundb_detach(arena, &rundb, &options, ret, err))
        return true;
    rundb_close(&rundb);
    return false;
}

static const char *url_of(const CommandContext *context, const DbRecord *record)
{
    const char *prefix = option_string(context->options, OPT_ENV_PREFIX);
    const char *url = dbstore_variable(
        record, arena_printf(context->arena, "%sDATABASE_URL", prefix == NULL ? "" : prefix));
    return url == NULL ? "" : url;
}

/* Runs argv on it, in our place. */
static bool run_on(CommandContext *context, const DbRecord *record, const char *const *argv,
                   Error *err)
{
    StringList env = record->env;
    VEC_PUSH(context->arena, env, NULL);
    rundb_clear_environment(option_string(context->options, OPT_ENV_PREFIX));
    ProcessSpec spec = {.argv = argv, .set_env = env.items};
    context->report = NULL;
    return process_run_foreground(context->arena, &spec, &context->exit_code, err);
}

static const char *const *program_of(const CommandContext *context)
{
    const char **argv = arena_calloc(context->arena, context->positional_count, sizeof(*argv));
    for (size_t i = 2; i < context->positional_count; i++)
        argv[i - 2] = context->positionals[i];
    return argv;
}

/* One that lives is left as it is; one that is gone is made again. */
static bool up(CommandContext *context, Error *err)
{
    char *project = NULL;
    const char *name = NULL;
    DbRecord record;
    if (!name_of(context, &name, err) || !project_of(context, &project, err))
        return false;
    bool known = dbstore_find(context->arena, "scenario", project, name, &record);
    bool lives = known && throwaway_kept_alive(record.handle);
    if (known && !lives && !throwaway_kept_drop(record.handle, err))
        return false;
    if (!lives && !make(context, project, name, &record, err))
        return false;
    log_progress(NULL);
    if (context->positional_count > 2)
        return run_on(context, &record, program_of(context), err);
    report_field(context->report, "name", NULL, report_text(name));
    report_field(context->report, "created", NULL, report_bool(!lives));
    report_field(context->report, "url", NULL, report_text(url_of(context, &record)));
    report_line(context->report, "%s", url_of(context, &record));
    log_info("%s %s. Look at it: dbmig scenario psql %s", name, lives ? "is up already" : "is up", name);
    return true;
}

/* ---- The rest ---- */

static bool exec(CommandContext *context, Error *err)
{
    DbRecord record;
    if (context->positional_count < 3)
        return error_set(err, EXIT_USAGE, "PROGRAM is missing: dbmig scenario exec NAME -- PROGRAM");
    return find_living(context, &record, err) && run_on(context, &record, program_of(context), err);
}

static bool psql(CommandContext *context, Error *err)
{
    DbRecord record;
    if (!find_living(context, &record, err))
        return false;
    StringList argv = {0};
    VEC_PUSH(context->arena, argv, "psql");
    for (size_t i = 2; i < context->positional_count; i++)
        VEC_PUSH(context->arena, argv, context->positionals[i]);
    VEC_PUSH(context->arena, argv, NULL);
    return run_on(context, &record, argv.items, err);
}

static bool url(CommandContext *context, Error *err)
{
    DbRecord record;
    if (!find_living(context, &record, err))
        return false;
    report_field(context->report, "url", NULL, report_text(url_of(context, &record)));
    report_line(context->report, "%s", url_of(context, &record));
    return true;
}

/* For a shell's eval. */
static bool env(CommandContext *context, Error *err)
{
    DbRecord record;
    if (!find_living(context, &record, err))
        return false;
    report_field(context->report, "variables", NULL, report_texts(&record.env));
    for (size_t i = 0; i < record.env.count; i++) {
        const char *value = strchr(record.env.items[i], '=') + 1;
        report_line(context->report, "export %.*s%s", (int)(value - record.env.items[i]),
                    record.env.items[i], text_shell_word(context->arena, value));
    }
    return true;
}

static bool list(CommandContext *context, Error *err)
{
    static const ReportColumn columns[] = {
        {"name", "name"}, {"state", "state"}, {"server", "server"}, {"project", NULL}};
    char *project = NULL;
    DbRecords records;
    bool all = option_flag(context->options, OPT_ALL_PROJECTS);
    if ((!all && !project_of(context, &project, err)) ||
        !dbstore_list(context->arena, "scenario", project, &records, err))
        return false;
    ReportTable *table =
        report_table(context->report, "scenarios", NULL, columns, ARRAY_LENGTH(columns));
    for (size_t i = 0; i < records.count; i++) {
        const DbRecord *record = &records.items[i];
        const ReportValue row[] = {
            report_text(record->name),
            report_text(throwaway_kept_alive(record->handle) ? "up" : "gone"),
            report_text(record->server), report_text(record->project)};
        report_row(table, row);
    }
    return true;
}

/* Back to the template, which was taken just after seeding. */
static bool reset(CommandContext *context, Error *err)
{
    DbRecord record;
    Session *session;
    if (!find_living(context, &record, err))
        return false;
    char *admin = throwaway_kept_admin(context->arena, record.handle);
    const char *database = url_database(context->arena, url_of(context, &record), err);
    if (database == NULL)
        return false;
    SessionOptions options = {.url = admin, .environment = SESSION_ENV_NONE};
    if (!session_open(context->arena, &options, &session, err))
        return false;
    CloneSpec spec = {.template_name = record.template_name, .name = database};
    bool ok = clone_drop(session, database, err) && clone_create(session, &spec, err);
    session_close(session);
    report_line(context->report, "%s is as it was after seeding", record.name);
    return ok;
}

static bool logs(CommandContext *context, Error *err)
{
    DbRecord record;
    if (!find_living(context, &record, err))
        return false;
    char *text = throwaway_kept_log(context->arena, record.handle, LOG_LINES);
    report_block(context->report, "log", text == NULL ? "" : text, NULL);
    return true;
}

static bool take_down(CommandContext *context, const DbRecord *record, Error *err)
{
    if (!throwaway_kept_drop(record->handle, err) || !dbstore_forget(record, err))
        return false;
    report_line(context->report, "%s is down", record->name);
    return true;
}

static bool down(CommandContext *context, Error *err)
{
    char *project = NULL;
    const char *name = NULL;
    DbRecord record;
    DbRecords records;
    if (!project_of(context, &project, err))
        return false;
    if (option_flag(context->options, OPT_ALL_SCENARIOS)) {
        if (!dbstore_list(context->arena, "scenario", project, &records, err))
            return false;
        for (size_t i = 0; i < records.count; i++) {
            if (!take_down(context, &records.items[i], err))
                return false;
        }
        return true;
    }
    if (!name_of(context, &name, err))
        return false;
    if (dbstore_find(context->arena, "scenario", project, name, &record))
        return take_down(context, &record, err);
    return error_set(err, EXIT_USAGE, "there is no scenario %s here", name);
}

static bool run(CommandContext *context, Error *err)
{
    static const struct {
        const char *name;
        bool (*run)(CommandContext *context, Error *err);
        size_t most; /* positionals */
    } actions[] = {{"up", up, SIZE_MAX},     {"exec", exec, SIZE_MAX}, {"psql", psql, SIZE_MAX},
                   {"list", list, 1},        {"url", url, 2},          {"env", env, 2},
                   {"reset", reset, 2},      {"logs", logs, 2},        {"down", down, 2}};
    const char *action = context->positionals[0];
    for (size_t i = 0; i < ARRAY_LENGTH(actions); i++) {
        if (!text_equal(action, actions[i].name))
            continue;
        if (context->positional_count > actions[i].most)
            return error_set(err, EXIT_USAGE, "unexpected argument \"%s\"",
                             text_printable(context->arena, context->positionals[actions[i].most]));
        return actions[i].run(context, err);
    }
    error_set(err, EXIT_USAGE, "unknown action \"%s\"", text_printable(context->arena, action));
    return error_hint(err, "It is up, exec, psql, list, url, env, reset, logs or down.");
}

static const CommandPositional positionals[] = {
    {"ACTION", true, false, "up, exec, psql, list, url, env, reset, logs or down"},
    {"NAME", false, false, "of the scenario"},
    {"ARGUMENT...", false, true, "behind --: a program for up and exec, options for psql"},
    {NULL, false, false, NULL},
};

static const OptionId options[] = {
    RUN_OPTION_IDS, OPT_ALL_PROJECTS, OPT_ALL_SCENARIOS, REPLAY_OPTION_IDS, OPTION_COUNT,
};

static const CommandExample examples[] = {
    {"# dbmig scenario up black-friday", "a database, migrated, with scenarios/black-friday.sql loaded"},
    {"# dbmig scenario exec black-friday -- flask run", "the application on it"},
    {"# dbmig scenario psql black-friday -- -c '\\d'", "a look at it"},
    {"# dbmig scenario reset black-friday", "back to just after seeding"},
    {"# dbmig scenario down --all", "all of this project are gone"},
    {"dbmig scenario list", "which there are"},
    {NULL, NULL},
};

const Command command_scenario = {
    .name = "scenario",
    .summary = "keep named databases, migrated and seeded, to work with",
    .description = "up makes a database of that name on a server and port of its own: migrated, "
                   "then seeded by "
                   "scenarios/NAME.sql or by a program scenarios/NAME or scenarios/NAME.ext beside "
                   "the configuration, "
                   "which gets DATABASE_URL and the like and DBMIG_SCENARIO. It prints the URL, "
                   "and lives until down; "
                   "several live side by side. Each checkout of a project has its own.\n\n"
                   "exec runs a program on it, psql opens it, url and env print how to reach it "
                   "(eval \"$(dbmig scenario "
                   "env NAME)\"), logs shows the end of the server's log. reset brings it back to "
                   "what it was just after "
                   "seeding, whoever is connected. down removes it with all its files.\n\n"
                   "One whose server was killed, or lost with a restart of the machine, is listed "
                   "as gone; up makes it "
                   "again.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .needs = COMMAND_CONFIG,
    .run = run,
};
