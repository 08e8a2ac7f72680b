/* The steps of a check, in their order. What is remembered between checks is in check_state.c. */
#include "check_private.h"

#include <string.h>
#include <time.h>

#include "dbmig/base/log.h"
#include "dbmig/base/platform.h"
#include "dbmig/project/git.h"

/* ---- steps ---- */

/* The new files are what is judged, on what the base has: the same folder has other findings without. */
static const char *with_new_files(const CheckRun *run, const char *key)
{
    const StringList *const lists[] = {&run->result->news.added, &run->result->news.edited};
    if (run->result->base == NULL)
        return key;
    for (size_t i = 0; i < ARRAY_LENGTH(lists); i++)
        for (size_t k = 0; k < lists[i]->count; k++)
            key = arena_printf(run->arena, "%s %s", key, lists[i]->items[k]);
    for (size_t i = 0; i < run->deployed.run_count; i++)
        key = arena_printf(run->arena, "%s %.16s", key, run->deployed.run[i]->sha256_hex);
    return arena_printf(run->arena, "%s, new files", key);
}

/* A cache folder that cannot be used costs the early exit, not the check. */
static void prepare_state(CheckRun *run)
{
    Error trouble = {0};
    char *path = NULL, *key = NULL;
    if (check_state_path(run->arena, run->options, &path, &trouble) &&
        check_key(run->arena, &run->result->folder, run->options, &key, &trouble)) {
        run->state_path = path;
        run->key = with_new_files(run, key);
    } else {
        log_debug("no early exit: %s", trouble.primary);
    }
    error_clear(&trouble);
}

static void exit_early(CheckRun *run, const CheckState *state)
{
    CheckResult *result = run->result;
    run->known = *state;
    result->early_exit = run->done = true;
    result->early_reason = arena_printf(run->arena,
                                        "nothing changed since the check at %s (%zu file%s, sum %s)",
                                        state->when, state->files, state->files == 1 ? "" : "s",
                                        state->sum);
    result->findings = state->findings;
    result->roles = state->roles;
    run->outcome = result->early_reason;
}

static bool check_early_exit(CheckRun *run, Error *err)
{
    (void)err;
    CheckState state = {0};
    /* What a live database has is not known before it is asked. */
    if (run->options->url != NULL)
        return true;
    prepare_state(run);
    if (!run->options->force && run->key != NULL &&
        check_state_read(run->arena, run->state_path, &state) && strcmp(state.key, run->key) == 0)
        exit_early(run, &state);
    return true;
}

/* Of a staged check: the index has the very files that the last success was about. */
static bool check_stamp_known(CheckRun *run, Error *err)
{
    CheckState state = {0};
    Error trouble = {0};
    char *path, *stamp;
    (void)err;
    if (run->options->url != NULL)
        return true;
    check_stamp(run->arena, run->options, &stamp);
    run->stamp = stamp;
    if (stamp != NULL && !run->options->force &&
        check_state_path(run->arena, run->options, &path, &trouble) &&
        check_state_read(run->arena, path, &state) && state.stamp != NULL &&
        strcmp(state.stamp, stamp) == 0) {
        exit_early(run, &state);
        run->result->sum = state.sum;
        run->result->folder.path = migration_folder_path(run->arena, run->options->dir);
        run->result->folder.count = state.files;
    }
    error_clear(&trouble);
    return true;
}

void check_note(CheckRun *run, const char *text)
{
    const ReplayOptions *options = &run->options->replay;
    VEC_PUSH(run->arena, run->result->notes, text);
    if (options->on_note != NULL)
        options->on_note(options->context, text);
}

/* The replay that lint watches failed for that reason, perhaps: without, it may pass. */
static bool replay_again(CheckRun *run, const MigrationFolder *folder, LintWatch *watch, Replay *replay,
                         Error *err)
{
    if (!lint_watch_is_to_blame(watch, err))
        return false;
    const char *why = arena_strdup(run->arena, err->primary);
    error_clear(err);
    if (!replay_folder(run->arena, folder, &run->options->replay, replay, err))
        return false;
    run->lint.is_static = true;
    const char *note = arena_printf(run->arena, "lint by text alone: the replay that it watched failed "
                                    "where the one without it passes: %s", why);
    check_note(run, note);
    return true;
}

