/* Drift in words: see drift.h. The comparison itself is diff.c's. */
#include "dbmig/engine/drift.h"

#include <string.h>

#include "dbmig/base/map.h"
#include "dbmig/base/text.h"
#include "drift_words.h"

typedef struct Teller {
    Arena *arena;
    const DriftSpec *spec;
    Map *whole; /* objects that are missing or added, with all their parts */
    Drift *drift;
} Teller;

/* ---- places ---- */

/* What has no name of its own: it is its parent's. */
static bool is_nameless(const Object *object)
{
    switch (object->kind) {
    case KIND_DEFAULT:
    case KIND_INHERITANCE:
    case KIND_ATTACHMENT:
    case KIND_TYPED:
    case KIND_SEQUENCE_OWNED:
    case KIND_INDEX_ATTACH:
        return text_equal(object->name, object->parent->name);
    default:
        return object->name[0] == '\0';
    }
}

/* "table public.x: column y: default" */
static const char *place_of(Arena *arena, const Object *object)
{
    const char *kind = kind_spec(object->kind)->name;
    if (!object->parent)
        return arena_printf(arena, "%s %s", kind, object->key);
    const char *parent = place_of(arena, object->parent);
    if (is_nameless(object))
        return arena_printf(arena, "%s: %s", parent, kind);
    return arena_printf(arena, "%s: %s %s", parent, kind, object->name);
}

static const char *id_of(Arena *arena, const Object *object)
{
    return arena_printf(arena, "%d %s", (int)object->kind, object->key);
}

static void remember_whole(Teller *teller, const ChangeList *changes)
{
    for (size_t i = 0; i < changes->count; i++) {
        const Change *change = &changes->items[i];
        const Object *object = !change->before  ? change->after
                               : !change->after ? change->before
                                                : NULL;
        if (object)
            map_set(teller->whole, id_of(teller->arena, object), teller);
    }
}

static bool goes_without_saying(const Teller *teller, const Object *object)
{
    for (const Object *parent = object->parent; parent; parent = parent->parent) {
        if (map_has(teller->whole, id_of(teller->arena, parent)))
            return true;
    }
    return false;
}

/* ---- findings ---- */

static void tell(Teller *teller, const char *text)
{
    Drift *drift = teller->drift;
    Finding finding = {
        .code = "drift",
        .name = teller->spec->name,
        .severity = SEVERITY_ERROR,
        .message = arena_printf(teller->arena, "%s differs from migrations: %s", teller->spec->subject, text),
        .fix = drift->findings.count == 0 ? teller->spec->fix : NULL,
    };
    VEC_PUSH(teller->arena, drift->findings, finding);
}

static void tell_change(Teller *teller, const Change *change)
{
    bool towards = teller->spec->towards_migrations;
    const Object *migrated = towards ? change->after : change->before;
    const Object *other = towards ? change->before : change->after;
    const Object *object = migrated ? migrated : other;
    const char *place = place_of(teller->arena, object);
    Buf text = {0};
    if (goes_without_saying(teller, object))
        return;
    buf_add_str(&text, place);
    if (!other)
        buf_add_str(&text, " missing");
    else if (!migrated)
        buf_add_str(&text, " is not in the migrations");
    for (size_t i = 0; migrated && other && i < change->attributes.count; i++)
        buf_printf(&text, "%s %s", i ? ";" : ":",
                   drift_describe(teller->arena, migrated, other, change->attributes.items[i]));
    tell(teller, buf_steal(&text, teller->arena));
}

static void take(Teller *teller, const DiffResult *result)
{
    Drift *drift = teller->drift;
    Buf sql = {0};
    drift->changes = result->plan.changes;
    for (size_t i = 0; i < result->left_out.count; i++)
        VEC_PUSH(teller->arena, drift->notes,
                 arena_printf(teller->arena, "not compared: %s", result->left_out.items[i]));
    for (size_t i = 0; i < result->plan.skipped.count; i++)
        VEC_PUSH(teller->arena, drift->notes,
                 arena_printf(teller->arena, "skipped: %s", result->plan.skipped.items[i]));
    remember_whole(teller, &drift->changes);
    for (size_t i = 0; i < drift->changes.count; i++)
        tell_change(teller, &drift->changes.items[i]);
    if (drift->changes.count == 0)
        return;
    diff_script(&result->plan, &sql);
    drift->sql = buf_steal(&sql, teller->arena);
}

bool drift_find(Arena *arena, const DriftSpec *spec, DiffSide *migrations, DiffSide *other,
                const DiffOptions *options, Drift *ret, Error *err)
{
    DiffOptions unproved = *options;
    DiffResult result;
    Teller teller = {.arena = arena, .spec = spec, .whole = map_new(arena), .drift = ret};
    bool towards = spec->towards_migrations;
    *ret = (Drift){.name = spec->name};
    unproved.verify = false;
    /* What was renamed is drift, whatever is to become of it. */
    unproved.plan.renames = NULL;
    unproved.confirm_rename = NULL;
    migrations->renamed.count = other->renamed.count = 0;
    if (!diff_run(arena, towards ? other : migrations, towards ? migrations : other, &unproved, &result,
                  err))
        return false;
    ret->compared = true;
    take(&teller, &result);
    return true;
}
