/*
 * The statements of renames. Parts of tables and types go first, while these have their old names, and
 * schemas last. A name that another one still has is waited for; names that are swapped go through a
 * third one.
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
    const char **now; /* the name that each has meanwhile */
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

/* The object under the name that it has now. */
static char *key_now(const Writer *writer, size_t i)
{
    const Object *object = writer->renames->items[i].before;
    const char *name = ddl_identifier(writer->arena, writer->now[i]);
    const char *args = object->kind == KIND_FUNCTION ? strchr(object->key, '(') : NULL;
    if (object->kind == KIND_SCHEMA)
        return arena_strdup(writer->arena, name);
    return arena_printf(writer->arena, "%s.%s%s", ddl_identifier(writer->arena, object->schema), name,
                        args ? args : "");
}

static char *rename_part(const Writer *writer, const Rename *rename, const char *old, const char *new)
{
    const Object *object = rename->before, *whole = object->parent;
    const char *quoted = ddl_identifier(writer->arena, new);
    const char *was = ddl_identifier(writer->arena, old);
    if (object->kind == KIND_TRIGGER || object->kind == KIND_POLICY)
        return arena_printf(writer->arena, "ALTER %s %s ON %s RENAME TO %s", kind_noun(object), was,
                            whole->key, quoted);
    const char *what = object->kind == KIND_COLUMN      ? "COLUMN"
                       : object->kind == KIND_ATTRIBUTE ? "ATTRIBUTE"
                                                        : "CONSTRAINT";
    return arena_printf(writer->arena, "ALTER %s %s RENAME %s %s TO %s%s", kind_noun(whole), whole->key,
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
                                 key_now(writer, i), ddl_identifier(writer->arena, name)));
    writer->now[i] = name;
}

static const char *target(const Rename *rename)
{
    return rename->new_value ? rename->new_value : rename->after->name;
}

/* Another one that still has the name wanted. */
static bool is_blocked(const Writer *writer, size_t i)
{
    const Rename *rename = &writer->renames->items[i];
    for (size_t n = 0; n < writer->renames->count; n++) {
        const Rename *other = &writer->renames->items[n];
        if (n != i && !writer->done[n] && other->before->kind == rename->before->kind &&
            other->before->parent == rename->before->parent &&
            text_equal(other->before->schema, rename->before->schema) &&
            (rename->old_value ? other->before == rename->before : true) &&
            strcmp(writer->now[n], target(rename)) == 0)
            return true;
    }
    return false;
}

static bool in_stage(const Writer *writer, size_t i, int stage)
{
    return !writer->done[i] && stage_of(&writer->renames->items[i]) == stage;
}

static void write_names(Writer *writer, int stage)
{
    size_t count = writer->renames->count;
    for (bool again = true; again;) {
        size_t waiting = count;
        again = false;
        for (size_t i = 0; i < count; i++) {
            const Rename *rename = &writer->renames->items[i];
            if (!in_stage(writer, i, stage))
                continue;
            if (is_blocked(writer, i)) {
                waiting = i;
                continue;
            }
            if (strcmp(writer->now[i], target(rename)) != 0)
                write_to(writer, i, target(rename));
            writer->done[i] = again = true;
        }
        if (!again && waiting < count) {
            write_to(writer, waiting, arena_printf(writer->arena, "dbmig_renamed_%zu", waiting));
            again = true;
        }
    }
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

/* To another schema, once all have their new names and schemas theirs. */
static void write_moves(Writer *writer)
{
    StringList made = {0};
    for (size_t i = 0; i < writer->renames->count; i++) {
        const Rename *rename = &writer->renames->items[i];
        const Object *before = rename->before, *after = rename->after;
        const char *schema = rename_schema(writer->renames, before);
        if (stage_of(rename) != 1 || before->kind == KIND_INDEX || text_equal(schema, after->schema))
            continue;
        const char *quoted = ddl_identifier(writer->arena, after->schema);
        bool known = makes_schema(writer, after->schema);
        for (size_t n = 0; n < made.count; n++)
            known = known || strcmp(made.items[n], quoted) == 0;
        if (!known) {
            add(writer, arena_printf(writer->arena, "CREATE SCHEMA %s", quoted));
            VEC_PUSH(writer->arena, made, quoted);
        }
        const char *args = before->kind == KIND_FUNCTION ? strchr(before->key, '(') : NULL;
        add(writer, arena_printf(writer->arena, "ALTER %s %s.%s%s SET SCHEMA %s", kind_noun(before),
                                 ddl_identifier(writer->arena, schema),
                                 ddl_identifier(writer->arena, after->name), args ? args : "", quoted));
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
        .now = arena_calloc(arena, renames->count + 1, sizeof(const char *)),
    };
    *ret = (SchemaPlan){0};
    for (size_t i = 0; i < renames->count; i++)
        writer.now[i] = renames->items[i].old_value ? renames->items[i].old_value
                                                    : renames->items[i].before->name;
    for (int stage = 0; stage < 3; stage++)
        write_names(&writer, stage);
    write_moves(&writer);
    PlanPart part = {.count = ret->statements.count, .purpose = ""};
    if (part.count > 0)
        VEC_PUSH(arena, ret->parts, part);
}
