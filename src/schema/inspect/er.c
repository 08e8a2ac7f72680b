/* Builds the entity-relationship model: which tables, then their keys, then what ties them together. */
#include "dbmig/schema/er.h"

#include <string.h>

#include "dbmig/base/map.h"
#include "dbmig/base/text.h"
#include "dbmig/schema/definition.h"

typedef struct Builder {
    Arena *arena;
    const Snapshot *snapshot;
    const StringList *only;
    Map *wanted;  /* key -> anything */
    Map *places;  /* key -> place in the model + 1 */
    ErModel *model;
} Builder;

static bool is_table(const Object *object)
{
    return object->kind == KIND_TABLE || object->kind == KIND_FOREIGN_TABLE;
}

static char constraint_type(const Object *object)
{
    return object->kind == KIND_CONSTRAINT ? object_get(object, "type")[0] : '\0';
}

static void read_constraint(const Builder *builder, const Object *object, ConstraintParts *ret)
{
    definition_constraint(builder->arena, constraint_type(object), object_get(object, "definition"),
                          ret);
}

/* ---- which tables ---- */

static void want(const Builder *builder, const char *key)
{
    static char here;
    if (key)
        map_set(builder->wanted, key, &here);
}

static const Object *inherited_table(const Object *link)
{
    for (size_t i = 0; i < link->needs.count; i++) {
        const Object *need = link->needs.items[i];
        if (need != link->parent && is_table(need))
            return need;
    }
    return NULL;
}

/* Both ends of each foreign key that starts or ends at a partition. */
static void want_tied_partitions(const Builder *builder)
{
    const ObjectList *objects = &builder->snapshot->objects;
    for (size_t i = 0; i < objects->count; i++) {
        const Object *object = objects->items[i];
        ConstraintParts parts;
        if (constraint_type(object) != 'f')
            continue;
        read_constraint(builder, object, &parts);
        want(builder, object->parent->key);
        want(builder, parts.table);
    }
}

static void choose_wanted(const Builder *builder)
{
    const ObjectList *objects = &builder->snapshot->objects;
    for (size_t i = 0; builder->only && i < builder->only->count; i++)
        want(builder, builder->only->items[i]);
    if (builder->only)
        return;
    want_tied_partitions(builder);
    for (size_t i = 0; i < objects->count; i++) {
        if (is_table(objects->items[i]) && !object_true(objects->items[i], "is_partition"))
            want(builder, objects->items[i]->key);
    }
}

/* The other end, when one end of the relation is wanted. */
static void add_neighbour(const Builder *builder, Map *neighbours, const char *one, const char *other)
{
    static char here;
    bool has_one = map_has(builder->wanted, one), has_other = map_has(builder->wanted, other);
    if (has_one != has_other)
        map_set(neighbours, has_one ? other : one, &here);
}

static Map *choose_neighbours(const Builder *builder)
{
    const ObjectList *objects = &builder->snapshot->objects;
    Map *neighbours = map_new(builder->arena);
    for (size_t i = 0; builder->only && i < objects->count; i++) {
        const Object *object = objects->items[i];
        const char *other = NULL;
        if (constraint_type(object) == 'f') {
            ConstraintParts parts;
            read_constraint(builder, object, &parts);
            other = parts.table;
        } else if (object->kind == KIND_INHERITANCE) {
            const Object *table = inherited_table(object);
            other = table ? table->key : NULL;
        }
        if (other)
            add_neighbour(builder, neighbours, object->parent->key, other);
    }
    return neighbours;
}

static void add_columns(const Builder *builder, ErTable *table)
{
    const ObjectList *children = &table->object->children;
    for (size_t i = 0; i < children->count; i++) {
        const Object *child = children->items[i];
        if (child->kind != KIND_COLUMN)
            continue;
        ErColumn column = {
            .object = child,
            .name = child->name,
            .type = object_get(child, "type"),
            .not_null = object_true(child, "not_null"),
        };
        VEC_PUSH(builder->arena, table->columns, column);
    }
}

