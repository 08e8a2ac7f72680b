/*
 * The guards of dev_reset. A database is dropped only when its own env says so, is not protected,
 * and itself names the address: a flag or variable may point anywhere.
 */
#include "dbmig/cli/apply_dev_reset.h"

#include "dbmig/base/log.h"
#include "dbmig/base/text.h"
#include "dbmig/cli/git_base_option.h"
#include "dbmig/engine/dev_reset.h"

static bool set_in_env(const CommandContext *context)
{
    const HclBlock *block =
        context->config == NULL ? NULL : config_env_block(context->config, "dbmig");
    return block != NULL && hcl_attribute(&block->body, "dev_reset") != NULL;
}

/* NULL: nothing is in the way; else why not. */
static const char *obstacle(const CommandContext *context, const DevReset *plan, const char *base)
{
    Arena *arena = context->arena;
    const char *source = option_source(context->options, OPT_URL);
    if (plan->merged != NULL)
        return arena_printf(arena, "%s is in %s, so others have it too", plan->merged, base);
    if (option_flag(context->options, OPT_PROTECTED))
        return "it is protected";
    if (text_starts(source, "-") || text_starts(source, "$"))
        return arena_printf(arena, "its address comes from %s, not from the env", source);
    return NULL;
}

static bool wanted(const CommandContext *context, bool *ret, Error *err)
{
    const OptionSet *options = context->options;
    *ret = option_flag(options, OPT_DEV_RESET);
    if (!*ret)
        return true;
    if (text_starts(option_source(options, OPT_DEV_RESET), "-")) {
        error_set(err, EXIT_USAGE, "--dev-reset is no flag: it is a setting of one env");
        return error_hint(
            err, "Write `dev_reset = true` into the dbmig block of that env in atlas.hcl.");
    }
    if (!set_in_env(context)) {
        log_warning("dev_reset is not in an env's own dbmig block, and was left out");
        *ret = false;
    }
    return true;
}

static bool rebuild(const CommandContext *context, const ApplyOptions *options,
                    const DevReset *plan, Session **session, Error *err)
{
    Session *old = *session;
    log_info("dev_reset: %s%s changed after being applied: rebuilding database %s",
             plan->files.items[0], plan->files.count > 1 ? " and others" : "", session_shown(old));
    *session = NULL;
    return dev_reset_run(context->arena, old, options, option_list(context->options, OPT_INIT_SQL),
                         err) &&
           apply_options_connect(context, options, false, session, err);
}

bool apply_dev_reset(CommandContext *context, const ApplyOptions *options, Session **session,
                     bool *ret_rebuilt, Error *err)
{
    bool want;
    DevReset plan;
    GitBase base;
    *ret_rebuilt = false;
    if (!wanted(context, &want, err) || !want)
        return !want && !error_is_set(err);
    git_base_option(context, true, &base);
    if (!dev_reset_plan(context->arena, *session, options, base.ref, &plan, err)) {
        if (err->code != EXIT_USAGE)
            return false;
        log_warning("%s", err->primary); /* the apply then refuses, and says what */
        error_clear(err);
        return true;
    }
    if (plan.files.count == 0)
        return true;
    const char *why_not = obstacle(context, &plan, base.ref != NULL ? base.ref : "HEAD");
    if (why_not != NULL) {
        log_warning("dev_reset does not rebuild %s: %s", session_shown(*session), why_not);
        return true;
    }
    *ret_rebuilt = true;
    return rebuild(context, options, &plan, session, err);
}
