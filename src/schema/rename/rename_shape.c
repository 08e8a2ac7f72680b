/*
 * Proposals: what is gone here and new there in equal shape. A shape is a text of all that makes the
 * object but its name; what it is in (table, schema) must be the same.
 */
#include <string.h>

#include "dbmig/base/map.h"
#include "dbmig/base/text.h"
#include "rename_internal.h"

/* Thousands of tables of one shape that get new names would make millions of pairs, which nobody reads. */
#define MOST_CANDIDATES ((size_t)20)

static const RenameList no_renames;

typedef struct Bucket {
    ObjectList gone, come;
} Bucket;

typedef struct Proposer {
    Arena *arena;
    const Snapshot *from, *to;
    Map *buckets;
    RenameList *ret;
} Proposer;

/* ---- shapes ---- */

static void add(Buf *out, const char *text)
{
    buf_printf(out, "%s\x1f", text ? text : "\x1e");
}

static void add_attribute(Buf *out, const Object *object, const char *name)
{
    add(out, object_get(object, name));
}

static void add_column(Buf *out, const Object *column)
{
    static const char *const names[] = {"type", "collation", "identity", "generated", "expression"};
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
        add_attribute(out, column, names[i]);
}

/* The columns of a table, the attributes of a type: in their order. False when there are none. */
static bool add_members(Buf *out, const Object *object)
{
    size_t count = 0;
    for (size_t i = 0; i < object->children.count; i++) {
        const Object *child = object->children.items[i];
        if (child->kind != KIND_COLUMN && child->kind != KIND_ATTRIBUTE)
            continue;
        add(out, child->name);
        add_attribute(out, child, "type");
        add_attribute(out, child, "collation");
        count++;
    }
    return count > 0;
}

/* What the schema holds, by kind and name. */
static bool add_contents(Buf *out, const Snapshot *snapshot, const Object *schema)
{
    size_t count = 0;
    for (size_t i = 0; i < snapshot->objects.count; i++) {
        const Object *object = snapshot->objects.items[i];
        if (object->kind == KIND_SCHEMA || object->parent || !text_equal(object->schema, schema->name))
            continue;
        add(out, kind_spec(object->kind)->name);
        add(out, object->name);
        count++;
    }
    return count > 0;
}

/* The definition around the object's own name. */
static void add_around(Buf *out, const char *definition, const char *name)
{
    const char *place = strstr(definition, name);
    if (place)
        buf_add(out, definition, (size_t)(place - definition));
    add(out, place ? place + strlen(name) : definition);
}

static void add_differences(Buf *out, const Object *object)
{
    const KindSpec *spec = kind_spec(object->kind);
    for (size_t i = 0; i < spec->attribute_count; i++) {
        if (spec->attributes[i].change == ATTRIBUTE_ALTER || spec->attributes[i].change == ATTRIBUTE_REPLACE)
            add(out, object->attributes[i]);
    }
}

static const char *owned_by(const Object *sequence)
{
    for (size_t i = 0; i < sequence->children.count; i++) {
        if (sequence->children.items[i]->kind == KIND_SEQUENCE_OWNED)
            return object_get(sequence->children.items[i], "owned_by");
    }
    return "";
}

/* False when there is nothing to tell it by. */
static bool add_shape(Buf *out, Arena *arena, const Snapshot *snapshot, const Object *object)
{
    const char *name = ddl_identifier(arena, object->name);
    switch (object->kind) {
    case KIND_SCHEMA:
        return add_contents(out, snapshot, object);
    case KIND_TABLE:
        add_attribute(out, object, "partition_key");
        return add_members(out, object);
    case KIND_FOREIGN_TABLE:
    case KIND_COMPOSITE:
        return add_members(out, object);
    case KIND_COLUMN:
        add_column(out, object);
        return true;
    case KIND_INDEX:
    case KIND_TRIGGER:
        add_around(out, object_get(object, "definition"), arena_printf(arena, " %s ", name));
        return true;
    case KIND_STATISTICS:
        add_around(out, object_get(object, "definition"), object->key);
        return true;
    case KIND_CONSTRAINT:
        add_attribute(out, object, "type");
        add_attribute(out, object, "definition");
        return true;
    case KIND_FUNCTION:
        add_around(out, object_get(object, "definition"), arena_printf(arena, ".%s(", name));
        return true;
    case KIND_SEQUENCE:
        add(out, owned_by(object));
        add_differences(out, object);
        return true;
    default:
        add_differences(out, object);
        return true;
    }
}

/* ---- pairs ---- */

/* What the two must have in common: the kind, and what they are in. */
static bool add_container(Buf *out, const Snapshot *other, const Object *object)
{
    buf_printf(out, "%d\x1f", (int)object->kind);
    if (object->parent) {
        if (!snapshot_find(other, object->parent->kind, object->parent->key))
            return false;
        add(out, object->parent->key);
    } else {
        add(out, object->kind == KIND_SCHEMA ? NULL : object->schema);
    }
    return true;
}

static Bucket *bucket_of(Proposer *proposer, const char *shape)
{
    Bucket *bucket = map_get(proposer->buckets, shape);
    if (bucket)
        return bucket;
    bucket = arena_alloc(proposer->arena, sizeof(*bucket));
    *bucket = (Bucket){0};
    map_set(proposer->buckets, shape, bucket);
    return bucket;
}

