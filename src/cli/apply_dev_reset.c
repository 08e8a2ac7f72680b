/*
 * The guards of dev_reset. A database is dropped only when its own env says so, is not protected,
 * and the address is written out there: whatever comes from elsewhere may point anywhere. Then
 * somebody says yes.
 */
#include "dbmig/cli/apply_dev_reset.h"

#include "dbmig/base/log.h"
#include "dbmig/base/text.h"
#include "dbmig/cli/ask.h"
#include "dbmig/cli/git_base_option.h"
#include "dbmig/db/url.h"
#include "dbmig/engine/dev_reset.h"

static bool set_in_env(const CommandContext *context)
{
    const HclBlock *block =
        context->config == NULL ? NULL : config_env_block(context->config, "dbmig");
    return block != NULL && hcl_attribute(&block->body, "dev_reset") != NULL;
}

/* What a part of the address comes from, unless all of it is written out in the env. */
static const char *foreign_source(const CommandContext *context)
{
    Provenance origin = option_origin(context->options, OPT_URL);
    if (origin.kinds != 0)
        return origin.what;
    const char *url = option_string(context->options, OPT_URL);
    return url_from_outside(context->arena, url == NULL ? "" : url);
}

/* NULL: nothing is in the way; else why not. */
static const char *obstacle(const CommandContext *context, const DevReset *plan, const char *base)
{
    Arena *arena = context->arena;
    const char *source = foreign_source(context);
    if (plan->merged != NULL)
        return arena_printf(arena, "%s is in %s, so others have it too", plan->merged, base);
    if (option_flag(context->options, OPT_PROTECTED))
        return "it is protected";
    if (source != NULL)
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

static void tell_obstacle(const Session *session, const char *why_not)
{
    log_warning("dev_reset does not rebuild %s: %s", session_shown(session), why_not);
}

/* NULL: go on. */
static const char *refused(const CommandContext *context, const Session *session,
                           const DevReset *plan)
{
    bool asked;
    const char *question = arena_printf(
        context->arena, "dev_reset: %s%s changed after being applied. Drop database %s with all its data, "
        "and recreate it?", plan->files.items[0], plan->files.count > 1 ? " and others" : "",
        session_shown(session));
    if (ask_unless_yes(context, question, &asked))
        return NULL;
    return asked ? "you said no" : "nobody can be asked here; --yes allows it";
}

static bool rebuild(const CommandContext *context, const ApplyOptions *options, const char *base,
                    Session **session, bool *ret_rebuilt, Error *err)
{
    Session *old = *session;
    const char *why_not = NULL;
    log_info("dev_reset: rebuilding database %s", session_shown(old));
    bool done = dev_reset_run(context->arena, old, options, base,
                              option_list(context->options, OPT_INIT_SQL), &why_not, err);
    if (why_not != NULL)
        tell_obstacle(old, why_not);
    *ret_rebuilt = done && why_not == NULL;
    if (why_not != NULL)
        return true;
    *session = NULL;
    session_close(old);
    return done && apply_options_connect(context, options, false, session, err);
}

const char *dev_reset_forbidden(const CommandContext *context)
{
    const char *source = foreign_source(context);
    if (!set_in_env(context) || !option_flag(context->options, OPT_DEV_RESET))
        return "dev_reset = true is not in its env's own dbmig block";
    if (option_flag(context->options, OPT_PROTECTED))
        return "it is protected";
    if (source != NULL)
        return arena_printf(context->arena, "its address comes from %s, not from the env", source);
    return NULL;
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
    if (why_not == NULL)
        why_not = refused(context, *session, &plan);
    if (why_not != NULL) {
        tell_obstacle(*session, why_not);
        return true;
    }
    return rebuild(context, options, base.ref, session, ret_rebuilt, err);
}
