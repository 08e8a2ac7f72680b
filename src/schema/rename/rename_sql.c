/*
 * The statements of renames: parts of tables and types first, then what schemas hold, then schemas, and
 * moves between these last. A name that another one still has is waited for; names that are swapped go
 * through a third one. Each statement calls things what they are called by then.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "rename_internal.h"

typedef struct Writer {
    Arena *arena;
    const Snapshot *from;
    const RenameList *renames;
    SchemaPlan *ret;
    bool *done;
    bool *parked;         /* it has a third name */
    const char **now;     /* the name that each has meanwhile */
    const char **moved;   /* the schema that each was moved to, or NULL */
} Writer;

static void add(Writer *writer, const char *sql)
{
    Statement statement = {.sql = sql};
    VEC_PUSH(writer->arena, writer->ret->statements, statement);
}

/* 0: parts, 1: what schemas hold, 2: schemas. */
static int stage_of(const Rename *rename)
{
    if (rename->old_value || rename_is_part(rename->before))
        return 0;
    return rename->before->kind == KIND_SCHEMA ? 2 : 1;
}

static bool has_name(const Rename *rename, const Object *before)
{
    return rename->before == before && !rename->old_value;
}

static const char *schema_now(const Writer *writer, const char *schema)
{
    for (size_t i = 0; i < writer->renames->count; i++) {
        const Object *before = writer->renames->items[i].before;
        if (before->kind == KIND_SCHEMA && text_equal(before->name, schema))
            return writer->now[i];
    }
    return schema;
}

/* "public.t", without a function's arguments. */
static char *path_now(const Writer *writer, const Object *object)
{
    const char *schema = NULL, *name = object->name;
    for (size_t i = 0; i < writer->renames->count; i++) {
        if (has_name(&writer->renames->items[i], object)) {
            schema = writer->moved[i];
            name = writer->now[i];
        }
    }
    const char *quoted = ddl_identifier(writer->arena, name);
    if (object->kind == KIND_SCHEMA)
        return arena_strdup(writer->arena, quoted);
    if (!schema)
        schema = schema_now(writer, object->schema);
    return arena_printf(writer->arena, "%s.%s", ddl_identifier(writer->arena, schema), quoted);
}

/* "public.mood[]" of a function's arguments, as it is called now. */
static const char *type_now(const Writer *writer, const char *type)
{
    const char *array = text_ends(type, "[]") ? "[]" : "";
    const char *name = arena_strndup(writer->arena, type, strlen(type) - strlen(array));
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        const Object *object = (kind_spec(kind)->flags & KIND_TYPE)
                                   ? snapshot_find(writer->from, kind, name)
                                   : NULL;
        if (object)
            return arena_printf(writer->arena, "%s%s", path_now(writer, object), array);
    }
    return type;
}

/* "(integer, public.mood)" behind the function's name. */
static const char *arguments_of(const Object *function)
{
    bool quoted = false;
    const char *c = function->key;
    for (; *c && (quoted || *c != '('); c++)
        quoted = quoted != (*c == '"');
    return c;
}

static char *arguments_now(const Writer *writer, const Object *function)
{
    Buf out = {0};
    bool quoted = false;
    const char *start = arguments_of(function);
    for (const char *c = start; *c; c++) {
        quoted = quoted != (*c == '"');
        if (quoted || !strchr("(),", *c))
            continue;
        buf_add_str(&out, type_now(writer, arena_strndup(writer->arena, start, (size_t)(c - start))));
        buf_add_str(&out, *c == ',' ? ", " : (char[]){*c, '\0'});
        start = c + (*c == ',' ? strlen(", ") : 1);
    }
    return buf_steal(&out, writer->arena);
}

static char *key_now(const Writer *writer, const Object *object)
{
    const char *arguments = object->kind == KIND_FUNCTION ? arguments_now(writer, object) : "";
    return arena_printf(writer->arena, "%s%s", path_now(writer, object), arguments);
}