static void collect(Proposer *proposer, const Snapshot *snapshot, const Snapshot *other, bool gone)
{
    for (size_t i = 0; i < snapshot->objects.count; i++) {
        Object *object = snapshot->objects.items[i];
        Buf shape = {0};
        if (!rename_kind(object->kind) || object->origin ||
            rename_counterpart(&no_renames, other, object))
            continue;
        if (add_container(&shape, other, object) &&
            add_shape(&shape, proposer->arena, snapshot, object)) {
            Bucket *bucket = bucket_of(proposer, arena_strdup(proposer->arena, buf_text(&shape)));
            ObjectList *list = gone ? &bucket->gone : &bucket->come;
            VEC_PUSH(proposer->arena, *list, object);
        }
        buf_free(&shape);
    }
}

/* The first of those that the object at this place of the bucket is paired with: they stand around it. */
static size_t first_candidate(const Bucket *bucket, size_t place)
{
    if (bucket->come.count <= MOST_CANDIDATES || place < MOST_CANDIDATES / 2)
        return 0;
    size_t last = bucket->come.count - MOST_CANDIDATES, first = place - MOST_CANDIDATES / 2;
    return first < last ? first : last;
}

static void pair(Proposer *proposer, const Bucket *bucket)
{
    bool unsure = bucket->gone.count > 1 || bucket->come.count > 1;
    for (size_t g = 0; g < bucket->gone.count; g++) {
        size_t first = first_candidate(bucket, g);
        for (size_t c = first; c < bucket->come.count && c < first + MOST_CANDIDATES; c++) {
            Rename rename = {
                .before = bucket->gone.items[g],
                .after = bucket->come.items[c],
                .unsure = unsure,
            };
            VEC_PUSH(proposer->arena, *proposer->ret, rename);
        }
    }
}

/* ---- enum values ---- */

/* 'it''s' */
static char *raw_value(Arena *arena, const char *literal)
{
    Buf out = {0};
    for (const char *c = literal + 1; *c && c[1]; c++) {
        buf_add_char(&out, *c);
        c += c[0] == '\'' && c[1] == '\'';
    }
    return buf_steal(&out, arena);
}

/* As many values as before, and in one place another one. */
static void propose_values(Proposer *proposer, const Object *before)
{
    StringList old = {0}, new = {0};
    const Object *after = snapshot_find(proposer->to, KIND_ENUM, before->key);
    if (!after || text_equal(object_get(before, "values"), object_get(after, "values")))
        return;
    ddl_lines(proposer->arena, object_get(before, "values"), &old);
    ddl_lines(proposer->arena, object_get(after, "values"), &new);
    for (size_t i = 0; old.count == new.count && i < old.count; i++) {
        if (old.items[i][0] != '\'' || text_list_has(&new, old.items[i]) ||
            text_list_has(&old, new.items[i]))
            continue;
        Rename rename = {
            .before = before,
            .after = after,
            .old_value = raw_value(proposer->arena, old.items[i]),
            .new_value = raw_value(proposer->arena, new.items[i]),
        };
        VEC_PUSH(proposer->arena, *proposer->ret, rename);
    }
}

void rename_propose(Arena *arena, const Snapshot *from, const Snapshot *to, RenameList *ret)
{
    Proposer proposer = {arena, from, to, map_new(arena), ret};
    collect(&proposer, from, to, true);
    if (map_count(proposer.buckets) > 0)
        collect(&proposer, to, from, false);
    for (size_t i = 0; i < map_count(proposer.buckets); i++)
        pair(&proposer, map_at(proposer.buckets, i)->value);
    for (size_t i = 0; i < from->objects.count; i++) {
        if (from->objects.items[i]->kind == KIND_ENUM)
            propose_values(&proposer, from->objects.items[i]);
    }
}

/* ---- followers ---- */

/* The table that the object belongs to, as DDL calls it: "public.t". */
static const char *table_of(Arena *arena, const Object *object)
{
    if (object->kind == KIND_SEQUENCE) {
        const char *column = owned_by(object), *dot = strrchr(column, '.');
        return dot ? arena_strndup(arena, column, (size_t)(dot - column)) : NULL;
    }
    bool follows = object->kind == KIND_CONSTRAINT || object->kind == KIND_INDEX ||
                   object->kind == KIND_TRIGGER || object->kind == KIND_POLICY ||
                   object->kind == KIND_STATISTICS || object->kind == KIND_DOMAIN_CONSTRAINT;
    return follows && object->parent ? object->parent->key : NULL;
}

static bool is_renamed(const RenameList *done, const char *table)
{
    for (size_t i = 0; i < done->count; i++) {
        const Object *object = done->items[i].after;
        const Object *whole = rename_is_part(object) ? object->parent : object;
        if (strcmp(whole->key, table) == 0)
            return true;
    }
    return false;
}

void rename_followers(Arena *arena, const RenameList *done, const RenameList *proposals, RenameList *ret)
{
    for (size_t i = 0; i < proposals->count; i++) {
        const Rename *proposal = &proposals->items[i];
        const char *table = proposal->old_value ? NULL : table_of(arena, proposal->before);
        if (!proposal->unsure && table && is_renamed(done, table))
            VEC_PUSH(arena, *ret, *proposal);
    }
}
