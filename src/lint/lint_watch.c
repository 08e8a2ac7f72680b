/* Lint as a part of a replay that runs anyway: one server, one run of each file, for both. */
#include <string.h>

#include "observe/observe.h"

struct LintWatch {
    LintRun run;
    Observation observation;
    ReplayObserver observer;
};

static bool wants(void *context, size_t index)
{
    const Observation *observation = context;
    return lint_is_judged(observation->run->options, index);
}

static bool begin(void *context, Replay *replay, Error *err)
{
    Observation *observation = context;
    LintRun *run = observation->run;
    observation->replay = replay;
    run->result->server = arena_strdup(run->arena, throwaway_shown(replay->throwaway));
    return lint_install(observation, err);
}

static void end(void *context, Replay *replay)
{
    Observation *observation = context;
    observation->replay = replay;
    lint_uninstall(observation);
}

LintWatch *lint_watch_new(Arena *arena, const MigrationFolder *folder, const LintOptions *options,
                          LintResult *result)
{
    LintWatch *watch = arena_alloc(arena, sizeof(*watch));
    *result = (LintResult){0};
    *watch = (LintWatch){
        .run = {.arena = arena, .folder = folder, .options = options, .policy = options->policy,
                .result = result, .default_schema = "public", .not_null = map_new(arena),
                .observation = &watch->observation},
        .observation = {.run = &watch->run},
    };
    lint_observer(&watch->observation, &watch->observer);
    watch->observer.wants = wants;
    watch->observer.begin = begin;
    watch->observer.end = end;
    return watch;
}

const ReplayObserver *lint_watch_observer(const LintWatch *watch)
{
    return &watch->observer;
}

bool lint_watch_is_to_blame(const LintWatch *watch, const Error *err)
{
    static const char *const states[] = {"55P03", "57014", "40P01", "25P03"};
    if (watch->observation.unfinished == NULL || err->code != EXIT_SQL)
        return false;
    for (size_t i = 0; i < ARRAY_LENGTH(states); i++)
        if (strcmp(err->sqlstate, states[i]) == 0)
            return true;
    return err->primary != NULL && strstr(err->primary, "dbmig_") != NULL;
}
