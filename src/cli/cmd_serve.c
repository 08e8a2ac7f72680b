/* dbmig serve: databases for tests over HTTP, as IntegreSQL hands them out. */
#include "dbmig/base/http.h"
#include "dbmig/base/interrupt.h"
#include "dbmig/base/log.h"
#include "dbmig/cli/command.h"
#include "dbmig/cli/replay_options.h"
#include "dbmig/cli/run_options.h"
#include "dbmig/engine/serve.h"

static void on_ready(void *context)
{
    const ServeOptions *options = context;
    log_progress(NULL);
    log_info("listening at %s: %s, %zu files replayed, %zu from the cache", options->listen,
             throwaway_shown(options->rundb->throwaway), options->rundb->replayed,
             options->rundb->cached);
}

static bool run(CommandContext *context, Error *err)
{
    RundbOptions options;
    Rundb rundb;
    ServeOptions serve = {
        .rundb = &rundb,
        .listen = option_string(context->options, OPT_LISTEN),
        .token = option_string(context->options, OPT_TOKEN),
        .pool_size = option_number(context->options, OPT_POOL_SIZE),
        .in_use_ms = option_number(context->options, OPT_LENT_TIME),
        .on_ready = on_ready,
    };
    serve.context = &serve;
    context->report = NULL;
    if (serve.pool_size < 1)
        return error_set(err, EXIT_USAGE, "a pool has at least 1 database");
    if (http_is_public(serve.listen) && serve.token == NULL)
        log_warning("%s can be reached from other machines, and anybody gets a database's password: "
                    "--token asks for one",
                    serve.listen);
    if (!run_options_fill(context, &options, err) ||
        !rundb_open(context->arena, &options, &rundb, err))
        return false;
    bool ok = serve_run(context->arena, &serve, err);
    rundb_close(&rundb);
    /* Ended as one ends it: by a signal. */
    context->exit_code = interrupt_signal() == 0 ? 0 : EXIT_SIGNAL + interrupt_signal();
    return ok;
}

static const OptionId options[] = {
    OPT_LISTEN, OPT_TOKEN,  OPT_POOL_SIZE,      OPT_LENT_TIME,     OPT_DIR,
    OPT_RUN_EMPTY, OPT_TO_VERSION, OPT_SEED, OPT_RUN_ROLE, OPT_PORT, REPLAY_OPTION_IDS, OPTION_COUNT,
};

static const CommandExample examples[] = {
    {"# dbmig serve", "at 127.0.0.1:5000, as IntegreSQL's clients expect it"},
    {"# curl -s http://127.0.0.1:5000/api/v1/database", "a copy of the migrated database"},
    {"# dbmig serve --listen unix:/run/user/1000/dbmig.sock", "for this user alone"},
    {NULL, NULL},
};

const Command command_serve = {
    .name = "serve",
    .summary = "hand out migrated databases over HTTP, a copy per test",
    .description = "Speaks version 1 of IntegreSQL's HTTP API, so that its clients for Go, "
                   "JavaScript, .NET, Rust, Python "
                   "and Java work unchanged, on a throwaway server with the migrations applied.\n\n"
                   "GET /api/v1/database gives a copy of the migrated database at once, without "
                   "any template handshake; "
                   "the answer has templateHash, id and the address, as GET "
                   "/api/v1/templates/dbmig/tests does: the "
                   "migrated database is the template with the hash \"dbmig\". DELETE "
                   "/api/v1/templates/HASH/tests/ID gives a copy back unchanged, POST "
                   "…/ID/recreate has it made "
                   "again.\n\n"
                   "Copies are made ahead of demand: more of them after somebody had to wait. A "
                   "template has at most "
                   "--pool-size; then the one that was lent first is made again, once nobody is "
                   "connected to it. So a "
                   "test that lasts keeps its database as long as it is connected, up to "
                   "--lent-time. Databases are "
                   "gone with the server: SIGINT and SIGTERM end it.",
    .options = options,
    .examples = examples,
    .needs = COMMAND_CONFIG,
    .run = run,
};
