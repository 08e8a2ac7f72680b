/* dbmig reset: recreates what is in a development database, in one command. */
#include "dbmig/base/log.h"
#include "dbmig/base/text.h"
#include "dbmig/cli/apply_dev_reset.h"
#include "dbmig/engine/clean.h"
#include "dbmig/engine/seed.h"
#include "dbmig/engine/sqlfile.h"

extern const Command command_apply;

static bool check_allowed(const CommandContext *context, Error *err)
{
    const char *why_not = dev_reset_forbidden(context);
    if (why_not == NULL)
        return true;
    error_set(err, EXIT_USAGE, "the database is not reset: %s", why_not);
    return error_hint(
        err,
        "reset is for an env whose url is written out in atlas.hcl, with dev_reset = true in its "
        "dbmig block. For any other database there is `dbmig clean`, and then `dbmig apply`.");
}

/* Everything goes: the env says that it is a database to play with. */
static bool empty(const CommandContext *context, const ApplyOptions *apply, Error *err)
{
    const CleanOptions options = {.apply = apply, .all_schemas = true, .extensions = true};
    CleanPlan plan;
    Session *session = NULL;
    if (!apply_options_connect(context, apply, false, &session, err))
        return false;
    bool done = clean_plan(context->arena, session, &options, &plan, err) &&
                clean_run(context->arena, session, &options, &plan, err);
    if (done)
        log_info("reset: %s is empty", session_shown(session));
    session_close(session);
    return done;
}

static bool run_program(const CommandContext *context, const char *path, Error *err)
{
    StringList env = {0};
    VEC_PUSH(context->arena, env,
             arena_printf(context->arena, "DATABASE_URL=%s", option_string(context->options, OPT_URL)));
    return seed_run_program(context->arena, path, &env, err);
}

static bool seed_one(const CommandContext *context, Session *session, const char *path, Error *err)
{
    bool done = text_ends(path, ".sql") ? sqlfile_run(context->arena, session, path, err)
                                        : run_program(context, path, err);
    log_progress(NULL);
    return done || error_hint(err, "The migrations are applied. Mend the seed, and reset again.");
}

static bool seed(const CommandContext *context, const ApplyOptions *apply, Error *err)
{
    const StringList *seeds = option_list(context->options, OPT_SEED);
    Session *session = NULL;
    if (seeds == NULL || seeds->count == 0)
        return true;
    if (!apply_options_connect(context, apply, false, &session, err))
        return false;
    bool done = true;
    for (size_t i = 0; done && i < seeds->count; i++)
        done = seed_one(context, session, seeds->items[i], err);
    session_close(session);
    report_field(context->report, "seeds", NULL, report_texts(seeds));
    return done;
}

static bool run(CommandContext *context, Error *err)
{
    ApplyOptions apply;
    MigrationFolder folder;
    if (!check_allowed(context, err) || !apply_options_fill(context, &apply, err) ||
        !apply_folder(context->arena, &apply, &folder, err)) /* what cannot be applied empties nothing */
        return false;
    apply.command = "reset";
    apply.folder = &folder;
    return empty(context, &apply, err) && command_apply.run(context, err) && seed(context, &apply, err);
}

static const OptionId options[] = {
    OPT_URL,           OPT_DIR,         OPT_SEED, HISTORY_OPTION_IDS,   HISTORY_LOCK_OPTION_IDS,
    OPT_PLACEHOLDERS, OPT_PLACEHOLDER, OPT_TX_MODE, OPT_DDL_LOCK_TIMEOUT, OPT_STATEMENT_TIMEOUT,
    OPT_DEV_RESET,    OPT_PROTECTED,   OPTION_COUNT,
};

static const CommandExample examples[] = {
    {"# dbmig reset --env local", "empty it, apply all migrations, load the fixtures"},
    {NULL, NULL},
};

const Command command_reset = {
    .name = "reset",
    .summary = "empty a development database and migrate it again",
    .description = "Empties the database of an env, applies all migrations, and loads what `seed` "
                   "of its dbmig block (or --seed) "
                   "names: SQL files, and programs, which find the address in DATABASE_URL. "
                   "Nothing is asked.\n\n"
                   "Only for a database that is there to be thrown away: the env must have "
                   "dev_reset = true in its own dbmig "
                   "block, must not be protected, and its url must be written out there. An "
                   "address from the environment, a "
                   "variable, a flag or a program is refused: it may lead anywhere.",
    .options = options,
    .examples = examples,
    .needs = COMMAND_CONFIG | COMMAND_LIVE,
    .run = run,
};
