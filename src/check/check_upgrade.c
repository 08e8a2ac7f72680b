/*
 * The new files as databases will see them: on what the base made, its repeatable files included. A
 * replay from scratch runs an edited repeatable file once, as it is now; a database has run the
 * version before, and has its view, which the edit or a new versioned file may not get past.
 */
#include <string.h>

#include "check_private.h"
#include "dbmig/base/log.h"

typedef struct RunList {
    const Migration **items;
    size_t count;
} RunList;

static const Migration *by_name(const MigrationFolder *folder, const char *name)
{
    for (size_t i = 0; i < folder->run_count; i++)
        if (strcmp(folder->run[i]->name, name) == 0)
            return folder->run[i];
    return NULL;
}

/* The base's files: versioned ones as they are here, which is the same or an edit that no database
 * has yet. */
static size_t add_base(const MigrationFolder *folder, const MigrationFolder *base, RunList *list)
{
    size_t repeatable = 0;
    for (size_t i = 0; i < base->run_count; i++) {
        const Migration *migration = base->run[i];
        bool repeats = migration->kind == MIGRATION_REPEATABLE;
        const Migration *taken = repeats ? migration : by_name(folder, migration->name);
        if (taken != NULL)
            list->items[list->count++] = taken;
        repeatable += repeats;
    }
    return repeatable;
}

/* What apply would run there: new versions, then the repeatable files that are new or edited. */
static void add_news(const MigrationFolder *folder, const MigrationFolder *base, const BaseNews *news,
                     RunList *list)
{
    for (size_t i = 0; i < folder->run_count; i++) {
        const Migration *migration = folder->run[i];
        bool runs = migration->kind == MIGRATION_REPEATABLE ? gitbase_is_news(news, migration)
                                                            : by_name(base, migration->name) == NULL;
        if (runs)
            list->items[list->count++] = migration;
    }
}

/* The base's folder can be one that this version refuses; then there is nothing to compare with. */
static bool load_base(CheckRun *run, MigrationFolder *ret)
{
    const BaseNews *news = &run->result->news;
    Error trouble = {0};
    bool loaded = news->base.at_parting.list != NULL &&
                  migration_load(run->arena, run->options->dir, &news->base.at_parting, ret, &trouble);
    if (!loaded && trouble.primary != NULL)
        log_verbose("not run on what %s has: %s", run->result->base, trouble.primary);
    error_clear(&trouble);
    return loaded;
}

bool check_prepare_upgrade(CheckRun *run, Error *err)
{
    const CheckResult *result = run->result;
    const MigrationFolder *folder = &result->folder;
    MigrationFolder *base = arena_calloc(run->arena, 1, sizeof(*base));
    (void)err;
    if (result->base == NULL || folder->plain || run->options->replay.to_version != NULL ||
        !load_base(run, base))
        return true;
    RunList list = {
        arena_calloc(run->arena, folder->run_count + base->run_count + 1, sizeof(*list.items)), 0};
    size_t repeatable = add_base(folder, base, &list), before = list.count;
    add_news(folder, base, &result->news, &list);
    if (repeatable == 0 || list.count == before)
        return true;
    run->deployed = *folder;
    run->deployed.run = list.items;
    run->deployed.run_count = list.count;
    run->deployed_before = before;
    return true;
}

bool check_upgrade(CheckRun *run, Error *err)
{
    Replay replay;
    if (run->deployed.run_count == 0)
        return true;
    if (run->options->lint != NULL)
        check_choose_judged(run);
    if (!check_replay_watched(run, &run->deployed, &replay, err))
        return err->code == EXIT_SQL ? error_prefix(err, "on a database that has the files of %s",
                                                    run->result->base)
                                     : false;
    replay_end(&replay);
    size_t ran = run->deployed.run_count - run->deployed_before;
    run->outcome = arena_printf(run->arena, "%zu file%s also run after the files of %s", ran,
                                ran == 1 ? "" : "s", run->result->base);
    return true;
}