static void add_tables(const Builder *builder)
{
    const ObjectList *objects = &builder->snapshot->objects;
    Map *neighbours = choose_neighbours(builder);
    for (size_t i = 0; i < objects->count; i++) {
        const Object *object = objects->items[i];
        ErTable table = {.object = object, .outline = !map_has(builder->wanted, object->key)};
        if (!is_table(object) || (table.outline && !map_has(neighbours, object->key)))
            continue;
        if (!table.outline)
            add_columns(builder, &table);
        VEC_PUSH(builder->arena, builder->model->tables, table);
        size_t *place = arena_alloc(builder->arena, sizeof(*place));
        *place = builder->model->tables.count - 1;
        map_set(builder->places, object->key, place);
    }
}

static void name_tables(const Builder *builder)
{
    ErModel *model = builder->model;
    bool one_schema = true;
    for (size_t i = 1; i < model->tables.count; i++)
        one_schema = one_schema && text_equal(model->tables.items[i].object->schema,
                                              model->tables.items[0].object->schema);
    for (size_t i = 0; i < model->tables.count; i++) {
        ErTable *table = &model->tables.items[i];
        table->name = one_schema ? table->object->name
                                 : arena_printf(builder->arena, "%s.%s", table->object->schema,
                                                table->object->name);
    }
}

/* ---- keys ---- */

static ErColumn *find_column(ErTable *table, const char *name)
{
    for (size_t i = 0; i < table->columns.count; i++) {
        if (strcmp(table->columns.items[i].name, name) == 0)
            return &table->columns.items[i];
    }
    return NULL;
}

/* The columns of a key that holds for each row of the table; false when the object is no such key. */
static bool unique_columns(const Builder *builder, const Object *object, StringList *ret)
{
    if (constraint_type(object) == 'p' || constraint_type(object) == 'u') {
        ConstraintParts parts;
        read_constraint(builder, object, &parts);
        *ret = parts.columns;
        return ret->count > 0;
    }
    if (object->kind != KIND_INDEX || object_true(object, "invalid"))
        return false;
    IndexParts parts;
    definition_index(builder->arena, object_get(object, "definition"), &parts);
    *ret = (StringList){0};
    for (size_t i = 0; i < parts.elements.count; i++) {
        if (!parts.elements.items[i].column)
            return false;
        VEC_PUSH(builder->arena, *ret, parts.elements.items[i].column);
    }
    return parts.unique && !parts.where && ret->count > 0;
}

static void mark_keys(const Builder *builder, ErTable *table)
{
    const ObjectList *children = &table->object->children;
    for (size_t i = 0; i < children->count; i++) {
        StringList columns;
        bool primary = constraint_type(children->items[i]) == 'p';
        if (!unique_columns(builder, children->items[i], &columns))
            continue;
        for (size_t c = 0; c < columns.count; c++) {
            ErColumn *column = find_column(table, columns.items[c]);
            if (column && primary)
                column->primary = true;
            else if (column && columns.count == 1)
                column->unique = true;
        }
    }
    for (size_t i = 0; i < table->columns.count; i++) {
        ErColumn *column = &table->columns.items[i];
        bool alone = column->primary;
        for (size_t c = 0; c < table->columns.count; c++)
            alone = alone && (c == i || !table->columns.items[c].primary);
        column->unique = column->unique && !alone;
    }
}

/* ---- relations ---- */

/* Some key lies within the columns: they are unique. */
static bool are_unique(const Builder *builder, const Object *table, const StringList *columns)
{
    for (size_t i = 0; i < table->children.count; i++) {
        StringList key;
        if (!unique_columns(builder, table->children.items[i], &key))
            continue;
        bool within = true;
        for (size_t c = 0; within && c < key.count; c++)
            within = text_list_has(columns, key.items[c]);
        if (within)
            return true;
    }
    return false;
}