static char *rename_part(const Writer *writer, const Rename *rename, const char *old, const char *new)
{
    const Object *object = rename->before;
    const char *whole = path_now(writer, object->parent);
    const char *quoted = ddl_identifier(writer->arena, new);
    const char *was = ddl_identifier(writer->arena, old);
    if (object->kind == KIND_TRIGGER || object->kind == KIND_POLICY)
        return arena_printf(writer->arena, "ALTER %s %s ON %s RENAME TO %s", kind_noun(object), was,
                            whole, quoted);
    const char *what = object->kind == KIND_COLUMN      ? "COLUMN"
                       : object->kind == KIND_ATTRIBUTE ? "ATTRIBUTE"
                                                        : "CONSTRAINT";
    return arena_printf(writer->arena, "ALTER %s %s RENAME %s %s TO %s%s", kind_noun(object->parent), whole,
                        what, was, quoted, object->kind == KIND_ATTRIBUTE ? " CASCADE" : "");
}

static void write_to(Writer *writer, size_t i, const char *name)
{
    const Rename *rename = &writer->renames->items[i];
    if (rename->old_value)
        add(writer, arena_printf(writer->arena, "ALTER TYPE %s RENAME VALUE %s TO %s", rename->before->key,
                                 ddl_literal(writer->arena, writer->now[i]),
                                 ddl_literal(writer->arena, name)));
    else if (rename_is_part(rename->before))
        add(writer, rename_part(writer, rename, writer->now[i], name));
    else
        add(writer, arena_printf(writer->arena, "ALTER %s %s RENAME TO %s", kind_noun(rename->before),
                                 key_now(writer, rename->before), ddl_identifier(writer->arena, name)));
    writer->now[i] = name;
}

static const char *target(const Rename *rename)
{
    return rename->new_value ? rename->new_value : rename->after->name;
}

/* Whether the two cannot have the same name in one place. */
static bool collide(const Rename *one, const Rename *other)
{
    const Object *a = one->before, *b = other->before;
    if (one->old_value || other->old_value)
        return a == b && one->old_value && other->old_value;
    if (object_spaces(a) & object_spaces(b))
        return true;
    return a->kind == b->kind && (!rename_is_part(a) || a->parent == b->parent);
}

/* Another one that still has the name wanted. */
static bool is_blocked(const Writer *writer, size_t i)
{
    const Rename *rename = &writer->renames->items[i];
    for (size_t n = 0; n < writer->renames->count; n++) {
        const Rename *other = &writer->renames->items[n];
        if (n != i && !writer->done[n] && strcmp(writer->now[n], target(rename)) == 0 &&
            collide(rename, other) && text_equal(other->before->schema, rename->before->schema))
            return true;
    }
    return false;
}

static bool in_stage(const Writer *writer, size_t i, int stage)
{
    return !writer->done[i] && stage_of(&writer->renames->items[i]) == stage;
}

/* All that need not wait; true when there were any. */
static bool write_free(Writer *writer, int stage)
{
    bool any = false;
    for (size_t i = 0; i < writer->renames->count; i++) {
        const Rename *rename = &writer->renames->items[i];
        if (!in_stage(writer, i, stage) || is_blocked(writer, i))
            continue;
        if (strcmp(writer->now[i], target(rename)) != 0)
            write_to(writer, i, target(rename));
        writer->done[i] = any = true;
    }
    return any;
}

static void park(Writer *writer, size_t i)
{
    write_to(writer, i, arena_printf(writer->arena, "dbmig_renamed_%zu", i));
    writer->parked[i] = true;
}

/* Gives one of those that wait a third name; false when all have one. */
static bool park_one(Writer *writer, int stage)
{
    for (size_t i = writer->renames->count; i > 0; i--) {
        if (in_stage(writer, i - 1, stage) && !writer->parked[i - 1]) {
            park(writer, i - 1);
            return true;
        }
    }
    return false;
}

/* What waits for a name that a later stage frees is left. */
static void write_names(Writer *writer, int stage)
{
    while (write_free(writer, stage) || park_one(writer, stage))
        continue;
}

