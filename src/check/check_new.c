/* What is new in the folder: against the base that a pull request names, else against what git knows; without
   any of that, the newest file. And that new files have something in them. */
#include <string.h>

#include "check_private.h"
#include "dbmig/base/log.h"
#include "dbmig/project/blank.h"

/* ---- which ---- */

static const char *count_news(Arena *arena, const BaseNews *news, const char *base)
{
    if (news->edited.count == 0)
        return arena_printf(arena, "%zu new since %s, none of its files changed", news->added.count, base);
    return arena_printf(arena, "%zu new since %s, %zu edited: %s%s", news->added.count, base,
                        news->edited.count, news->edited.items[0], news->edited.count > 1 ? " …" : "");
}

/* Where nobody named the revision, one that cannot be compared with is no reason to fail. */
static void guess_news(CheckRun *run)
{
    CheckResult *result = run->result;
    const char *since = run->options->new_since;
    Error trouble = {0};
    if (since == NULL)
        return;
    if (gitbase_news(run->arena, &result->folder, since, &result->news, &trouble))
        result->base = since;
    else
        log_verbose("not compared with %s: %s", since, trouble.primary);
    error_clear(&trouble);
    /* All of it is there already: on the default branch itself, the newest file is still worth a look. */
    if (!run->options->staged && result->news.added.count + result->news.edited.count == 0)
        result->base = NULL;
}

bool check_git_base(CheckRun *run, Error *err)
{
    CheckResult *result = run->result;
    const char *base = run->options->git_base;
    if (base == NULL) {
        guess_news(run);
    } else {
        if (!gitbase_compare(run->arena, &result->folder, base, run->options->out_of_order, &result->news,
                             err))
            return false;
        result->base = base;
    }
    if (result->base != NULL)
        run->outcome = count_news(run->arena, &result->news, result->base);
    return check_prepare_upgrade(run, err);
}

void check_choose_judged(CheckRun *run)
{
    const CheckResult *result = run->result;
    const MigrationFolder *folder = run->deployed.run_count > 0 ? &run->deployed : &result->folder;
    size_t *indexes = arena_calloc(run->arena, folder->run_count + 1, sizeof(*indexes));
    run->lint = *run->options->lint;
    for (size_t i = run->deployed_before; result->base != NULL && i < folder->run_count; i++)
        if (gitbase_is_news(&result->news, folder->run[i]))
            indexes[run->lint.run_count++] = i;
    if (result->base == NULL)
        run->lint.run_count = migration_newest(folder, 1, indexes);
    run->lint.run_indexes = indexes;
    run->lint.together = result->base != NULL;
    run->lint.replay.on_note = NULL; /* a replay of its own would say what check's has said */
}

/* ---- content ---- */

static bool is_to_be_filled(const CheckRun *run, const Migration *migration, const Migration *newest)
{
    const CheckResult *result = run->result;
    if (migration->version == NULL)
        return false;
    return result->base != NULL ? gitbase_is_news(&result->news, migration) : migration == newest;
}

bool check_content(CheckRun *run, Error *err)
{
    CheckResult *result = run->result;
    const MigrationFolder *folder = &result->folder;
    const Migration *newest = migration_last_version(folder);
    for (size_t i = 0; i < folder->run_count; i++) {
        const Migration *migration = folder->run[i];
        bool blank = false;
        if (!is_to_be_filled(run, migration, newest))
            continue;
        if (!migration_is_blank(run->arena, migration, &blank, err))
            return false;
        if (!blank)
            continue;
        Finding finding = {
            .code = "content",
            .name = "empty-migration",
            .severity = SEVERITY_ERROR,
            .file = migration->path,
            .line = 1,
            .message = arena_printf(run->arena, "%s is empty", migration->name),
            .why = "Once it has been applied, what is written into it later never runs.",
            .fix = "write the migration and run `dbmig hash`, or remove the file",
        };
        VEC_PUSH(run->arena, result->findings, finding);
    }
    return true;
}
