/*
 * What ties the objects of a snapshot together: parents, extension membership, comments, labels and
 * dependencies, all by catalog address. Dependencies are resolved to objects of the model: a column
 * falls back to its relation, what links.sql names to what it means; what the model does not know is
 * dropped (built-in objects, members of extensions fall back to their extension).
 */
#include "snapshot_internal.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/fatal.h"
#include "dbmig/base/text.h"
#include "dbmig/db/history.h"

#define FIRST_USER_OID 16384U

/* Where the address is in the table, or the free slot where it would be. */
static AddressEntry *entry_slot(const AddressTable *table, CatalogAddress address)
{
    uint64_t hash = address.objid * 0x9E3779B97F4A7C15U;
    hash ^= (uint64_t)address.classid * 0xC2B2AE3D27D4EB4FU ^ (uint64_t)address.objsubid << 17;
    hash = (hash ^ hash >> 29) * 0xBF58476D1CE4E5B9U;
    for (size_t i = (size_t)(hash >> 32);; i++) {
        AddressEntry *entry = &table->entries[i & (table->capacity - 1)];
        if (entry->address.classid == 0 ||
            (entry->address.objid == address.objid && entry->address.objsubid == address.objsubid &&
             entry->address.classid == address.classid))
            return entry;
    }
}

/* NULL too for the address of nothing, whose class is 0. */
static AddressEntry *entry_find(const AddressTable *table, CatalogAddress address)
{
    if (table->count == 0 || address.classid == 0)
        return NULL;
    AddressEntry *entry = entry_slot(table, address);
    return entry->address.classid == 0 ? NULL : entry;
}

static void grow(Arena *arena, AddressTable *table)
{
    AddressTable old = *table;
    table->capacity = old.capacity == 0 ? 1024 : 4 * old.capacity;
    table->entries = arena_calloc(arena, table->capacity, sizeof(*table->entries));
    for (size_t i = 0; i < old.capacity; i++) {
        if (old.entries[i].address.classid != 0)
            *entry_slot(table, old.entries[i].address) = old.entries[i];
    }
}

/* The entry, new or not; until the next one is added. */
static AddressEntry *entry_add(Reader *reader, AddressTable *table, CatalogAddress address)
{
    if (table->count * 2 >= table->capacity)
        grow(reader->scratch, table);
    AddressEntry *entry = entry_slot(table, address);
    if (entry->address.classid == 0) {
        entry->address = address;
        table->count++;
    }
    return entry;
}

static uint32_t oid_at(const Rows *rows, size_t row, size_t column)
{
    const char *text = rows_text(rows, row, column);
    return text ? (uint32_t)strtoul(text, NULL, 10) : 0;
}

static CatalogAddress address_at(const Rows *rows, size_t row, size_t column)
{
    return (CatalogAddress){oid_at(rows, row, column), oid_at(rows, row, column + 1),
                            oid_at(rows, row, column + 2)};
}

AddressEntry *snapshot_entry(const Reader *reader, CatalogAddress address)
{
    return entry_find(&reader->objects, address);
}

static Object *find_object(const Reader *reader, CatalogAddress address)
{
    AddressEntry *entry = entry_find(&reader->objects, address);
    return entry ? entry->object : NULL;
}

/* A function or cast that the server made for another object (a range type's) is that object. */
static bool is_made_for_another(const Rows *depend, size_t row)
{
    static const uint32_t pg_proc = 1255, pg_cast = 2605;
    uint32_t classid = oid_at(depend, row, 0);
    return rows_text(depend, row, 6)[0] == 'i' && (classid == pg_proc || classid == pg_cast);
}

void snapshot_take_members(Reader *reader, const Rows *depend)
{
    for (size_t row = 0; row < rows_count(depend); row++) {
        CatalogAddress member = address_at(depend, row, 0);
        member.objsubid = 0;
        if (rows_text(depend, row, 6)[0] == 'e')
            entry_add(reader, &reader->members, member)->target = address_at(depend, row, 3);
        if (!is_made_for_another(depend, row))
            continue;
        entry_add(reader, &reader->left_out, member);
        entry_add(reader, &reader->links, member)->target = address_at(depend, row, 3);
    }
}

static bool matches_any(const StringList *patterns, const char *text)
{
    for (size_t i = 0; patterns && i < patterns->count; i++) {
        if (fnmatch(patterns->items[i], text, 0) == 0)
            return true;
    }
    return false;
}

static bool is_history_table(const SnapshotOptions *options, const char *schema, const char *name)
{
    if (!options->history_table || !history_owns_table(options->history_table, name))
        return false;
    return !options->history_schema || text_equal(schema, options->history_schema);
}