static bool makes_schema(const Writer *writer, const char *name)
{
    for (size_t i = 0; i < writer->renames->count; i++) {
        const Rename *rename = &writer->renames->items[i];
        if (rename->before->kind == KIND_SCHEMA && strcmp(rename->after->name, name) == 0)
            return true;
    }
    return snapshot_find(writer->from, KIND_SCHEMA, ddl_identifier(writer->arena, name)) != NULL;
}

/* The schema that it has to be moved to, once all have their new names and schemas theirs; or NULL. */
static const char *destination(const Writer *writer, size_t i)
{
    const Rename *rename = &writer->renames->items[i];
    if (stage_of(rename) != 1 || rename->before->kind == KIND_INDEX || writer->moved[i] ||
        text_equal(rename_schema(writer->renames, rename->before), rename->after->schema))
        return NULL;
    return rename->after->schema;
}

/* Another one that is still to be moved has the name there. */
static bool is_move_blocked(const Writer *writer, size_t i)
{
    const Rename *rename = &writer->renames->items[i];
    for (size_t n = 0; n < writer->renames->count; n++) {
        const Rename *other = &writer->renames->items[n];
        if (n != i && destination(writer, n) && strcmp(writer->now[n], writer->now[i]) == 0 &&
            collide(rename, other) &&
            text_equal(rename_schema(writer->renames, other->before), rename->after->schema))
            return true;
    }
    return false;
}

static void move(Writer *writer, size_t i, StringList *made)
{
    const Rename *rename = &writer->renames->items[i];
    const char *quoted = ddl_identifier(writer->arena, rename->after->schema);
    if (!makes_schema(writer, rename->after->schema) && !text_list_has(made, quoted)) {
        add(writer, arena_printf(writer->arena, "CREATE SCHEMA %s", quoted));
        VEC_PUSH(writer->arena, *made, quoted);
    }
    add(writer, arena_printf(writer->arena, "ALTER %s %s SET SCHEMA %s", kind_noun(rename->before),
                             key_now(writer, rename->before), quoted));
    writer->moved[i] = rename->after->schema;
}

static void write_moves(Writer *writer)
{
    StringList made = {0};
    size_t count = writer->renames->count, waiting;
    do {
        bool any = false;
        waiting = count;
        for (size_t i = 0; i < count; i++) {
            if (!destination(writer, i))
                continue;
            if (is_move_blocked(writer, i)) {
                waiting = i;
            } else {
                move(writer, i, &made);
                any = true;
            }
        }
        if (!any && waiting < count)
            park(writer, waiting);
    } while (waiting < count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(writer->now[i], target(&writer->renames->items[i])) != 0)
            write_to(writer, i, target(&writer->renames->items[i]));
    }
}

void rename_statements(Arena *arena, const Snapshot *from, const RenameList *renames, SchemaPlan *ret)
{
    Writer writer = {
        .arena = arena,
        .from = from,
        .renames = renames,
        .ret = ret,
        .done = arena_calloc(arena, renames->count + 1, sizeof(bool)),
        .parked = arena_calloc(arena, renames->count + 1, sizeof(bool)),
        .moved = arena_calloc(arena, renames->count + 1, sizeof(const char *)),
        .now = arena_calloc(arena, renames->count + 1, sizeof(const char *)),
    };
    *ret = (SchemaPlan){0};
    for (size_t i = 0; i < renames->count; i++)
        writer.now[i] = renames->items[i].old_value ? renames->items[i].old_value
                                                    : renames->items[i].before->name;
    write_names(&writer, 0);
    write_names(&writer, 1);
    while (write_free(&writer, 0) || write_free(&writer, 1))
        continue;
    write_names(&writer, 2);
    write_moves(&writer);
    PlanPart part = {.count = ret->statements.count, .purpose = ""};
    if (part.count > 0)
        VEC_PUSH(arena, ret->parts, part);
}
