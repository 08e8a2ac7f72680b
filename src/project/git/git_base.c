/* What CI services tell about the revision that a pull or merge request is compared with. */
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/project/git.h"

typedef enum BaseKind {
    BASE_COMMIT,       /* a commit id; all zeros says there is none */
    BASE_BRANCH,       /* a branch name, with or without refs/heads/ */
    BASE_PULL_REQUEST, /* says only that this is a pull request: origin's default branch is taken */
} BaseKind;

/*
 * In the order of preference. The tip of the target is what new versions must be above: GitLab's
 * commit is only where the branches parted, Bitbucket's is the tip.
 */
static const struct {
    const char *variable;
    BaseKind kind;
} bases[] = {
    {"GITHUB_BASE_REF", BASE_BRANCH},
    {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME", BASE_BRANCH}, /* GitLab */
    {"CI_MERGE_REQUEST_DIFF_BASE_SHA", BASE_COMMIT},      /* GitLab */
    {"CODEBUILD_WEBHOOK_BASE_REF", BASE_BRANCH},
    {"BITBUCKET_PR_DESTINATION_COMMIT", BASE_COMMIT},
    {"BITBUCKET_PR_DESTINATION_BRANCH", BASE_BRANCH},
    {"CHANGE_TARGET", BASE_BRANCH},                   /* Jenkins, multibranch */
    {"SYSTEM_PULLREQUEST_TARGETBRANCH", BASE_BRANCH}, /* Azure Pipelines */
    /* CircleCI does not say what a pull request is to be merged into. */
    {"CIRCLE_PULL_REQUEST", BASE_PULL_REQUEST},
    {"CIRCLE_PR_NUMBER", BASE_PULL_REQUEST},
};

static const char *environment(const char *name)
{
    return getenv(name);
}

static const char *to_ref(Arena *arena, BaseKind kind, const char *value)
{
    if (kind == BASE_PULL_REQUEST)
        return "origin/HEAD";
    if (kind == BASE_COMMIT)
        return value[strspn(value, "0")] == '\0' ? NULL : arena_strdup(arena, value);
    if (text_starts(value, "refs/heads/"))
        value += strlen("refs/heads/");
    return arena_printf(arena, "origin/%s", value);
}

bool git_base(Arena *arena, const char *(*getenv_function)(const char *name), GitBase *ret)
{
    if (getenv_function == NULL)
        getenv_function = environment;
    for (size_t i = 0; i < ARRAY_LENGTH(bases); i++) {
        const char *value = getenv_function(bases[i].variable);
        const char *ref =
            value == NULL || *value == '\0' ? NULL : to_ref(arena, bases[i].kind, value);

        if (ref == NULL)
            continue;
        *ret = (GitBase){ref, bases[i].variable};
        return true;
    }
    return false;
}
