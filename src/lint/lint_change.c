/*
 * The diagram of a change: the tables that the judged files made or altered, and what is tied to them.
 * By two snapshots of the replayed database, before the first of these files and behind the last.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/schema/er.h"
#include "observe/observe.h"

static bool read_schema(Observation *observation, Snapshot *ret)
{
    const SnapshotOptions options = {.throwaway = true};
    Error trouble = {0};
    LintRun *run = observation->run;
    bool done = snapshot_read(run->arena, observation->replay->session, &options, ret, &trouble);
    if (!done)
        lint_note(run, "no diagram: %s", trouble.primary);
    error_clear(&trouble);
    return done;
}

void lint_change_begin(Observation *observation)
{
    if (!observation->run->options->diagram || observation->before != NULL)
        return;
    Snapshot *before = arena_alloc(observation->run->arena, sizeof(*before));
    if (read_schema(observation, before))
        observation->before = before;
}

/* ---- what differs ---- */

static bool is_shown(const Object *object)
{
    return object->kind == KIND_TABLE || object->kind == KIND_FOREIGN_TABLE;
}

static bool is_equal(const Object *before, const Object *after)
{
    for (size_t i = 0; i < kind_spec(after->kind)->attribute_count; i++)
        if (!text_equal(before->attributes[i], after->attributes[i]))
            return false;
    return true;
}

/* Columns and keys are what a diagram has. */
static bool parts_differ(const Snapshot *before, const Object *old, const Object *table)
{
    size_t parts = 0, old_parts = 0;
    for (size_t i = 0; i < old->children.count; i++)
        old_parts += old->children.items[i]->kind == KIND_COLUMN ||
                     old->children.items[i]->kind == KIND_CONSTRAINT;
    for (size_t i = 0; i < table->children.count; i++) {
        const Object *part = table->children.items[i];
        if (part->kind != KIND_COLUMN && part->kind != KIND_CONSTRAINT)
            continue;
        const Object *other = snapshot_find(before, part->kind, part->key);
        if (other == NULL || !is_equal(other, part))
            return true;
        parts++;
    }
    return parts != old_parts;
}

static void choose(Observation *observation, const Snapshot *before, const Snapshot *after,
                   StringList *ret)
{
    Arena *arena = observation->run->arena;
    for (size_t i = 0; i < after->objects.count; i++) {
        const Object *table = after->objects.items[i];
        const Object *old = is_shown(table) ? snapshot_find(before, table->kind, table->key) : NULL;
        if (is_shown(table) && (old == NULL || parts_differ(before, old, table)))
            VEC_PUSH(arena, *ret, table->key);
    }
}

static void list_dropped(Observation *observation, const Snapshot *before, const Snapshot *after)
{
    LintRun *run = observation->run;
    run->result->dropped_tables.count = 0;
    for (size_t i = 0; i < before->objects.count; i++) {
        const Object *table = before->objects.items[i];
        if (is_shown(table) && snapshot_find(after, table->kind, table->key) == NULL)
            VEC_PUSH(run->arena, run->result->dropped_tables, table->key);
    }
}

void lint_change_end(Observation *observation)
{
    LintRun *run = observation->run;
    Snapshot after;
    StringList touched = {0};
    ErModel model;
    Buf text = {0};
    if (observation->before == NULL || observation->replay->session == NULL ||
        session_tx(observation->replay->session) != SESSION_TX_IDLE || !read_schema(observation, &after))
        return;
    choose(observation, observation->before, &after, &touched);
    list_dropped(observation, observation->before, &after);
    run->result->diagram = NULL;
    if (touched.count == 0)
        return;
    er_read(run->arena, &after, &touched, &model);
    er_mermaid(&model, &text);
    run->result->diagram = buf_steal(&text, run->arena);
}