/* The replay that lint watches; run anew when a trial of lint's has changed what the files see. */
static bool replay_watched(CheckRun *run, const MigrationFolder *folder, Replay *replay,
                           LintWatch **ret_watch, Error *err)
{
    ReplayOptions options = run->options->replay;
    for (;;) {
        *ret_watch = lint_watch_new(run->arena, folder, &run->lint, &run->judged);
        options.observer = lint_watch_observer(*ret_watch);
        bool done = replay_folder(run->arena, folder, &options, replay, err);
        if (!run->judged.shaken || (!done && err->code != EXIT_SQL))
            return done;
        if (done)
            replay_end(replay);
        error_clear(err);
        run->lint.one_zone = true;
    }
}

/* The schema is to be compared, and the observation may be in it. */
static bool needs_clean_schema(const CheckRun *run)
{
    return run->watched && run->judged.entered &&
           (run->options->source != NULL || run->options->url != NULL);
}

bool check_replay_watched(CheckRun *run, const MigrationFolder *folder, Replay *replay, Error *err)
{
    LintWatch *watch = NULL;
    run->watched = run->lint.run_count > 0 && run->options->replay.tx_mode != TXMODE_ALL;
    if (!run->watched)
        return replay_folder(run->arena, folder, &run->options->replay, replay, err);
    if (replay_watched(run, folder, replay, &watch, err))
        return true;
    run->watched = false;
    return replay_again(run, folder, watch, replay, err);
}

/* Lint watches the very replay, where files are not all one transaction; but rather the one on what the
   base has. */
static bool run_replay(CheckRun *run, Replay *replay, Error *err)
{
    const MigrationFolder *folder = &run->result->folder;
    const ReplayOptions *options = &run->options->replay;
    if (run->deployed.run_count > 0)
        return replay_folder(run->arena, folder, options, replay, err);
    if (run->options->lint != NULL)
        check_choose_judged(run);
    if (!check_replay_watched(run, folder, replay, err))
        return false;
    if (!needs_clean_schema(run))
        return true;
    replay_end(replay);
    return replay_folder(run->arena, folder, options, replay, err);
}

static bool check_replay(CheckRun *run, Error *err)
{
    CheckResult *result = run->result;
    Replay replay;
    if (!run_replay(run, &replay, err))
        return false;
    result->replayed = replay.replayed;
    result->cached = replay.cached;
    result->roles = replay.roles;
    for (size_t i = 0; i < replay.notes.count; i++)
        VEC_PUSH(run->arena, result->notes, replay.notes.items[i]);
    result->server = arena_strdup(run->arena, throwaway_shown(replay.throwaway));
    run->outcome = arena_printf(run->arena, "%zu file%s replayed, %zu from the cache",
                                replay.replayed, replay.replayed == 1 ? "" : "s", replay.cached);
    bool done = check_take_schema(run, &replay, err);
    replay_end(&replay);
    return done;
}

static bool check_lint(CheckRun *run, Error *err)
{
    CheckResult *result = run->result;
    const LintResult *judged = &run->judged;
    const MigrationFolder *folder = run->deployed.run_count > 0 ? &run->deployed : &result->folder;
    if (run->options->lint == NULL || folder->run_count == 0)
        return true;
    if (!run->watched && !lint_run(run->arena, folder, &run->lint, &run->judged, err))
        return false;
    result->judged = arena_memdup(run->arena, judged, sizeof(*judged));
    for (size_t i = 0; i < judged->findings.count; i++)
        VEC_PUSH(run->arena, result->findings, judged->findings.items[i]);
    for (size_t i = 0; i < judged->notes.count; i++)
        check_note(run, judged->notes.items[i]);
    run->outcome = arena_printf(run->arena, "%zu file%s judged, %zu finding%s", judged->files,
                                judged->files == 1 ? "" : "s", judged->findings.count,
                                judged->findings.count == 1 ? "" : "s");
    return true;
}

