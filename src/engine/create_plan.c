/*
 * The content of new migration files by difference: the replayed folder against the schema source, a
 * file for each part of the plan, and all of it replayed as it will be written.
 */
#include <string.h>

#include "create_private.h"
#include "dbmig/base/file.h"
#include "dbmig/base/text.h"

/* ---- a part as a file ---- */

static bool is_setting(const Statement *statement)
{
    return text_starts(statement->sql, "SET check_function_bodies ");
}

static bool makes_routine(const Statement *statement)
{
    static const char *const forms[] = {"CREATE FUNCTION ", "CREATE OR REPLACE FUNCTION ",
                                        "CREATE PROCEDURE ", "CREATE OR REPLACE PROCEDURE "};
    for (size_t i = 0; i < ARRAY_LENGTH(forms); i++) {
        if (text_starts(statement->sql, forms[i]))
            return true;
    }
    return false;
}

/* Each file begins as in a new session: what the plan set at its beginning is set again. */
static bool needs_setting(const SchemaPlan *plan, const PlanPart *part)
{
    if (part->first == 0 || !is_setting(&plan->statements.items[0]))
        return false;
    for (size_t i = 0; i < part->count; i++) {
        if (makes_routine(&plan->statements.items[part->first + i]))
            return true;
    }
    return false;
}

static CreatePart make_part(Arena *arena, const SchemaPlan *plan, size_t index, const char *head)
{
    const PlanPart *part = &plan->parts.items[index];
    Buf text = {0};
    buf_add_str(&text, head);
    if (needs_setting(plan, part))
        buf_printf(&text, "%s;\n", plan->statements.items[0].sql);
    diff_script_part(plan, index, &text);
    return (CreatePart){.content = buf_steal(&text, arena), .purpose = part->purpose};
}

/* ---- the folder with the new files, before they are written ---- */

typedef struct Overlay {
    const Create *create;
} Overlay;

static bool list_all(void *context, Arena *arena, StringList *ret, Error *err)
{
    const Create *create = ((Overlay *)context)->create;
    (void)err;
    for (size_t i = 0; i < create->folder.sum_count; i++)
        VEC_PUSH(arena, *ret, create->folder.sum[i].name);
    for (size_t i = 0; i < create->result->files.count; i++)
        VEC_PUSH(arena, *ret, create->result->files.items[i].name);
    return true;
}

static bool read_one(void *context, Arena *arena, const char *name, Bytes *ret, Error *err)
{
    const Create *create = ((Overlay *)context)->create;
    for (size_t i = 0; i < create->result->files.count; i++) {
        const CreateFile *file = &create->result->files.items[i];
        if (strcmp(file->name, name) != 0)
            continue;
        *ret = (Bytes){.data = file->content, .len = strlen(file->content)};
        return true;
    }
    return file_read(arena, file_join(arena, create->folder.path, name), ret, err);
}

static bool compare_after(Create *create, Replay *replay, const Snapshot *wanted, Error *err)
{
    const DiffOptions *options = create->options->diff;
    DiffResult *result = &create->result->diff;
    SnapshotOptions snapshot_options = options->snapshot;
    Snapshot now;
    snapshot_options.throwaway = true;
    if (!snapshot_read(create->arena, replay->session, &snapshot_options, &now, err))
        return false;
    result->residue.count = 0;
    plan_compare(create->arena, &now, wanted, &options->plan, &result->residue);
    result->proof = result->residue.count > 0 ? DIFF_RESIDUE : DIFF_PROVED;
    return true;
}

/* What is kept of this replay is what the next check starts from. */
static bool rehearse(Create *create, const Snapshot *wanted, Error *err)
{
    Overlay overlay = {create};
    FolderSource *source = arena_alloc(create->arena, sizeof(*source));
    ReplayOptions options = create->options->diff->replay;
    MigrationFolder folder;
    Replay replay = {0};
    *source = (FolderSource){.list = list_all, .read = read_one, .context = &overlay};
    options.on_note = NULL; /* told already */
    if (!migration_load(create->arena, create->options->dir, source, &folder, err) ||
        !replay_folder(create->arena, &folder, &options, &replay, err))
        return error_prefix(err, "no file was created: the plan fails as a migration");
    bool done = compare_after(create, &replay, wanted, err);
    replay_end(&replay);
    return done;
}

/* ---- the plan ---- */

static bool plan_failed(Create *create, Error *err)
{
    error_set(err, EXIT_SQL, "no file was created: the plan fails on a copy: %s",
              create->result->diff.why);
    return error_hint(err, "`dbmig diff --no-verify` shows the plan; `dbmig create --empty` makes a file "
                           "to write it by hand.");
}

/* The source first: what is wrong there is most likely, and found soonest. */
static bool make_plan(Create *create, DiffSide *from, DiffSide *to, Error *err)
{
    const CreateOptions *options = create->options;
    DiffSource folder = {.kind = DIFF_FOLDER, .shown = options->dir, .folder = options->dir,
                         .migrations = &create->folder};
    if (!diff_side_open(create->arena, options->source, options->diff, to, err))
        return false;
    diff_side_end(to);
    return diff_side_open(create->arena, &folder, options->diff, from, err) &&
           diff_run(create->arena, from, to, options->diff, &create->result->diff, err);
}

bool create_plan(Create *create, const char *head, Error *err)
{
    DiffResult *result = &create->result->diff;
    DiffSide from = {0}, to = {0};
    CreatePartList parts = {0};
    bool done = make_plan(create, &from, &to, err);
    diff_side_end(&from);
    diff_side_end(&to);
    if (!done)
        return false;
    create->result->planned = true;
    if (result->proof == DIFF_FAILED)
        return plan_failed(create, err);
    for (size_t i = 0; i < result->plan.parts.count; i++)
        VEC_PUSH(create->arena, parts, make_part(create->arena, &result->plan, i, head));
    return create_name_files(create, &parts, err) &&
           (parts.count == 0 || !create->options->diff->verify ||
            rehearse(create, &to.snapshot, err));
}