static bool may_be_null(const Object *table, const StringList *columns)
{
    for (size_t i = 0; i < columns->count; i++) {
        const Object *column = object_child(table, KIND_COLUMN, columns->items[i]);
        if (!column || !object_true(column, "not_null"))
            return true;
    }
    return false;
}

static void add_foreign_key(const Builder *builder, const Object *object, size_t from)
{
    ConstraintParts parts;
    read_constraint(builder, object, &parts);
    const size_t *to = parts.table ? map_get(builder->places, parts.table) : NULL;
    if (!to)
        return;
    ErRelation relation = {
        .kind = ER_REFERENCES,
        .object = object,
        .from = from,
        .to = *to,
        .columns = parts.columns,
        .referenced = parts.referenced,
        .optional = may_be_null(object->parent, &parts.columns),
        .single = are_unique(builder, object->parent, &parts.columns),
    };
    VEC_PUSH(builder->arena, builder->model->relations, relation);
    for (size_t i = 0; i < parts.columns.count; i++) {
        ErColumn *column = find_column(&builder->model->tables.items[from], parts.columns.items[i]);
        if (column)
            column->foreign = true;
    }
}

static void add_inheritance(const Builder *builder, const Object *object, size_t from)
{
    const Object *parent = inherited_table(object);
    const size_t *to = parent ? map_get(builder->places, parent->key) : NULL;
    ErRelation relation = {.kind = ER_INHERITS, .object = object, .from = from};
    if (!to)
        return;
    relation.to = *to;
    VEC_PUSH(builder->arena, builder->model->relations, relation);
}

static void add_relations(const Builder *builder)
{
    for (size_t from = 0; from < builder->model->tables.count; from++) {
        const ErTable *table = &builder->model->tables.items[from];
        for (size_t i = 0; i < table->object->children.count; i++) {
            const Object *child = table->object->children.items[i];
            if (constraint_type(child) == 'f')
                add_foreign_key(builder, child, from);
            else if (child->kind == KIND_INHERITANCE)
                add_inheritance(builder, child, from);
        }
    }
}

/* Two outlines are here for what ties them to others. */
static void drop_foreign_relations(ErModel *model)
{
    size_t kept = 0;
    for (size_t i = 0; i < model->relations.count; i++) {
        ErRelation relation = model->relations.items[i];
        if (!model->tables.items[relation.from].outline || !model->tables.items[relation.to].outline)
            model->relations.items[kept++] = relation;
    }
    model->relations.count = kept;
}

void er_read(Arena *arena, const Snapshot *snapshot, const StringList *only, ErModel *ret)
{
    *ret = (ErModel){0};
    Builder builder = {
        .arena = arena,
        .snapshot = snapshot,
        .only = only,
        .wanted = map_new(arena),
        .places = map_new(arena),
        .model = ret,
    };
    choose_wanted(&builder);
    add_tables(&builder);
    name_tables(&builder);
    for (size_t i = 0; i < ret->tables.count; i++)
        mark_keys(&builder, &ret->tables.items[i]);
    add_relations(&builder);
    drop_foreign_relations(ret);
}

bool er_add_marks(const ErColumn *column, const char *separator, Buf *out)
{
    static const char *const marks[] = {"PK", "FK", "UK"};
    const bool set[] = {column->primary, column->foreign, column->unique};
    bool any = false;
    for (size_t i = 0; i < ARRAY_LENGTH(marks); i++) {
        if (!set[i])
            continue;
        buf_printf(out, "%s%s", any ? separator : "", marks[i]);
        any = true;
    }
    return any;
}

size_t er_end(const ErTable *table, const StringList *columns)
{
    for (size_t i = 0; columns->count > 0 && i < table->columns.count; i++) {
        if (strcmp(table->columns.items[i].name, columns->items[0]) == 0)
            return i;
    }
    return table->columns.count;
}
