/* From the option set to RundbOptions, and running a program on a migrated database. */
#include "dbmig/cli/run_options.h"

#include "dbmig/base/file.h"
#include "dbmig/base/log.h"
#include "dbmig/base/process.h"
#include "dbmig/base/text.h"
#include "dbmig/cli/replay_options.h"

#define MOST_PORT 65535

/* The folder that nobody named may be missing: the command then serves any project. */
static bool load_folder(const CommandContext *context, RundbOptions *ret, Error *err)
{
    const OptionSet *options = context->options;
    const char *dir = option_string(options, OPT_DIR);
    if (option_flag(options, OPT_RUN_EMPTY))
        return true;
    if (text_equal(option_source(options, OPT_DIR), "default") && file_kind(dir) == FILE_MISSING) {
        log_info("note: there is no folder %s here: the database is empty", dir);
        return true;
    }
    MigrationFolder *folder = arena_alloc(context->arena, sizeof(*folder));
    if (!migration_load(context->arena, dir, NULL, folder, err))
        return false;
    for (size_t i = 0; i < folder->warnings.count; i++)
        log_warning("%s", folder->warnings.items[i]);
    ret->folder = folder;
    return true;
}

bool run_options_fill(const CommandContext *context, RundbOptions *ret, Error *err)
{
    const OptionSet *options = context->options;
    *ret = (RundbOptions){
        .seeds = option_list(options, OPT_SEED),
        .databases = option_list(options, OPT_DATABASE),
        .role = option_string(options, OPT_RUN_ROLE),
        .env_prefix = option_string(options, OPT_ENV_PREFIX),
        .url_format = option_string(options, OPT_URL_FORMAT),
    };
    replay_options_fill(context, &ret->replay);
    ret->replay.to_version = option_string(options, OPT_TO_VERSION);
    ret->replay.port = option_number(options, OPT_PORT);
    if (ret->replay.port < 0 || ret->replay.port > MOST_PORT)
        return error_set(err, EXIT_USAGE, "%lld is not a valid port", (long long)ret->replay.port);
    if (ret->folder == NULL && option_flag(options, OPT_RUN_EMPTY) && ret->replay.to_version != NULL)
        return error_set(err, EXIT_USAGE, "--empty and --to exclude each other");
    return load_folder(context, ret, err);
}

bool run_options_program(CommandContext *context, const Rundb *rundb, const RundbOptions *options,
                         const char *const *argv, Error *err)
{
    StringList env = {0};
    rundb_environment(context->arena, rundb, options, &env);
    for (size_t i = 0; options->seed_env != NULL && i < options->seed_env->count; i++)
        VEC_PUSH(context->arena, env, options->seed_env->items[i]);
    VEC_PUSH(context->arena, env, NULL);
    rundb_clear_environment(options->env_prefix);
    ProcessSpec spec = {.argv = argv, .set_env = env.items};
    log_progress(NULL);
    return process_run_foreground(context->arena, &spec, &context->exit_code, err);
}