bool snapshot_wants(const SnapshotOptions *options, const char *schema, const char *name)
{
    if (!schema)
        return true;
    if (options->schemas && options->schemas->count > 0 && !matches_any(options->schemas, schema))
        return false;
    if (matches_any(options->exclude, schema) || (name && is_history_table(options, schema, name)))
        return false;
    if (!name || !options->exclude || options->exclude->count == 0)
        return true;
    char qualified[512];
    snprintf(qualified, sizeof(qualified), "%s.%s", schema, name);
    return !matches_any(options->exclude, qualified);
}

/* The schema that decides whether the object is wanted: its own, or itself when it is one. */
static bool wanted(const SnapshotOptions *options, const Object *object)
{
    if (object->kind == KIND_SCHEMA)
        return snapshot_wants(options, object->name, NULL);
    return snapshot_wants(options, object->schema, object->name);
}

static void leave_out(Reader *reader, const Object *object)
{
    CatalogAddress address = {object->classid, object->objid, object->objsubid};
    entry_add(reader, &reader->left_out, address);
}

/* True when the parent (a part of a table counts as the table) is the extension's or left out. */
static bool is_foreign(const Reader *reader, CatalogAddress address)
{
    CatalogAddress whole = {address.classid, address.objid, 0};
    return entry_find(&reader->members, whole) || entry_find(&reader->left_out, whole) ||
           entry_find(&reader->left_out, address);
}

bool snapshot_knows(const Reader *reader, CatalogAddress address)
{
    return find_object(reader, address) || entry_find(&reader->links, address) ||
           is_foreign(reader, address);
}

/* Parts are named after what they are a part of: ".column", "constraint ON ", "" of a default. */
static void complete_key(Arena *arena, Object *object)
{
    const Object *parent = object->parent;
    if (!object->schema)
        object->schema = parent->schema;
    if (!object->name)
        object->name = parent->name;
    if (object->key[0] == '.' || object->key[0] == '\0')
        object->key = arena_printf(arena, "%s%s", parent->key, object->key);
    else if (text_ends(object->key, " ON "))
        object->key = arena_printf(arena, "%s%s", object->key, parent->key);
}

static bool place(Reader *reader, Object *object, CatalogAddress parent)
{
    CatalogAddress address = {object->classid, object->objid, 0};
    if (is_foreign(reader, address) || is_foreign(reader, parent) ||
        !wanted(reader->options, object))
        return false;
    if (parent.objid == 0)
        return true;
    object->parent = find_object(reader, parent);
    return object->parent != NULL;
}

/* True when the object is what its parent says, and no object of its own. */
static bool absorbed(Reader *reader, const Object *object)
{
    const KindSpec *spec = kind_spec(object->kind);
    Object *parent = object->parent;
    if (!spec->absorb || !parent || !spec->absorb(parent, object))
        return false;
    CatalogAddress address = {object->classid, object->objid, object->objsubid};
    entry_add(reader, &reader->links, address)->target =
        (CatalogAddress){parent->classid, parent->objid, parent->objsubid};
    return true;
}

void snapshot_add(Reader *reader, Object *object, CatalogAddress parent, const char *needs)
{
    if (!place(reader, object, parent)) {
        leave_out(reader, object);
        return;
    }
    if (absorbed(reader, object))
        return;
    if (object->parent) {
        VEC_PUSH(reader->arena, object->parent->children, object);
        complete_key(reader->arena, object);
    }
    CatalogAddress address = {object->classid, object->objid, object->objsubid};
    entry_add(reader, &reader->objects, address)->object = object;
    Snapshot *snapshot = reader->snapshot;
    Map *same_kind = snapshot->by_key[object->kind];
    size_t known = map_count(same_kind);
    map_set(same_kind, object->key, object);
    if (map_count(same_kind) == known)
        BUG("two %s objects with the key %s", kind_spec(object->kind)->name, object->key);
    VEC_PUSH(reader->arena, snapshot->objects, object);
    if (needs) {
        PendingNeed pending = {object, needs};
        VEC_PUSH(reader->scratch, reader->pending, pending);
    }
}

/* The object that the address means, or NULL. Links can chain: array type, row type, table. */
static Object *resolve(Reader *reader, CatalogAddress address)
{
    for (int hops = 0; hops < 8; hops++) {
        Object *object = find_object(reader, address);
        if (object)
            return object;
        AddressEntry *entry = entry_find(&reader->links, address);
        if (!entry)
            entry = entry_find(&reader->members, (CatalogAddress){address.classid, address.objid, 0});
        if (entry)
            address = entry->target;
        else if (address.objsubid != 0)
            address.objsubid = 0;
        else
            return NULL;
    }
    return NULL;
}

