/* A schema as JSON: the shape is told in inspect.h. */
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/schema/facet.h"
#include "inspect_internal.h"

typedef struct Writer {
    Arena *arena;
    const Snapshot *snapshot;
    JsonWriter json;
    const InspectSql *sql;
} Writer;

/* Which parts an object always has a list of, be it empty; and what lists are called whose kind's own
   name would not say it there. */
static const struct {
    ObjectKind parent, part;
    const char *key; /* NULL: the kind's */
} parts[] = {
    {KIND_TABLE, KIND_COLUMN, NULL},
    {KIND_TABLE, KIND_CONSTRAINT, NULL},
    {KIND_TABLE, KIND_INDEX, NULL},
    {KIND_TABLE, KIND_TRIGGER, NULL},
    {KIND_TABLE, KIND_POLICY, NULL},
    {KIND_TABLE, KIND_RULE, NULL},
    {KIND_TABLE, KIND_STATISTICS, NULL},
    {KIND_TABLE, KIND_INHERITANCE, "inherits"},
    {KIND_TABLE, KIND_ATTACHMENT, "attached_to"},
    {KIND_TABLE, KIND_TYPED, "of_type"},
    {KIND_FOREIGN_TABLE, KIND_COLUMN, NULL},
    {KIND_FOREIGN_TABLE, KIND_CONSTRAINT, NULL},
    {KIND_FOREIGN_TABLE, KIND_TRIGGER, NULL},
    {KIND_FOREIGN_TABLE, KIND_INHERITANCE, "inherits"},
    {KIND_FOREIGN_TABLE, KIND_ATTACHMENT, "attached_to"},
    {KIND_VIEW, KIND_VIEW_COLUMN, "columns"},
    {KIND_VIEW, KIND_TRIGGER, NULL},
    {KIND_VIEW, KIND_RULE, NULL},
    {KIND_MATVIEW, KIND_VIEW_COLUMN, "columns"},
    {KIND_MATVIEW, KIND_INDEX, NULL},
    {KIND_COMPOSITE, KIND_ATTRIBUTE, NULL},
    {KIND_DOMAIN, KIND_DOMAIN_CONSTRAINT, "constraints"},
    {KIND_INDEX, KIND_INDEX_ATTACH, "attached_to"},
    {KIND_CONSTRAINT, KIND_INDEX_ATTACH, "attached_to"},
    {KIND_SEQUENCE, KIND_SEQUENCE_OWNED, "owned_by"},
    {KIND_PUBLICATION, KIND_PUBLICATION_TABLE, "tables"},
    {KIND_PUBLICATION, KIND_PUBLICATION_SCHEMA, "schemas"},
};

/* Kinds that are parts of others. */
static bool is_part(ObjectKind kind)
{
    for (size_t i = 0; i < ARRAY_LENGTH(parts); i++) {
        if (parts[i].part == kind)
            return true;
    }
    return kind == KIND_DEFAULT || kind == KIND_IDENTITY_SEQUENCE;
}

static void write_object(Writer *writer, const Object *object);

/* ---- what all objects have ---- */

static void write_grants(Writer *writer, const char *acl, const char *owner)
{
    JsonWriter *json = &writer->json;
    AclList list = {0};
    json_key(json, "grants");
    if (!acl) {
        json_null(json);
        return;
    }
    facet_parse_acl(writer->arena, acl, owner, &list);
    json_array_begin(json);
    for (size_t i = 0; i < list.count; i++) {
        const AclEntry *entry = &list.items[i];
        json_object_begin(json);
        json_key_string(json, "grantee", entry->grantee == facet_acl_owner ? owner : entry->grantee);
        json_key_string(json, "grantor", entry->grantor == facet_acl_owner ? owner : entry->grantor);
        json_key_string(json, "privilege", facet_privilege(entry->privilege));
        json_key_bool(json, "grantable", entry->grantable);
        json_object_end(json);
    }
    json_array_end(json);
}

/* Kind by kind, each by key: not as they came from pg_depend. */
static int compare_needs(const void *a, const void *b)
{
    const Object *left = *(Object *const *)a, *right = *(Object *const *)b;
    if (left->kind != right->kind)
        return left->kind < right->kind ? -1 : 1;
    return strcmp(left->key, right->key);
}

static void write_needs(Writer *writer, const Object *object)
{
    JsonWriter *json = &writer->json;
    ObjectList needs = {0};
    for (size_t i = 0; i < object->needs.count; i++) {
        if (object->needs.items[i] != object->parent)
            VEC_PUSH(writer->arena, needs, object->needs.items[i]);
    }
    if (needs.count > 1)
        qsort(needs.items, needs.count, sizeof(Object *), compare_needs);
    json_key(json, "depends_on");
    json_array_begin(json);
    for (size_t i = 0; i < needs.count; i++) {
        json_object_begin(json);
        json_key_string(json, "kind", kind_spec(needs.items[i]->kind)->name);
        json_key_string(json, "id", needs.items[i]->key);
        json_object_end(json);
    }
    json_array_end(json);
}

static const Object *default_of(const Object *column)
{
    for (size_t i = 0; i < column->children.count; i++) {
        if (column->children.items[i]->kind == KIND_DEFAULT)
            return column->children.items[i];
    }
    return NULL;
}