typedef struct Step {
    const char *key, *name;
    bool (*run)(CheckRun *run, Error *err);
} Step;

/* Before the folder is read at all. */
static const Step staged_steps[] = {
    {"source", "schema source", check_source},
    {"early_exit", "early exit", check_stamp_known},
};

static const Step steps[] = {
    {"sum_file", "sum file", check_sum_file},
    {"git_base", "git base", check_git_base},
    {"content", "content", check_content},
    {"template", "template", check_template},
    {"source", "schema source", check_source},
    {"early_exit", "early exit", check_early_exit},
    {"replay", "replay", check_replay},
    {"upgrade", "upgrade", check_upgrade},
    {"drift", "drift", check_source_drift},
    {"database", "database", check_database_drift},
    {"base_files", "B files", check_base_files},
    {"tests", "tests", check_tests},
    {"lint", "lint", check_lint},
};

/* ---- the sequence ---- */

static bool run_step(CheckRun *run, const Step *step, Error *err)
{
    int64_t begun = platform_monotonic_ms();
    run->outcome = NULL;
    bool done = step->run(run, err);
    CheckStep ended = {step->key, step->name, done ? run->outcome : "failed",
                       platform_monotonic_ms() - begun};
    if (ended.outcome != NULL)
        VEC_PUSH(run->arena, run->result->steps, ended);
    return done;
}

static char *time_text(Arena *arena)
{
    char text[32] = "";
    time_t now = time(NULL);
    struct tm parts;
    if (gmtime_r(&now, &parts) != NULL)
        strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%SZ", &parts);
    return arena_strdup(arena, text);
}

/* A check of the disk came to this first: the next staged one will know it by the stamp. */
static void remember_stamp(const CheckRun *run)
{
    CheckState state = run->known;
    Error trouble = {0};
    bool same = state.stamp != NULL && strcmp(state.stamp, run->stamp) == 0;
    state.stamp = run->stamp;
    if (!same && !check_state_write(run->state_path, &state, &trouble))
        log_debug("the check is not remembered: %s", trouble.primary);
    error_clear(&trouble);
}

/* Only a check that went through is remembered, with its findings: a repetition says the same. */
static void remember(const CheckRun *run)
{
    const CheckResult *result = run->result;
    CheckState state = {
        .key = run->key,
        .stamp = run->stamp,
        .when = time_text(run->arena),
        .sum = result->sum,
        .files = result->folder.count,
        .findings = result->findings,
        .roles = result->roles,
    };
    Error trouble = {0};
    /* Drift is told with its SQL, which is not kept; and it is soon gone. */
    if (run->key != NULL && !result->early_exit && result->source_drift.findings.count == 0 &&
        !check_state_write(run->state_path, &state, &trouble))
        log_debug("the check is not remembered: %s", trouble.primary);
    error_clear(&trouble);
}

static bool load_folder(CheckRun *run, Error *err)
{
    const char *dir = run->options->dir;
    FolderSource *source = NULL;
    if (run->options->staged) {
        GitRepo repo;
        source = arena_alloc(run->arena, sizeof(*source));
        if (!git_find(run->arena, migration_folder_path(run->arena, dir), &repo, err) ||
            !git_source(run->arena, &repo, NULL, source, err))
            return false;
    }
    return migration_load(run->arena, dir, source, &run->result->folder, err);
}

bool check_run(Arena *arena, const CheckOptions *options, CheckResult *ret, Error *err)
{
    CheckRun run = {.arena = arena, .options = options, .result = ret};
    *ret = (CheckResult){0};
    for (size_t i = 0; options->staged && i < ARRAY_LENGTH(staged_steps); i++)
        if (!run_step(&run, &staged_steps[i], err))
            return false;
    if (run.done)
        return true;
    if (!load_folder(&run, err))
        return false;
    for (size_t i = 0; i < ARRAY_LENGTH(steps) && !run.done; i++)
        if (!run_step(&run, &steps[i], err))
            return false;
    if (ret->early_exit && run.stamp != NULL)
        remember_stamp(&run);
    remember(&run);
    return true;
}
