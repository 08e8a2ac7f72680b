/* The revision to compare with: named, told by a CI service, or guessed. */
#include "dbmig/cli/git_base_option.h"

#include "dbmig/base/log.h"
#include "dbmig/base/text.h"

static bool find_repo(const CommandContext *context, GitRepo *ret)
{
    Error ignored = {0};
    const char *dir =
        migration_folder_path(context->arena, option_string(context->options, OPT_DIR));
    bool found = git_find(context->arena, dir, ret, &ignored);
    error_clear(&ignored);
    return found;
}

bool git_base_named(const CommandContext *context)
{
    return option_is_set(context->options, OPT_GIT_BASE);
}

/* A build that has no repository (a container with the job's environment) is checked without. */
static void from_ci(const CommandContext *context, GitBase *ret)
{
    GitRepo repo;
    if (!git_base(context->arena, NULL, ret))
        return;
    if (find_repo(context, &repo)) {
        log_verbose("comparing with %s, as %s says", ret->ref, ret->source);
        return;
    }
    log_warning(
        "%s names a branch to compare with, but the migrations folder is in no git work tree",
        ret->source);
    *ret = (GitBase){0};
}

void git_base_option(const CommandContext *context, bool guess, GitBase *ret)
{
    GitRepo repo;
    *ret = (GitBase){0};
    if (git_base_named(context)) {
        const char *named = option_string(context->options, OPT_GIT_BASE);
        if (!text_equal(named, "none"))
            *ret = (GitBase){named, option_source(context->options, OPT_GIT_BASE)};
        return;
    }
    from_ci(context, ret);
    if (ret->ref == NULL && guess && find_repo(context, &repo))
        git_default_base(context->arena, &repo, ret);
}