static void add_unknown(Reader *reader, const char *topic, CatalogAddress address)
{
    Unknown unknown = {topic, address};
    if (!is_foreign(reader, address))
        VEC_PUSH(reader->scratch, reader->unknown, unknown);
}

void snapshot_take_comments(Reader *reader, const Rows *rows)
{
    for (size_t row = 0; row < rows_count(rows); row++) {
        CatalogAddress address = address_at(rows, row, 0);
        Object *object = find_object(reader, address);
        if (object) {
            object->comment = rows_text(rows, row, 3);
            continue;
        }
        /* A constraint and its index can have a comment each. */
        object = address.objsubid == 0 ? resolve(reader, address) : NULL;
        if (object && object->kind == KIND_CONSTRAINT)
            object_set(object, "index_comment", rows_text(rows, row, 3));
        else if (address.objid >= FIRST_USER_OID)
            add_unknown(reader, "comments on", address);
    }
}

void snapshot_take_labels(Reader *reader, const Rows *rows)
{
    for (size_t row = 0; row < rows_count(rows); row++) {
        Object *object = find_object(reader, address_at(rows, row, 0));
        if (object)
            object->labels = rows_text(rows, row, 3);
        else
            add_unknown(reader, "security labels of", address_at(rows, row, 0));
    }
}

void snapshot_take_links(Reader *reader, const Rows *rows)
{
    for (size_t row = 0; row < rows_count(rows); row++)
        entry_add(reader, &reader->links, address_at(rows, row, 0))->target =
            address_at(rows, row, 3);
}

static void add_edge(Reader *reader, Object *from, Object *to)
{
    /* Who uses a column of a view uses the view: what hangs on the column is set on its own. */
    if (to && to->kind == KIND_VIEW_COLUMN && from != to)
        to = to->parent;
    if (!from || !to)
        return;
    const KindSpec *spec = kind_spec(from->kind);
    if (!spec->keeps_need || spec->keeps_need(from, to))
        object_add_need(reader->arena, from, to);
}

static void take_pending(Reader *reader, const PendingNeed *pending)
{
    char *rest;
    CatalogAddress address = {.classid = (uint32_t)strtoul(pending->address, &rest, 10)};
    address.objid = *rest ? (uint32_t)strtoul(rest + 1, &rest, 10) : 0;
    address.objsubid = *rest ? (uint32_t)strtoul(rest + 1, &rest, 10) : 0;
    Object *to = resolve(reader, address);
    if (to)
        object_add_need(reader->arena, pending->object, to);
}

void snapshot_take_depend(Reader *reader, const Rows *depend)
{
    Snapshot *snapshot = reader->snapshot;
    for (size_t i = 0; i < snapshot->objects.count; i++) {
        Object *object = snapshot->objects.items[i];
        if (object->parent)
            object_add_need(reader->arena, object, object->parent);
    }
    for (size_t row = 0; row < rows_count(depend); row++)
        add_edge(reader, resolve(reader, address_at(depend, row, 0)),
                 resolve(reader, address_at(depend, row, 3)));
    for (size_t i = 0; i < reader->pending.count; i++)
        take_pending(reader, &reader->pending.items[i]);
}

static int compare_objects(const void *a, const void *b)
{
    const Object *left = *(Object *const *)a, *right = *(Object *const *)b;
    if (left->kind != right->kind)
        return left->kind < right->kind ? -1 : 1;
    return strcmp(left->key, right->key);
}

/* Parts in one order, whatever order they were made in; columns in theirs. */
static int compare_children(const void *a, const void *b)
{
    const Object *left = *(Object *const *)a, *right = *(Object *const *)b;
    if (left->kind == right->kind && left->objsubid != right->objsubid)
        return left->objsubid < right->objsubid ? -1 : 1;
    return compare_objects(a, b);
}

void snapshot_finish(Reader *reader)
{
    Snapshot *snapshot = reader->snapshot;
    if (snapshot->objects.count > 0)
        qsort(snapshot->objects.items, snapshot->objects.count, sizeof(Object *), compare_objects);
    for (size_t i = 0; i < snapshot->objects.count; i++) {
        Object *object = snapshot->objects.items[i];
        const KindSpec *spec = kind_spec(object->kind);
        if (object->children.count > 1)
            qsort(object->children.items, object->children.count, sizeof(Object *), compare_children);
        if (spec->complete)
            spec->complete(reader->arena, object);
    }
}
