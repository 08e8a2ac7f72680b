/* The steps of a check that compare schemas. */
#include "check_private.h"

static const char *count_differences(Arena *arena, const Drift *drift)
{
    if (drift->findings.count == 0)
        return arena_strdup(arena, "no difference");
    return arena_printf(arena, "%zu difference%s", drift->findings.count,
                        drift->findings.count == 1 ? "" : "s");
}

void check_take_drift(CheckRun *run, const Drift *drift)
{
    CheckResult *result = run->result;
    for (size_t i = 0; i < drift->findings.count; i++)
        VEC_PUSH(run->arena, result->findings, drift->findings.items[i]);
    for (size_t i = 0; i < drift->notes.count; i++)
        VEC_PUSH(run->arena, result->notes, drift->notes.items[i]);
    run->outcome = count_differences(run->arena, drift);
}

static bool read_source(CheckRun *run, DiffSource *source, Error *err)
{
    StringList notes = {0};
    if (!run->options->staged)
        return diff_source_read(run->arena, source, err);
    bool done = diff_source_read_staged(run->arena, source, &notes, err);
    for (size_t i = 0; i < notes.count; i++)
        check_note(run, notes.items[i]);
    return done;
}

bool check_source(CheckRun *run, Error *err)
{
    DiffSource *source = run->options->source;
    if (source == NULL || source->was_read)
        return true;
    source->timeout_ms = run->options->diff->source_timeout_ms;
    if (!read_source(run, source, err))
        return false;
    size_t count = source->texts.count;
    if (source->kind == DIFF_SQL)
        run->outcome = arena_printf(run->arena, "%zu file%s read", count, count == 1 ? "" : "s");
    else if (source->kind == DIFF_PROGRAM)
        run->outcome = arena_printf(run->arena, "%s was run", source->shown);
    return true;
}

bool check_take_schema(CheckRun *run, Replay *replay, Error *err)
{
    if (run->options->source == NULL && run->options->url == NULL)
        return true;
    SnapshotOptions options = run->options->diff->snapshot;
    options.throwaway = true;
    run->migrations.source = (DiffSource){.kind = DIFF_FOLDER, .shown = run->result->folder.path};
    return snapshot_read(run->arena, replay->session, &options, &run->migrations.snapshot, err);
}

bool check_source_drift(CheckRun *run, Error *err)
{
    const CheckOptions *options = run->options;
    Drift *drift = &run->result->source_drift;
    DiffSide side = {0};
    DriftSpec spec = {.name = "schema-source", .subject = "schema source",
                      .fix = "`dbmig create NAME` writes the migration, if the source is right"};
    if (options->source == NULL)
        return true;
    bool done = diff_side_open(run->arena, options->source, options->diff, &side, err) &&
                drift_find(run->arena, &spec, &run->migrations, &side, options->diff, drift, err);
    diff_side_end(&side);
    if (done)
        check_take_drift(run, drift);
    return done;
}