static void add_statements(Writer *writer, const Object *object)
{
    const StringList *sql = inspect_sql_of(writer->sql, object);
    for (size_t i = 0; sql && i < sql->count; i++)
        json_string(&writer->json, sql->items[i]);
}

/* A default has no object of its own here: it is its column's. */
static void write_sql(Writer *writer, const Object *object)
{
    json_key(&writer->json, "sql");
    json_array_begin(&writer->json);
    add_statements(writer, object);
    if (default_of(object))
        add_statements(writer, default_of(object));
    json_array_end(&writer->json);
}

/* ---- parts ---- */

static void write_parts_of_kind(Writer *writer, const Object *object, ObjectKind kind, const char *key)
{
    json_key(&writer->json, key ? key : kind_spec(kind)->json);
    json_array_begin(&writer->json);
    for (size_t i = 0; i < object->children.count; i++) {
        if (object->children.items[i]->kind == kind)
            write_object(writer, object->children.items[i]);
    }
    json_array_end(&writer->json);
}

static void write_parts(Writer *writer, const Object *object)
{
    bool written[KIND_COUNT] = {[KIND_DEFAULT] = true};
    for (size_t i = 0; i < ARRAY_LENGTH(parts); i++) {
        if (parts[i].parent != object->kind)
            continue;
        write_parts_of_kind(writer, object, parts[i].part, parts[i].key);
        written[parts[i].part] = true;
    }
    for (size_t i = 0; i < object->children.count; i++) {
        ObjectKind kind = object->children.items[i]->kind;
        if (written[kind])
            continue;
        write_parts_of_kind(writer, object, kind, NULL);
        written[kind] = true;
    }
}

/* What makes a column more than its attributes. */
static void write_column(Writer *writer, const Object *object)
{
    const Object *value = default_of(object);
    int position = 0;
    for (size_t i = 0; i < object->parent->children.count; i++) {
        const Object *sibling = object->parent->children.items[i];
        position += sibling->kind == object->kind && sibling->objsubid <= object->objsubid;
    }
    json_key_int(&writer->json, "position", position);
    if (object->kind != KIND_ATTRIBUTE)
        json_key_string(&writer->json, "default", value ? object_get(value, "expression") : NULL);
}

static bool is_column(const Object *object)
{
    return object->kind == KIND_COLUMN || object->kind == KIND_VIEW_COLUMN ||
           object->kind == KIND_ATTRIBUTE;
}

static void write_object(Writer *writer, const Object *object)
{
    JsonWriter *json = &writer->json;
    bool default_acl = object->kind == KIND_DEFAULT_ACL;
    json_object_begin(json);
    json_key_string(json, "kind", kind_spec(object->kind)->name);
    json_key_string(json, "id", object->key);
    json_key_string(json, "schema", object->schema);
    json_key_string(json, "name", object->name);
    json_key_string(json, "owner", facet_owner(writer->snapshot, object));
    json_key_string(json, "comment", object->comment);
    json_key_string(json, "labels", object->labels);
    write_grants(writer, default_acl ? object_get(object, "privileges") : object->acl,
                 default_acl ? object_get(object, "role") : object->owner);
    inspect_json_attributes(writer->arena, json, object);
    if (is_column(object))
        write_column(writer, object);
    write_parts(writer, object);
    write_needs(writer, object);
    write_sql(writer, object);
    json_object_end(json);
}

/* ---- the whole ---- */

static bool has_whole(const Snapshot *snapshot, ObjectKind kind)
{
    for (size_t i = 0; i < snapshot->objects.count; i++) {
        if (snapshot->objects.items[i]->kind == kind && !snapshot->objects.items[i]->parent)
            return true;
    }
    return false;
}

static void write_kind(Writer *writer, const Snapshot *snapshot, ObjectKind kind)
{
    json_key(&writer->json, kind_spec(kind)->json);
    json_array_begin(&writer->json);
    for (size_t i = 0; i < snapshot->objects.count; i++) {
        const Object *object = snapshot->objects.items[i];
        if (object->kind == kind && !object->parent)
            write_object(writer, object);
    }
    json_array_end(&writer->json);
}

bool inspect_json(Arena *arena, const Snapshot *snapshot, Buf *out, Error *err)
{
    Writer writer = {
        .arena = arena,
        .snapshot = snapshot,
        .sql = inspect_sql_read(arena, snapshot, err),
    };
    if (!writer.sql)
        return false;
    json_begin(&writer.json, out, true);
    json_object_begin(&writer.json);
    json_key_int(&writer.json, "version", 1);
    json_key_int(&writer.json, "server_version", snapshot->server_version);
    json_key(&writer.json, "left_out");
    json_array_begin(&writer.json);
    for (size_t i = 0; i < snapshot->left_out.count; i++)
        json_string(&writer.json, snapshot->left_out.items[i]);
    json_array_end(&writer.json);
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        if (!is_part((ObjectKind)kind) || has_whole(snapshot, (ObjectKind)kind))
            write_kind(&writer, snapshot, (ObjectKind)kind);
    }
    json_object_end(&writer.json);
    buf_add_char(out, '\n');
    return true;
}
