/* dbmig run: a program with a migrated database of its own. */
#include "dbmig/base/file.h"
#include "dbmig/base/log.h"
#include "dbmig/base/process.h"
#include "dbmig/base/text.h"
#include "dbmig/cli/command.h"
#include "dbmig/cli/replay_options.h"
#include "dbmig/cli/run_options.h"

static const char *const *program_of(const CommandContext *context)
{
    const char **argv = arena_calloc(context->arena, context->positional_count + 1, sizeof(*argv));
    for (size_t i = 0; i < context->positional_count; i++)
        argv[i] = context->positionals[i];
    return argv;
}

static void tell(const Rundb *rundb)
{
    log_progress(NULL);
    log_verbose("%s: %zu file%s replayed, %zu from the cache", throwaway_shown(rundb->throwaway),
                rundb->replayed, rundb->replayed == 1 ? "" : "s", rundb->cached);
}

/* Under a name of its own: the failing runs of all projects are in one list. */
static void keep(CommandContext *context, Rundb *rundb, const RundbOptions *options)
{
    Error err = {0};
    char *project;
    DbRecord record = {.kind = "kept"};
    record.name = throwaway_random_name(context->arena);
    if (!file_absolute(context->arena, config_folder(context->config), &project, &err) ||
        (record.project = project, !rundb_detach(context->arena, rundb, options, &record, &err))) {
        log_warning("the database is not kept: %s", err.primary);
        error_clear(&err);
        return;
    }
    log_info("The database is kept.");
    log_info("Connect: psql '%s'",
             rundb_url(context->arena, &rundb->address, rundb->address.database, "postgresql"));
    log_info("Drop it: dbmig db drop %s", record.name);
}

static bool run(CommandContext *context, Error *err)
{
    RundbOptions options;
    Rundb rundb;
    const char *const *argv = program_of(context);
    context->report = NULL; /* stdout is the program's */
    /* A typo should not cost a replay. */
    if (!process_find(context->arena, argv[0], NULL))
        return error_set(err, EXIT_USAGE, "could not run \"%s\": not found",
                         text_printable(context->arena, argv[0]));
    if (!run_options_fill(context, &options, err) ||
        !rundb_open(context->arena, &options, &rundb, err))
        return false;
    tell(&rundb);
    bool ok = run_options_program(context, &rundb, &options, argv, err);
    if (ok && context->exit_code != 0 && option_flag(context->options, OPT_KEEP_ON_FAILURE))
        keep(context, &rundb, &options);
    rundb_close(&rundb);
    return ok;
}

static const CommandPositional positionals[] = {
    {"PROGRAM", true, false, "the program to run; a -- before it is allowed"},
    {"ARGUMENT...", false, true, "its arguments"},
    {NULL, false, false, NULL},
};

static const OptionId options[] = {
    RUN_OPTION_IDS, OPT_KEEP_ON_FAILURE, REPLAY_OPTION_IDS, OPTION_COUNT,
};

static const CommandExample examples[] = {
    {"dbmig run --dev-url embedded:// -- env", "what the program gets"},
    {"# dbmig run pytest -x", "tests on a database of their own"},
    {"# dbmig run --seed fixtures.sql --role app -- npm test", "with fixtures, as the application's role"},
    {"# dbmig run --url-format jdbc -- mvn verify", "for drivers that have another spelling"},
    {"# dbmig run --database shop --database audit -- go test ./...",
     "two databases, in SHOP_DATABASE_URL and AUDIT_DATABASE_URL"},
    {"# dbmig run --empty -- flyway migrate", "an empty database, for any tool"},
    {NULL, NULL},
};

const Command command_run = {
    .name = "run",
    .summary = "run a program with a migrated database of its own",
    .description =
        "Starts a throwaway server, brings a database to where the migrations lead (from the replay cache as "
        "far as it goes), loads fixtures, and runs the program with DATABASE_URL, PGHOST, PGPORT, PGUSER, "
        "PGPASSWORD, PGDATABASE and DBMIG_TEMPLATE_URL in its environment. Afterwards everything is gone, "
        "also after a signal; what a killed dbmig leaves behind, the next run removes.\n\n"
        "The exit code is the program's. Its signals are, too: Ctrl-C reaches it as if dbmig were not there, "
        "and SIGTERM, SIGHUP and the like sent to dbmig are passed on; dbmig waits for its end.\n\n"
        "The server listens on 127.0.0.1, on a free port, and asks for a password that is new each time. "
        "DBMIG_TEMPLATE_URL names a template of the database as it was when the program started, for tests "
        "that want a copy each: CREATE DATABASE … TEMPLATE. Nobody can connect to the template, so that "
        "copying never fails because somebody is. PGHOSTADDR, PGSERVICE and DBMIG_URL are taken out of the "
        "environment: they would lead elsewhere.\n\n"
        "Where there is no migrations folder the database is empty. With a dev URL of postgres://… the "
        "databases are temporary ones on that server, under names of their own.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .needs = COMMAND_CONFIG | COMMAND_PROGRAM,
    .run = run,
};
